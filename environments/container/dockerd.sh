# shellcheck shell=sh
# shellcheck disable=SC2034 # scripts that source this use these variables
# Starts and stops a Docker daemon of our own, also one whose owner was killed before it could stop the daemon.
#
# Its directory, /tmp/samebits-d.XXXX, is short, since a socket's path may have 107 characters. It holds lists of processes:
# `owner`, which stops the daemon, and `dockerd`.

. environments/start/processes.sh

# end FILE: ends the processes in it; a stopped one is continued so that it can end.
end() {
	signal TERM "$1"
	signal CONT "$1"
	for _ in $(seq 200); do
		[ "$left" != 0 ] || return 0
		sleep 0.1
		signal 0 "$1"
	done
	signal KILL "$1"
}

# end_rest HOME: containers outlive a killed daemon. Their shims are in the session of its containerd, whose PID is in one of its
# files; as long as that session has processes, no other process gets this PID.
end_rest() {
	session=$(cat "$1/exec/containerd/containerd.pid" 2>/dev/null) || return 0
	find_birth "$session"
	if [ -n "$birth" ]; then
		grep -qF "$1/" "/proc/$session/cmdline" || return 0
	fi
	cat /proc/[0-9]*/stat 2>/dev/null >"$1/processes" || : # some end meanwhile
	awk -v session="$session" '{
		pid = $1
		sub(/.*\) /, "")
		parent[pid] = $2
		if ($4 == session) ours[pid]
	} END {
		do {
			count = found
			for (pid in parent)
				if (!(pid in ours) && parent[pid] in ours) {ours[pid]; found++}
		} while (found > count)
		for (pid in ours) print pid
	}' "$1/processes" >"$1/rest"
	while read -r pid; do
		kill -KILL "$pid" 2>/dev/null || :
	done <"$1/rest"
}

# stop_dockerd HOME: ends it, and removes its directory with everything mounted there.
stop_dockerd() {
	end "$1/dockerd"
	end_rest "$1"
	awk -v dir="$1/" 'index($2, dir) == 1 {print $2}' /proc/mounts >"$1/mounts"
	sort -r "$1/mounts" >"$1/points"
	while read -r point; do
		umount "$point" 2>/dev/null || umount -l "$point"
	done <"$1/points"
	rm -rf --one-file-system "$1"
}

# For a suite with a network the daemon gets a network namespace of its own, with a bridge: words before dockerd, and its options.
choose_network() {
	bridge=--bridge=none
	in_network=
	[ "${SUITE_NET:-}" = yes ] || return 0
	bridge=--bip=198.18.1.1/24
	in_network='unshare --net'
}

# Sets `home` to a fresh directory for a daemon. It gets its final name only when its owner, our caller, is recorded in it.
make_home() {
	new=$(mktemp -d /tmp/samebits-new.XXXX)
	claim "$PPID" "$new/owner"
	home=/tmp/samebits-d.${new##*.}
	mv -T "$new" "$home"
}

# configure_dockerd HOME: lists the runtimes installed besides runc, and takes nothing from the configuration of this machine's own
# daemon. gVisor gets no network but its lo, since the daemon has none to give.
configure_dockerd() {
	{
		! command -v crun >/dev/null || echo '{"crun": {"path": "crun"}}'
		! command -v runsc >/dev/null || echo '{"runsc": {"path": "runsc", "runtimeArgs": ["--network=none"]}}'
	} | jq -s '{runtimes: (add // {})}' >"$1/daemon.json"
}

# start_dockerd HOME DRIVER: sets `version` when it answers within half a minute; to nothing otherwise.
start_dockerd() {
	version=
	configure_dockerd "$1"
	choose_network
	# The daemon stays off the processors that we measure on. A container is moved to its own processors by its control group.
	others=$(other_processors)
	# It runs in its own session: Ctrl-C must end the container first. Descriptor 9 is the lock that measure holds.
	# shellcheck disable=SC2086 # words, or none
	${others:+taskset -c $others} setsid $in_network dockerd --config-file="$1/daemon.json" --storage-driver="$2" --iptables=false $bridge --data-root "$1/root" \
		--exec-root "$1/exec" -H "unix://$1/s" -p "$1/pid" >"$1/log" 2>&1 </dev/null 9<&- &
	pid=$!
	record $pid "$1/dockerd"
	for _ in $(seq 150); do
		if version=$(timeout 10 docker -H "unix://$1/s" version --format '{{.Server.Version}}' 2>/dev/null); then
			return
		fi
		version=
		kill -0 $pid 2>/dev/null || return 0
		sleep 0.2
	done
}

# Daemons whose owner is gone were left by a killed run. Others may make directories of such names: those are not ours.
sweep_dockerds() {
	for home in /tmp/samebits-d.????; do
		kind=$(stat -c '%u %F' "$home" 2>/dev/null) || continue
		if [ "$kind" = '0 directory' ] && [ -f "$home/owner" ]; then
			forsaken "$home/owner"
			[ -n "$forsaken" ] || continue
			note "ending the Docker daemon that a killed run left in $home"
			stop_dockerd "$home"
		fi
	done
}
