# The connection of an environment to its peer: the peer, the devices to it, and that none of them are left behind.
# needs: all
# bats file_tags=measures
load helper

setup() {
	bench=$OUT/bin/bench
	make_dir
	sed 's/--time=2/--time=1/' rootfs/suites/net.suite >"$dir/short.suite"
	export SUITE=$dir/short.suite ITERATIONS=1 RUN=net-$BATS_TEST_NUMBER-$$
	results=$OUT/results/$RUN
	latest=$(readlink "$OUT/results/latest" || :)
	list_network >"$dir/before"
	list_users >"$dir/users"
}

teardown() {
	rm -rf "$OUT/results/"net-*-$$*
	if [ -n "$latest" ]; then ln -sfn "$latest" "$OUT/results/latest"; else rm -f "$OUT/results/latest"; fi
	forget_dir
}

needs_root() {
	[ "$(id -u)" = 0 ] || skip 'needs root for network namespaces'
}

# What measurements must not change: the devices, addresses and routes of this machine.
list_network() {
	ip -o link | sed 's/^[0-9]*: //'
	ip -o -4 address
	ip route
}

# What could be left behind: namespaces, and peers. Other tests that run at the same time may have some.
list_users() {
	{
		lsns -t net -n -o NS
		pgrep -fa "$bench net serve" || :
	} | sort -u
}

# The kernel removes a namespace shortly after its last process has ended.
same_network() {
	list_network | diff "$dir/before" -
	list_users >"$dir/now"
	[ -z "$(comm -13 "$dir/users" "$dir/now")" ]
}

# measured WORD HOW: one start has values of all five tests, used that connection, and leaves nothing.
measured() {
	local name
	name=$(tr :/ .@ <<<"$1")
	run --separate-stderr scripts/measure "$1"
	echo "$output $stderr"
	[ "$status" = 0 ]
	valid "$results/$name-1.json"
	jq -c '.host.network, (.experiments[] | [.name, .unavailable, .metrics])' "$results/$name-1.json"
	jq -e --arg how "$2" '.host.network == $how and (.experiments | length == 5 and all(.metrics[0].value > 0))' "$results/$name-1.json"
	await $$ same_network
}

@test "net: each test works with bench itself as the peer" {
	mkfifo "$dir/port"
	setpriv --pdeathsig KILL "$bench" net serve --net-peer=127.0.0.1:0 >"$dir/port" 3>&- &
	local peer=$! port
	until read -r port && [[ $port == [0-9]* ]]; do :; done <>"$dir/port"
	SAMEBITS_PEER=127.0.0.1:$port "$bench" suite "$SUITE" >"$dir/document"
	valid "$dir/document"
	diff - <(jq -r '.experiments[] | "\(.name): \(.metrics | map("\(.name) \(.unit) \(.better)") | join(", "))"' "$dir/document") <<-'END'
		tcp-rr: round trip us less
		tcp-crr: connections /s more
		tcp-stream: bandwidth MB/s more
		udp-rr: round trip us less
		udp-stream: bandwidth MB/s more, lost % less
	END
	jq -e '.experiments | all(.exit == 0 and .events > 10)' "$dir/document"
	# Several connections at once, with a warm-up.
	for test in tcp-crr udp-stream; do
		"$bench" net --net-test=$test --net-peer=127.0.0.1:$port --threads=3 --warmup-time=1 --time=1 run >"$dir/report"
	done
	kill -KILL $peer
	reap $peer 137
	run "$bench" net --net-peer=127.0.0.1:$port run
	[ "$status" = 3 ]
	[[ $output == *'FATAL: the peer cannot be reached: Connection refused'* ]]
}

