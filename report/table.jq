# report.json -> with $part: "verdict", "audit" or "table" (tab separated) for a terminal.
include "common";
include "lines";

def audit_lines: . as $report |
	(.audit.facts[] | select(.class != "harmless") | fact_line + explains($report)),
	([.audit.facts[] | select(.class == "harmless") | .name] | select(. != []) | "harmless: \(join(", ")) differ"),
	(.audit.faults[] | fault_line),
	unavailable_lines,
	(.audit.notes[] | "note: \(.)");

def table:
	.environments as $environments | .reference as $reference | . as $report
	| ([.stats.groups[] | {key: .environment, value: .n}] | group_by(.key) | map(max_by(.value)) | from_entries) as $n
	| (["experiment", "metric"] + [$environments[] | . as $e | "\(.) n=\($n[.] // 0)", "spread",
		(compared_with($report) | "/\(.)", "")]),
	  (table_rows[] | select(.brief) | . as $row | .scale as $scale
	   | [.experiment, (.metric | labelled($scale.unit)) + (if .probe then " (\(.better) is better)" else "" end)]
	   + [$environments[] as $e | $row.cells[$e]
		| (if . then (.median / $scale.per | figure), (.spread | percent) else ($row | absent($report; $e)), "" end),
		  ($e | compared_with($report) | . as $b | $row.ratios["\($e) \($b)"] | if . then (.ratio | ratio_figure), .verdict else "-", "" end)])
	| @tsv;

if $part == "verdict" then .verdict[]
elif $part == "audit" then audit_lines
else table end
