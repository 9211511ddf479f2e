# The probes, each run for real: the report has the right form, and the work that it claims was done.
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

# measure COMMAND-LINE...: runs each as an experiment of a suite, named a, b, c, … into `document`.
measure() {
	local line letters=abcdefghijklmnop i=0
	for line; do
		echo "${letters:i++:1} $line"
	done >mine.suite
	"$bench" suite ./mine.suite >document 2>messages || { cat messages; return 1; }
	valid document
}

# figures EXPERIMENT 'NAME UNIT better'...: it reports these metrics, all above zero.
figures() {
	local experiment=$1
	shift
	[ "$(jq -r --arg x "$experiment" '.experiments[] | select(.name == $x) | .metrics[] | select(.value > 0)
		| "\(.name) \(.unit) \(.better)"' document)" = "$(printf '%s\n' "$@")" ]
}

# unavailable TEXT COMMAND-LINE: the document of the complete suite has the reason, and bench alone ends with status 3.
unavailable() {
	local text=$1
	shift
	measure "$*"
	jq -e --arg text "$text" '.status == "complete" and (.experiments[0] | (.unavailable | test($text)) and has("metrics") == false)' document
	run "$bench" "$@" run
	[ "$status" = 3 ]
	[[ $output == *"FATAL: "* ]]
}

# refused_options COMMAND-LINE...: each contains an invalid value.
refused_options() {
	local line
	for line; do
		run "$bench" $line run
		[ "$status" = 1 ]
		[[ $output == *"FATAL: Invalid value of "* ]] || { echo "$line: $output"; return 1; }
	done
}

# reported_at_checkpoints COUNT UNIT COMMAND-LINE: prints so many values above zero, at one second and at the end.
reported_at_checkpoints() {
	local count=$1 unit=$2
	shift 2
	"$bench" "$@" --time=2 --report-checkpoints=1 run >report
	[ "$(awk -v unit="$unit" '$NF == unit && $(NF - 1) > 0' report | wc -l)" = $((2 * count)) ]
}

# first_cpu: the first one that this process may use.
first_cpu() {
	taskset -cp $BASHPID | sed 's/.*: *\([0-9]*\).*/\1/'
}

# one_cpu TEXT COMMAND-LINE...: each is unavailable with that text when there is one CPU.
one_cpu() {
	local text=$1 real=$bench line
	shift
	printf '#!/bin/sh\nexec taskset -c %s %s "$@"\n' "$(first_cpu)" "$real" >one
	chmod +x one
	bench=./one
	for line; do
		unavailable "$text" $line
	done
	bench=$real
}

# two_cpus: skips the rest of the test when there is one CPU.
two_cpus() {
	[ "$(nproc)" -gt 1 ] || skip "one CPU here; the rest needs two"
}

# processes: how many were started on this machine so far, including threads.
processes() {
	sed -n 's/^processes //p' /proc/stat
}

# as_many_started COMMAND-LINE: an experiment starts at least one process or thread for each of its events.
as_many_started() {
	local before
	before=$(processes)
	measure "$1"
	jq -e --argjson n $(($(processes) - before)) '.experiments[0] | .events > 0 and .events <= $n' document
}

# has_children PID: in its session
has_children() {
	[ "$(pgrep -c -s "$1")" -gt 1 ]
}

# killed SIGNAL COMMAND-LINE: after the signal nothing of it is left.
killed() {
	local pid ended=0
	setsid "$bench" $2 --time=600 run >/dev/null 2>&1 3>&- &
	pid=$!
	await $pid has_children $pid
	kill -$1 $pid
	wait $pid || ended=$?
	[ $ended != 0 ]
	await $$ gone -s $pid
}

@test "every probe's help names what it measures, and its text report has its metrics" {
	"$bench" --help | sed -n '/^Probes/,/^$/s/^  \([a-z-]*\) - .*/\1/p' >probes
	[ "$(grep -c . probes)" -ge 6 ]
	while read -r probe; do
		"$bench" "$probe" help | grep -E "^$probe - .*( as |pthread_create)"
		"$bench" "$probe" help | grep -x "$probe options:"
	done <probes
	"$bench" syscall --time=1 run | grep -E '^    null system call +[0-9.]+ ns$'
}

@test "syscall: the time of a null system call" {
	measure 'syscall --time=1' 'syscall --time=1 --syscall-batch=1 --threads=2'
	figures a 'null system call ns less'
	figures b 'null system call ns less'
	refused_options 'syscall --syscall-batch=0'
}

@test "clock: through the library, through the kernel, and the counter alone" {
	measure 'clock --time=1' 'clock --time=1 --warmup-time=1 --threads=2 --clock-batch=10'
	for x in a b; do
		figures $x 'clock_gettime ns less' 'clock_gettime by system call ns less' 'rdtsc ns less'
	done
	# The time of a batch is the sum of its parts.
	jq -e '.experiments[0] | (([.metrics[].value] | add) * 1000) as $parts | .latency_ns.avg / $parts | . > 0.9 and . < 1.1' document
	refused_options 'clock --clock-batch=-1'
	reported_at_checkpoints 3 ns clock
}

@test "cpuid: with rdtsc as its control" {
	measure 'cpuid --time=1'
	figures a 'cpuid ns less' 'rdtsc ns less'
	refused_options 'cpuid --cpuid-batch=0'
}

@test "pagefault: every page causes a fault" {
	measure 'pagefault --time=1 --pagefault-size=4M' 'pagefault --events=10 --pagefault-size=2M --threads=2 --warmup-time=1'
	figures a '4 KiB fault ns less' 'memory touched MiB/s more'
	jq -e '.experiments[0] | .checks[] | select(.name | test("fault")) | .ok and .expected > 0' document
	jq -e '.experiments[0] | .page_faults.minor >= .events * 1024' document
	jq -e '.experiments[1] | .checks[] | select(.name | test("fault")) | .expected == 10 * 512 and .seen >= .expected' document
	refused_options 'pagefault --pagefault-size=1M' 'pagefault --pagefault-pages=8k'
	unavailable 'needs 99614720 MiB' pagefault --pagefault-size=95T
}

@test "pagefault with transparent huge pages: 512 times fewer faults" {
	grep -q '\[never\]' /sys/kernel/mm/transparent_hugepage/enabled && skip "huge pages are off here"
	measure 'pagefault --time=1 --pagefault-pages=thp'
	figures a '2 MiB fault ns less' 'memory touched MiB/s more'
	jq -e '.experiments[0] | .page_faults.minor < .events * 8 * 3 + 1000' document
}

@test "pointer-chase: sizes, strides and pages" {
	measure 'pointer-chase --time=1 --chase-size=4K' 'pointer-chase --time=1 --chase-size=8M --threads=2' \
		'pointer-chase --time=1 --chase-size=8M --chase-stride=4K --rand-seed=7'
	for x in a b c; do
		figures $x 'load ns less'
	done
	refused_options 'pointer-chase --chase-size=0' 'pointer-chase --chase-stride=12' 'pointer-chase --chase-size=100 --chase-stride=64' \
		'pointer-chase --chase-pages=1g'
	unavailable 'needs [0-9]* MiB' pointer-chase --chase-size=95T --chase-stride=1M
	run prlimit --as=100000000 "$bench" pointer-chase --chase-size=256M run
	[ "$status" = 3 ]
	[[ $output == *'FATAL: cannot map 258 MiB: Out of memory' ]]
}

@test "pointer-chase in huge pages" {
	grep -q '\[never\]' /sys/kernel/mm/transparent_hugepage/enabled && skip "huge pages are off here"
	measure 'pointer-chase --time=1 --chase-size=16M --chase-pages=2m'
	figures a 'load ns less'
}

@test "stream: four kernels, with verified results" {
	measure 'stream --time=1 --stream-size=4M' 'stream --time=1 --stream-size=4M --threads=2'
	for x in a b; do
		figures $x 'triad MB/s more' 'copy MB/s more' 'scale MB/s more' 'add MB/s more'
	done
	jq -e '[.experiments[].checks[] | select(has("array_bytes")) | .ok and .array_bytes == 4194304] == [true, true]' document
	refused_options 'stream --stream-size=8'
	unavailable 'needs [0-9]* MiB' stream --stream-size=10T
	reported_at_checkpoints 4 MB/s stream --stream-size=4M
}

@test "ctxsw: on one CPU, on two, on any" {
	measure 'ctxsw --time=1' 'ctxsw --time=1 --ctxsw-cpus=same --threads=3 --warmup-time=1'
	for x in a b; do
		figures $x 'round trip us less'
	done
	# On one CPU the partner cannot answer before a switch. (Counting may begin late.)
	jq -e '.experiments[1] | .events <= 2 * (.context_switches | .voluntary + .involuntary)' document
	refused_options 'ctxsw --ctxsw-cpus=nosuch'
	one_cpu 'only one CPU' 'ctxsw --ctxsw-cpus=cross'
	killed TERM 'ctxsw --threads=3'
	killed KILL 'ctxsw --threads=3'
	two_cpus
	measure 'ctxsw --time=1 --ctxsw-cpus=cross'
	figures a 'round trip us less'
}

@test "futex: round trips, and waking many" {
	measure 'futex --time=1' 'futex --time=1 --futex-cpus=same --threads=2 --warmup-time=1' \
		'futex --time=1 --futex-mode=wake --futex-waiters=20' \
		'futex --events=10 --futex-mode=wake --futex-cpus=same --futex-pause=0 --threads=2 --warmup-time=1'
	for x in a b; do
		figures $x 'round trip us less'
	done
	for x in c d; do
		figures $x 'wake all us less' 'until all ran us less'
	done
	jq -e '.experiments[3].events == 10' document
	reported_at_checkpoints 2 us futex --futex-mode=wake --futex-pause=10
	as_many_started 'futex --events=5 --time=0 --futex-mode=wake --futex-waiters=4'
	refused_options 'futex --futex-mode=nosuch' 'futex --futex-cpus=nosuch' 'futex --futex-waiters=-1' 'futex --futex-pause=-1'
	one_cpu 'only one CPU' 'futex --futex-cpus=cross' 'futex --futex-mode=wake --futex-cpus=cross'
	two_cpus
	measure 'futex --time=1 --futex-cpus=cross' 'futex --events=10 --futex-mode=wake --futex-cpus=cross'
	figures a 'round trip us less'
	figures b 'wake all us less' 'until all ran us less'
}

@test "tlb-shootdown: with a control" {
	refused_options 'tlb-shootdown --tlb-threads=-1' 'tlb-shootdown --tlb-pages=0'
	one_cpu 'only one CPU' tlb-shootdown
	two_cpus
	measure 'tlb-shootdown --time=1' 'tlb-shootdown --time=1 --tlb-threads=3 --tlb-pages=1 --warmup-time=1'
	for x in a b; do
		jq -e --arg x $x '.experiments[] | select(.name == $x) | [.metrics[] | select(.value > 0 and .unit == "ns") | .name]
			| .[:3] == ["mprotect", "mprotect, median", "mprotect alone, median"]' document
	done
}

@test "timer: latency counts from when the sleep should end" {
	measure 'timer --time=1' 'timer --time=1 --timer-interval=100000 --threads=2' 'timer --time=1 --timer-interval=200 --warmup-time=1'
	for x in a b c; do
		figures $x 'latency p50 us less' 'latency min us less' 'latency avg us less' 'latency p99 us less' \
			'latency p99.9 us less' 'latency max us less'
	done
	# No more events than fit; and the latency excludes the sleep itself, which is nearly all of the time.
	jq -e '.experiments | (.[0] | .events <= .total_time_s * 1000) and (.[1] | .events <= .total_time_s * 20)' document
	jq -e '.experiments[1] | .latency_ns.sum < .total_time_s * 1e9' document
	refused_options 'timer --timer-interval=0' 'timer --timer-priority=-1' 'timer --timer-priority=100'
}

@test "timer: under SCHED_FIFO, if allowed" {
	[ "$(id -u)" = 0 ] || skip "needs root, to have the right and to drop it"
	measure 'timer --time=1 --timer-priority=50'
	jq -e '.experiments[0] | has("metrics") or (.unavailable | test("SCHED_FIFO"))' document
	printf '#!/bin/sh\nexec setpriv --bounding-set -sys_nice "%s" "$@"\n' "$bench" >humble
	chmod +x humble
	bench=./humble
	unavailable 'SCHED_FIFO with priority 50: Operation not permitted' timer --timer-priority=50
}

@test "osnoise: gaps, their share, and steal" {
	measure 'osnoise --time=1' 'osnoise --time=1 --osnoise-period=10 --osnoise-threshold=1 --threads=2 --warmup-time=1'
	jq -e '[.experiments[].metrics[] | "\(.name) \(.unit) \(.better)"]
		== (["noise % less", "gaps /s less", "longest gap us less", "steal % less"] | . + .)' document
	jq -e '[.experiments[].metrics[].value] | min >= 0' document
	# The longest gap is at most as long as the longest event, and a share at most 100 %.
	jq -e 'all(.experiments[]; .metrics[0].value <= 100 and .metrics[2].value * 1000 <= .latency_ns.max)' document
	# An event is a period, except for the end of that.
	jq -e '.experiments[0].latency_ns.min >= 1e8 and .experiments[1].latency_ns.min >= 1e7' document
	refused_options 'osnoise --osnoise-threshold=0' 'osnoise --osnoise-period=0'
}

@test "fork: a child for each event, and none is left" {
	as_many_started 'fork --time=1'
	figures a 'fork, exit and wait us less'
	measure 'fork --time=1 --fork-memory=8M --threads=2 --warmup-time=1'
	figures a 'fork, exit and wait us less'
	jq -e '.experiments[0].checks[] | select(.name == "no child is left") | .ok' document
	unavailable 'needs [0-9]* MiB' fork --fork-memory=95T
	killed TERM 'fork --threads=2'
}

@test "exec: a program for each event, and none is left" {
	as_many_started 'exec --time=1'
	figures a 'fork, exec and wait us less'
	jq -e '.experiments[0].checks[] | select(.name == "no child is left") | .ok' document
	measure 'exec --time=1 --threads=2 --warmup-time=1'
	figures a 'fork, exec and wait us less'
	# Only the document is on stdout, and the text report has no output of the children.
	[ "$("$bench" exec --events=5 run | grep -cx 'sysbench 1.0.20')" = 0 ]
	killed TERM 'exec --threads=2'
}

@test "thread-create: a thread for each event" {
	as_many_started 'thread-create --time=1'
	figures a 'create and join us less'
	measure 'thread-create --time=1 --thread-stack-size=1M --threads=2 --warmup-time=1'
	figures a 'create and join us less'
}

@test "pipe, unix, tcp: round trips and bandwidth, and no process is left" {
	for probe in pipe unix tcp; do
		measure "$probe --time=1" "$probe --time=1 --$probe-mode=bandwidth --threads=2"
		figures a 'round trip us less'
		figures b 'bandwidth MB/s more'
		refused_options "$probe --$probe-mode=nosuch"
	done
	# When it is killed in the middle, its partner ends, too.
	"$bench" pipe --time=600 run >/dev/null 3>&- &
	local pid=$! partner
	await $pid pgrep -P $pid
	partner=$(pgrep -P $pid)
	kill -9 $pid
	reap $pid 137
	await $$ [ ! -e "/proc/$partner" ]
}

@test "tcp without a loopback interface is unavailable" {
	[ "$(id -u)" = 0 ] || skip "needs root for a network namespace"
	echo 'a tcp --time=1' >mine.suite
	unshare -n "$bench" suite ./mine.suite >document 2>/dev/null
	valid document
	jq -e '.experiments[0].unavailable | test("127.0.0.1")' document
}

@test "fsync: only on a disk, and its file is removed" {
	measure 'fsync --time=1' 'fsync --events=20 --fsync-size=1M --threads=2'
	for x in a b; do
		figures $x 'write and fdatasync p50 us less' 'p99 us less' 'p99.9 us less'
	done
	[ "$(ls)" = "$(printf 'document\nmessages\nmine.suite')" ]
	refused_options 'fsync --fsync-size=0' 'fsync --fsync-size=1T'
	cp mine.suite /dev/shm/samebits-test.suite
	(cd /dev/shm && "$bench" suite ./samebits-test.suite 2>/dev/null) >document
	rm /dev/shm/samebits-test.suite
	jq -e '.experiments[0].unavailable | test("tmpfs")' document
}

@test "a killed partner fails its experiment, and the others continue" {
	printf 'a pipe --time=600 --pipe-mode=bandwidth
b syscall --events=10
' >mine.suite
	"$bench" suite ./mine.suite >document 2>/dev/null 3>&- &
	local pid=$! partner=''
	# The experiment is a child of bench, the partner a child of the experiment.
	has_partner() {
		partner=$(pgrep -P "$(pgrep -P "$pid")")
	}
	await $pid has_partner
	kill -9 "$partner"
	reap $pid 1
	valid document
	jq -e '.status == "failed" and .experiments[0].exit == 1 and .experiments[1].exit == 0' document
}

@test "the report's table of kinds matches the workloads' files" {
	cd "$TOP"
	awk -f report/kinds.awk bench/probes/*.c bench/*.c | diff report/kinds.table -
	sed '/kind:/d' bench/probes/pipe.c >"$dir/unkind.c"
	run awk -f report/kinds.awk "$dir/unkind.c"
	[ "$status" = 2 ]
	[[ $output == *'unkind.c: its first comment needs a line'* ]]
}

@test "a file and a line of a suite add a probe to help, manual page, documents and the report's table" {
	local file
	cd "$TOP"
	git ls-files -co --exclude-standard >"$dir/files"
	mkdir -p "$dir/tree/out/build"
	bsdtar -cf - --no-recursion -T "$dir/files" | bsdtar -xf - -C "$dir/tree"
	for file in "$OUT"/* "$OUT/.setup"; do
		case ${file##*/} in bin | build | bench.1 | results | scratch | cache) ;; *) ln -s "$file" "$dir/tree/out" ;; esac
	done
	mkdir "$dir/tree/out/bin"
	cp -a "$OUT/build/bench" "$dir/tree/out/build"
	cat >"$dir/tree/bench/probes/sum.c" <<-'FILE'
		/*
		 * The cost of adding numbers.
		 * kind: processor; audit: processor
		 * Compiled with -O2.
		 */
		#include "runner.h"

		struct sum {
			unsigned numbers;
			_Atomic uint64_t last;
		};

		static const struct option options[] = {
			{"sum-numbers", OPTION_INT(struct sum, numbers), "1000", "how many are added", .least = 1},
			{.name = NULL},
		};

		static int
		execute(void *self, struct thread *thread, struct event *event)
		{
			struct sum *s = self;
			uint64_t sum = thread->id;

			(void)event;
			for (unsigned i = 0; i < s->numbers; i++)
				sum += i;
			s->last = sum;
			return 0;
		}

		WORKLOAD = {
			.name = "sum",
			.title = "adding numbers, as an example",
			.size = sizeof(struct sum),
			.options = options,
			.execute = execute,
		};
	FILE
	cd "$dir/tree"
	echo 'sum sum --sum-numbers=10 --events=5' >>rootfs/suites/probe.suite
	make OUT=out out/bin/bench out/bench.1 report/kinds.table
	bench=out/bin/bench
	"$bench" --help | grep -x '  sum - adding numbers, as an example'
	"$bench" sum help | grep -Ex '  --sum-numbers=N +how many are added \[1000\]'
	refused_options 'sum --sum-numbers=0'
	grep -x '.It Fl -sum-numbers Ns = Ns Ar number' out/bench.1
	grep '^sum ' rootfs/suites/probe.suite >one.suite
	"$bench" suite ./one.suite >document
	valid document
	jq -e '.status == "complete" and (.experiments[0] | .name == "sum" and .events == 5)' document
	grep -Ex 'processor .* sum( .*)?' report/kinds.table
	grep -Ex 'kind processor .* sum( .*)?' report/kinds.table
}
