# From all result documents of a run: the rows of the table, tab separated.

def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;

# Four significant digits, without an exponent.
def figure:
	if . == 0 then "0"
	else . as $x | (fabs | log10 | floor) as $digits
	| pow(10; 3 - $digits) as $scale | ($x * $scale | round) / $scale
	| tostring end;

# Processor time is counted coarsely: less than a hundredth of a second is none.
def hundredths: . * 100 | round / 100;

# Three decimals, always.
def ratio: . * 1000 | round | "\(. / 1000 | floor).\(. % 1000 + 1000 | tostring[1:])";

# Of a probe the figure it is for; what a batch of its operations took says nothing.
def metrics:
	if .metrics then (.metrics[0] | ["\(.name) \(.unit) (\(.better) is better)", .value])
	else
		(if .operations then
			["reads/s", .operations.read.per_s],
			["writes/s", .operations.write.per_s],
			["fsyncs/s", .operations.fsync.per_s],
			["read MiB/s", .operations.read.mib_per_s],
			["written MiB/s", .operations.write.mib_per_s],
			(.operations | to_entries[] | ["\(.key) p95 ms", (.value.latency_ns.p95 // null | if . then . / 1e6 else null end)])
		else
			["events/s", .events_per_s]
		end),
		(.latency_ns // empty | ["latency avg ms", .avg / 1e6], ["latency p95 ms", .p95 / 1e6], ["latency max ms", .max / 1e6]),
		["user s", (.cpu.user_s | hundredths)], ["system s", (.cpu.system_s | hundredths)]
	end;

def distinct: reduce .[] as $x ([]; if index([$x]) then . else . + [$x] end);

# What each experiment of each document gave: nothing when it failed, or could not be done there.
def outcomes:
	[.[] | .environment as $e | .experiments[] | {x: .name, e: $e, unavailable: has("unavailable"),
		values: (if .exit == 0 and (has("unavailable") | not) then [metrics | select(.[1] != null)] else [] end)}];

# {x: experiment, m: metric, v: {environment: [values], or "unavailable"}}, in the order of the documents.
def rows:
	outcomes as $all
	| [$all[].x] | distinct[] as $x
	| [$all[] | select(.x == $x and (.unavailable or .values != []))] | select(. != []) as $these
	| ([$these[].values[][0]] | distinct | if . == [] then [""] else . end)[] as $m
	| {x: $x, m: $m, v: ($these | group_by(.e) | map({(.[0].e):
		([.[].values[] | select(.[0] == $m) | .[1]] | if . == [] then "unavailable" else . end)}) | add)};

def cell($base): (median) as $m
	| [($m | figure),
	   (if length < 2 or $m == 0 then "" else "\((max - min) / $m * 1000 | round / 10)%" end),
	   (if $base == null then empty elif $base == 0 then "" else ($m / $base | ratio) end)];

. as $documents
| ($order | split(" ")) as $order
| ([.[].environment] | unique) as $present
| ([$order[] | select(. as $e | $present | index($e))] + ($present - $order)) as $environments
| (if $environments | index("native") then "native" else $environments[0] end) as $reference
| ($environments | map(. as $e | {($e): ([$documents[] | select(.environment == $e)] | length)}) | add) as $n
| (["experiment", "metric"] + [$environments[] | "\(.) n=\($n[.])", "spread",
	(if . == $reference then empty else "/\($reference)" end)]),
  (rows
	| . as $row
	| ($row.v[$reference] | if type == "array" then median else null end) as $base
	| [$row.x, $row.m] + [$environments[] as $e
		| if $row.v[$e] | type == "array" then ($row.v[$e] | cell(if $e == $reference then null else ($base // 0) end)[])
		  else $row.v[$e] // "-", "", (if $e == $reference then empty else "" end) end])
| @tsv
