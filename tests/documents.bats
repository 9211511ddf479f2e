# What comes back from a start is not trusted: hostile guests, containers and commands, and what is kept of their output.
# shellcheck disable=SC2016 # what a container or a guest is to run expands there
# bats file_tags=measures
# needs: all
load helper

# The image and the guest's root file system have a shell script as /init, which runs what a test has written in place
# of a suite. Its root file system claims to be the manifest's, as a forger's would.
setup_file() {
	mkdir -p "$OUT/scratch"
	world=$(mktemp -d "$OUT/scratch/documents.XXXXXX")
	mkdir -p "$world/out/bin" "$world/root" "$world/docker"
	ln -s "$OUT/bin/"* "$world/out/bin"
	ln -s "$OUT/vmlinux" "$OUT/rootfs.manifest" "$world/out"
	bsdtar -xf "$OUT/rootfs.tar" -C "$world/root"
	rm "$world/root/init"
	sed "s/@INIT@/$(awk '$4 == "/init" {print $1}' "$OUT/rootfs.manifest")/" >"$world/root/init" <<-'INIT'
		#!/bin/sh
		# measure: prints a document without a fault.
		measure() {
			mkdir -p /scratch/own
			echo 'one cpu --cpu-max-prime=100 --events=1' >/scratch/own/evil.suite
			SAMEBITS_INIT=sha256:@INIT@ /bin/bench suite /scratch/own/evil.suite
		}
		# send: what is on standard input leaves a guest as its document.
		send() {
			cat >/tmp/document
			{ echo hello; echo "document $(wc -c </tmp/document)"; cat /tmp/document; echo; echo exit 0; } >&3
			sleep 1000
		}
		if [ ! -e /proc/self ]; then
			mount -t proc proc /proc
			mount -t devtmpfs dev /dev
			mount -t ext4 /dev/vda /scratch
			exec 3>"$(echo /dev/vport*)"
		elif [ "$1" != suite ]; then
			exec /bin/bench "$@"
		fi
		name=/results/$SAMEBITS_ENVIRONMENT-$SAMEBITS_ITERATION.json
		. "$2"
	INIT
	chmod +x "$world/root/init"
	(cd "$world/root" && bsdtar --format=newc -cf "$world/out/initramfs.cpio" .)
	bsdtar --format=ustar -cf "$world/layer.tar" -C "$world/root" .
	docker/image "$world/layer.tar" "$OUT/rootfs.manifest" "$world/out/image.tar"
	OUT=$world/out environments/container/engine start "$world/docker"
	export world
}

teardown_file() {
	environments/container/engine stop "$world/docker"
	rm -rf "$world"
}

setup() {
	dir=$(mktemp -d "$world/test.XXXXXX")
	RUN=documents-$BATS_TEST_NUMBER-$$
	SUITE=$dir/evil.suite
	export RUN SUITE
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$SUITE"
}

teardown() {
	mountpoint -q "$dir/out/results/full" && umount "$dir/out/results/full"
	rm -rf "$dir" "$world/out/results"
}

# start ENVIRONMENT STATUS TEXT: one start, which runs the script on standard input.
start() {
	cat >"$SUITE"
	OUT=$world/out SAMEBITS_PREPARED=$world ACCEL=tcg SCRATCH=$world/scratch refused "$2" "$3" \
		timeout 120 scripts/run "$1" 1
	[ -z "$(find "$world/out/results" -name '*.json*' ! -type d)" ]
}

docker_engine() {
	eval "$(cat "$world/docker/words") $*"
}

@test "a valid document of a container is kept, and its many other files are not" {
	echo 'for i in $(seq 3000); do : >/results/$i; done; measure >$name' >"$SUITE"
	OUT=$world/out SAMEBITS_PREPARED=$world SCRATCH=$world/scratch scripts/run docker 1
	valid "$world/out/results/$RUN/docker-1.json"
	[ "$(ls "$world/out/results/$RUN")" = "$(printf 'docker-1.json\ndocker-1.log')" ]
	[ -z "$(ls -A "$world/scratch")" ]
}

