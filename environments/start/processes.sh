# shellcheck shell=sh
# shellcheck disable=SC2034 # what is set here is used by whoever sources this
# Processes that were written down, to be found again by another script: files with a line "PID BIRTH" for each. A PID alone
# may be another's by now.

read -r boot </proc/sys/kernel/random/boot_id

# find_birth PID: sets `birth` to when the process began; to nothing when it has ended.
find_birth() {
	birth=
	{ read -r fields <"/proc/$1/stat"; } 2>/dev/null || return 0
	# shellcheck disable=SC2086 # the fields behind its name
	set -- ${fields##*) }
	[ "$1" = Z ] || birth=$boot.${20}
}

# record PID FILE
record() {
	find_birth "$1"
	echo "$1 $birth" >"$2"
}

# signal SIGNAL FILE: to the processes in it that are still there. Sets `left` to their number.
signal() {
	left=0
	[ -f "$2" ] || return 0
	while read -r pid began; do
		find_birth "$pid"
		if [ "$birth" = "${began:-none}" ]; then
			left=$((left + 1))
			kill "-$1" "$pid" 2>/dev/null || :
		fi
	done <"$2"
}
