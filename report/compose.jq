# Collected documents, what stats found and the audit -> report.json, from which every form of the report is made.
# $input: what stats read; $stats; $audit; $seed: the study's layout, when the suite is the study's
include "common";
include "lines";

def tally: reduce .[] as $c ({}; .[$c.verdict] += 1) | {slower: (.slower // 0), faster: (.faster // 0), even: (.["~"] // 0)};

def total: .slower + .faster + .even;

def choose($n; $k): reduce range(1; $k + 1) as $i (1; . * ($n - $k + $i) / $i);

# Whether the sides have so few values that even those of which all of one are above all of the other pass for chance,
# once the p is corrected.
def powerless($alpha):
	all(.[]; .p_holm == null or .p_holm >= $alpha)
	and any(.[]; .p != null and .n != null and .p <= 2.001 / choose(.n[0] + .n[1]; .n[0]));

# "docker cannot be told apart from native in any of 5 principal metrics"
def principally($a; $b):
	tally as $n | ($n | total | counted("principal metric")) as $all
	| if $n.even == ($n | total) then "\($a) cannot be told apart from \($b) in \($all)"
	  elif $n.slower == ($n | total) then "\($a) is slower than \($b) in \($all)"
	  elif $n.faster == ($n | total) then "\($a) is faster than \($b) in \($all)"
	  else "\($a) is slower than \($b) in \($n.slower), faster in \($n.faster) and not to be told apart in \($n.even) of \($all)" end;

# What there is to say of each pair, of those that the tables compare.
def pairs: group_by([.a, .b]) | sort_by(.[0] as $first | $first.order);

def mean_of($geomeans): .[0] as {$a, $b} | [$geomeans[] | select(.a == $a and .b == $b)][0];

def first_sentence($geomeans; $alpha):
	if all(.[]; powerless($alpha))
	then ([.[] | .[0] as {$a, $b} | mean_of($geomeans) | select(.) | "\($a) has \(.ratio | ratio_figure) times \($b)'s performance"] | listed)
		+ " (geometric mean of principal metrics), but \(.[0][0].n | max | counted("iteration")) "
		+ "cannot tell even the greatest difference from chance among \(.[0] | map(.family // 0) | min | counted("experiment"))."
	else [.[] | .[0] as {$a, $b} | (map(select(.principal)) | select(. != []) | principally($a; $b))
		+ (mean_of($geomeans) | if . then " (\(.ratio | ratio_figure) times its performance on the geometric mean)" else "" end)]
	| join("; ") + "." end;

# The principal figure that is furthest from the other side's.
def furthest:
	[.[][] | select(.principal and .ratio != null and .ratio > 0)]
	| if . == [] then "" else max_by(.ratio | log | fabs)
	| "; furthest off in \(.experiment), \(.metric): \(.a) has \(.ratio | ratio_figure) times \(.b)'s" end;

def second_sentence:
	[.[] | .[0].a as $a | tally | "\($a) is slower in \(.slower), faster in \(.faster) and not to be told apart in \(.even) of \(total)"]
	| "Of all figures " + join(", ");

# How far it can be laid to the virtualization.
def third_sentence($audit; $experiments):
	[$audit.facts[] | select(.class == "confound")] as $confounds
	| [$confounds[] | select(.explains | length == $experiments) | .name] as $all
	| [$confounds[] | select(.explains | length < $experiments) | .name] as $some
	| (if $confounds == [] then "Nothing that is recorded differs but the virtualization and what is harmless"
	   elif $all == [] then "It is not the virtualization alone: \($some | listed) may explain a part of some"
	   else "It is not the virtualization alone: \($all | listed) may explain a part of every figure"
		+ if $some == [] then "" else ", \($some | listed) of some" end end)
	+ (if $audit.faults == [] then ", and no fault was found in the figures."
	   else "; faults found in the figures: \($audit.faults | map(.name) | join(", "))." end);

def verdict($environments; $stats; $audit; $experiments; $alpha):
	($stats.comparisons | to_entries | map(.value + {order: .key} | select(.b == (.a | compared_with({stats: $stats})))) | pairs) as $pairs
	| (if $audit.illegitimate == [] then "" else "This is no legitimate comparison (\($audit.illegitimate | join("; "))): " end) as $warning
	| if $pairs == [] then ["Only \($environments | listed) was measured: there is nothing to compare."]
	  else [$warning + ($pairs | first_sentence($stats.geomeans; $alpha)), ($pairs | second_sentence + furthest + ".")] end
	+ [third_sentence($audit; $experiments)];


def start:
	{environment: .label, run, iteration, sequence, status} + (.host // {} | {start_utc, end_utc, steal, frequency_mhz, caches_dropped,
		load_before: .load[0]?, load_after: .load_after[0]?, start_to_init_ms, wall_ms, order_seed})
	| with_entries(select(.value != null));

# Of starts the medians of when those stages were, in ms since that stage; null: since the start.
def medians($since; $stages):
	[$stages[] as $stage | {key: $stage, value: ([.[] | (if $since then .[$since] else 0 end) as $from
		| select($from != null and .[$stage] != null) | .[$stage] - $from] | median)}]
	| map(select(.value != null)) | from_entries;

def course:
	[.[] | .host.timeline_ms? // empty]
	| {n: length, since_start_ms: medians(null; ["first_instruction", "kernel", "init", "benchmark"]),
	   since_measured_ms: medians("benchmark_end"; ["result", "gone"])};

. as $documents | distinct(.[].label) as $environments
| distinct(.[].run) as $runs
| (if $runs | length > 1 then "the same of \($runs[0])" else $input[0].pairs[0][1] // $environments[0] end) as $reference
# What is told with the rows only.
| def name: "\(.experiment)\n\(.metric)";
  ([$input[0].rows[] | {key: name, value: {principal: (.principal // false), probe: (.probe // false)}}] | from_entries) as $marks
| def marked: map(. + $marks[name]);
  ($stats[0] | .comparisons |= marked | .groups |= marked) as $stats
| {schema: "samebits-report-1", runs: $runs, suite: (distinct(.[].suite) | join(", ")),
   environments: $environments, reference: $reference, iterations: ([.[].iteration] | max),
   identity: distinct(.[].identity.rootfs // empty),
   experiments: [distinct(.[].experiments[].name)[] as $name
	| first($documents[].experiments[] | select(.name == $name)) | {name, command}],
   unavailable: [group_by(.label)[] | .[0].label as $e | [.[].experiments[] | select(.unavailable)] | group_by(.name)[]
	| {environment: $e, experiment: .[0].name, n: length, why: .[0].unavailable}],
   verdict: verdict($environments; $stats; $audit[0]; (distinct(.[].experiments[].name) | length); $input[0].alpha),
   audit: $audit[0], stats: $stats, seed: $seed[0],
   plan: [.[] | start],
   course: ([group_by(.label)[] | {key: .[0].label, value: course} | select(.value.n > 0)]
	| sort_by(.key as $e | $environments | index($e)) | from_entries),
   commands: (reduce .[] as $d ({}; .[$d.label] //= $d.host.command) | with_entries(select(.value != null))),
   settings: ($input[0] | {seed, resamples, alpha, practical})}
| with_entries(select(.value != null))
