# What the test files share.
bats_require_minimum_version 1.5.0

TOP=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
cd "$TOP"
OUT=$(realpath -m "${OUT:-out}")
CACHE=$(realpath -m "${CACHE:-$OUT/cache}")
export OUT CACHE
unset IMG DEV DIR LOG RUN RUNS GATE BASELINE GATE_STRICT MARGIN PAIRED SUITE PROGRAM ARGS TREE ITERATIONS MAX CPUS MEMORY ENVS ACCEL MACHINE KERNEL ENGINE SCRATCH UPDATE_LOCK RELEASE ANONYMOUS BUILD SETUP TESTS V MAKEFLAGS MAKELEVEL MFLAGS
# A config.mak must not change what is tested.
export SAMEBITS_CONFIG=/dev/null

# A pipe fails when any of its parts does, also in $(). So the last command of a pipe must read all input: grep, but not
# grep -q.
set -o pipefail
shopt -s inherit_errexit

# Makes a fresh directory on a disk, removed by forget_dir.
make_dir() {
	mkdir -p "$OUT/scratch"
	dir=$(mktemp -d "$OUT/scratch/test.XXXXXX")
}

forget_dir() {
	PATH=${PATH_BEFORE:-$PATH}
	rm -rf "$dir"
}

# hide_commands NAME...: PATH has all of the system's commands except those that match these patterns, until forget_dir.
hide_commands() {
	local hidden=() name
	for name; do hidden+=(! -name "$name"); done
	PATH_BEFORE=${PATH_BEFORE:-$PATH}
	PATH=/usr/sbin:/usr/bin
	rm -rf "${dir:?}/bin"
	mkdir "$dir/bin"
	find /usr/sbin /usr/bin -maxdepth 1 -xtype f "${hidden[@]}" -exec ln -sft "$dir/bin" {} +
	PATH=$dir/bin
}

# play_system LINE COMMAND...: runs it on a system with this line in its os-release; for root.
play_system() {
	printf '%s\n' "$1" >"$dir/os-release"
	shift
	unshare -m sh -c 'mount --bind "$1" /etc/os-release && shift && exec "$@"' sh "$dir/os-release" "$@"
}

# make_release DIRECTORY [VARIABLE=VALUE...]: makes DIRECTORY/out/dist/samebits-1.0 from what is in OUT, which stays unchanged
make_release() {
	local file directory=$1
	shift
	make "$OUT/disk.img.xz" "$OUT/static/watch" "$OUT/static/tsc" "$OUT/static/stats"
	mkdir "$directory/out"
	for file in "$OUT"/*; do
		case ${file##*/} in dist | results | scratch) ;; *) ln -s "$file" "$directory/out" ;; esac
	done
	env OUT="$directory/out" VERSION=1.0 "$@" release/dist
}

# await PID COMMAND...: waits until the command succeeds; fails when PID has ended before, or after many minutes.
await() {
	local pid=$1 alive=1 _
	shift
	for _ in $(seq 6000); do
		"$@" >/dev/null 2>&1 && return
		[ "$alive" = 1 ] || break
		# Once more after its end: the event may have come just before.
		kill -0 "$pid" 2>/dev/null || alive=0
		sleep 0.1
	done
	echo "not in time, or $pid has ended: $*"
	return 1
}

# reap PID STATUS: waits for it, and checks that it ends with that status.
reap() {
	local status=0
	wait "$1" || status=$?
	echo "$1 ended with status $status"
	[ "$status" = "$2" ]
}

# gone PATTERN...: pgrep finds no process that matches.
gone() {
	[ -z "$(pgrep "$@")" ]
}

# valid FILE...: each is a result document according to the schema.
valid() {
	local file
	for file; do
		/usr/bin/python3 -W ignore -m jsonschema -i "$file" "$TOP/bench/result.schema.json"
	done
}

# refused STATUS TEXT COMMAND...: the command ends with the status, and its last line on stderr contains TEXT and names the status.
refused() {
	local expected=$1 text=$2
	shift 2
	run --separate-stderr "$@"
	echo "status $status, stderr: $stderr"
	[ "$status" = "$expected" ]
	[[ ${stderr_lines[-1]} == *"$text"* ]]
	[[ ${stderr_lines[-1]} == "samebits: "*"(status $expected)" ]]
}

# same ARGUMENTS: sysbench and $bench print the same lines, except for numbers and the bracket in the first line.
same() {
	local mask='/^sysbench/s/ (.*//; s/0x[0-9a-f]*/N/g; s/[0-9][0-9.]*/N/g; s/  */ /g; s/( N/(N/g' program
	mkdir -p sysbench bench
	for program in sysbench "$bench"; do
		(
			cd "${program##*/}"
			"$program" "$@" 2>../"${program##*/}.err" || echo "exit $?"
		) >"${program##*/}.out"
	done
	diff <(sed "$mask" sysbench.out) <(sed "$mask" bench.out)
	diff <(sed "$mask" sysbench.err) <(sed "$mask" bench.err)
}
