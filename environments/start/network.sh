# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # scripts that source this use these variables; runner.sh sets the rest
# Connects an environment to a peer outside, on this machine, for suites that measure this. The peer is `bench net serve` in a
# network namespace of its own. Network devices lie in it, or have their other end there, so that they all vanish with it; and it
# ends with this process, however that ends. The addresses are from the range reserved for benchmarks (RFC 2544).
#
# The functions that join set PEER, for bench: ADDRESS:PORT, or "none: " and the reason. Then IN_NETWORK is the words before what starts
# the environment, in the namespace NAMESPACE.
PEER='' IN_NETWORK='' NAMESPACE='' NETWORK_PROCESSES=''
PEER_ADDRESS=198.18.0.1 OWN_ADDRESS=198.18.0.2

# unreachable WHY
unreachable() {
	note "$NAME has no network: $*"
	PEER="none: $(printf '%.300s' "$*" | tr '"' "'")"
	IN_NETWORK='' NAMESPACE=''
}

# may_join: sets `joins` when devices and namespaces can be made.
may_join() {
	joins=
	user=$(id -u)
	if [ "$user" != 0 ]; then
		unreachable 'a network namespace of its own needs root here; use sudo'
	elif ! command -v ip >/dev/null; then
		advice=$(packages/advice iproute2)
		unreachable "ip is not installed; $advice"
	else
		joins=yes
	fi
}

# begin_process COMMAND...: runs it in the background until it prints a number, which `said` then holds; empty: it failed. Sets `process`.
begin_process() {
	# A pipe each: a process may still hold its end open when the next one begins, which would then read the end of the first one's output.
	rm -f "$TMP/said.fifo"
	mkfifo "$TMP/said.fifo"
	# Descriptor 9 is the lock that measure holds.
	setpriv --pdeathsig KILL "$@" >"$TMP/said.fifo" 2>"$TMP/network" 9<&- &
	process=$!
	NETWORK_PROCESSES="$NETWORK_PROCESSES $process"
	while read -r said; do
		case $said in [0-9]*) return ;; esac
	done <"$TMP/said.fifo"
	said=
	why=$(engine_reason "$TMP/network")
	unreachable "${why:-its peer did not start}"
}

# begin_peer ADDRESS COMMAND...: the command starts a peer that listens there; on processors that the environment does not have, if
# there are any. Sets `peer`, its PID.
begin_peer() {
	listens=$1
	shift
	others=$(other_processors)
	[ -z "$others" ] || set -- "$@" taskset -c "$others"
	begin_process "$@" "$BUILT/bin/bench" net serve --net-peer="$listens:0"
	peer=$process
	[ -z "$said" ] || PEER=$listens:$said
}

end_network() {
	for process in $NETWORK_PROCESSES; do
		kill -KILL "$process" 2>/dev/null || :
		wait "$process" 2>/dev/null || :
	done
}

# inside PROCESS SCRIPT ARGUMENT...: runs it in the process's network namespace, where IPv6 sends nothing by itself.
inside() {
	namespace=/proc/$1/ns/net
	script=$2
	shift 2
	nsenter --net="$namespace" sh -ec "echo 1 2>/dev/null >/proc/sys/net/ipv6/conf/default/disable_ipv6 || :; $script" sh "$@" 2>"$TMP/network" || {
		why=$(engine_reason "$TMP/network")
		unreachable "$why"
	}
}

# Sets `peer`, in a fresh namespace, or reports why there is none: `said` is empty then.
begin_namespace() {
	said=
	may_join
	[ -n "$joins" ] || return 0
	begin_peer 0.0.0.0 unshare --net
	[ -z "$said" ] || PEER=$PEER_ADDRESS:$said
}

# link_to PROCESS: makes a pair of Ethernet devices from the peer's namespace to the process's.
link_to() {
	# shellcheck disable=SC2016 # the inner shell's words
	inside "$peer" 'ip link add eth0 type veth peer name "$1" netns "$2"
		ip addr add "$3/24" dev eth0
		ip link set eth0 up' "veth$$" "$1" $PEER_ADDRESS
	# shellcheck disable=SC2016
	case $PEER in [0-9]*) inside "$1" 'ip link set lo up
		ip addr add "$1/24" dev "$2"
		ip link set "$2" up' $OWN_ADDRESS "veth$$" ;; esac
}

join_by_veth() {
	[ "$SUITE_NET" = yes ] || return 0
	tell network veth
	make_pair
}

# make_pair: what is then started in IN_NETWORK has a network namespace with such a pair.
make_pair() {
	begin_namespace
	[ -n "$said" ] || return 0
	# shellcheck disable=SC2016 # the inner shell's words
	begin_process unshare --net sh -c 'echo $$ && exec sleep infinity'
	[ -n "$said" ] || return 0
	NAMESPACE=/proc/$process/ns/net
	IN_NETWORK=$(quote nsenter --net="$NAMESPACE")
	link_to "$process"
}
