# What the test files share.
bats_require_minimum_version 1.5.0

TOP=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
cd "$TOP"
OUT=$(realpath -m "${OUT:-out}")
CACHE=$(realpath -m "${CACHE:-$OUT/cache}")
export OUT CACHE
unset IMG DEV RUN RUNS GATE SUITE ITERATIONS CPUS MEMORY ENVS ACCEL MACHINE KERNEL ENGINE SCRATCH UPDATE_LOCK V MAKEFLAGS MAKELEVEL MFLAGS

# A fresh directory on a disk, removed by forget_dir.
make_dir() {
	mkdir -p "$OUT/scratch"
	dir=$(mktemp -d "$OUT/scratch/test.XXXXXX")
}

forget_dir() {
	rm -rf "$dir"
}

# valid FILE...: each is a result document as the schema has it.
valid() {
	local file
	for file; do
		/usr/bin/python3 -W ignore -m jsonschema -i "$file" "$TOP/bench/result.schema.json"
	done
}

# refused STATUS TEXT COMMAND...: the command ends with the status, and the last line on stderr says TEXT and names it.
refused() {
	local expected=$1 text=$2
	shift 2
	run --separate-stderr "$@"
	echo "status $status, stderr: $stderr"
	[ "$status" = "$expected" ]
	[[ ${stderr_lines[-1]} == *"$text"* ]]
	[[ ${stderr_lines[-1]} == "samebits: "*"(status $expected)" ]]
}

# same ARGUMENTS: sysbench and $bench print the same lines, numbers and the first line's bracket aside.
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
