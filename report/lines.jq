# What of report.json is a row of a table or a line of text, in whatever form.
include "common";

# The environment that this one ($report's) is compared with in the tables; nothing for the reference itself.
def compared_with($report): . as $e | first($report.stats.comparisons[] | select(.a == $e) | .b);

# Rows that are enough to read first: of a probe the figure it is for; else no averages, other percentiles, MiB/s (a
# multiple of the rate), processor time, nor what mixes reads, writes and fsyncs.
def brief($mixed):
	.principal or (.probe | not) and ($mixed and (.metric | test("^(events|latency)")) | not)
	and (.metric | test("^[a-z]+ (avg|p50|p99|max)$|MiB/s$|^(user|system) s$") | not);

# [{experiment, metric, unit, better, principal, probe, brief, scale, cells: {environment: group}, ratios: {"a b": comparison}}]
# An experiment that could be done nowhere has a row without a metric.
def table_rows:
	(.stats.comparisons | group_by([.experiment, .metric]) | map({key: "\(.[0].experiment)\n\(.[0].metric)",
		value: (map({key: "\(.a) \(.b)", value: .}) | from_entries)}) | from_entries) as $ratios
	| [.experiments[].name] as $order | .environments as $environments
	| ([.stats.groups[].experiment] | unique) as $done
	| [.stats.groups[], ($order - $done | .[] | {experiment: ., metric: "", unit: "", principal: true})]
	| to_entries | group_by(.value | [.experiment, .metric])
	| sort_by((.[0].value.experiment as $x | $order | index($x)), .[0].key)
	| ([.[][].value | select(.metric | test("^(reads|writes)/s$")) | .experiment] | unique) as $files
	| map(map(.value) | (.[0] | {experiment, metric, unit, better, principal, probe: (.probe // false)})
		+ {cells: (map(select(.environment) | {key: .environment, value: .}) | from_entries)}
		| .ratios = ($ratios["\(.experiment)\n\(.metric)"] // {})
		| .brief = (.experiment as $x | brief($files | index($x) != null))
		| .scale = (.unit as $unit | [.cells[$environments[]].median | select(. != null and . != 0)] | (.[0] // 0) | readable($unit)));

# "unavailable" when the experiment could not be done there, else a dash.
def absent($report; $environment): .experiment as $x
	| if any($report.unavailable[]?; .experiment == $x and .environment == $environment) then "unavailable" else "-" end;

def unavailable_lines: .unavailable // [] | .[] | "unavailable: \(.environment) n=\(.n) \(.experiment): \(.why)";

# Which experiments a difference explains a part of, in few words.
def explained_names($report):
	if .explains == [] then "none" elif .explains | length == ($report.experiments | length) then "all"
	elif .explains | length <= 5 then .explains | join(", ")
	else "\(.kinds | join(", ")): \(.explains | length) of \($report.experiments | length)" end;

def explains($report): if .explains == [] then "" else " [\(explained_names($report))]" end;

def values_line: .values | to_entries | map("\(.key) \(.value // "not recorded")") | join("; ");

def fact_line: . as $fact | "\(.class): \(.name): \(values_line): \(.why)";

def places: if .where | length <= 6 then .where | join(", ") else "\(.where[:5] | join(", ")) and \(.where | length - 5) more" end;

def fault_line: "fault: \(.name): \(places)\(if .detail == "" then "" else ": \(.detail)" end): \(.why)";

# When what happened, of environments of whose starts that is known: {head, about, rows}; null: of none.
def course_table:
	.course // {} | if . == {} then null else
	{head: ["environment", "first instruction", "kernel", "init", "first event", "measured to result", "measured to gone"],
	 about: "Medians in milliseconds since the command that starts an environment; the last two since the last experiment was measured.",
	 rows: [to_entries[] | [.key, (.value.since_start_ms | .first_instruction, .kernel, .init, .benchmark | figure),
		(.value.since_measured_ms | .result, .gone | figure)]]} end;

# The study's names for its metrics.
def study_name:
	{total_time_s: "total time, s", latency_min_ms: "latency min, ms", latency_avg_ms: "latency avg, ms", latency_max_ms: "latency max, ms",
	 latency_p95_ms: "latency p95, ms", reads_per_s: "reads/s", writes_per_s: "writes/s", read_mib_per_s: "read MiB/s",
	 written_mib_per_s: "written MiB/s"}[.] // .;

# As many decimals as the study has, but more of what would be nothing then.
def study_figure($metric): if $metric == "total_time_s" then fixed(4) elif fabs >= 1 then fixed(2) else figure end;
