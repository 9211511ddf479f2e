# report.json and $gate, a file's text -> with $part: "malformed", "unknown" or "missed", a line for each threshold that is.
# A threshold is a line "WHAT >= NUMBER" or "WHAT <= NUMBER"; # begins a comment. WHAT is "cpu-2000.qemu/native", the ratio of
# medians of an experiment's principal metric, "cpu-2000.native", its median, or "cpu-2000 latency p95.native", that of
# another metric, in the unit that report.json has it in.
include "common";

def values:
	def named($of; $value): {key: "\(.experiment) \(.metric).\($of)", value: $value},
		(select(.principal) | {key: "\(.experiment).\($of)", value: $value});
	[(.stats.groups[] | named(.environment; .median)),
	 (.stats.comparisons[] | select(.ratio) | named("\(.a)/\(.b)"; .ratio), named("\(.b)/\(.a)"; 1 / .ratio))] | from_entries;

def thresholds:
	$gate | split("\n") | to_entries[] | {line: (.key + 1), text: (.value | sub("#.*"; "") | gsub("^\\s+|\\s+$"; ""))}
	| select(.text != "")
	| . + (.text | capture("^(?<what>.*[^\\s<>=])\\s*(?<sign>[<>]=)\\s*(?<limit>-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?)$") // {});

def met($value): (.limit | tonumber) as $limit | if .sign == ">=" then $value >= $limit else $value <= $limit end;

if $part == "malformed" then
	[thresholds] | if . == [] then "it has no thresholds"
	else .[] | select(.what == null) | "line \(.line): \(.text): not of the form WHAT >= NUMBER or WHAT <= NUMBER" end
elif $part == "unknown" then
	values as $values | thresholds | select($values[.what] == null)
	| "line \(.line): nothing called \(.what) was measured; there is \([$values | keys_unsorted[] | select(contains(" ") | not)] | join(", "))"
else
	values as $values | thresholds | $values[.what] as $value | select(met($value) | not)
	| "\(.what) is \($value | figure), not \(.sign) \(.limit)"
end
