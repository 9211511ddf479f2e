# bench under ASan and UBSan, and under TSan: nothing that it does may cause a report. Reports go to files,
# so that those of child processes are found, too.
# needs: for-sanitizers

load helper

setup() {
	make_dir
	cd "$dir"
	export ASAN_OPTIONS=log_path=$dir/report UBSAN_OPTIONS=log_path=$dir/report
	export TSAN_OPTIONS=log_path=$dir/report:suppressions=$TOP/tests/tsan.suppressions
	# TSan's fixed memory layout does not work with much address space randomization.
	setarch=$(setarch -R true 2>/dev/null && echo setarch -R) || true
	asan=$OUT/build/asan/bench tsan="$setarch $OUT/build/tsan/bench"
	files='--file-total-size=4M --file-num=4'
	# The peer of net.
	mkfifo port
	$asan net serve --net-peer=127.0.0.1:0 >port 3>&- &
	peer=$!
	until read -r SAMEBITS_PEER && [[ $SAMEBITS_PEER == [0-9]* ]]; do :; done <port
	export SAMEBITS_PEER=127.0.0.1:$SAMEBITS_PEER
}

teardown() {
	kill -KILL $peer
	forget_dir
}

# quiet STATUS COMMAND...: the command ends with the status, and no sanitizer reports anything.
quiet() {
	local expected=$1
	shift
	run timeout 120 "$@"
	cat report* 2>/dev/null && return 1
	[ "$status" = "$expected" ] || {
		echo "status $status: $*: $output"
		return 1
	}
}

# A suite of every test and probe that bench has.
all_workloads() {
	$asan --help | sed -n 's/^  \([a-z][^ ]*\) - .*/\1 \1 --threads=2 --time=1 --events=500/p' |
		sed "/^fileio/s/\$/ $files --file-test-mode=rndrw/; /^mutex/s/\$/ --mutex-locks=500/"
}

# The words between braces in the help of one of fileio's options.
choices() {
	$asan fileio help | sed -n "/--file-$1=/s/.*{\(.*\)}.*/\1/p" | tr -d ' ' | tr , ' '
}

@test "every workload under ASan, UBSan and TSan" {
	all_workloads | sed '/^command /s/$/ -- true/' >all.suite
	[ "$(grep -c . all.suite)" -gt 5 ]
	quiet 0 $asan suite ./all.suite
	# For the race between memory's threads TSan starts a symbolizer, which experiments that count children would find.
	grep '^memory ' all.suite >memory.suite
	grep -v '^memory ' all.suite >rest.suite
	quiet 0 $tsan suite ./memory.suite
	quiet 0 $tsan suite ./rest.suite
}

# Each of bench's command lines, unchanged, then with each word that help has between braces, and with each switch on and off.
all_choices() {
	all_workloads | sed 's/^[^ ]* //; s/--events=[0-9]*/--events=20/' | while read -r line; do
		echo "$line"
		$asan "${line%% *}" help | sed -n 's/^  \(--[a-z0-9-]*\)=.*{\(.*\)}.*/\1 \2/p; s/^  \(--[a-z0-9-]*\)\[=on.*/\1 on,off/p' |
			while read -r option words; do
				for word in ${words//,/ }; do
					echo "$line $option=$word"
				done
			done
	done
}

@test "each choice listed by help, with the text report, under ASan and UBSan" {
	all_choices >lines
	[ "$(grep -c . lines)" -gt 30 ]
	while read -r line; do
		[[ $line != fileio* ]] || quiet 0 $asan fileio $files prepare </dev/null
		words=
		[[ $line != command* ]] || words='-- echo BenchmarkX 1 2 ns/op'
		run timeout 60 $asan $line run $words </dev/null
		echo "$line: $status $output"
		[ "$status" = 0 ] || [ "$status" = 3 ]
		[ -z "$(ls report* 2>/dev/null)" ]
	done <lines
}

@test "fileio's modes with each I/O engine under ASan, UBSan and TSan" {
	for engine in $(choices io-mode); do
		for mode in $(choices test-mode); do
			quiet 0 $asan fileio $files prepare
			for bench in "$asan" "$tsan"; do
				quiet 0 $bench fileio $files --file-test-mode=$mode --file-io-mode=$engine --threads=2 \
					--events=300 --time=1 run
			done
		done
		rm test_file.*
		quiet 0 $asan fileio $files --validate --file-block-size=256K prepare
		for bench in "$asan" "$tsan"; do
			quiet 0 $bench fileio $files --validate --file-test-mode=rndrw --file-io-mode=$engine --threads=2 \
				--file-block-size=256K --events=300 --time=1 run
		done
	done
	quiet 0 $asan fileio $files --file-test-mode=rndrw --file-fsync-all --file-extra-flags=direct --events=50 run
	quiet 0 $asan fileio $files cleanup
}

@test "reports while the workers work, under ASan, UBSan and TSan" {
	quiet 0 $asan fileio $files prepare
	for bench in "$asan" "$tsan"; do
		quiet 0 $bench fileio $files --file-test-mode=rndrw --threads=2 --time=2 --report-interval=1 run
		quiet 0 $bench cpu --cpu-max-prime=100 --rate=500 --threads=2 --time=2 --report-interval=1 --debug --histogram run
		quiet 0 $bench fileio $files --file-test-mode=rndrw --file-io-mode=async --threads=2 --time=2 \
			--warmup-time=1 --report-checkpoints=1 run
		quiet 2 $bench mutex --threads=2 --mutex-loops=1000000 --time=1 --forced-shutdown=0 run
		echo 'long mutex --threads=2 --mutex-loops=1000000 --time=1 --forced-shutdown=0' >long.suite
		quiet 1 $bench suite ./long.suite
		quiet 0 $bench cpu --cpu-max-prime=100 --rate=500 --threads=2 --time=1 --latency=service --format=json run
	done
}

@test "refused command lines and suites under ASan and UBSan" {
	quiet 0 $asan --help
	quiet 0 $asan fileio help
	quiet 1 $asan cpu --nosuch=1 run
	quiet 1 $asan cpu --threads=2x run
	quiet 1 $asan cpu run again
	quiet 1 $asan nosuch run
	quiet 1 $asan memory --memory-block-size=3 run
	quiet 1 $asan fileio --file-test-mode=rndrw run
	quiet 1 $asan fileio --file-test-mode=nosuch run
	printf 'threads = 2\n[x]\n# no\n\n nosuch=%%s\n' >bad.conf
	quiet 1 $asan cpu --config-file=bad.conf run
	printf 'a cpu --events=1\nb cpu --nosuch=1\n' >bad.suite
	quiet 2 $asan suite ./bad.suite
	quiet 2 $asan suite nosuch
}
