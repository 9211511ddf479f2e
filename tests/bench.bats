# The bench program, run as a user would, and compared with the installed sysbench.
# needs: for-bench

load helper

setup() {
	bench=$OUT/bin/bench
	make_dir
	cd "$dir"
}

teardown() {
	forget_dir
}

@test "bench is static, stripped and under 200 KB" {
	file "$bench" | grep 'statically linked, stripped'
	[ "$(stat -c %s "$bench")" -lt 204800 ]
}

@test "cpu's report is sysbench's, line by line" {
	same cpu --cpu-max-prime=2000 --time=1 run
	same cpu --cpu-max-prime=2000 --events=50 --threads=2 run
	same cpu --time=1 --percentile=0 --rand-seed=42 run
	same cpu --cpu-max-prime=2000 --time=3 --report-interval=2 --percentile=99 run
	same cpu help
}

@test "memory's, threads' and mutex's reports are sysbench's, line by line" {
	same memory --time=1 run
	same memory --time=1 --memory-oper=none run
	same memory --time=1 --memory-oper=read --memory-block-size=1M --memory-scope=local --threads=2 run
	same memory --time=1 --memory-access-mode=rnd --memory-total-size=1G run
	same memory --memory-total-size=1M --verbosity=4 run
	same memory --time=3 --report-interval=2 run
	same memory help
	same threads --threads=4 --time=1 --verbosity=4 run
	same threads help
	same mutex --threads=2 --mutex-locks=1000 --verbosity=4 run
	same mutex help
}

@test "the messages of each verbosity are sysbench's" {
	local program
	same cpu --cpu-max-prime=100 --events=10 --time=0 --debug run
	# Threads run in any order, so with two of them their messages are compared after sorting.
	for program in sysbench "$bench"; do
		"$program" cpu --cpu-max-prime=100 --events=10 --time=0 --threads=2 --debug run |
			grep 'Worker thread' | sort >"${program##*/}.threads"
	done
	[ "$(wc -l <bench.threads)" = 4 ]
	diff sysbench.threads bench.threads
	same cpu --events=10 --verbosity=4 run
	same cpu --time=1 --verbosity=0 run
	same cpu --events=10 --verbosity=5 --rand-seed=-5 run
	same cpu --verbosity=9 run
}

@test "the old spellings still work, with sysbench's warnings" {
	same --test=cpu --num-threads=2 --max-time=1 --max-requests=5 run
	same memory --num-threads=3 --max-time=1 run
	# Ended by the number of events, see below.
	same --tx-rate=50 --test=cpu --max-time=0 --max-requests=20 run
}

@test "--rate: events arrive independently of their execution, and waiting counts" {
	# Ended by the number of events: at an end by time events may still wait on a busy machine, and only ours warns of this.
	same cpu --cpu-max-prime=2000 --time=0 --events=300 --rate=100 --report-interval=2 run
	same cpu --cpu-max-prime=2000 --time=2 --rate=100 --threads=3 --events=50 run
	"$bench" cpu --cpu-max-prime=20000 --time=2 --rate=20000 run >report
	grep -q 'WARNING: [0-9]* events had arrived and were not begun at the end' report
	# Far more events arrive than can be executed, so the latency is mostly waiting.
	awk '/avg:/ {average = $2} END {exit !(average > 100)}' report
}

@test "checkpoints and a forced end are reported as by sysbench" {
	same cpu --time=3 --report-checkpoints=2,1 run
	same threads --time=2 --report-checkpoints=1 --verbosity=4 run
	same cpu --report-checkpoints=x run
	same cpu --forced-shutdown=x run
	same cpu --time=1 --forced-shutdown=1 --cpu-max-prime=2000 run
	same cpu --time=1 --forced-shutdown=50% --cpu-max-prime=30000000 run
	same mutex --time=1 --threads=2 --forced-shutdown --mutex-loops=10000000 run
	"$bench" cpu --time=3 --report-checkpoints=1,2 run >report
	# Each report covers the time since the one before; the total time goes on.
	[ "$(grep -c 'total number of events' report)" = 3 ]
	awk '/total time:/ {if ($3 < ++seconds) exit 1} END {exit seconds != 3}' report
}

