# Collected documents -> {facts, same, faults, notes, illegitimate}: what differs besides the virtualization.
# $rules: the text of audit.rules; $felt: of kernel-config/felt.table; $input: what stats reads.
include "common";
include "facts";
include "faults";

def lines($rules): $rules | split("\n")[] | select(test("^ *(#|$)") | not);

def cases($rules):
	[lines($rules) | select(startswith("kind ") | not) | [splits("  +|\t+")]
	| if length == 5 then {fact: .[0], when: .[1], class: .[2], explains: (.[3] | split(",")), why: .[4]}
	  else error("audit.rules: not five columns: \(join("  "))") end];

# {concern: [option...]}
def concerns($felt):
	reduce (lines($felt) | [splits("  +")]) as [$concern, $names] ({}; .[$concern] += [$names | split("|")[0]]);

def kinds($rules): [lines($rules) | select(startswith("kind ")) | [splits(" +")] | {(.[1]): .[2:]}] | add;

def holds($when; $a; $b; $kinds):
	[$a, $b] as $both | all($when | split("&")[]; . as $test | ($test | sub("^[a-z]*="; "")) as $x
	| if $test == "-" then true
	  elif startswith("any=") then any($both[]; tostring | test($x))
	  elif startswith("both=") then all($both[]; tostring | test($x))
	  elif startswith("with=") then any($kinds[]; . == $x)
	  elif all($both[]; type == "number") | not then false
	  elif startswith("near=") then $a - $b | fabs <= ($x | tonumber)
	  elif startswith("within=") then $a - $b | fabs <= ($both | max) * ($x | tonumber)
	  elif startswith("below=") then $both | max <= ($x | tonumber)
	  else error("audit.rules: \($test) is no test") end);

# {name: [kind...]} of the experiments; "short" are those whose events the harness itself is more than 1 % of.
def kinds_of($kinds):
	[.[].experiments[]] | group_by(.name) | map((.[0] | test) as $test
		| {key: .[0].name, value: ([$kinds | to_entries[] | select(.value | index($test)) | .key] | if . == [] then ["all"] else . end)})
	| from_entries;

def short: [.[].experiments[] | select(.harness.share? > 0.01) | .name] | unique;

def explained($explains; $kinds; $short; $names):
	if $explains == ["-"] then []
	else [$names[] | . as $n | select(any($explains[]; . as $e
		| $e == "all" or ($e == "short" and ($short | index($n))) or ($kinds[$n] | index($e) or . == ["all"])))] end;

# One fact, of one pair that differs in it.
def judged($pair; $a; $b; $rules; $context):
	first($rules[] | select(holds(.when; $a.value; $b.value; [$pair[] as $who | $context.environments[$who]]))) as $case
	| explained($case.explains; $context.kinds; $context.short; $context.names) as $names
	| {a: $pair[0], b: $pair[1], class: $case.class, explains: $names, kinds: $case.explains, why: $case.why}
	| if .class == "intended" and ($pair | map(environment) | .[0] == .[1]) then .class = "confound" else . end
	| if .class == "confound" and $names == [] then .class = "harmless" | .why += " (no experiment here depends on it)" else . end;

def worst: {confound: 0, intended: 1, harmless: 2}[.class];