@test "net: an invalid or missing peer is reported" {
	for wrong in 127.0.0.1 127.0.0.1: 127.0.0.1:65536 localhost:1 :1 1.2.3.4:1x; do
		run "$bench" net --net-peer=$wrong run
		[ "$status" = 1 ]
		[[ $output == *"FATAL: Invalid value of net-peer: $wrong."* ]]
	done
	run "$bench" net --net-test=sctp --net-peer=127.0.0.1:1 run
	[ "$status" = 1 ]
	[[ $output == *'FATAL: Invalid value of net-test: sctp.'* ]]
	echo 'a net --time=1' >"$dir/a.suite"
	"$bench" suite "$dir/a.suite" >"$dir/document"
	jq -e '.experiments[0].unavailable | test("nobody says where")' "$dir/document"
	SAMEBITS_PEER='none: the reason' "$bench" suite "$dir/a.suite" >"$dir/document"
	jq -e '.status == "complete" and .experiments[0].unavailable == "no peer outside: the reason"' "$dir/document"
	run "$bench" net --net-peer=192.0.2.1:1 serve
	[ "$status" = 1 ]
	[[ $output == *'FATAL: Cannot listen at net-peer'* ]]
}

@test "what a process of the network prints late is not taken for the next one's" {
	cat >"$dir/two" <<-'END'
		set -eu
		TMP=$1 NAME=test
		. scripts/lib.sh
		. environments/start/network.sh
		cd "$TMP"
		begin_process sh -c 'trap "" PIPE; echo 1; until [ -e second ]; do sleep 0.1; done; echo 2; touch late; exec sleep 1000'
		echo "$said"
		begin_process sh -c 'touch second; until [ -e late ]; do sleep 0.1; done; echo 3; exec sleep 1000'
		echo "$said"
		end_network
	END
	[ "$(sh "$dir/two" "$dir")" = $'1\n3' ]
}

@test "native and a container without an engine reach the peer through a pair of devices" {
	needs_root
	measured native veth
	measured oci veth
}

@test "a guest reaches the peer through a tap and through QEMU's user networking" {
	needs_root
	measured qemu tap
	measured qemu:net=user user
}

@test "a container reaches the peer through the engine's bridge and from the engine's own network" {
	needs_root
	measured docker bridge
	measured docker:network=host host
}

@test "without a network each of its tests gives the reason, and the rest is measured" {
	echo 'one cpu --cpu-max-prime=100 --events=1' >>"$SUITE"
	RUN=$RUN-a run --separate-stderr scripts/measure docker:network=none
	[ "$status" = 0 ]
	[[ $stderr == *'has no network: network=none was given'* ]]
	jq -e '(.experiments[:5] | all(.unavailable == "no peer outside: network=none was given")) and .experiments[5].exit == 0' "$results-a/docker.network=none-1.json"
	if ! [ -c /dev/vhost-net ]; then
		RUN=$RUN-b run --separate-stderr scripts/measure qemu:net=vhost
		[ "$status" = 0 ]
		jq -e '.experiments[:5] | all(.unavailable | test("there is no /dev/vhost-net"))' "$results-b/qemu.net=vhost-1.json"
	fi
	if [ "$(id -u)" = 0 ]; then
		# Root without permission to make namespaces, as in many containers.
		RUN=$RUN-c run --separate-stderr setpriv --bounding-set=-sys_admin scripts/measure native
		[ "$status" = 0 ]
		[[ $stderr == *'native has no network: '*'Operation not permitted'* ]]
		jq -e '(.experiments[:5] | all(.unavailable | test("^no peer outside: .*Operation not permitted"))) and .experiments[5].exit == 0' "$results-c/native-1.json"
	fi
	await $$ same_network
}

@test "a killed measurement leaves no device, no namespace and no peer" {
	needs_root
	for word in native qemu docker; do
		RUN=$RUN-$word scripts/measure $word >"$dir/log" 2>&1 3>&- &
		local measure=$!
		await $measure pgrep -f "$bench net serve"
		kill -KILL $measure
		reap $measure 137
		# The next run ends a daemon.
		[ $word != docker ] || environments/container/engine sweep
		await $$ same_network
	done
}
