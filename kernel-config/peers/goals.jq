# Boots and the output of stats for them -> a line for each goal that they decide.
def ratio($row): [$stats[0].comparisons[] | select(.b == $row and .metric == "start to gone") | .ratio][0];
def goal($what; $goal): "\($what): \(. * 1000 | round / 1000), goal \($goal): \(if . <= $goal then "reached" else "missed" end)";

([$stats[0].groups[] | select(.metric == "start to gone" and (.environment | startswith("firecracker"))) ] | min_by(.median)) as $best
| (ratio("cloud-pc") | values | goal("start to gone against Debian's cloud kernel on pc"; 0.20)),
  ($best | values | .environment as $row | ratio($row) | values
	| goal("start to gone against the best of Firecracker's configuration, \($row)"; 0.35)),
  ([.[] | select(.hung)] | length | goal("hangs"; 0))