@test "what a container leaves instead of a document is not followed, waited for or read without limit" {
	local nothing='the container was lost: its document is not a regular file; its output is in '
	echo 'measure >$name' >"$SUITE"
	OUT=$world/out SAMEBITS_PREPARED=$world SCRATCH=$world/scratch scripts/run docker 1
	mv "$world/out/results/$RUN/docker-1.json" "$dir/of-the-host.json"
	start docker 5 "$nothing" <<<"ln -s '$dir/of-the-host.json' \$name"
	start docker 5 "$nothing" <<<'ln -s /dev/zero $name'
	start docker 5 "$nothing" <<<'ln -s nowhere $name'
	start docker 5 "$nothing" <<<'mknod $name p'
	start docker 5 "$nothing" <<<'mknod $name c 1 5'
	start docker 5 "$nothing" <<<'mkdir $name'
	start docker 5 'its document is larger than 64 MiB' <<<'truncate -s 1024G $name'
	start docker 5 'the container was lost: it ended with status 0 and no result' <<<':'
	start docker 5 'its document has 0 JSON texts instead of one' <<<': >$name'
}

@test "a document is one JSON text whose fields match the start" {
	start docker 5 'its document cannot be read (' <<<'measure | dd bs=100 count=1 of=$name'
	start docker 5 'its document cannot be read (' <<<'{ measure; echo "}"; } >$name'
	start docker 5 'its document has 2 JSON texts instead of one' <<<'{ measure; measure; } >$name'
	start docker 5 'has no identity, platform and experiments' <<<'echo [] >$name'
	start docker 5 'has no identity, platform and experiments' <<<'measure | sed s/.experiments/\"x/ >$name'
	start docker 5 'its document has the environment "qemu" instead of "docker"' <<<'SAMEBITS_ENVIRONMENT=qemu measure >$name'
	start docker 5 'its document has the iteration 7 instead of 1' <<<'SAMEBITS_ITERATION=7 measure >$name'
	start docker 5 'its document has the run "latest" instead of "documents-' <<<'SAMEBITS_RUN=latest measure >$name'
	start docker 5 'its document has the suite "quick" instead of "evil"' <<<'measure | sed "s/\"evil\"/\"quick\"/" >$name'
	start docker 5 'its document has the schema "x" instead of ' <<<'measure | sed "s/samebits-result-1/x/" >$name'
	start docker 5 'its document has the status "complete" instead of "failed"' <<<'measure >$name; exit 1'
	start docker 5 'its document has the run "??[2J\u001b" instead of ' <<<"SAMEBITS_RUN=\$(printf 'ä\\033') measure | sed 's/\\\\u001b/[2J&/' >\$name"
	start docker 5 'its document is invalid (jq: error' <<<'measure | sed "s/\"begin_monotonic_ns\":[0-9]*/\"begin_monotonic_ns\":\"now\"/" >$name'
	[[ $output$stderr != *$'\033'* ]]
}

@test "a document states all identities that were requested, and no others" {
	local other
	other=sha256:$(printf "%064d" 0)
	start docker 6 "docker ran another rootfs than $world/out/rootfs.manifest lists (\"$other\")" <<<"SAMEBITS_ROOTFS=$other measure >\$name"
	start docker 6 'docker ran another init than ' <<<"measure | sed 's/\"init\":\"[^\"]*/\"init\":\"$other/' >\$name"
	start docker 6 "docker ran another init than $world/out/rootfs.manifest lists (unstated)" <<<'measure | sed "s/\"init\":\"[^\"]*\",//" >$name'
	start docker 6 'docker ran another bench than ' <<<"measure | sed 's/\"bench\":\"[^\"]*/\"bench\":\"$other/' >\$name"
	start docker 5 'its document has other identities, too: ["x"]' <<<"measure | sed 's/\"rootfs\"/\"x\":0,&/' >\$name"
}

@test "a container's output is shown without control characters" {
	start docker 5 'it ended with status 4 and no result' <<<'printf "\033[2Jtitle\n" >&2; exit 4'
	[[ $stderr == *'| ?[2Jtitle'* ]]
	[[ $stderr != *$'\033'* ]]
}

