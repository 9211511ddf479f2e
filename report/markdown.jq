# report.json -> report.md, for a pull request or the summary of a CI job.
include "common";
include "lines";

def safe: tostring | gsub("\\|"; "\\|") | gsub("<"; "&lt;");

def line: "| \(map(safe) | join(" | ")) |";

def table($head; rows): ([$head | line, ([$head[] | "---"] | line)] + [rows | line]) | join("\n");

def interval(write): if . == null then "" else " [\(.[0] | write), \(.[1] | write)]" end;

def said: if . == "faster" then "**faster**" elif . == "slower" then "**slower**" else . end;

def figures($report; $full):
	table(["experiment", "metric"] + $report.environments
		+ [$report.environments[] | . as $e | compared_with($report) | "\($e) / \(.)"];
	.[] | . as $row | .scale as $s | [.experiment, (.metric | labelled($s.unit)) + (if .probe then " (\(.better) is better)" else "" end)]
		+ [$report.environments[] as $e | $row.cells[$e] | if . == null then $row | absent($report; $e)
			else (.median / $s.per | figure) + (if $full then .ci | interval(. / $s.per | figure) else "" end) end]
		+ [$report.environments[] as $e | $e | compared_with($report) as $b | $row.ratios["\($e) \($b)"]
			| if . == null then "-" else (.ratio | ratio_figure) + (.ratio_ci | interval(ratio_figure)) + " \(.verdict | said)" end]);

def audit($report):
	.audit
	| (.faults[] | "- **fault**: \(.name) (\(places))\(if .detail == "" then "" else ": \(.detail)" end): \(.why)"),
	(.facts[] | select(.class != "harmless") | "- **\(.class)**: \(.name): \(values_line): \(.why)\(explains($report))" | gsub("<"; "&lt;")),
	([.facts[] | select(.class == "harmless") | .name] | select(. != []) | "- harmless: \(join(", ")) differ"),
	($report | unavailable_lines | "- \(.)"), (.notes[] | "- \(.)" | gsub("<"; "&lt;"));

def study:
	if .seed == null then empty else
	"", "## In the study's own layout", "",
	table(["experiment", "metric", "", "qemu 1", "2", "3", "4", "5", "docker 1", "2", "3", "4", "5"];
		.seed.rows[] | . as $row | ("published", "here") as $which
		| [.experiment, (.metric | study_name), $which] + [("qemu", "docker") as $e | range(5) as $i | $row[$which][$e][$i]
			| if . == null then "-" elif $which == "published" then tostring else study_figure($row.metric) end]),
	(select(.seed.shape != []) | "", .seed.conclusion, "",
	table(["experiment", "shape", "published", "here", "agrees"];
		.seed.shape[] | [.experiment, .what, .published, .here, if .agrees then "yes" else "no" end])) end;

def course:
	course_table | if . == null then empty else "", "## From start to gone", "", .about, "", table(.head; .rows[]) end;

. as $report | table_rows as $rows
| "# \(distinct(.environments[] | environment) | listed) (\(.runs | join(", ")), suite \(.suite))", "", (.verdict[] | ., ""),
  "## What differs besides the virtualization", "", audit($report), "",
  "## The table", "", ([$rows[] | select(.brief)] | figures($report; false)), "",
  "Medians of \(.iterations | counted("iteration")); ratios of medians with 95 % bootstrap intervals; ~: cannot be told apart
(Mann-Whitney U; Holm over the principal metrics, and over the others; \(.settings.practical * 100) %).",
  study, course, "",
  "<details><summary>Every figure, with intervals</summary>", "", ($rows | figures($report; true)), "", "</details>"
