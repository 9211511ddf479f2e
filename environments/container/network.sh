# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # see common.sh, runner.sh and start/network.sh
# Connects a container of an engine to a peer outside: over the engine's bridge, where the peer listens at the bridge's own
# address, or through the network that the engine is in (host), from where a pair of devices leads to the peer.

# join_by_engine: sets NETWORK unless it is set.
join_by_engine() {
	if [ "$SUITE_NET" != yes ]; then
		: "${NETWORK:=none}"
		return
	fi
	: "${NETWORK:=bridge}"
	find_daemons
	case $NETWORK:$engine_name:$daemons in
	none:*) unreachable 'network=none was given' ;;
	host:podman:*) make_pair ;;
	bridge:podman:*) join_podman ;;
	*:unknown) unreachable "the engine's daemon is on another machine, or cannot be found" ;;
	*) join_docker ;;
	esac
}

# Podman has no daemon: it runs in the peer's namespace, and makes its bridge there.
join_podman() {
	begin_namespace
	[ -n "$said" ] || return 0
	IN_NETWORK=$(quote nsenter --net="/proc/$peer/ns/net")
	find_gateway podman '{{(index .Subnets 0).Gateway}}'
	PEER=$gateway:${PEER##*:}
	inside "$peer" 'ip link set lo up'
}

# find_gateway NETWORK TEMPLATE: sets `gateway`, the address of the bridge.
find_gateway() {
	supervise engine network inspect "$1" --format "$2" >"$TMP/gateway" 2>"$TMP/network"
	gateway=
	read -r gateway <"$TMP/gateway" || :
}

# A daemon that we started has a network namespace of its own. Any other uses the machine's: nothing is added there, the peer only
# listens.
join_docker() {
	ours=yes
	[ -f "$ENGINE_DIR/daemon" ] || ours=
	if [ -z "$ours" ] && [ "$NETWORK" = host ]; then
		unreachable "Docker's network=host is this machine's own, to which nothing is added; stop the daemon, so that one is started in a network of its own, or use podman:network=host"
		return
	fi
	find_gateway bridge '{{(index .IPAM.Config 0).Gateway}}'
	if [ -z "$gateway" ]; then
		unreachable "Docker's network bridge has no address"
		return
	elif [ -z "$ours" ]; then
		begin_peer "$gateway"
		return
	fi
	daemon=${daemons%%,*}
	if [ "$NETWORK" = host ]; then
		begin_namespace
		[ -z "$said" ] || link_to "$daemon"
	else
		begin_peer "$gateway" nsenter --net="/proc/$daemon/ns/net"
	fi
}