@test "a document covers the whole experiment, also with checkpoints" {
	local checkpoints=--report-checkpoints=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	# The second event takes more than a second, so that checkpoints lie between the end of the first event and its own.
	"$bench" cpu --cpu-max-prime=4000000 --time=0 --events=2 $checkpoints --format=json run >document
	valid document
	jq -e '.status == "complete" and (.experiments[0] | .events == 2 and .harness.share < 0.1 and
		([.latency_histogram.buckets[][1]] | add) == 2)' document
	printf 'a fileio --file-num=2 --file-total-size=1M --file-test-mode=rndwr --file-fsync-freq=0 --file-fsync-end=off --rate=20 --events=50 --time=0 %s\n' $checkpoints >c.suite
	printf 'b syscall --rate=20 --events=50 --time=0 %s\n' $checkpoints >>c.suite
	"$bench" suite ./c.suite >document
	valid document
	jq -e 'all(.experiments[]; .events == 50 and ([.latency_histogram.buckets[][1]] | add) == 50)' document
	jq -e '.experiments[0].operations.write | .count == 50 and ([.histogram.buckets[][1]] | add) == 50' document
}

@test "a thread that finished its work before a checkpoint does not count as idle" {
	"$bench" cpu --cpu-max-prime=4000000 --time=0 --events=3 --threads=2 --report-checkpoints=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15 run >report
	[ "$(awk '/total number of events:/ {sum += $5} END {print sum}' report)" = 3 ]
}

@test "options that no built-in test uses are accepted and checked as by sysbench" {
	same cpu --events=5 --rand-type=pareto --rand-pareto-h=0.5 --rand-spec-pct=2 --rand-spec-res=50 --rand-spec-iter=3 run
	same cpu --events=5 --rand-type=nosuch run
	same cpu --events=5 --validate run
}

@test "--help has sysbench's sections of general options verbatim" {
	sections() { sed -n '/^General options/,/^General database\|^Options that/p' | grep -v '^General d\|^Options that'; }
	diff <(sysbench --help | sections) <("$bench" --help | sections)
}

@test "--config-file sets options by name, in order with the others" {
	printf '# a comment\n[section]\n\nthreads=2\n cpu-max-prime = 2000 \n' >good.conf
	"$bench" cpu --config-file=good.conf --events=4 run >report
	grep -q '^Number of threads: 2$' report
	grep -q '^Prime numbers limit: 2000$' report
	"$bench" cpu --config-file=good.conf --threads=3 --events=4 run | grep '^Number of threads: 3$'
	"$bench" cpu --threads=3 --config-file=good.conf --events=4 run | grep '^Number of threads: 2$'
	printf '#%1017sthreads=3\n#%1500s\n' '' threads=3 >long.conf
	"$bench" cpu --config-file=long.conf --events=4 run | grep '^Number of threads: 1$'
	same cpu --config-file --events=4 run
	# Sysbench continues without these.
	echo nosuch=1 >bad.conf
	run --separate-stderr "$bench" cpu --config-file=bad.conf run
	[ "$status" = 1 ]
	[[ $stderr == 'invalid option: --nosuch=1' ]]
	run --separate-stderr "$bench" cpu --config-file=/nosuch run
	[ "$status" = 1 ]
	[[ $stderr == '/nosuch: No such file or directory' ]]
	run --separate-stderr "$bench" cpu --config-file=. run
	[ "$status" = 1 ]
	[[ $stderr == '.: Is a directory' ]]
}

@test "--warmup-time: what happens during it is not counted" {
	"$bench" cpu --cpu-max-prime=2000 --warmup-time=1 --events=50 --time=0 --format=json run >document
	valid document
	# With the warm-up included, the time would be hundreds of times that of the events.
	jq -e '.experiments[0] | .events == 50 and .total_time_s > 0 and .total_time_s * 1e9 < 50 * .latency_ns.sum' document
	# After the warm-up each has its limit again.
	"$bench" memory --memory-total-size=1M --warmup-time=1 run | grep 'Total operations: 1024 '
	"$bench" mutex --mutex-locks=10 --threads=2 --warmup-time=1 run | grep 'total number of events: *2$'
}

