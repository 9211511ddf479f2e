# report.json -> report.html: the parts that page.html ($page) leaves room for. $style: the style sheet; $shapes: what
# the drawings share; $pictures: what figures.jq made; $drawings: {name: drawing}.
include "common";
include "lines";

def text: tostring | @html;

def lines_of(f): map(f + "\n") | join("");

def micro: if . == "us" then "µs" else . end;

# --- tables

# A table that scrolls in its own box, which the keyboard reaches.
def scrolling($what; $class):
	"<div class='scroll' tabindex='0' role='region' aria-label='\($what | text)'>\n<table class='\($class)'>\n\(.)</table>\n</div>\n";

# From [{text, span?, number?}].
def head:
	lines_of("<th scope='col'" + (if .number then " class='number'" else "" end)
		+ (if .span then " colspan='\(.span)'" else "" end) + ">\(.text | text)</th>") | "<thead><tr>\n\(.)</tr></thead>\n";

def number_cell: "<td class='number'>\(.)</td>";

def beside: "<td class='beside'>\(.)</td>";

def interval(write): if . == null then "" else "[\(.[0] | write), \(.[1] | write)]" end;

def letters:
	{"first iteration slow": "f", outliers: "o", drift: "d", "interval wider than 5 %": "w", "steal above 1 %": "s",
	 "n too small": "n"};

