# report.json -> the pictures: [{name, kind, experiment?, caption, alt, width, height, program}], where the program is
# gnuplot's, with the data in it. $plots: the directory of the .gp files. Each writes NAME.svg where gnuplot runs.
# Colours are placeholders that the style sheet's take the place of: 1,0,N is the Nth environment's.
include "common";
include "lines";

# Within a string that gnuplot evaluates a second time, so that neither kind of quote may occur.
def quoted: "'" + (tostring | gsub("['\"]"; "’") | gsub("[\\\\`$\n]"; " ")) + "'";

# Nor may anything be left that gnuplot would run or look up in double quotes.
def assignments:
	to_entries | map("\(.key) = \(.value | if type == "number" then tojson else "\"\(gsub("[\"\\\\`]"; " "))\"" end)\n") | join("");

# Rows of rows: gnuplot's blocks, which it calls by index.
def block:
	map(map(map(if type == "number" then tojson else quoted end) | join(" ")) | join("\n")) | join("\n\n\n")
	| "$data << EOD\n\(.)\nEOD\n";

def picture($plots; $script; $data; $settings):
	.name |= gsub("[^A-Za-z0-9._-]"; "_")
	| .program = "reset session\n" + ({WIDTH: .width, HEIGHT: .height, OUTPUT: "\(.name).svg"} + $settings | assignments)
		+ ($data | block) + "load \"\($plots)/common.gp\"\nload \"\($plots)/\($script).gp\"\n";

def place($list; $x): $list | index([$x]);

def steps: [range(-9; 10) as $e | (1, 2, 5) * pow(10; $e)];

# Tics that are easy to read between two positive numbers on a logarithmic axis: [["0.5", 0.5], ...]
def tics($low; $high; $most):
	([steps[] | select(. >= $low and . <= $high)]) as $fine
	| if $high / $low < 1.1 then [range(90; 111) / 100]
	  elif $high / $low < 1.5 then [range(50; 200; 5) / 100]
	  elif $high / $low < 4 then [0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 2.5, 3, 4]
	  elif $fine | length <= $most then $fine
	  else [range(-9; 10) | pow(10; .)] end
	| map(select(. >= $low and . <= $high) | ["\(. * 1000 | round / 1000)", .]);

def tic_text: map("\(.[0] | quoted) \(.[1])") | join(", ");

# --- how many times as good as the other side, with intervals