def compared($rules; $context; $pairs):
	facts_by_label($context.concerns) as $facts | ($facts | keys_unsorted) as $labels
	| [$facts[] | keys_unsorted] | (.[0] // [])[] as $name
	| [$pairs[] | . as [$a, $b] | select($facts[$a][$name] and $facts[$b][$name])] as $known
	| ([$rules[] | select(.fact == $name)] | if . == [] then error("audit.rules has no line for \($name)") else . end) as $cases
	| [$known[] | . as [$a, $b] | select($facts[$a][$name].value != $facts[$b][$name].value)
		| judged(.; $facts[$a][$name]; $facts[$b][$name]; $cases; $context)] | sort_by(worst) as $judged
	| {name: $name, known: ($known | length),
	   missing: [$labels[] | select($facts[.][$name] | not)],
	   values: ($facts | map_values(.[$name].shown // null)), pairs: $judged}
	+ ($judged[0] // {} | {class, why, kinds}) + {explains: distinct($judged[] | select(.class == $judged[0].class) | .explains[])}
	+ (if $name == "processor flags" then {detail: ($facts | map_values(.[$name].value))} else {} end);

def fits_in_memory:
	([.[] | .platform.memory_bytes, .platform.limits.memory_bytes | select(.)] | min) as $memory
	| [.[0].experiments[] | select(test == "fileio" and (.command | test("direct") | not))
		| {name, size: (option("file-total-size") // "2G" | size)} | select($memory != null and .size < $memory)]
	| group_by(.size)[]
	| "the files of \(map(.name) | listed) (\(.[0].size / 1048576 | floor) MiB) fit in memory: "
	+ "their reads are the page cache's speed, the disk is in writes and fsyncs";

# Of all starts of an environment; each of its experiments counts by its events.
def exits:
	[.[] | select(.host.accelerator == "kvm")] | group_by(.label)[] | .[0].label as $who
	| if all(.[]; .host.exits | not) then "\($who): exits per event unavailable: only root may read KVM's counters, in /sys/kernel/debug/kvm"
	  else map(select(.host.exits)) | ([.[].experiments[].events // 0] | add) as $events | select($events > 0)
	  | reduce (.[].host.exits | to_entries[]) as $one ({}; .[$one.key] += $one.value) | .exits as $all
	  | [to_entries[] | select(.key != "exits" and .value / $events >= 0.005)] | sort_by(-.value)
	  | "\($who): \($all / $events | fixed(2)) exits per event, files and waiting between them included\(
		if . == [] then "" else ": " + (map("\(.key | sub("_exits$"; "")) \(.value / $events | fixed(2))") | join(", ")) end)" end;

def notes($facts):
	exits,
	(if any(.[]; kind != "guest" and .platform.virtualization.hypervisor_bit
			and .platform.kernel == (.host.kernel // .platform.kernel))
		then "the host is itself a virtual machine (CPUID hypervisor bit): native is not bare metal, and a guest on it is nested" else empty end),
	fits_in_memory,
	(.[] | "\(.label)-\(.iteration)" as $which | .experiments[] | select((.exit // 0) != 0) | "failed: \($which) \(.name): \(.error)"),
	([.[] | . as $d | .experiments[] | .name as $n | (.warnings // [])[] | {text: ., where: "\($d.label) \($n)"}]
		| group_by(.text)[] | "\(.[0].text) (\(distinct(.[].where) | join(", ")))"),
	([group_by(.label)[] | {key: .[0].label, value: length}] | select(map(.value) | unique | length > 1)
		| "unequal numbers of iterations: \(map("\(.key) \(.value)") | join(", "))"),
	(distinct($facts[] | select(.known == 0 and (.missing | length) > 0) | .name | sub(":.*"; "")) as $unknown | select($unknown != [])
		| "recorded on one side only or on none, so not compared: \($unknown | join(", "))");

# Why two runs must not be compared at all.
def illegitimate:
	def differing($what; f): [group_by(.run)[] | {run: .[0].run, value: (map(f | tostring) | unique | join(" and "))}]
		| select(map(.value) | unique | length > 1) | "\($what): \(map("\(.value) in \(.run)") | join(", "))";
	if map(.run) | unique | length == 1 then empty
	else differing("other bits"; .identity.bench // "unknown" | .[0:19]), differing("another suite"; .suite),
		differing("another number of processors"; .host.cpus // [] | length),
		differing("another MEMORY"; .host.memory_bytes // "unknown" | if type == "number" then "\(. / 1048576 | floor)M" else . end) end;

. as $documents | cases($rules) as $cases | kinds($rules) as $kinds
| {kinds: kinds_of($kinds), environments: kinds_by_label, short: short, names: distinct(.[].experiments[].name), concerns: concerns($felt)} as $context
| [compared($cases; $context; $input[0].pairs)] as $facts
| {facts: [$facts[] | select(.pairs != []) | del(.known, .missing)] | sort_by(worst),
   same: [$facts[] | select(.known > 0 and .pairs == []) | .name],
   faults: [faults($input[0].rows) | .name as $name
	| . + {why: (first($cases[] | select(.fact == $name and .class == "fault")) | .why)}],
   notes: [notes($facts)],
   illegitimate: [illegitimate]}