@test "an engine's refusal is shown in its own words" {
	echo 'measure >$name' >"$SUITE"
	cp -r "$world/docker" "$dir/docker"
	echo /no/image >"$dir/docker/image"
	OUT=$world/out SAMEBITS_PREPARED=$dir SCRATCH=$world/scratch refused 3 'docker refused: docker: invalid reference format' scripts/run docker 1
}

@test "a guest's document is checked against what was requested, too" {
	start qemu 5 'the guest was lost: its document has the environment "docker" instead of "qemu"' <<<'SAMEBITS_ENVIRONMENT=docker measure | send'
	start qemu 6 'qemu ran another init than ' <<<'measure | sed "s/\"init\":\"[^\"]*\",//" | send'
	start qemu 5 'the guest was lost: it ended with status 130 and no result' <<<'printf "hello\nexit 130\n" >&3; sleep 1000'
}

# heard STATUS TEXT WORDS: the result when a guest writes WORDS (a format of printf) to its port.
heard() {
	rm -f "$dir/document"
	run --separate-stderr timeout 60 "$OUT/bin/watch" --port --silence=10 --document="$dir/document" --log="$dir/log" \
		--report="$dir/report" -- sh -c 'printf "$1" >&3' sh "$3"
	echo "$3: status $status, $(cat "$dir/report")"
	[ "$status" = "$1" ]
	jq -e --arg text "$2" '.lost // "" | startswith($text)' "$dir/report"
	[ "$1" -le 1 ] || [ -z "$(find "$dir" -name 'document*')" ]
}

@test "a guest may send only what the port's protocol has" {
	local nonsense='it said nonsense'
	heard 0 '' 'hello\nexit 0\n'
	heard 0 '' 'hello 1\nalive\ndocument 3 2\n{}\n\nalive\nexit 0\n'
	[ "$(cat "$dir/document")" = '{}' ]
	heard 1 '' 'hello\ndocument 1\n5\nexit 1\n'
	[ "$(cat "$dir/document")" = 5 ]
	heard 5 "$nonsense after hello: document 70000000;" 'hello\ndocument 70000000\n12345\nexit 0\n'
	heard 5 "$nonsense after its document: document 9;" 'hello\ndocument 1\na\ndocument 9\n123456789\nexit 0\n'
	heard 5 "$nonsense after its exit: " 'hello\nexit 0\nexit 3\n'
	heard 5 "$nonsense after its exit: " 'hello\nexit 0\ndocument 1\na\n'
	heard 5 "$nonsense after its exit: ?;" 'hello\nexit 0\n\n'
	heard 5 "$nonsense before hello: exit 0;" 'exit 0\n'
	heard 5 "$nonsense before hello: alive;" 'alive\n'
	heard 5 "$nonsense before hello: document 1;" 'document 1\na\nexit 0\n'
	heard 5 "$nonsense after hello: hello;" 'hello\nhello\n'
	heard 5 "$nonsense behind its document: a;" 'hello\ndocument 1\naa\nexit 0\n'
	heard 5 "$nonsense after hello: ;" 'hello\n\n'
	heard 5 "$nonsense after hello: ali?;" 'hello\nali\0ve\nexit 0\n'
	heard 5 "$nonsense after hello: $(printf '%063d' 0)" "hello\n$(printf '%0100d' 0)"
	for number in -1 0 01 +1 ' 1' 1x '1 ' 1.0 0x1 '' 67108865 18446744073709551617 '1 0' '1 -1' '1 18446744073709551616' '1 2 3'; do
		heard 5 "$nonsense after hello: document ${number}" "hello\ndocument $number\na\nexit 0\n"
	done
	for number in -1 01 256 4294967296 18446744073709551616 1x '' '0 0'; do
		heard 5 "$nonsense after hello: exit $number" "hello\nexit $number\n"
	done
	heard 5 'it ended (status 0) before it reported its exit status' 'hello\ndocument 10\n123'
	heard 5 'it ended (status 0) before it reported its exit status' 'hello\nexit 0'
	heard 0 '' 'hello\nalive\nwaiting\nalive\nbegin 0\nend 0\nexit 0\n'
	heard 5 "$nonsense before hello: waiting;" 'waiting\n'
	heard 5 "$nonsense after hello: waiting;" 'hello\nwaiting\nwaiting\n'
	heard 5 "$nonsense after hello: waiting;" 'hello\nbegin 0\nwaiting\n'
	heard 5 "$nonsense after hello: waiting 1;" 'hello\nwaiting 1\n'
	heard 5 "$nonsense after its document: waiting;" 'hello\ndocument 1\na\nwaiting\n'
	heard 5 "$nonsense before hello: begin 0;" 'begin 0\n'
	heard 5 "$nonsense after hello: end 0;" 'hello\nend 0\nbegin 0\nexit 0\n'
	heard 5 "$nonsense after hello: end 1;" 'hello\nbegin 0\nend 1\n'
	heard 5 "$nonsense after hello: end 0;" 'hello\nbegin 0\nend 0\nend 0\n'
	heard 5 "$nonsense after hello: end 0;" 'hello\nbegin 0\nbegin 1\nend 0\n'
	heard 5 "$nonsense after hello: begin 0;" 'hello\nbegin 0\nend 0\nbegin 0\n'
	heard 5 "$nonsense after hello: begin 3;" 'hello\nbegin 7\nbegin 3\n'
	heard 5 "$nonsense after its document: begin 0;" 'hello\ndocument 1\na\nbegin 0\n'
	heard 5 "$nonsense after its document: end 0;" 'hello\nbegin 0\ndocument 1\na\nend 0\n'
	for number in -1 01 128 4294967296 18446744073709551616 1x '' '0 0'; do
		heard 5 "$nonsense after hello: begin $number" "hello\nbegin $number\n"
	done
	run --separate-stderr "$OUT/bin/watch" --port -- sh -c 'printf "hello\ndocument 1\na\nexit 0\n" >&3'
	[ "$status" = 5 ]
	[[ $stderr == *'it sent a document, and nobody asked for one'* ]]
}

