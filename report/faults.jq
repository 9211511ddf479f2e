# What is wrong with figures in themselves, whatever the environments: {name, where: [...], detail}.
include "common";

def test: .command | split(" ")[0];

# The value of --NAME=VALUE in a command; null when it is not given.
def option($name): [.command | capture("--" + $name + "=(?<value>[^ ]*)").value] | last;

def size:
	capture("^(?<n>[0-9]+)(?<unit>[KMGT]?)"; "i") | (.unit | ascii_upcase) as $unit
	| (.n | tonumber) * pow(1024; {"": 0, K: 1, M: 2, G: 3, T: 4}[$unit]);

# Each experiment that ran, with where it did.
def ran: .[] | . as $d | .experiments[] | select((.exit // 0) == 0 and (has("unavailable") or has("stage") | not))
	| {label: $d.label, iteration: $d.iteration, cpus: $d.platform.cpu.count, experiment: .};

def place: "\(.label) \(.experiment.name)";

# found($name; stream of {where, value}; text for the values): one fault, or nothing.
def found($name; occurrences; detail):
	[occurrences] | select(length > 0) | {name: $name, where: distinct(.[].where), detail: (map(.value) | detail)};

def range_of($unit):
	map(select(. != null)) | if length == 0 then "" elif min == max then "\(min | figure)\($unit)"
	else "\(min | figure) to \(max | figure)\($unit)" end;

def several_at_once:
	found("several at once";
		(ran | select(.experiment | test == "cpu") | select((.experiment | option("threads") // "1" | tonumber) <= (.cpus // 1))
			| select(.experiment.latency_ns | .min > 0 and .avg >= 2 * .min) | {where: place, value: (.experiment.latency_ns | .avg / .min)}),
		(.[] | select(.host.concurrent? > 1) | {where: .label, value: null});
		"average latency \(range_of("")) times the minimum");

def same_time:
	found("measured at the same time";
		group_by(.run)[] | map(select(.host.start_utc and .host.end_utc)) | sort_by(.host.start_utc)
			| range(1; length) as $i | select(.[$i].host.start_utc < .[$i - 1].host.end_utc)
			| {where: "\(.[$i - 1].label)-\(.[$i - 1].iteration) and \(.[$i].label)-\(.[$i].iteration)", value: null}; "");

def growing($rows):
	found("slower with each iteration";
		$rows | map(select(.principal or .metric == "latency avg")) | group_by([.environment, .experiment, .metric])[]
			| sort_by(.sequence) | map(if .better == "less" then .value else -.value end) as $v
			| select(length >= 5 and $v[0] * $v[-1] > 0 and all(range(1; length); $v[.] > $v[. - 1]))
			| {where: "\(.[0].environment) \(.[0].experiment)", value: ([$v[-1] / $v[0], $v[0] / $v[-1]] | max)} | select(.value > 1.05);
		"the last one by \(range_of("")) times");

# Only what is measured to six digits and more: averages and percentiles, whole nanoseconds, agree by chance.
def exact: {total_time_s, events_per_s, max: .latency_ns.max, read: .operations.read.per_s, write: .operations.write.per_s}
	| to_entries[] | select(.value != null) | select(.value | tostring | gsub("^[0.]+|[.]|e.*$"; "") | sub("0+$"; "") | length >= 6);

def copied:
	found("copied figures";
		[ran | . as $r | .experiment | exact | {name: $r.experiment.name, label: $r.label, metric: .key, value}]
			| group_by(.name)[] | [group_by([.metric, .value])[] | select(length > 1)] | select(length >= 2)
			| {where: .[0][0].name, value: {labels: (map(map(.label)) | add | unique), count: length}};
		"\(map(.count) | add) values agree to the last digit in \(map(.labels) | add | unique | listed)");

# The figures of one distribution have to obey: the order of the percentiles, an average that its own largest values
# allow (a tenth of the values at or above p90 alone make a tenth of p90), a maximum within the sum.
def contradictions($count):
	def least($share; $p): if .avg == null or $p == null then empty
		else (.avg * 1.03 < $share * $p) | select(.) | "average below what its percentiles alone make" end;
	([.min, .p50, .p90, .p95, .p99, .p999, .max] | map(select(. != null)) | select(. != sort)
		| "minimum, percentiles and maximum out of order"),
	(select(.avg != null and ((.min != null and .avg * 1.03 < .min) or (.max != null and .avg > .max * 1.03)))
		| "average outside of minimum and maximum"),
	least(0.5; .p50), least(0.1; .p90), least(0.05; .p95), least(0.01; .p99),
	(select($count != null and .avg != null and .max != null and .max > .avg * $count * 1.03) | "maximum above the sum of all");

def impossible:
	found("impossible figures";
		ran | place as $where | .experiment
			| ((.latency_ns // {} | contradictions(null)), (. as $e | .latency_ns // {} | select($e.events) | contradictions($e.events)),
			   (.operations // {} | .[] | .count as $n | .latency_ns // {} | contradictions($n)),
			   (select(.total_time_s and .latency_ns.max and .latency_ns.max > .total_time_s * 1.03e9) | "an event longer than the run"))
			| {where: $where, value: .};
		distinct(.[]) | join("; "));

def overran:
	found("took longer than asked";
		ran | place as $where | . as $r | .experiment | select(.total_time_s and (option("events") | not))
			| ((option("time") // "10") | tonumber) as $asked
			| select($asked > 0 and .total_time_s > $asked * 1.2 + 1) | {where: "\($where) iteration \($r.iteration)", value: .total_time_s};
		range_of(" s"));

def processor_time:
	found("user and kernel time unknown";
		ran | select(.experiment.cpu | .user_s == null or .system_s == null) | {where: .label, value: null}; ""),
	found("user and kernel time impossible";
		ran | select(.cpus and .experiment.total_time_s) | place as $where | .cpus as $cpus | .experiment
			| select(.cpu.user_s and .cpu.system_s and (.cpu.user_s + .cpu.system_s > (.total_time_s * 1.1 + 0.1) * $cpus))
			| {where: $where, value: (.cpu.user_s + .cpu.system_s)};
		range_of(" s"));

def per_document($name; condition): found($name; .[] | select(condition) | {where: .label, value: null}; "");

def faults($rows):
	several_at_once, same_time, growing($rows), copied, impossible, overran, processor_time,
	per_document("bits unknown"; .identity.bench | not),
	per_document("container in a virtual machine";
		kind == "container" and (.host.own_kernel | not) and .host.kernel and .platform.kernel and .platform.kernel != .host.kernel),
	per_document("not repeatable"; .host.command | not),
	found("few iterations"; group_by(.label)[] | select(length < 6) | {where: .[0].label, value: length};
		"n = \(unique | map(tostring) | join(", "))");