# Each comparison with what the tables compare with, as performance: more is better.
def performances($report):
	[$report.stats.comparisons[] | select(.ratio != null and .ratio > 0) | .b as $b | select((.a | compared_with($report)) == $b)
	| .better as $better
	| . + {times: (.ratio | performance($better)), ends: ([(.ratio_ci // [.ratio, .ratio])[] | performance($better) // empty] | sort)}
	| if .ends | length < 2 then .ends = [.times, .times] else . end];

def of($experiment): map(select(.experiment == $experiment));

# Whether an experiment's metrics have a picture of their own.
def many: distinct(.[].metric) | length > 4;

def ranged($low; $high): if . < $low then $low elif . > $high then $high else . end;

# What a row is called below the title: an experiment of that name need not be named again.
def within($title; $between): if .[0] == $title then .[1] else join($between) end;

# (In a label of a tic a % would begin a format.)
def rows_of_tics: to_entries | map("\(.value | gsub("%"; "%%") | quoted) \(.key + 1)") | join(", ");

def forest($report; $plots; $rows; $all; $name; $title):
	distinct($all[].a) as $sides
	| ([$all[] | .times, .ends[]] | [([min, 0.9] | min | ranged(0.001; 0.9)), ([max, 1.1] | max | ranged(1.1; 1000))]) as [$least, $most]
	| pow($most / $least; 0.04) as $air | ($least / $air) as $low | ($most * $air) as $high
	| distinct($rows[] | [.experiment, .metric]) as $labels
	| ($sides | length) as $n
	| {name: $name, kind: "forest", experiment: $title, width: 620, height: (($labels | length) * (10 + 10 * $n) + 48),
	   caption: $title,
	   alt: ("How many times as good as \($report.reference): "
		+ ([$rows[] | "\(.a) in \([.experiment, .metric] | within($title; " ")) \(.times | ratio_figure)"] | join(", ")))}
	| picture($plots; "forest";
		([$sides[] as $side | [$rows[] | select(.a == $side) | . as $r
			| [(place($labels; [.experiment, .metric]) + 1 + (place($sides; $side) - ($n - 1) / 2) * 0.5 / $n),
			   (.times, .ends[] | ranged($low; $high)), (if .verdict == "~" then 6 else 7 end)]]
			| if . == [] then [[0, 1, 1, 1, 7]] else . end]);
		{ROWS: ($labels | length), SIDES: $n, LOW: $low, HIGH: $high, TICS: (tics($low; $high; 10) | tic_text),
		 COLOURS: ($sides | map(place($report.environments; .) + 1 | tostring) | join(" ")),
		 LABELS: ($labels | map(within($title; "  ") | .[0:38]) | rows_of_tics)});

# --- what each start measured, in the order of the run

def decimal($max): if $max >= 1e6 then {unit: "million ", per: 1e6} else {unit: "", per: 1} end;

def strips($report; $plots):
	(reduce ($input[0].rows[] | select(.principal)) as $r ({};
		.[$r.experiment][$r.environment] += [[$r.sequence, $r.value]])) as $values
	| table_rows[] | select(.principal and .metric != "") | . as $row
	| ([.cells[].values[]] | [min, max]) as [$least, $most]
	| (if .unit == "ns" then .scale else $most | decimal(.) | .unit += $row.unit end) as $scale
	| ($least > 0 and $most / $least > 4) as $log
	| {name: "strip-\(.experiment)", kind: "strips", experiment: .experiment, width: 350, height: 210,
	   caption: "\(.experiment): \(.metric | labelled($scale.unit | sub("1/s| +$"; "") | sub("^us$"; "µs")))",
	   alt: ("\(.metric) of each start in the order of the run: " + ([$report.environments[] as $e | $row.cells[$e] // empty
		| "\($e) \(.min / $scale.per | figure) to \(.max / $scale.per | figure)"] | join(", ")))}
	| picture($plots; "strip";
		([$report.environments[] as $e | $values[$row.experiment][$e] // [["NaN", "NaN"]]
			| sort | map([.[0], (.[1] | if type == "number" then . / $scale.per else . end)])]);
		{N: ($report.environments | length), LAST: ([$report.plan[].sequence] | max), LOG: (if $log then 1 else 0 end),
		 LOW: (if $log then $least / $scale.per / 1.5 else $least / $scale.per * 0.9 end),
		 HIGH: (if $log then $most / $scale.per * 1.5 else (if $most == 0 then 1 else $most / $scale.per * 1.1 end) end),
		 TICS: (if $log then (tics($least / $scale.per / 1.5; $most / $scale.per * 1.5; 7) | tic_text) else "" end)});

# --- how latencies are distributed: the percentile on a scale of nines

def nines($count): if . >= 100 - 1e-9 then ([$count, 2] | max | log10) + 0.1 else -(1 - . / 100 | log10) end;

def duration: readable("ns") as $scale | "\(. / $scale.per | figure) \($scale.unit)";

def time_text: if . < 1e3 then "\(.) ns" elif . < 1e6 then "\(. / 1e3) µs" elif . < 1e9 then "\(. / 1e6) ms" else "\(. / 1e9) s" end;

def time_tics($low; $high): tics($low; $high; 7) | map([(.[1] | . * 1 | time_text), .[1]]);

def percentiles($report; $plots):
	[$report.experiments[].name] as $order
	| [.stats.percentiles // [] | .[] | select(.curve != null and (.curve | length) > 1)]
	# A mix of reads, writes and fsyncs tells nothing that they do not tell apart.
	| . as $all | map(select(.kind != "event" or (.experiment as $x | any($all[]; .experiment == $x and .kind == "read") | not)))
	| group_by([.experiment, .kind])
	| sort_by(.[0] as $f | ($order | index($f.experiment)), (["event", "read", "write", "fsync"] | index($f.kind) // 9))[]
	| . as $curves | .[0] as {$experiment, $kind}
	| ([.[] | .curve[][1] | select(. > 0)] | [min / 1.3, max * 1.3]) as [$low, $high]
	| {name: "percentile-\($experiment)-\($kind)", kind: "percentiles", experiment: $experiment, width: 350, height: 230,
	   caption: "\($experiment): \(if $kind == "event" then "an event" else $kind end)",
	   alt: ("Latency by percentile: "
		+ ([.[] | "\(.environment) median \(.p50 | duration), 99 % below \(.p99 // .max | duration)"] | join("; ")))}
	| picture($plots; "percentile";
		([$report.environments[] as $e | (first($curves[] | select(.environment == $e)) // {curve: [], count: 1}) | .count as $count
			| [.curve | sort_by(.[0], .[1])[] | select(.[1] > 0) | [(.[0] | nines($count)), .[1]]] | if . == [] then [["NaN", "NaN"]] else . end]);
		{N: ($report.environments | length), LAST: ([$curves[].count] | max | log10 + 0.2 | if . > 6 then 6 elif . < 1 then 1 else . end),
		 LOW: $low, HIGH: $high, TICS: (time_tics($low; $high) | tic_text)});

# --- when each start ran, and how busy the host was

def seconds: sub("\\.[0-9]+"; "") | fromdate;

def timeline($report; $plots):
	.runs[] as $run | [.plan[] | select(.run == $run and .start_utc and .end_utc)] | select(length > 0)
	| sort_by(.start_utc) | ([.[].start_utc | seconds] | min) as $zero | ([.[].end_utc | seconds] | max - $zero) as $length
	| (if $length > 600 then {word: "minutes", per: 60} else {word: "seconds", per: 1} end) as $scale
	| distinct(.[].environment) as $present | [$report.environments[] | select(. as $e | $present | index($e))] as $rows
	| [.[] | . + {from: ((.start_utc | seconds) - $zero), to: ((.end_utc | seconds) - $zero)}] as $starts
	| ([$starts[] | [.from, .load_before], [.to, .load_after] | select(.[1] != null)] | sort) as $load
	| {name: "timeline-\($run)", kind: "timeline", width: 620, height: (150 + 22 * ($rows | length)),
	   caption: "Run \($run), from \($starts[0].start_utc): \($scale.word) since its begin",
	   alt: ("\($starts | length) starts in \($length) seconds; the host's load was "
		+ (if $load == [] then "not recorded" else [$load[][1]] | "\(min | fixed(2)) to \(max | fixed(2))" end))}
	| picture($plots; "timeline";
		[[$starts[] | [.from / $scale.per, (place($rows; .environment) + 1), .to / $scale.per, (place($report.environments; .environment) + 1)]],
		 (if $load == [] then [[0, "NaN"]] else [$load[] | [.[0] / $scale.per, .[1]]] end)];
		{ROWS: ($rows | length), LENGTH: ([$length, 1] | max / $scale.per), LOADMAX: ([$load[][1], 1] | max * 1.15),
		 LABELS: ($rows | rows_of_tics)});

. as $report | performances($report) as $all
| [(select($all != []) | forest($report; $plots; [$all[] | select(.principal)]; $all; "forest-principal"; "principal metrics"),
	($report.experiments[].name as $x | $all | of($x) | select(many) | forest($report; $plots; .; $all; "forest-\($x)"; $x)),
	([$report.experiments[].name as $x | $all | of($x) | select(many | not) | .[] | select(.principal | not)] | select(. != [])
		| forest($report; $plots; .; $all; "forest-others"; "other metrics"))),
   strips($report; $plots), percentiles($report; $plots), timeline($report; $plots)]