@test "--latency includes or excludes waiting, and the document has both" {
	"$bench" cpu --cpu-max-prime=20000 --time=2 --rate=5000 --format=json run >response
	"$bench" cpu --cpu-max-prime=20000 --time=2 --rate=5000 --latency=service --format=json run >service
	valid response service
	for form in response service; do
		jq -e '.experiments[0] | .latency_ns == .'$form'_ns and .response_ns.avg > 10 * .service_ns.avg' $form
	done
	run "$bench" cpu --latency=response run
	[ "$status" = 1 ]
	[[ $output == *'needs --rate'* ]]
	run "$bench" cpu --latency=nosuch run
	[ "$status" = 1 ]
}

@test "--format=json prints one valid document, also after an error" {
	"$bench" memory --time=1 --memory-oper=none --format=json run >document 2>messages
	[ "$(wc -l <document)" = 1 ]
	valid document
	[ ! -s messages ]
	jq -e '.experiments[0] | .harness.share > 0.1 and (.warnings[0] | test("harness"))' document
	jq -e '.experiments[0] | .context_switches.voluntary >= 0 and .page_faults.minor > 0' document
	jq -e '.platform.tsc_mhz > 0 and (.experiments[0].clock_drift_ppm | fabs < 1000)' document
	"$bench" fileio --file-num=2 --file-total-size=1M --format=json prepare >document
	valid document
	jq -e '.status == "complete" and .experiments[0].stage == "prepare"' document
	"$bench" fileio --file-num=2 --file-total-size=1M --format=json cleanup | jq -e '.experiments[0].stage == "cleanup"'
	"$bench" cpu help >plain
	"$bench" cpu --format=json help | diff plain -
	wrong() {
		run --separate-stderr "$bench" "$@" --format=json
		[ "$status" = "$expected" ]
		echo "$output" >document
		valid document
		jq -e '.status == "failed" and (.error | length > 0)' document
	}
	expected=1
	wrong cpu --threads=x run
	wrong cpu --nosuch run
	wrong cpu
	wrong cpu nosuch
	wrong nosuch run
	wrong cpu run again
	wrong fileio --file-test-mode=rndrw run
	wrong memory --memory-total-size=1K --threads=2 run
	wrong cpu --cpu-max-prime=30000000 --time=1 --forced-shutdown=0 run
	jq -e '.experiments[0] | .exit == 1 and (.error | test("forcing shutdown"))' document
	expected=2
	wrong
	run "$bench" cpu --format=xml run
	[ "$status" = 1 ]
}

@test "warnings go to the document and to a terminal, not to a script" {
	run --separate-stderr "$bench" memory --time=1 run
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	script -qec "'$bench' memory --time=1 run" /dev/null </dev/null | grep 'bench: warning: .* is the harness'
}

@test "--histogram prints sysbench's buckets" {
	"$bench" cpu --cpu-max-prime=2000 --events=1000 --time=0 --histogram run >report
	[ "$(sed -n '/^ *value/,/^ $/p' report | awk '/\|/ {sum += $NF} END {print sum}')" = 1000 ]
	# The centres of neighbouring buckets differ by a factor of 1.01817.
	grep -Eq '^ {7}0\.[0-9]{3} \|\*{40} [0-9]+$' report
}

@test "it is an error if a thread did no work, although sysbench accepts it" {
	run "$bench" memory --memory-total-size=1K --threads=2 run
	[ "$status" = 1 ]
	[[ $output == *'2 of 2 threads did no work: there was too little for all'* ]]
	run "$bench" memory --memory-total-size=1K --threads=2 --rate=1000 run
	[ "$status" = 1 ]
	# The event of the warm-up ends after the measured second is over, on a processor of any speed.
	run "$bench" timer --timer-interval=2500000 --warmup-time=1 --time=1 run
	[ "$status" = 1 ]
	[[ $output == *'1 of 1 threads did no work: --time was over'* ]]
}

