# Collected documents -> what out/bin/stats reads: every figure as a row, the histograms, and what to compare.
include "common";

def numbers($what): if type == "number" then . else error("\($what) is \(tojson), no number") end;

# {metric, unit, better, value}; nothing when there is no such figure.
def row($metric; $unit; $better; value):
	value | select(. != null) | {metric: $metric, unit: $unit, better: $better, value: numbers($metric)};

def latencies($prefix; $which; from):
	$which[] as $p | row("\($prefix) \($p)"; "ns"; "less"; from | .[$p]?);

# Processor time is counted coarsely: less than a hundredth of a second is none.
def hundredths: if type == "number" then . * 100 | round / 100 else . end;

def operation($name; $plural; $done):
	.operations[$name] // {} | select(.count != 0)
	| row("\($plural)/s"; "1/s"; "more"; .per_s),
	  row("\($done) MiB/s"; "MiB/s"; "more"; .mib_per_s),
	  latencies($name; ["p50", "p95", "p99"]; .latency_ns);

# Of a probe the figures it is for; what a batch of its operations took says nothing.
def rows:
	if .metrics then .metrics[] | row(.name; .unit; .better; .value) | .probe = true
	else
		(if .operations then operation("read"; "reads"; "read"), operation("write"; "writes"; "written"), operation("fsync"; "fsyncs"; "synced")
		 else empty end),
		row("events/s"; "1/s"; "more"; .events_per_s),
		latencies("latency"; ["avg", "p50", "p95", "p99", "max"]; .latency_ns),
		row("user s"; "s"; "less"; .cpu.user_s | hundredths),
		row("system s"; "s"; "less"; .cpu.system_s | hundredths)
	end;

def histograms:
	{kind: "event", at: .latency_ns, of: .latency_histogram},
	(.operations // {} | to_entries[] | {kind: .key, at: .value.latency_ns, of: .value.histogram})
	| select(.of and .at) | {kind, min: .at.min, max: .at.max, histogram: .of};

# Of the time of the whole experiment.
def steal: if .cpu.steal_s? and .total_time_s then .cpu.steal_s / .total_time_s else null end;

def good: (.exit // 0) == 0 and (has("unavailable") or has("stage") | not);

# What is compared with what: all with the first of runs, or with the host itself (else the first environment), a variant with
# its base, and virtual machines with containers.
def pairs:
	kinds_by_label as $kinds |
	distinct(.[].label) as $labels
	| if any($labels[]; contains("@"))
	  then [$labels[] | . as $b | [$labels[] | select(environment == ($b | environment))][0] as $a | select($a != $b) | [$b, $a]]
	  else ([$labels[] | select($kinds[.] == "host" and . == base)] + $labels | .[0]) as $reference
	  | def plain($kind): $labels[] | select($kinds[.] == $kind and . == base and . != $reference);
	  distinct(
		($labels[] | select(. != $reference) | [., $reference]),
		($labels[] | select(contains(":")) | [., base] | select(.[1] as $b | $labels | index($b))),
		(plain("guest") as $guest | plain("container") | [$guest, .])) end;

. as $documents
| {rows: [.[] | . as $d | .experiments[] | select(good) | .name as $experiment | steal as $steal
	| [rows] | if length == 0 then error("\($d.label)-\($d.iteration): \($experiment) has no figures") else . end
	| .[0].principal = true
	| .[] | {experiment: $experiment} + . + {environment: $d.label, iteration: $d.iteration, sequence: $d.sequence}
		+ ([$d.host.steal, $steal] | max as $s | if $s then {steal: $s} else {} end)],
   histograms: [.[] | . as $d | .experiments[] | select(good) | .name as $experiment
	| histograms | {experiment: $experiment, environment: $d.label, iteration: $d.iteration} + .],
   pairs: pairs, seed: 1, resamples: 10000, alpha: 0.05, practical: 0.02}
