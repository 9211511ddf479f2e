# A release on a Slurm cluster of three nodes, each with its own name, disk and lock (tests/slurm).
# needs: all disk-image
# bats file_tags=measures
load helper

unset VERSION SIGN_KEY DIST TMPDIR COMMAND ATTEMPTS

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	mkdir -p "$OUT/scratch"
	shared=$(mktemp -d "$OUT/scratch/slurm.XXXXXX")
	export shared SLURM_CONF=$shared/slurm.conf LOCAL=$shared/local
	make_release "$shared"
	tests/slurm/cluster "$shared" >"$shared/cluster.log" 2>&1 3>&- &
	export cluster=$!
	await $cluster test -S "$shared/munge/socket"
	await $cluster inside scontrol ping
	power_on n1
	power_on n2
	power_on n3
	await $cluster are_idle n1 n2 n3
}

# Everything started in it ends with the cluster.
teardown_file() {
	[ -n "${shared:-}" ] || return 0
	[ -z "${cluster:-}" ] || kill -KILL "$cluster" || true
	await $$ gone -f " $shared "
	tail -n 1000 "$shared"/*.log
	rm -rf "$shared"
}

setup() {
	[ "$(id -u)" = 0 ] || skip 'needs root for namespaces'
	release=$shared/out/dist/samebits-1.0
	export RUN=slurm-$BATS_TEST_NUMBER ITERATIONS=2 SUITE=$shared/one.suite
	results=$shared/results-$BATS_TEST_NUMBER
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$SUITE"
}

# The first process in the cluster's namespaces
first() {
	pgrep -P "$cluster"
}

# inside COMMAND...: runs it in the cluster's network
inside() {
	nsenter --target="$(first)" --net "$@"
}

power_on() {
	nsenter --target="$(first)" --net --pid --mount "$TOP/tests/slurm/node" "$shared" "$1" >>"$shared/$1.log" 2>&1 3>&- &
	disown
}

power_off() {
	kill -KILL "$(pgrep -f "^unshare .* $shared $1 inside\$")"
}

are_idle() {
	local node
	for node; do [ "$(inside sinfo -h -n "$node" -o %T)" = idle ] || return; done
}

# submit NODES [OPTION...]: sets `job`
submit() {
	run --separate-stderr inside "$release/fleet/slurm/submit" "$results" "$@"
	echo "$output $stderr"
	[ "$status" = 0 ]
	job=$(sed -n 's/^samebits: job \([0-9]*\) measures .*/\1/p' <<<"$stderr")
	[ -n "$job" ]
}

# is TASK NAME=VALUE: according to Slurm
is() {
	inside scontrol show job "$1" | grep -w "$2"
}

has_ended() {
	local left
	left=$(inside squeue -h -j "$1") && [ -z "$left" ]
}

has_first() {
	[ -e "$shared/$1/local/samebits-root-$RUN/results/$RUN/native-1.json" ]
}

has_first_or_ended() {
	has_first "$1" || has_ended "$job"
}

# await_first NODE: waits until one of its starts has a document, and the other has none
await_first() {
	await "$cluster" has_first_or_ended "$1"
	has_first "$1"
}