@test "with --rate threads may be idle: the load decides how many work" {
	"$bench" cpu --cpu-max-prime=100 --rate=2 --threads=32 --time=1 run >report
	"$bench" cpu --cpu-max-prime=100 --rate=2 --threads=32 --time=1 --format=json run >document
	valid document
	jq -e '.status == "complete" and (.experiments[0].checks[0] | .ok and .idle_threads > 0)' document
}

@test "wrong command lines are refused as sysbench refuses them" {
	same cpu --nosuch=1 run
	same cpu --cpu_max_prime=abc run
	same cpu --threads=2x run
	same cpu run again
	same cpu --threads 2 run
	same --threads 2 --nosuch cpu run
	same cpu --threads=x run again
	same --test=nosuch --threads=x run
	same cpu --cpu-max-prime= run
	same cpu --cpu-max-prime run
	same cpu --debug=maybe run
	same cpu --thread-stack-size=0 run
	same cpu prepare
	same cpu nosuch
	# Except for the program named in the hint on help.
	diff <(sysbench cpu 2>&1 | sed "1d; s/'sysbench cpu help'/'bench cpu help'/") <("$bench" cpu 2>&1 | sed 1d)
	run "$bench" cpu
	[ "$status" = 1 ]
	same nosuch run
	same cpu --threads=0 run
	same cpu --percentile=101 run
	same memory --memory-block-size=3 run
	same memory --memory-oper=nosuch run
	same memory --memory-scope=nosuch run
	same memory --memory-access-mode=nosuch run
	same --version
}

@test "missing huge pages make a test unavailable, with sysbench's message" {
	[ "$(cat /proc/sys/vm/nr_hugepages)" = 0 ] || skip "this machine has huge pages"
	for program in sysbench "$bench"; do
		"$program" memory --memory-hugetlb run | sed '/^sysbench/d; s/[0-9][0-9]*/N/g; s/(.*)//' >"${program##*/}.out" || :
	done
	diff sysbench.out bench.out
	"$bench" memory --memory-hugetlb --format=json run >document || [ $? = 3 ]
	valid document
	jq -e '.status == "complete" and (.experiments[0].unavailable | test("HugeTLB"))' document
}

@test "an event limit is exact over all threads" {
	"$bench" cpu --cpu-max-prime=100 --events=1001 --threads=4 --time=0 run |
		grep 'total number of events: *1001$'
}

@test "a suite gives a valid document, and nothing else on stdout" {
	cat >mine.suite <<-'SUITE'
		# a comment
		primes  cpu --cpu-max-prime=2000 --events=20 --time=0   # another
		disk    fileio --file-total-size=4M --file-num=4 --file-test-mode=rndrw --threads=2 --events=300 --time=0
		later   fileio --file-total-size=4M --file-num=4 --file-test-mode=rndrw --file-io-mode=async --events=300 --time=0
	SUITE
	"$bench" suite ./mine.suite >document 2>messages
	[ "$(wc -l <document)" = 1 ]
	valid document
	jq -e '.status == "complete" and .suite == "mine" and ([.experiments[].exit] | add) == 0' document
	jq -e '.identity.bench == "sha256:'"$(sha256sum "$bench" | cut -d ' ' -f 1)"'"' document
	jq -e '.experiments[0].checks[] | select(.name == "primes") | .expected == 302 and .found == 302' document
	jq -e '[.experiments[1:][].operations | .read.count > 0 and .write.count > 0 and .fsync.count > 0] == [true, true]' document
	[ "$(ls)" = "$(printf '%s\n' document messages mine.suite)" ]
}

# The rule is that of histogram.h; the result must equal the document's own percentiles.
@test "the percentiles follow from the histogram in a document" {
	printf 'a cpu --cpu-max-prime=100 --events=20000\nb memory --events=0 --memory-total-size=64M --threads=2\n' >h.suite
	"$bench" suite ./h.suite >document 2>messages
	valid document
	jq -e 'def value: (. / 128 | floor - 1) as $s | if . < 256 then . else (. - $s * 128 + 0.5) * pow(2; $s) end;
		def percentile($share; $least; $most): (map(.[1]) | add * $share | ceil) as $rank |
			reduce .[] as [$i, $n] ({seen: 0};
				if .seen < $rank then {seen: (.seen + $n), $i} else . end) |
			[[(.i | value), $least] | max, $most] | min;
		all(.experiments[]; .latency_ns as $l | .latency_histogram.buckets |
			(map(.[1]) | add) > 0 and
			([[0.5, 0.9, 0.95, 0.99, 0.999, 0.9999][] as $p | percentile($p; $l.min; $l.max)] ==
				[$l | .p50, .p90, .p95, .p99, .p999, .p9999]))' document
	jq -e 'all(.experiments[]; .events == ([.latency_histogram.buckets[][1]] | add))' document
}

