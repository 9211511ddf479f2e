# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # see common.sh, runner.sh and start/network.sh
# Connects a guest to a peer outside. Sets SAMEBITS_NETDEV, the host's end of its network device, and GUEST_ADDRESS.
GUEST_ADDRESS='' SAMEBITS_NETDEV=''
export SAMEBITS_NETDEV

join_by_qemu() {
	[ "$SUITE_NET" = yes ] || return 0
	if [ -z "$NET" ]; then
		NET=tap
		[ ! -w /dev/vhost-net ] || NET=vhost
	fi
	tell network "$NET"
	case $NET in
	user) join_by_user ;;
	*) join_by_tap ;;
	esac
}

# For the guest the host is 10.0.2.2, which also reaches what listens on the host's loopback.
join_by_user() {
	begin_peer 127.0.0.1
	[ -n "$said" ] || return 0
	PEER=10.0.2.2:$said
	GUEST_ADDRESS=10.0.2.15
	SAMEBITS_NETDEV=user,id=net
}

join_by_tap() {
	if [ "$NET" = vhost ] && [ ! -w /dev/vhost-net ]; then
		unreachable 'there is no /dev/vhost-net; load the module vhost_net, or give net=tap'
		return
	fi
	begin_namespace
	[ -n "$said" ] || return 0
	IN_NETWORK=$(quote nsenter --net="/proc/$peer/ns/net")
	GUEST_ADDRESS=$OWN_ADDRESS
	SAMEBITS_NETDEV=tap,id=net,ifname=tap0,script=no,downscript=no
	[ "$NET" = tap ] || SAMEBITS_NETDEV=$SAMEBITS_NETDEV,vhost=on
	# shellcheck disable=SC2016 # the inner shell's words
	inside "$peer" 'ip tuntap add dev tap0 mode tap
		ip addr add "$1/24" dev tap0
		ip link set tap0 up' "$PEER_ADDRESS"
	[ -n "$IN_NETWORK" ] || SAMEBITS_NETDEV='' GUEST_ADDRESS=''
}
