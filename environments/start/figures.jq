# Shows the primary metrics of starts of one environment. Input: an array of their documents. With $line those of one start, as
# many as fit in 80 columns; otherwise a line for each experiment, with medians.

def figure: if . == null then "-" elif . >= 1000 then round | tostring else tostring | .[0:6] end;
def median: map(numbers) | sort
	| if . == [] then null else (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2 end;
def fill($width): . + " " * ([1, $width - length] | max);
def printable: tostring | explode | map(if . >= 32 and . < 127 then . else 63 end) | implode;

def value: .primary as $primary
	| [if .metrics then .metrics[0].value elif $primary == "events/s" then .events_per_s
	  else .operations[$primary | sub("s/s$"; "")].per_s end | numbers][0];

[.[].experiments[] | select(.primary)] as $measured
| if $line then
	[limit(4; $measured[] | "\(.name | printable) \(value | figure)")] | "  " + join(" · ") | .[0:80]
  else
	reduce $measured[].name as $name ([]; if index([$name]) then . else . + [$name] end) | .[] as $name
	| [$measured[] | select(.name == $name)]
	| ($name | printable | fill(20)) + (.[0].primary | printable | fill(22)) + ("\(map(value) | median | figure) \(.[0].metrics[0].unit? // "")" | printable | fill(18))
		+ (map(.per_cpu_s) | median | if . == null then "" else "\(figure) per CPU second" end)
  end
