# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # what is set here is used by whoever sources this; settings.sh sets the rest
# A control group with the limit MEMORY, for environments that no engine puts into one.

# There is nothing in it but what the benchmark started; that may still run when watch was killed.
end_group() {
	[ -n "${GROUP:-}" ] || return 0
	for _ in $(seq 100); do
		if rmdir "$GROUP" 2>/dev/null; then
			return
		fi
		while read -r pid; do
			kill -KILL "$pid" 2>/dev/null || :
		done <"$GROUP/cgroup.procs"
		sleep 0.05
	done
	note "the control group $GROUP is left behind"
}

# sweep_groups PARENT: those of starts that were killed; one of a start that lives may still be empty.
sweep_groups() {
	for group in "$1"/samebits.*; do
		[ -e "/proc/${group##*.}" ] || rmdir "$group" 2>/dev/null || :
	done
}

# Where one may be, a line for each: PARENT LIMIT SWAP [VALUE], the last two for what goes beyond it. Found once.
find_groups() {
	[ ! -f "$PREPARED/groups" ] || return 0
	v1=$(awk '$3 == "cgroup" && $4 ~ /(^|,)memory(,|$)/ {print $2; exit}' /proc/mounts)
	v2=$(awk '$3 == "cgroup2" {print $2; exit}' /proc/mounts)
	own1=$(sed -n 's/^[0-9]*:\([^:]*,\)*memory\(,[^:]*\)*://p' /proc/self/cgroup)
	own2=$(sed -n 's/^0:://p' /proc/self/cgroup)
	for parent in ${v1:+"$v1$own1" "$v1"} ${v2:+"$v2" "$v2${own2%/*}"}; do
		if [ -e "$parent/memory.usage_in_bytes" ]; then
			echo "$parent memory.limit_in_bytes memory.memsw.limit_in_bytes"
		else
			echo "$parent memory.max memory.swap.max 0"
		fi
		sweep_groups "$parent"
	done >"$PREPARED/groups"
}

# try_group PARENT LIMIT SWAP VALUE: makes GROUP, with the memory limit and without swap; empty: we may not.
try_group() {
	GROUP=$1/samebits.$$
	if ! mkdir "$GROUP"; then
		GROUP=
	elif { echo "$MEMORY_BYTES" >"$GROUP/$2"; } && sh -c "echo \$\$ >'$GROUP/cgroup.procs'"; then
		[ ! -e "$GROUP/$3" ] || { echo "${4:-$MEMORY_BYTES}" >"$GROUP/$3"; } || :
	else
		rmdir "$GROUP"
		GROUP=
	fi
}

# The limit that a container of the same size has. Sets GROUP when there is one.
limit_memory() {
	find_groups
	GROUP=
	while [ -z "$GROUP" ] && read -r parent limit swap value; do
		try_group "$parent" "$limit" "$swap" "$value" 2>/dev/null
	done <"$PREPARED/groups"
	if [ -n "$GROUP" ]; then
		tell memory_limit cgroup
	else
		tell memory_limit none
		note "$NAME runs without the limit MEMORY=$MEMORY: no control group for it may be made"
	fi
}

# What runs in it: sh -c "$in_group" sh "$GROUP" COMMAND...
# shellcheck disable=SC2016 # the inner shell's words
in_group='[ -z "$1" ] || echo $$ >"$1/cgroup.procs"; shift; exec "$@"'