# came NODE...: each delivered all its documents, with its name in them, and left nothing else.
came() {
	local node
	for node; do
		valid "$results/$node"/native-{1,2}.json
		jq -es --arg node "$node" --arg run "$RUN" 'length == 2 and all(.[]; .status == "complete" and .run == $run and .host.machine_id.hostname == $node)' \
			"$results/$node"/*.json
		[ -z "$(ls "$shared/$node/local")" ]
	done
	[ -z "$(find "$results" -name '.*')" ]
}

@test "each node is measured once, and fleet reads the results" {
	submit 'n[1-3]'
	await "$cluster" has_ended "$job"
	cat "$results"/*.log
	came n1 n2 n3
	is "${job}_1" JobState=COMPLETED
	make fleet DIR="$results" >"$results.fleet" || { cat "$results.fleet" && false; }
	cat "$results.fleet"
	grep '^3 machines ' "$results.fleet"
	awk '$1 ~ /^n[123]$/ && $2 == 2 {found++} END {exit found != 3}' "$results.fleet"
	# The same command again finds nothing to do.
	run --separate-stderr inside "$release/fleet/slurm/submit" "$results" 'n[1-3]'
	[ "$status" = 0 ]
	[ "$stderr" = "samebits: all of these nodes have documents in $results" ]
	# A finished task that is repeated delivers only once.
	sha256sum "$results"/n2/* >"$results.sums"
	inside scontrol requeue "${job}_2"
	await "$cluster" is "${job}_2" Restarts=1
	await "$cluster" has_ended "$job"
	grep "the documents of n2 are in $results/n2 already" "$results/${job}_2.log"
	sha256sum --quiet -c "$results.sums"
	came n1 n2 n3
}

@test "a node that dies halfway continues when it is back, and its documents are copied once" {
	printf 'one cpu --cpu-max-prime=100 --time=1\n' >"$SUITE"
	submit n2
	await_first n2
	power_off n2
	await "$cluster" is "${job}_1" Restarts=1
	[ ! -e "$results/n2" ]
	power_on n2
	await "$cluster" has_ended "$job"
	cat "$results"/*.log
	grep 'node n2, attempt 2 of 3' "$results/${job}_1.log"
	grep "RUN=$RUN has 1 of 2 results already" "$results/${job}_1.log"
	came n2
	[ "$(ls "$results")" = "$(printf '%s\n' "${job}_1.log" n2)" ]
}

@test "results that another attempt has copied meanwhile are not replaced" {
	printf 'one cpu --cpu-max-prime=100 --time=1\n' >"$SUITE"
	submit n3
	await_first n3
	mkdir "$results/n3"
	echo first >"$results/n3/native-1.json"
	await "$cluster" has_ended "$job"
	cat "$results"/*.log
	[ "$(ls "$results/n3")" = native-1.json ]
	is "${job}_1" JobState=COMPLETED
	[ "$(ls -A "$results")" = "$(printf '%s\n' "${job}_1.log" n3)" ]
	[ -z "$(ls "$shared/n3/local")" ]
}

@test "a failed node is tried again, then reported; results of a repaired one are copied" {
	printf 'bad memory --memory-total-size=1K --threads=2\n' >"$SUITE"
	ATTEMPTS=2 submit n1
	await "$cluster" has_ended "$job"
	cat "$results/${job}_1.log" "$results/n1.failed"
	is "${job}_1" JobState=FAILED
	is "${job}_1" ExitCode=1:0
	[ "$(grep -c '^samebits: node n1, attempt [12] of 2$' "$results/${job}_1.log")" = 2 ]
	[ "$(cat "$results/n1.failed")" = "n1: native-run has failed with status 1 (attempt 2 of 2); ${job}_1.log says why, what was measured is in $LOCAL/samebits-root-$RUN there" ]
	[ "$(ls -A "$results")" = "$(printf '%s\n' "${job}_1.log" n1.failed)" ]
	# An invalid setting is not tried again.
	RUN=$RUN-none SUITE=$shared/none.suite submit n1
	await "$cluster" has_ended "$job"
	grep '^n1: native-run has failed with status 2 (attempt 1 of 3); ' "$results/n1.failed"
	# An obstacle stops it until the obstacle is removed.
	RUN=$RUN-again
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$SUITE"
	rm -r "$shared/n1/local/samebits-root-"*
	: >"$shared/n1/local/samebits-root-$RUN"
	ATTEMPTS=1 submit n1
	await "$cluster" has_ended "$job"
	grep '^n1: .* cannot be made, or is another.s (attempt 1 of 1); ' "$results/n1.failed"
	rm "$shared/n1/local/samebits-root-$RUN"
	submit n1
	await "$cluster" has_ended "$job"
	came n1
	[ ! -e "$results/n1.failed" ]
}

@test "what cannot be submitted is refused, and nothing stays in the queue" {
	refused 2 'usage: ' inside "$release/fleet/slurm/submit" "$results"
	refused 2 'has a % ' inside "$release/fleet/slurm/submit" "$results/%j" n1
	RELEASE=$shared refused 2 "RELEASE=$shared is not an unpacked release" inside "$release/fleet/slurm/submit" "$results" n1
	refused 2 'is not an unpacked release' inside fleet/slurm/submit "$results" n1
	RUN=a/b refused 2 'invalid RUN=a/b' inside "$release/fleet/slurm/submit" "$results" n1
	ATTEMPTS=0 refused 2 'ATTEMPTS=0 is not a positive whole number' inside "$release/fleet/slurm/submit" "$results" n1
	refused 2 'cannot give node n9 to the job' inside "$release/fleet/slurm/submit" "$results" 'n[1,9]'
	refused 3 'sbatch refused the job' inside "$release/fleet/slurm/submit" "$results" n1 --partition=nosuch
	[ -z "$(inside squeue -h)" ]
	[ -z "$(ls -A "$results")" ]
}
