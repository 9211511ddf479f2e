# What the report's parts share: names, order and how figures are written.

def median:
	sort | if length == 0 then null
	elif length % 2 == 1 then .[length / 2 | floor]
	else (.[length / 2 - 1] + .[length / 2]) / 2 end;

# The values of a stream, each once, in the order in which they come.
def distinct(stream): reduce stream as $v ([]; if any(.[]; . == $v) then . else . + [$v] end);

# "docker:seccomp=unconfined@monday" is the environment docker:seccomp=unconfined, at base docker, of the run monday.
def environment: sub("@[^@]*$"; "");
def base: sub("[@:].*"; "");

# Of a document: host, container or guest. Older ones do not say so.
def kind: .host as $host | $host.kind // (if $host.accelerator then "guest"
	elif $host.engine // .platform.virtualization.container? then "container" else "host" end);

# {label: kind}
def kinds_by_label: map({(.label): kind}) | add;

# $decimals after the point, always, without an exponent.
def fixed($decimals):
	if . < 0 then "-" + (-. | fixed($decimals))
	else pow(10; $decimals) as $scale | (. * $scale | round) as $n
	| "\($n / $scale | floor)" + (if $decimals == 0 then "" else "." + ("\($n % $scale + $scale)" | .[1:]) end) end;

# Four significant digits.
def figure:
	if . == null then "-" elif . == 0 then "0"
	else ([fabs | log10 | floor, -6] | max) as $digits
	| if $digits < 4 then fixed(3 - $digits)
	  else pow(10; $digits - 3) as $unit | (. / $unit | round) * $unit | tostring end end;

def ratio_figure:
	if . == null then "-" elif fabs < 10 then fixed(3) elif fabs < 100 then fixed(2) else fixed(1) end;

def percent: if . == null then "" else . * 100 | if fabs < 99.95 then fixed(1) else fixed(0) end + "%" end;

# The unit in which nanoseconds are readable: {unit, per}.
def readable($unit):
	if $unit != "ns" or . == null then {unit: $unit, per: 1}
	elif fabs < 1e3 then {unit: "ns", per: 1}
	elif fabs < 1e6 then {unit: "us", per: 1e3}
	elif fabs < 1e9 then {unit: "ms", per: 1e6}
	else {unit: "s", per: 1e9} end;

# The metric's name with its unit, unless the name ends in it.
def labelled($unit): if $unit == "1/s" or $unit == "" or endswith($unit) then . else "\(.) \($unit)" end;

# How many times as good as the other one: a ratio, turned round where less is better.
def performance($better): if . == null or . <= 0 then null elif $better == "less" then 1 / . else . end;

# "a, b and c"
def listed: if length < 2 then join("") else (.[:-1] | join(", ")) + " and " + .[-1] end;

# "1 row", "2 rows"
def counted($word): "\(.) \($word)" + (if . == 1 then "" else "s" end);
