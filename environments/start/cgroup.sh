# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # scripts that source this use these variables; settings.sh sets the rest
# Control groups like a container's, for environments without an engine that makes some: one with the limit MEMORY, and where each
# controller has a tree of its own (cgroup v1) also one for processor time and one for the disk, without a limit. So the host's
# other processes compete with native as they do with a container: with one group, not with each process.

# end_group GROUP: removes it, after killing all processes in it. They belong to the benchmark, which may still run when watch was killed.
end_group() {
	for _ in $(seq 100); do
		if rmdir "$1" 2>/dev/null; then
			return
		fi
		while read -r pid; do
			kill -KILL "$pid" 2>/dev/null || :
		done <"$1/cgroup.procs"
		sleep 0.05
	done
	note "the control group $1 could not be removed"
}

end_groups() {
	for group in ${GROUPS_MADE:-}; do
		end_group "$group"
	done
}

# sweep_groups PARENT: removes those of killed starts; the group of a live start may still be empty.
sweep_groups() {
	for group in "$1"/samebits.*; do
		[ -e "/proc/${group##*.}" ] || rmdir "$group" 2>/dev/null || :
	done
}

# find_tree CONTROLLER: sets `top`, the mount of the controller's own tree (cgroup v1; empty: it has none), and `below`, the path of
# our group in it.
find_tree() {
	top=$(awk -v controller="$1" '$3 == "cgroup" && $4 ~ "(^|,)" controller "(,|$)" {print $2; exit}' /proc/mounts)
	below=$(sed -n "s/^[0-9]*:\([^:]*,\)*$1\(,[^:]*\)*://p" /proc/self/cgroup)
	below=${below%/}
}

# Where a group can be made, a line each: PARENT LIMIT SWAP [VALUE]; SWAP and VALUE limit what exceeds LIMIT. Found once per run.
find_groups() {
	[ ! -f "$PREPARED/groups" ] || return 0
	find_tree memory
	v2=$(awk '$3 == "cgroup2" {print $2; exit}' /proc/mounts)
	own2=$(sed -n 's/^0:://p' /proc/self/cgroup)
	for parent in ${top:+"$top$below" "$top"} ${v2:+"$v2" "$v2${own2%/*}"}; do
		if [ -e "$parent/memory.usage_in_bytes" ]; then
			echo "$parent memory.limit_in_bytes memory.memsw.limit_in_bytes"
		else
			echo "$parent memory.max memory.swap.max 0"
		fi
		sweep_groups "$parent"
	done >"$PREPARED/groups"
	for controller in cpu blkio; do
		find_tree $controller
		[ -n "$top" ] || continue
		sweep_groups "$top$below"
		echo "$top$below"
	done >"$PREPARED/groups.others"
}

# try_group PARENT LIMIT SWAP VALUE: makes GROUP, with the memory limit and without swap; empty: not permitted.
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

# Sets the limit that a container of the same size has, and GROUPS_MADE to the groups that could be made.
make_groups() {
	find_groups
	GROUP=
	while [ -z "$GROUP" ] && read -r parent limit swap value; do
		try_group "$parent" "$limit" "$swap" "$value" 2>/dev/null
	done <"$PREPARED/groups"
	if [ -n "$GROUP" ]; then
		tell memory_limit cgroup
	else
		tell memory_limit none
		note "$NAME runs without the limit MEMORY=$MEMORY: no permission to make a control group"
	fi
	GROUPS_MADE=$GROUP
	while read -r parent; do
		! mkdir "$parent/samebits.$$" 2>/dev/null || GROUPS_MADE="$GROUPS_MADE $parent/samebits.$$"
	done <"$PREPARED/groups.others"
}

# Runs a command in them: sh -c "$in_groups" sh "$GROUPS_MADE" COMMAND...
# shellcheck disable=SC2016 # the inner shell's words
in_groups='for group in $1; do echo $$ >"$group/cgroup.procs" || exit; done; shift; exec "$@"'
