# Adds to each experiment what the host knows: processor time, the primary metric, and its work per second of processor time.
# $report, written by watch; $kind: host, container or guest; $shared: the environment runs on the host's kernel.

# The primary metric's name as in the report, and the count of its events; a probe's event is a batch of the operations in the metric.
def primary:
	def operation($name; $rate): .operations[$name]? | select(. and .count != 0) | {name: $rate, done: .count};
	if (.exit // 0) != 0 or has("unavailable") or has("stage") then null
	elif .metrics then {name: .metrics[0].name, done: .events}
	else first(operation("read"; "reads/s"), operation("write"; "writes/s"), operation("fsync"; "fsyncs/s"), {name: "events/s", done: .events}) end;

# The host sees all of a guest's processor time; that of a process is reported by its own kernel.
def host_cpu($report; $kind; $shared; $at):
	if $kind == "guest" then $report.experiments[$at]
	elif $shared and .cpu then {used_s: (.cpu.user_s + .cpu.system_s), waited_s: .cpu.waited_s} | with_entries(select(.value != null))
	else null end;

# Below 0.1 s processor time is counted too coarsely for a quotient.
def experiments($report; $kind; $shared):
	.experiments |= [to_entries[] | .key as $at | .value
		| host_cpu($report; $kind; $shared; $at) as $cpu | primary as $primary
		| . + ({host_cpu: $cpu, primary: $primary.name,
			per_cpu_s: (if $cpu and $primary.done and $cpu.used_s >= 0.1 then $primary.done / $cpu.used_s else null end)}
			| with_entries(select(.value != null)))];
