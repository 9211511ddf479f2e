# shellcheck shell=sh
# shellcheck disable=SC2034 # scripts that source this use these variables
# Records processes in files, so that another script can find them: a line "PID BIRTH" for each. A PID alone may belong to another
# process by now.

read -r boot </proc/sys/kernel/random/boot_id

# find_birth PID: sets `birth` to when the process began; to nothing if it has ended.
find_birth() {
	birth=
	{ read -r fields <"/proc/$1/stat"; } 2>/dev/null || return 0
	# shellcheck disable=SC2086 # the fields behind its name
	set -- ${fields##*) }
	[ "$1" = Z ] || birth=$boot.${20}
}

# A PID namespace is identified by its first process. From another one with the same /tmp all our PIDs seem gone.
find_birth 1
pid_namespace=$birth

# record PID FILE
record() {
	find_birth "$1"
	echo "$1 $birth" >"$2"
}

# claim PID FILE: records the owner of the directory that contains FILE. An earlier version of this script ignores the second line.
claim() {
	find_birth "$1"
	printf '%s\n' "$1 $birth" "namespace $pid_namespace" >"$2"
}

# signal SIGNAL FILE: sends it to the processes in the file that still exist. Sets `left` to their number.
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

# forsaken FILE: sets `forsaken` to yes when the owner recorded there is gone. For one in another PID namespace this is unknown until
# the next boot.
forsaken() {
	forsaken=
	signal 0 "$1"
	[ "$left" = 0 ] || return 0
	there=
	while read -r pid began; do
		[ "$pid" != namespace ] || there=$began
	done <"$1"
	case $there in
	"$pid_namespace") ;;
	"$boot".*) return 0 ;;
	esac
	forsaken=yes
}
