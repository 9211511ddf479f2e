# Collected documents of the study's experiments -> its own layout, with the figures it published ($published: their
# CSV text) beside ours, and where the shape agrees: {rows: [...], shape: [...], conclusion}. null for other suites.
include "common";

def published:
	[$published | split("\n")[1:][] | select(. != "") | split(",")
	| {environment: .[0], experiment: .[1], metric: .[2], iteration: (.[3] | tonumber), value: (.[4] | tonumber)}];

def measured($metric):
	{total_time_s: .total_time_s, latency_min_ms: .latency_ns.min, latency_avg_ms: .latency_ns.avg, latency_max_ms: .latency_ns.max,
	 latency_p95_ms: .latency_ns.p95, reads_per_s: .operations.read.per_s, writes_per_s: .operations.write.per_s,
	 read_mib_per_s: .operations.read.mib_per_s, written_mib_per_s: .operations.write.mib_per_s}[$metric]
	| if . != null and ($metric | endswith("_ms")) then . / 1e6 else . end;

def less_is_better: test("^(latency|total)");

# Ours, in the study's columns: its two environments, the first five iterations.
def here($experiment; $metric; $environment):
	[.[] | select(.environment == $environment and .iteration <= 5) | . as $d
	| first(.experiments[] | select(.name == $experiment)) | measured($metric)];

def rows($published):
	. as $documents | $published | group_by([.experiment, .metric]) | sort_by(.[0] as $first | $published | index($first))[]
	| .[0] as {$experiment, $metric}
	| {experiment: $experiment, metric: $metric,
	   published: (group_by(.environment) | map({(.[0].environment): (sort_by(.iteration) | map(.value))}) | add),
	   here: (["qemu", "docker"] | map(. as $e | {($e): ($documents | here($experiment; $metric; $e) | map(select(. != null)))}) | add)};

def one($rows; $experiment; $metric): first($rows[] | select(.experiment == $experiment and .metric == $metric));

def times: (ratio_figure) + " times";

def both($pub; $own; same): {published: $pub, here: $own, agrees: (same)};

def ahead: {q: (.qemu | median), d: (.docker | median)};

def grows: length >= 5 and (. as $v | all(range(1; length); $v[.] > $v[. - 1]));

def spread: if length < 2 or median == 0 then null else (max - min) / median end;

# Which side is ahead: of all metrics of an experiment but its minima, maxima and its time, which are no results.
def order($rows; $experiment):
	[$rows[] | select(.experiment == $experiment and (.metric | test("min_ms|max_ms|total") | not)) | . as $row
	| [.published, .here] | map(ahead | if $row.metric | less_is_better then .d < .q else .d > .q end)]
	| {experiment: $experiment, point: "order", what: "docker is ahead of qemu"}
	+ both("in \(map(select(.[0])) | length) of \(length) rows"; "in \(map(select(.[1])) | length) of \(length) rows"; all(.[]; .[0] == .[1]));

def factor($rows; $experiment; $metric):
	one($rows; $experiment; $metric) | [.published, .here] | map(ahead | if .d == 0 then null else .q / .d end) as [$p, $h]
	| {experiment: $experiment, point: "size",
	   what: "qemu's \(if $metric == "reads_per_s" then "reads/s are" else "average latency is" end), of docker's"}
	+ both($p | times; $h | times; $p != null and $h != null and ($p / $h | log | fabs) < (2 | log));

def growth($rows; $experiment; $environment):
	one($rows; $experiment; "latency_avg_ms") | [.published[$environment], .here[$environment]] | map(grows) as [$p, $h]
	| {experiment: $experiment, point: "growth", what: "\($environment)'s average latency grows with each iteration"}
	+ both((if $p then "yes" else "no" end); (if $h then "yes" else "no" end); $p == $h);

# The divisions that the two need: 301275 and 13397.
def work($rows; $environment):
	[one($rows; "cpu-20000"; "latency_avg_ms"), one($rows; "cpu-2000"; "latency_avg_ms")]
	| [[.[].published[$environment]], [.[].here[$environment]]] | map(map(median) | .[0] / .[1]) as [$p, $h]
	| {experiment: "cpu-20000", point: "scaling", what: "\($environment)'s average latency is, of cpu-2000's (22.5 times the divisions)"}
	+ both($p | times; $h | times; ($p / $h | log | fabs) < (1.5 | log));

def steady($rows; $experiment; $environment):
	one($rows; $experiment; "reads_per_s") | [.published[$environment], .here[$environment]] | map(spread) as [$p, $h]
	| {experiment: $experiment, point: "steadiness", what: "\($environment)'s reads/s spread, of their median"}
	+ both($p | percent; $h | percent; $p != null and $h != null and ($p > 0.5) == ($h > 0.5));

def async($rows; $environment):
	[one($rows; "fileio-async"; "reads_per_s"), one($rows; "fileio-sync"; "reads_per_s")]
	| [[.[].published[$environment]], [.[].here[$environment]]] | map(map(median) | .[0] / .[1]) as [$p, $h]
	| {experiment: "fileio-async", point: "gain by asynchronous I/O", what: "\($environment)'s reads/s are, of fileio-sync's"}
	+ both($p | times; $h | times; ($p > 1) == ($h > 1));

def shape($rows):
	["cpu-2000", "cpu-20000"] as $cpu | ["fileio-sync", "fileio-async"] as $files
	| (($cpu + $files)[] | order($rows; .)),
	  ($cpu[] | factor($rows; .; "latency_avg_ms")), ($files[] | factor($rows; .; "reads_per_s")),
	  ($cpu[] as $x | ("qemu", "docker") | growth($rows; $x; .)), (("qemu", "docker") | work($rows; .)),
	  ($files[] as $x | ("qemu", "docker") | steady($rows; $x; .)), (("qemu", "docker") | async($rows; .));

def conclusion($shape):
	([$shape[] | select(.agrees)] | length) as $agreeing
	| [$shape[] | select(.agrees | not)] as $others
	| if $others == [] then "The shape agrees in all \($agreeing) points."
	  else "The shape agrees in \($agreeing) of \($shape | length) points; it does not in \([$others | group_by(.experiment)[]
		| "\(.[0].experiment)'s \(distinct(.[].point) | listed)"] | join(", "))." end;

if all(.[]; .suite == "seed") and ([.[].run] | unique | length == 1) then
	[rows(published)] as $rows
	# The shape is one of both sides: with one of them alone there is only the layout.
	| (if all($rows[]; .here | all(.[]; length > 0)) then [shape($rows)] else [] end) as $shape
	| {rows: $rows, shape: $shape} + (if $shape == [] then {} else {conclusion: conclusion($shape)} end)
else null end
