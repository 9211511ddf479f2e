# report.json and $gate, a file's text -> with $part: "malformed", "unknown" or "missed", a line for each threshold that is;
# with "junit", a test case for each. Before measuring, {experiments: [{name}], environments} serves for report.json.
# A threshold is a line "WHAT >= NUMBER" or "WHAT <= NUMBER"; # begins a comment. WHAT is "cpu-2000.qemu/native", the ratio of
# medians of an experiment's principal metric, "cpu-2000.native", its median, or "cpu-2000 latency p95.native", that of
# another metric, in the unit that report.json has it in.
include "common";

# Of what there are figures: an environment, or two for a ratio.
def sides: .environments | .[], (.[] as $a | .[] | select(. != $a) | "\($a)/\(.)");

# A principal metric is called as its experiment is.
def values:
	[.stats.groups[]? | ("\(.experiment) \(.metric)", (select(.principal) | .experiment)) as $name | {name: $name, environment, median}]
	| group_by(.name) | map(. as $sides | .[] | {key: "\(.name).\(.environment)", value: .median},
		(. as $a | $sides[] | select(.environment != $a.environment and .median != 0)
		| {key: "\(.name).\($a.environment)/\(.environment)", value: ($a.median / .median)}))
	| from_entries;

def thresholds:
	$gate | split("\n") | to_entries[] | {line: (.key + 1), text: (.value | sub("#.*"; "") | gsub("^\\s+|\\s+$"; "") | gsub("[[:cntrl:]]"; "?"))}
	| select(.text != "")
	| . + (.text | capture("^(?<what>.*[^\\s<>=])\\s*(?<sign>[<>]=)\\s*(?<limit>-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?)$") // {});

# The experiment that a threshold is about, or nothing.
def experiment($what): . as $report | first(.experiments[].name as $x | ($report | sides) as $of
	| select($what == "\($x).\($of)" or ($what | startswith("\($x) ") and endswith(".\($of)"))) | $x) // null;

def met($value): (.limit | tonumber) as $limit | if .sign == ">=" then $value >= $limit else $value <= $limit end;

def why($what): experiment($what) as $x
	| first(.unavailable[]? | select(.experiment == $x and (.environment as $e | $what[($x | length):] | contains($e))) | ": unavailable in \(.environment): \(.why)") // "";

# Nothing when it is met.
def missed($report; $values):
	.what as $what | $values[$what] as $value
	| if $value == null then "\($what) was not measured" + ($report | why($what))
	elif met($value) then empty else "\($what) is \($value | figure), not \(.sign) \(.limit)" end;

def unknown($report):
	.what as $what | ($report | experiment($what)) as $x | [$report.stats.groups[]? | select(.experiment == $x)] as $groups
	| ([$report.experiments[].name | select(. as $name | $what | . == $name or startswith("\($name).", "\($name) "))][0]) as $near
	| "line \(.line): nothing called \($what) is measured: " +
	if $x == null and $near != null then "there is \([$near + "." + ($report | sides)] | join(", "))"
	elif $x == null then "the experiments are \([$report.experiments[].name] | join(", "))"
	elif $groups != [] and all($groups[]; .metric as $metric
		| $what | startswith("\($x) \($metric).") or startswith("\($x).") | not) then
		"the metrics of \($x) are \($groups | map(.metric) | unique | join(", "))"
	else empty end;

. as $report | values as $values
| if $part == "malformed" then
	[thresholds] | if . == [] then "it has no thresholds"
	else .[] | select(.what == null) | "line \(.line): \(.text[:60]): not of the form WHAT >= NUMBER, as cpu-2000.qemu/native >= 0.9; or <=" end
elif $part == "unknown" then thresholds | unknown($report)
elif $part == "missed" then thresholds | missed($report; $values)
else
	[thresholds | {name: "\(.what) \(.sign) \(.limit)", missed: [missed($report; $values)]}]
	| "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
	"<testsuite name=\"samebits\" tests=\"\(length)\" failures=\"\(map(select(.missed != [])) | length)\">",
	(.[] | "<testcase classname=\"samebits\" name=\"\(.name | @html)\">\(.missed | map("<failure message=\"\(@html)\"/>") | join(""))</testcase>"),
	"</testsuite>"
end