# taken FILTER WATCH-OPTION... -- COMMAND...: checks what was read while it waited.
taken() {
	local filter=$1
	shift
	timeout 60 "$OUT/bin/watch" --log="$dir/log" --report="$dir/report" "$@"
	jq -c .footprint "$dir/report"
	jq -e ".footprint | $filter" "$dir/report"
}

@test "the memory that a guest takes is read while it waits, or the document has the reason" {
	local waits='printf "hello\nwaiting\n" >&3; sleep 3; printf "begin 0\nend 0\nexit 0\n" >&3; sleep 1000'
	taken '.memory_bytes > 0 and .cpu_s > 0 and (has("engine_bytes") | not)' --port -- sh -c "$waits"
	taken '. == {unavailable: "the benchmark was not seen waiting"}' --port -- sh -c 'printf "hello\nexit 0\n" >&3; sleep 1000'
	taken '. == {unavailable: "the benchmark began before it was read"}' --port -- \
		sh -c 'printf "hello\nwaiting\nbegin 0\nexit 0\n" >&3; sleep 1000'
	# An engine's daemon that ran before.
	sleep 1000 3>&- &
	taken '.memory_bytes > 0 and .cpu_s > 0 and .engine_bytes > 0' --port --daemons=$! -- sh -c "$waits"
	kill $!
	wait $! || :
	taken '.memory_bytes > 0 and (has("cpu_s") or has("engine_bytes") | not)' --port --daemons=unknown -- sh -c "$waits"
	for list in '' 1x '5,' 0 ',5'; do
		refused 2 'is not a list of processes' "$OUT/bin/watch" --daemons="$list" -- true
	done
}

