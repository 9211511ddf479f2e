# Draws command lines for tests/combinations. One line each: its number, the test, whether its counts are "exact" or
# "measured", the options for preparing its files (joined by commas, or -), and the options.
# Variables: seed, count, from, tests.
#
# The differences that the manual page lists are left out: --file-extra-flags=direct and --validate with sizes that are
# not multiples of the block size, --validate with simultaneous requests at one place, --events close to the number of
# mutex's threads, and idle threads. Files of odd sizes are not read for long: in sysbench that sometimes fails.
# A race must not decide what ends an experiment: if the limit of events can be reached, the time limit is far away or
# absent, and the other way round.

# Park and Miller's generator gives the same numbers in every awk.
function below(n) {
	state = state * 16807 % 2147483647
	return int(state / 2147483647 * n)
}

function word(list,   words) {
	return words[1 + below(split(list, words, " "))]
}

# "_" stands for an empty value.
function always(name, list,   value) {
	value = word(list)
	options = options " --" name "=" (value == "_" ? "" : value)
}

function maybe(name, list) {
	if (below(3) == 0)
		always(name, list)
}

function flag(name) {
	if (below(5) == 0)
		options = options " --" name word("_ =on =off =1 =0 =true =false")
	sub(/_$/, "", options)
}

# What ends it: the time, the number of events, or the test itself ("own").
function limits(end,   events) {
	if (end == "time")
		events = word(test == "memory" ? "0 1 100" : "0 1000000000")
	if (end == "events")
		events = word("1 2 10 100 1001")
	if (end == "own")
		events = word("0 1 100 1000000")
	if (events > 0 || below(2))
		always(word("events events max-requests"), events)
	if (end == "time")
		always(word("time time max-time"), 1)
	else if (end == "events")
		always("time", "0 60 100")
	else
		maybe(word("time time max-time"), "0 60 100")
	exact = end != "time"
	few = exact && (end == "own" || events <= 100)
}

function general() {
	if (below(2))
		always(word("threads threads num-threads"), "1 2 3 4 8")
	if (few && below(3) == 0)
		always(word("rate tx-rate"), "0 500 5000")
	maybe("report-interval", "0 50 100")
	maybe("report-checkpoints", "_ 60 70,50")
	maybe("forced-shutdown", "off 50 30")
	maybe("percentile", "0 1 50 95 99 100")
	maybe("verbosity", "0 1 2 3 4 5")
	maybe("thread-stack-size", "32K 64K 131072 1M")
	maybe("rand-seed", "0 1 42 -5 2147483647")
	maybe("rand-type", "uniform gaussian special pareto")
	maybe("rand-spec-iter", "1 12")
	maybe("rand-spec-pct", "1 50")
	maybe("rand-spec-res", "1 75")
	maybe("rand-pareto-h", "0.2 0.9")
	flag("histogram")
	flag("debug")
	if (test != "fileio" || (even && options !~ /async|rndrw/))
		flag("validate")
}

function cpu() {
	always("cpu-max-prime", "1 2 3 4 5 100 1000 2000")
	limits(word("time events events"))
}

# One of the two totals is more than the time allows.
function memory() {
	always("memory-block-size", "8 16 1K 4K 64k 131072")
	if (below(3) == 0) {
		always("memory-total-size", "0 1000T 1025T")
		limits("time")
	} else {
		always("memory-total-size", "1M 1025K 3M 16M")
		limits("own")
		few = options !~ /size=(8|16|16M)( |$)/
	}
	maybe("memory-scope", "global local")
	maybe("memory-oper", "read write none")
	maybe("memory-access-mode", "seq rnd")
	maybe("memory-hugetlb", "off 0 false")
}

function yields() {
	always("thread-yields", "0 1 10")
	maybe("thread-locks", "1 2 8 100")
	limits(word("time events events"))
}

function mutex() {
	maybe("mutex-num", "1 2 4096")
	always("mutex-locks", "1 10 1000")
	maybe("mutex-loops", "0 1 1000")
	limits("own")
}

function fileio() {
	even = below(2)
	always("file-num", even ? "1 2 4 16" : "1 2 5 128")
	always("file-total-size", even ? "1M 2M 8M" : "3M 1000K 1048577")
	maybe("file-block-size", even ? "4K 16384 64K" : "512 4K 16384 20000 64K")
	files = substr(options, 2)
	gsub(/ /, ",", files)
	always("file-test-mode", "seqwr seqrewr seqrd rndrd rndwr rndrw")
	maybe("file-io-mode", "sync async mmap")
	maybe("file-async-backlog", "1 2 32 128")
	maybe("file-extra-flags", even ? "_ sync dsync direct" : "_ sync dsync")
	maybe("file-fsync-freq", "0 1 10 100")
	flag("file-fsync-all")
	flag("file-fsync-end")
	maybe("file-fsync-mode", "fsync fdatasync")
	maybe("file-merged-requests", "0 1 8")
	maybe("file-rw-ratio", "0.1 1 1.5 10")
	limits(even ? word("time events") : "events")
}

# Each number has its own seed, so that one combination can be drawn again alone.
function draw(number) {
	state = (seed * 48271 + number * 69621) % 2147483646 + 1
	options = ""
	files = "-"
	below(2)
	test = word(tests)
	if (test == "cpu")
		cpu()
	else if (test == "memory")
		memory()
	else if (test == "threads")
		yields()
	else if (test == "mutex")
		mutex()
	else
		fileio()
	general()
	print number, test, exact ? "exact" : "measured", files, substr(options, 2)
}

BEGIN {
	for (i = from; i < from + count; i++)
		draw(i)
}
