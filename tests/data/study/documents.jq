# setup.json, and the study's figures ($published: CSV) -> result documents, one a line, as far as the study tells.
# What it does not tell is absent: digests of the programs, command lines, processor time, most percentiles.

def ns: . * 1e6 | round;

# {metric: value} -> an experiment
def experiment($name; $command):
	{name: $name, command: $command, exit: 0, total_time_s,
	 latency_ns: {min: (.latency_min_ms | ns), avg: (.latency_avg_ms | ns), max: (.latency_max_ms | ns), p95: (.latency_p95_ms | ns)}}
	+ if .reads_per_s then {operations: {read: {per_s: .reads_per_s, mib_per_s: .read_mib_per_s},
		write: {per_s: .writes_per_s, mib_per_s: .written_mib_per_s}}} else {} end;

. as $setup
| [$published | split("\n")[1:][] | select(. != "") | split(",")
	| {environment: .[0], experiment: .[1], metric: .[2], iteration: (.[3] | tonumber), value: (.[4] | tonumber)}]
| group_by([.environment, .iteration])[]
| .[0] as $first | {schema: "samebits-result-1", environment: $first.environment, iteration: $first.iteration, suite: "seed",
	status: "complete", identity: {}} + $setup.environments[$first.environment]
	+ {experiments: (. as $rows | [$setup.commands | to_entries[] | . as $e
		| $rows | map(select(.experiment == $e.key) | {key: .metric, value}) | from_entries | experiment($e.key; $e.value)])}