@test "without a port, the benchmark's wait is detected by the name of its process" {
	# The process gets the name of its file.
	cp "$(command -v sleep)" "$dir/bench-waiting"
	mkdir "$dir/results"
	taken '.memory_bytes > 0 and .cpu_s > 0' --directory="$dir/results" -- sh -c '"$1" 3; :' sh "$dir/bench-waiting"
	taken '.memory_bytes > 0' --document="$dir/document" -- sh -c 'exec "$1" 3' sh "$dir/bench-waiting"
	taken 'has("unavailable")' --directory="$dir/results" -- sh -c '"$1" 3; :' sh "$(command -v sleep)"
	# An unrecognized one touches its document, and then everything below the command counts; a file touched long ago does not.
	taken '.memory_bytes > 0 and .cpu_s > 0' --below --directory="$dir/results" -- sh -c 'sleep 1; : >"$1"; touch "$1"; sleep 2' sh "$dir/results/a"
	taken 'has("unavailable")' --below --directory="$dir/results" -- sh -c 'touch -d yesterday "$1"; sleep 2' sh "$dir/results/a"
	taken 'has("unavailable")' --directory="$dir/results" -- sh -c 'touch "$1"; sleep 2' sh "$dir/results/a"
	# A foreign process: it is not below the command, and has another /results.
	"$dir/bench-waiting" 1000 3>&- &
	taken 'has("unavailable")' --directory="$dir/results" -- sleep 3
	kill $!
	wait $! || :
	# A container that is not below the command, such as an engine's: its /results is the command's directory.
	mkdir -p "$dir/tree/results" "$dir/tree/bin" "$dir/tree/proc"
	cp "$OUT/bin/busybox" "$dir/tree/bin/busybox"
	echo 'echo bench-waiting >/proc/self/comm; /bin/busybox sleep 3; :' >"$dir/tree/wait"
	echo 'setsid bwrap --unshare-pid --bind "$1" / --proc /proc --bind "$2" /results /bin/busybox sh /wait >"$1/said" 2>&1 </dev/null & sleep 4' >"$dir/engine"
	taken '.memory_bytes > 0' --directory="$dir/results" -- sh "$dir/engine" "$dir/tree" "$dir/results"
	taken 'has("unavailable")' --directory="$dir" -- sh "$dir/engine" "$dir/tree" "$dir/results"
}

@test "processor time of a guest's experiments is reported by their numbers" {
	"$OUT/bin/watch" --port --report="$dir/report" -- sh -c 'echo hello >&3; echo begin 1 >&3; echo begin 3 >&3; sleep 1
		i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; sleep 1; printf "end 3\nbegin 4\n" >&3; sleep 1; echo exit 0 >&3; sleep 1000'
	jq -e '.experiments as $e | ($e | length) == 4 and $e[:3] == [null, null, null] and $e[3].used_s > 0 and $e[3].used_s <= .cpu.used_s' "$dir/report"
}

@test "a suite's time that is invalid or endless is left to bench to judge" {
	echo 'one cpu --cpu-max-prime=100 --time=0.5' >"$SUITE"
	OUT=$world/out refused 2 'did not succeed' scripts/run native 1
	[[ $stderr == *"Invalid value for the 'time' option: '0.5'"* ]]
	echo 'one cpu --cpu-max-prime=100 --events=1 --time=2000000000' >"$SUITE"
	OUT=$world/out scripts/run native 1
}

@test "a flood of output delays no limit, and only a bounded part of it is kept" {
	watched() {
		run --separate-stderr timeout 60 "$OUT/bin/watch" --time=2 --log="$dir/log" --report="$dir/report" "$@"
		cat "$dir/report"
		echo "status $status: $stderr"
		[ "$(stat -c %s "$dir/log")" -le 16777216 ]
	}
	watched --port -- sh -c 'echo hello >&3; exec yes alive >&3'
	[ "$status" = 5 ]
	jq -e '.lost | startswith("it ran longer than 2 s")' "$dir/report"
	# New files are not endless signs of life either.
	watched --directory="$dir" -- sh -c 'while :; do : >"$1"; echo >"$1"; done' sh "$dir/file"
	[ "$status" = 5 ]
	watched --port -- sh -c 'yes >&2'
	[ "$status" = 5 ]
	jq -e '.lost == "it printed more than 16 MiB before it said hello; its last output: y"' "$dir/report"
	# After its document has arrived it may print anything, and the document is still accepted.
	watched --port --document="$dir/document" -- sh -c 'printf "hello\ndocument 2\n{}\n" >&3; head -c 300000000 /dev/zero; echo last; printf "exit 0\n" >&3'
	[ "$status" = 0 ]
	[[ $stderr == *"$dir/log has only the first 16 MiB of the output" ]]
	[ "$(cat "$dir/document")" = '{}' ]
	watched --document="$dir/printed" -- head -c 67108865 /dev/zero
	[ "$status" = 5 ]
	jq -e '.lost | startswith("it printed more than the 64 MiB that a document may have")' "$dir/report"
	[ -z "$(find "$dir" -name 'printed*')" ]
}

