# Boots and the output of stats for them -> the table, with tabs.
def ms: if . then (. * 10 | round / 10 | tostring) else "-" end;
def ratio: . * 1000 | round / 1000;
def median: sort | if length == 0 then null else (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2 end;

. as $boots
| (reduce $boots[].row as $row ([]; if index($row) then . else . + [$row] end)) as $rows
| ["row", "gone", "min", "worst", "init", "in the guest", "ours/row", "95 %", "boots", "hung"],
  ($rows | sort | .[] as $row
	| [$boots[] | select(.row == $row)] as $all
	| ([$stats[0].groups[] | select(.environment == $row)] | INDEX(.metric)) as $of
	| ([$stats[0].comparisons[] | select(.b == $row and .metric == "start to gone")][0]) as $compared
	| [$row, ($of["start to gone"] | (.median, .min, .max) | ms), ($of["start to init"].median | ms),
	   ([$all[].guest_ms // empty] | median | ms),
	   if $compared then ($compared.ratio | ratio | tostring), ($compared.interval // [] | map(ratio | tostring) | join("-")) else "-", "-" end,
	   ($all | length | tostring), ([$all[] | select(.hung)] | length | tostring)])
| join("\t")
