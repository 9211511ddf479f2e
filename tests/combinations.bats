# Options of the built-in tests in combination, bench against the installed sysbench.
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

# The same ones each time; for others, or more of them: tests/combinations SEED COUNT.
@test "for random combinations of options, messages, counts and statuses are sysbench's" {
	cd "$TOP"
	run tests/combinations 13 24
	echo "$output"
	[ "$status" = 0 ]
	[ "${lines[0]}" = 'seed 13, combinations 1 to 24' ]
}

@test "a combination with different results is shown and fails the trial" {
	printf '#!/bin/sh\necho no report\n' >other
	chmod +x other
	cd "$TOP"
	BENCH=$dir/other run tests/combinations 13 2
	[ "$status" = 1 ]
	[[ $output == *'> no report'* ]]
	[ "${lines[-1]}" = 'seed 13: 2 combinations, 2 disagree' ]
	refused 2 'SEED=x' tests/combinations x 2
}

@test "memory: the total size decides how many operations there are, not --events" {
	local program
	same memory --memory-total-size=1M --events=1 --verbosity=4 run
	for program in sysbench "$bench"; do
		"$program" memory --memory-total-size=1M --memory-block-size=4K --threads=3 --events=1 run >report
		grep -q '^Total operations: 255 ' report
		grep -q 'total number of events: *255$' report
	done
}

@test "invalid sizes are refused with the test's message if it refuses 0" {
	local size
	for size in -1 abc 0 4Q; do
		same memory --memory-block-size=$size run
		same fileio --file-test-mode=seqwr --file-total-size=$size run
		same fileio --file-test-mode=seqwr --file-block-size=$size run
		same cpu --thread-stack-size=$size run
	done
	# 0 would mean no limit, so the value is refused here.
	run "$bench" memory --memory-total-size=-1 run
	[ "$status" = 1 ]
	[[ $output == *'FATAL: Invalid value for memory-total-size: -1'* ]]
}

@test "mutex: a thread that has done its event leaves the rest of --events to others" {
	"$bench" mutex --mutex-locks=1 --threads=8 --events=8 run | grep 'total number of events: *8$'
	"$bench" mutex --mutex-locks=1 --threads=8 --events=3 run | grep 'total number of events: *3$'
	same mutex --mutex-locks=1 --events=1 --verbosity=4 run
	# Events that arrive after all work is done are not reported as missed.
	same mutex --mutex-locks=1 --threads=2 --rate=5000 run
}

@test "a histogram needs percentiles and events, and old names are reported at any verbosity" {
	same cpu --histogram --percentile=0 run
	same cpu --histogram --percentile=0 help
	same fileio --histogram --percentile=0 --verbosity=0 prepare
	same cpu --num-threads=2 --max-requests=10 --max-time=5 --verbosity=0 run
	# Our status differs, since nothing was done.
	"$bench" memory --memory-total-size=1K --threads=2 --histogram run >ours || :
	sysbench memory --memory-total-size=1K --threads=2 --histogram run >theirs
	diff <(grep -A 2 histogram theirs) <(grep -A 2 histogram ours)
}

@test "debug messages are sysbench's: its threads, and requests only with --debug" {
	local program files='--file-num=1 --file-total-size=1M'
	# Sysbench's threads print this in any order.
	for program in sysbench "$bench"; do
		"$program" cpu --cpu-max-prime=100 --events=10 --time=0 --verbosity=5 --report-interval=50 \
			--report-checkpoints=50 --rate=5000 run | grep 'thread.* started' | sort >"${program##*/}.started"
	done
	[ "$(wc -l <bench.started)" = 4 ]
	diff sysbench.started bench.started
	"$bench" fileio $files prepare >/dev/null
	for program in sysbench "$bench"; do
		"$program" fileio $files --file-test-mode=seqrd --events=1 --verbosity=5 run >report
		run grep -c 'DEBUG: Executing' report
		[ "$output" = 0 ]
		"$program" fileio $files --file-test-mode=seqrd --events=1 --debug run >report
		grep -q 'DEBUG: Executing' report
	done
}

# PROGRAM: the mnemonics of the loop that searches for primes, each with its offset in the 64-byte cache line. This loop is
# the one that divides by a 64-bit register after comparing two doubles.
loop() {
	objdump -d --no-show-raw-insn "$1" | awk '
		/^ *[0-9a-f]+:/ {
			line[++n] = $2
			place[n] = $1
			if ($2 ~ /^divq?$/ && (line[n - 3] " " line[n - 4] " " line[n - 5]) ~ /comisd/ && !found && !over)
				found = n
		}
		found && n == found + 18 {
			for (i = found - 18; i <= n; i++)
				print substr(place[i], length(place[i]) - 2), line[i]
			found = 0
			over = 1
		}' | while read -r place name; do
		echo "$((0x${place%:} % 64)) $name"
	done
}

@test "cpu tests numbers with sysbench's instructions, in the same positions in cache lines" {
	cd "$dir"
	loop /usr/bin/sysbench >theirs
	loop "$bench" >ours
	grep -q sqrtsd theirs
	# In one place ours counts a prime where sysbench has a nop.
	run diff theirs ours
	[ "$(grep -c '^[<>]' <<<"$output")" = 2 ]
	grep '^< [0-9]* nop' <<<"$output"
	grep '^> [0-9]* add' <<<"$output"
}