@test "if the disk is full when a document is kept, status 3 and a message result, and no partial document" {
	[ "$(id -u)" = 0 ] || skip 'needs root to mount a small file system'
	cp -r "$world/out" "$dir/out"
	mkdir -p "$dir/out/results/full"
	mount -t tmpfs -o size=16k tmpfs "$dir/out/results/full"
	head -c 12000 /dev/zero >"$dir/out/results/full/filler"
	OUT=$dir/out RUN=full refused 3 'cannot write ' scripts/run native 1
	[[ $stderr == *'make room, then measure again (status 3)'* ]]
	[ -z "$(find "$dir/out/results/full" -name '*.json*')" ]
	[ ! -e "$dir/out/results/latest" ]
}

@test "results/latest that is not a link is reported before the first start and left alone" {
	mkdir -p "$world/out/results/latest"
	: >"$world/out/results/latest/native-1.json"
	OUT=$world/out refused 3 'results/latest is not a link to the newest run' scripts/run native 1
	[ -e "$world/out/results/latest/native-1.json" ]
	[ ! -e "$world/out/results/$RUN/native-1.log" ]
	rm -r "$world/out/results/latest"
	echo mine >"$world/out/results/latest"
	OUT=$world/out refused 3 'results/latest is not a link to the newest run' scripts/run native 1
	[ "$(cat "$world/out/results/latest")" = mine ]
}

# kill_when_runs PATTERN: sends KILL to the only process whose command line matches, once bench runs for this RUN.
kill_when_runs() {
	local tries=0
	until grep -q '^bench: \[1/1\]' "$world/out/results/$RUN/"*.log 2>/dev/null; do
		sleep 0.1
		[ $((tries += 1)) -lt 600 ] || return 1
	done
	pkill -KILL -f "$1"
}

@test "a killed watch, engine client or benchmark gives a lost start with status 5, and leaves nothing behind" {
	printf 'one cpu --time=300\n' >"$dir/long.suite"
	export SUITE=$dir/long.suite OUT=$world/out SAMEBITS_PREPARED=$world SCRATCH=$world/scratch
	gone() {
		wait "$killer"
		[ -z "$(find "$OUT/results" -name '*.json*' ! -type d)" ]
		[ -z "$(ls -A "$SCRATCH")" ]
		run pgrep -f "SAMEBITS_RUN=$RUN|bench suite $SUITE"
		[ "$status" = 1 ]
		rm -r "$OUT/results"
	}
	kill_when_runs "^$OUT/bin/watch --report=.*/$RUN/" &
	killer=$!
	refused 5 'the benchmark on the host was lost: ' scripts/run native 1
	[[ ${stderr_lines[-1]} == *'/bin/watch, which supervised it, was killed (it ended with status 137)'* ]]
	gone
	kill_when_runs "^[^ ]*/bench suite $SUITE" &
	killer=$!
	refused 5 'the benchmark on the host was lost: it was ended by signal 9' scripts/run native 1
	gone
	echo 'measure() { /bin/bench suite /scratch/own/evil.suite; }; mkdir /scratch/own; echo "one cpu --time=300" >/scratch/own/evil.suite; measure >$name' >"$dir/evil.suite"
	SUITE=$dir/evil.suite
	for victim in "^$OUT/bin/watch --report=.*/$RUN/" "^docker .*SAMEBITS_RUN=$RUN "; do
		kill_when_runs "$victim" &
		killer=$!
		refused 5 'the container was lost: ' scripts/run docker 1
		gone
		[ -z "$(docker_engine ps -aq)" ]
	done
}