@test "the number of primes is the published one" {
	printf 'a cpu --cpu-max-prime=20000 --events=1\nb cpu --cpu-max-prime=10000 --events=1\nc cpu --cpu-max-prime=3 --events=1\n' >p.suite
	"$bench" suite ./p.suite >document 2>messages
	[ "$(jq -c '[.experiments[].checks[] | select(.name == "primes") | .found]' document)" = '[2261,1228,0]' ]
}

@test "a failed experiment fails the suite and is named in the document" {
	printf 'good cpu --cpu-max-prime=100 --events=1\nbad fileio --file-test-mode=rndrw --file-total-size=1M --file-num=4 --file-block-size=4K --file-extra-flags=nosuch\n' >f.suite
	run --separate-stderr "$bench" suite ./f.suite
	[ "$status" = 1 ]
	echo "$output" >document
	valid document
	jq -e '.status == "failed" and (.experiments[1].error | test("file-extra-flags"))' document
}

@test "a full disk fails the experiment with a message" {
	[ "$(id -u)" = 0 ] || skip "needs root to mount a small file system"
	truncate -s 8M small.img
	mke2fs -q -t ext4 small.img
	mkdir small
	mount -o loop small.img small
	cd small
	printf 'a fileio --file-total-size=64M --file-num=4 --file-test-mode=rndrw\n' >../s.suite
	run --separate-stderr "$bench" suite ../s.suite
	cd .. && umount small
	[ "$status" = 1 ]
	[[ $output == *'No space left on device'* ]]
}

@test "suites with an error are refused before anything is measured" {
	refuse() {
		printf %b "$1" >bad.suite
		run --separate-stderr "$bench" suite ./bad.suite
		[ "$status" = 2 ]
		[ -z "$output" ]
		[[ ${stderr_lines[-1]} == *"$2"* ]]
	}
	refuse '' 'no experiments'
	refuse 'a cpu --nosuch=1\n' 'line 1'
	refuse 'a cpu\na cpu\n' 'line 2'
	refuse 'a/b cpu\n' 'line 1'
	refuse 'a nosuch\n' 'line 1'
	refuse 'a cpu run\n' 'line 1'
	refuse 'a\n' 'line 1'
	refuse 'a cpu\0--events=1\n' 'line 1: a zero byte'
	refuse "$(printf 'a%d cpu\\n' {1..129})" 'line 129: too many experiments'
	run "$bench" suite nosuch
	[ "$status" = 2 ]
	[[ $output == *'no suite nosuch'* ]]
}

@test "a comment in a suite may be long, and may be the last line" {
	{
		printf '# %2000s cpu\n' not
		printf 'a%d cpu --cpu-max-prime=10 --events=1\n' {1..128}
		echo '# the end'
	} >long.suite
	"$bench" suite ./long.suite >document 2>messages
	[ "$(jq '.experiments | length' document)" = 128 ]
}

@test "file tests on a memory file system are unavailable, not measured" {
	cd "$(mktemp -d /dev/shm/samebits.XXXXXX)"
	printf 'a fileio --file-total-size=1M --file-num=4 --file-test-mode=rndrw --time=1\n' >a.suite
	"$bench" suite ./a.suite >document 2>/dev/null
	valid document
	jq -e '.experiments[0].unavailable | test("tmpfs")' document
	rm -rf "$PWD"
}

@test "a result that cannot be written is an error" {
	printf 'a cpu --cpu-max-prime=100 --events=1\n' >a.suite
	run bash -c "'$bench' suite ./a.suite >/dev/full"
	[ "$status" = 1 ]
	[[ $output == *'cannot write the result'* ]]
}