def warnings:
	(.warnings // []) | if . == [] then "" else
	" <sup title='\(join("; ") | text)'>\(map(letters[.] // "!") | unique | join(""))</sup>" end;

def cell($scale; $full; $absent):
	if . == null then "<td class='number soft'>\($absent)</td><td></td>"
	else "<td class='number median'>\(.median / $scale.per | figure)</td>"
	+ (if $full then (.ci | interval(. / $scale.per | figure)) + warnings
	   elif .spread == null then "" else "± \(.spread / 2 | percent)" end | beside) end;

def word:
	{faster: "<span class='faster'>▲ faster</span>", slower: "<span class='slower'>▼ slower</span>"}[.]
	// "<span class='even' title='cannot be told apart'>~</span>";

def p_value: if . == null then "" else " <span class='beside'>p \(if . < 0.0001 then "&lt; 0.0001" else fixed(4) end)</span>" end;

def ratio_cell($full):
	if . == null then "<td class='number'>–</td><td></td>\(if $full then "<td></td>" else "" end)"
	else (.ratio | ratio_figure | number_cell)
	+ (if $full then .ratio_ci | interval(ratio_figure) | beside else "" end)
	+ "<td class='word'>\(.verdict | word)\(if $full then .p_holm | p_value else "" end)</td>" end;

# The unit, where the name does not end in it, and of a probe which way is better.
def remarks:
	.scale.unit as $unit
	| [(if .metric | labelled($unit) == . then empty else $unit | micro end), (if .probe then "(\(.better) is better)" else empty end)]
	| if . == [] then "" else " <span class='soft'>\(join(" ") | text)</span>" end;

def row_of($report; $full):
	. as $row
	| "<tr\(if .principal and $full then " class='principal'" else "" end)><th scope='row'>\(.metric | text)\(remarks)</th>"
	+ ([$report.environments[] as $e | ($row | absent($report; $e)) as $absent | $row.cells[$e] | cell($row.scale; $full; $absent)] | join(""))
	+ ([$report.environments[] as $e | $e | compared_with($report) as $b | $row.ratios["\($e) \($b)"] | ratio_cell($full)] | join(""))
	+ "</tr>\n";

def group_of($title; $command):
	"<tbody class='group'><tr><th scope='rowgroup' colspan='20'>\($title | text)\($command)</th></tr>\n\(.)</tbody>\n";

# From rows of lines.jq.
def figures_table($report; $full; $what):
	([{text: "metric"}, ($report.environments[] | {text: ., span: 2, number: true}),
		($report.environments[] | . as $e | compared_with($report) | {text: "\($e) / \(.)", span: (if $full then 3 else 2 end)})] | head)
	+ (. as $rows | [$report.experiments[] as $x | $rows | map(select(.experiment == $x.name)) | select(. != [])
		| map(row_of($report; $full)) | join("") | group_of($x.name; "<code>\($x.command | text)</code>")] | join(""))
	| scrolling($what; if $full then "full" else "brief" end);

# --- the verdict

def share($n; $all): . as [$verdict, $class]
	| if $n[$verdict] then "<i class='\($class)' style='width:\($n[$verdict] / $all * 100 | fixed(2))%'></i>" else "" end;

# A pair's geometric mean, and how many figures say what.
def score($comparisons):
	. as $pair | [$comparisons[] | select(.a == $pair.a and .b == $pair.b)] as $rows
	| (reduce $rows[] as $r ({}; .[$r.verdict] += 1)) as $n
	| "<li><b>\(.ratio | ratio_figure)</b>times \(.b | text)’s performance: <strong>\(.a | text)</strong>"
	+ ([["slower", "slower"], ["~", "even"], ["faster", "faster"]] | map(share($n; $rows | length)) | join("")
		| "<div class='share' aria-hidden='true'>\(.)</div>")
	+ "<span class='soft'>\($n.slower // 0) slower · \($n["~"] // 0) not to be told apart · \($n.faster // 0) faster</span></li>";

def verdict:
	.stats.comparisons as $comparisons
	| (.verdict | lines_of("<p>\(text)</p>"))
	+ (.stats.geomeans // [] | if . == [] then "" else "<ul class='scores'>\n\(lines_of(score($comparisons)))</ul>\n" end);

# --- the audit

def tag: "<span class='tag \(.)'>\(.)</span>";

def fault:
	"<li>\("fault" | tag) <strong>\(.name | text)</strong> (\(places | text))\(if .detail == "" then "" else ": \(.detail | text)" end). "
	+ "<span class='soft'>\(.why | text).</span></li>";

def fact($report):
	. as $fact | "<tr class='\(.class)'><td class='tagged'>\(.class | tag)</td>"
	+ "<th scope='row'><strong>\(.name | text)</strong><br><span class='soft'>\(.why | text)</span></th>"
	+ ([$report.environments[] as $e | "<td>\($fact.values[$e] // "not recorded" | text)</td>"] | join(""))
	+ "<td>\(explained_names($report) | text)</td></tr>";

def facts_table($report):
	([{text: "class"}, {text: "what"}, ($report.environments[] | {text: .}), {text: "explains a part of"}] | head)
	+ "<tbody>\n\(lines_of(fact($report)))</tbody>\n" | scrolling("What differs besides the virtualization"; "audit");

def audit:
	. as $report
	| (.audit.faults | if . == [] then "" else "<ul class='faults'>\n\(lines_of(fault))</ul>\n" end)
	+ (.audit.facts | if . == [] then "<p>Nothing that is recorded differs.</p>\n" else facts_table($report) end)
	+ (.audit.same | if . == [] then "" else "<p class='soft'>The same on all sides: \(join(", ") | text).</p>\n" end)
	+ ([unavailable_lines, .audit.notes[]] | if . == [] then "" else "<ul class='notes'>\n\(lines_of("<li>\(text)</li>"))</ul>\n" end);

# --- the study's layout

def five(write): . as $v | [range(5) | $v[.] | if . == null then "–" else write end | number_cell] | join("");

def study_row:
	.metric as $metric | "<tr><th scope='rowgroup' rowspan='2'>\(.metric | study_name)</th>"
	+ "<td class='soft'>published</td>\(.published.qemu | five(tostring))\(.published.docker | five(tostring))</tr>\n"
	+ "<tr class='here'><td>here</td>\(.here.qemu | five(study_figure($metric)))\(.here.docker | five(study_figure($metric)))</tr>\n";

def study_head:
	"<thead><tr><th scope='col' rowspan='2'>metric</th><th scope='col' rowspan='2'>figures</th>"
	+ "<th scope='colgroup' colspan='5'>qemu, iteration</th><th scope='colgroup' colspan='5'>docker, iteration</th></tr>\n"
	+ "<tr>\([range(2) | range(1; 6) | "<th scope='col' class='number'>\(.)</th>"] | join(""))</tr></thead>\n";

def study_table:
	study_head + (. as $rows | [distinct($rows[].experiment)[] as $x
		| $rows | map(select(.experiment == $x) | study_row) | join("") | group_of($x; "")] | join(""))
	| scrolling("The study's figures and ours"; "study");

def shape_row:
	"<tr><th scope='row'>\(.experiment | text)</th><td>\(.what | text)</td>\(.published | text | number_cell)\(.here | text | number_cell)"
	+ "<td>\(if .agrees then "<span class='faster'>yes</span>" else "<span class='slower'>no</span>" end)</td></tr>";

def shape:
	if .shape == [] then "<p>Only one of the study’s two environments was measured here, so there is no shape to compare.</p>\n"
	else "<h3>Does the shape agree?</h3>\n<p>\(.conclusion | text)</p>\n"
	+ (([{text: "experiment"}, {text: "shape"}, {text: "published", number: true}, {text: "here", number: true}, {text: "agrees"}] | head)
		+ "<tbody>\n\(.shape | lines_of(shape_row))</tbody>\n" | scrolling("Where the shape agrees"; "shape")) end;

def study:
	if .seed == null then ""
	else "<section id='study'>\n<h2>In the study’s own layout</h2>\n"
	+ "<p>The rows and the five iterations of each environment as the study printed them, and below each the same figure from this run.</p>\n"
	+ (.seed | (.rows | study_table) + shape) + "</section>\n" end;

# --- pictures

def kinds($reference):
	{name: "forest", title: "How many times as good as \($reference)", class: "wide",
	 about: "To the right is better, on a logarithmic scale: rates as they are, times turned round. The bars are 95 % intervals
of the ratio of medians; a hollow point cannot be told apart from 1; in the grey band (2 %) a difference is too small to
matter."},
	{name: "strips", title: "Each start", class: "grid",
	 about: "The principal metric of each start, in the order in which they ran. Level
lines far apart are a difference; crossing ones are none."},
	{name: "percentiles", title: "How latencies are distributed", class: "grid",
	 about: "All iterations together. The share of events that took no longer, on a scale of nines: each
step to the right is ten times rarer."},
	{name: "timeline", title: "When it ran", class: "wide", about: "A bar for each start, and the load of the host."};

# The same shapes and colours as in plots/common.gp.
def legend($report):
	. as $e | (($report.environments | index($e)) % 8) as $n
	| "<li><span class='e\($n + 1)' aria-hidden='true'>\(["●", "■", "▲", "▼", "◆", "⬟"][$n % 6])</span> \(text)</li>";

def figure_of($drawing):
	"<figure id='\(.name | text)'><figcaption>\(.caption | text)</figcaption>"
	+ "<svg viewBox='0 0 \(.width) \(.height)' role='img' aria-label='\(.alt | text)'>\($drawing[.name])</svg></figure>";

def pictures($figures; $drawing):
	. as $report | [kinds(.reference) | . as $kind | [$figures[] | select(.kind == $kind.name)] | select(. != []) as $these
	| [$report.environments[] | select($kind.name != "forest" or compared_with($report))] as $shown
	| "<h3 id='\($kind.name)'>\($kind.title | text)</h3>\n<p>\($kind.about)</p>\n"
	+ "<ul class='legend'>\n\($shown | lines_of(legend($report)))</ul>\n"
	+ "<div class='\($kind.class)' tabindex='0' role='region' aria-label='\($kind.title | text)'>\n"
	+ "\($these | lines_of(figure_of($drawing)))</div>\n"]
	| join("");

# --- how it was made

def facts:
	[["run", (.runs | join(", "))], ["suite", .suite], ["root file system", (.identity // [] | join(", "))]]
	| map(select(.[1] != "")) | lines_of("<dt>\(.[0])</dt><dd>\(.[1] | text)</dd>");

def course:
	course_table | if . == null then "" else
	"<h3 id='course'>From start to gone</h3>\n<p>\(.about)</p>\n"
	+ (([.head[0] as $first | .head[] | {text: ., number: (. != $first)}] | head)
		+ "<tbody>\n\(.rows | lines_of("<tr><th scope='row'>\(.[0] | text)</th>\(.[1:] | map(text | number_cell) | join(""))</tr>"))</tbody>\n"
		| scrolling("From start to gone"; "course")) end;

def shell_word: if test("^[A-Za-z0-9_@%+=:,./-]+$") then . else "'" + gsub("'"; "'\\''") + "'" end;

def commands:
	(.commands // {}) | to_entries | if . == [] then "" else
	"<h3>What started them</h3>\n"
	+ lines_of("<p>\(.key | text), the first time:</p>\n<pre>\(.value | map(shell_word) | join(" ") | text)</pre>") end;

def period:
	[.plan[] | .start_utc, .end_utc | select(.)] | if . == [] then empty else
	"\(min[0:16] | sub("T"; " ")) to \(max[0:16] | sub("T"; " ")) UTC" end;

. as $report | table_rows as $rows
| {title: "\(.environments | join(", ")) (\(.runs | join(", ")))" | text,
   style: $style, shapes: $shapes,
   kicker: (["samebits", "run \(.runs | join(", "))", "suite \(.suite)", (.iterations | counted("iteration")), period]
	| join(" · ") | text),
   heading: (if .runs | length == 1 then .environments | listed
	else "\(.runs[1:] | listed) against \(.runs[0]): \(distinct(.environments[] | environment) | listed)" end | text),
   study_link: (if .seed then "<a href='#study'>The study</a>" else "" end),
   verdict: verdict, audit: audit, study: study, facts: facts, course: course, commands: commands,
   table: ([$rows[] | select(.brief)] | figures_table($report; false; "The figures to read first")),
   every: ($rows | figures_table($report; true; "Every figure")),
   pictures: pictures($pictures[0]; $drawings[0]),
   resamples: .settings.resamples, seed: .settings.seed, alpha: .settings.alpha, practical: (.settings.practical * 100)} as $parts
| $page | split("@@") | to_entries
| map(if .key % 2 == 0 then .value else $parts[.value] // error("page.html: no part \(.value)") end | tostring)
| join("")
