# What a document tells of its environment besides figures: {fact: value}, null where it tells nothing.
# A value is a string, a number, or {value, shown} when it is too long to print.
include "common";

def bytes: if . == null then null else {value: ., shown: "\(. / 1048576 | floor) MiB"} end;

def number($unit; $decimals): if . == null then null else {value: ., shown: "\(fixed($decimals))\($unit)"} end;

def yes: if . == null then null elif . then "yes" else "no" end;

# 6.6 brought EEVDF in place of CFS.
def cpu_scheduler:
	if . == null then null
	else [splits("[^0-9]+") | select(. != "") | tonumber] | if length < 2 then null elif . >= [6, 6] then "EEVDF" else "CFS" end end;

# What this one lacks of all the flags that are seen anywhere.
def flags($all):
	if . == null then null else split(" ") as $own | ($all - $own) as $lacking
	| {value: (if $lacking == [] then "all" else "lacks \($lacking | join(" "))" end), shown: "\($own | length) flags"} end;

# Only what differs somewhere; kernels of different age do not know the same names.
def mitigations($differing):
	if . == null or $differing == [] then null
	else [$differing[] as $name | "\($name): \(.[$name])"] | {value: join("; "), shown: (map(.[0:60]) | join("; "))} end;

# A guest's limits without this one: its kernel has none to report.
def seccomp: if . == null then null else .seccomp // "not in this kernel" end;

def processes: if . == null then null else {value: ., shown: (if . <= 2 then "init and bench only" else "\(. - 1) others" end)} end;

# What a kernel counts of its own processors; a guest's is told by KVM, and other work of the host's is in it, QEMU's too.
def own_steal:
	[.experiments[] | select(.cpu.steal_s? and .total_time_s)]
	| if length == 0 then null else (map(.cpu.steal_s) | add) / (map(.total_time_s) | add) end;

def steal: .host.steal // if .host.accelerator then null else own_steal end;

def share: if . == null then null else {value: ., shown: percent} end;

# Of an object only what differs somewhere; $differing: its names.
def only($differing):
	if . == null then null elif $differing == [] then "as all others"
	else [$differing[] as $name | "\($name)=\(.[$name])"] | {value: join("; "), shown: (map(.[0:60]) | join("; "))} end;

# Of the options of one concern only those that differ somewhere.
def kernel_options($options; $differing):
	if $options == null then null
	else [.[] | select(IN($differing[])) | "\(.)=\($options[.])"] | if . == [] then "as all others" else join(" ") end end;

# Built in or as a module: it runs the same.
def built: if . == "m" then "y" else . end;

# {module: {parameter: value}} -> {module.parameter: value}
def flat: if . == null then null else with_entries(.key as $part | .value | to_entries[] | .key |= "\($part).\(.)") end;

def facts($flags; $mitigations; $concerns; $options; $differing):
	.host as $host | .platform as $platform | kind as $kind
	| {
	accelerator: ($host.accelerator // if $kind == "guest" then null else "none" end),
	"virtual machine": ($platform.virtualization | if . == null then null elif .hypervisor_bit then .hypervisor // "yes" else "no" end),
	"processor model": $platform.cpu.model,
	"processor flags": ($platform.cpu.flags | flags($flags)),
	processors: $platform.cpu.count,
	"pinned to": ($host.cpus | if . then map(tostring) | join(",") else null end),
	memory: ([$platform.memory_bytes, $platform.limits.memory_bytes, ($host | select(.memory_limit == "cgroup") | .memory_bytes)] | map(select(.)) | min | bytes),
	"memory limit": $host.memory_limit,
	kernel: $platform.kernel,
	"cpu scheduler": ($platform.kernel | cpu_scheduler),
	preemption: $platform.preemption,
	"tick hz": $platform.tick_hz,
	mitigations: ($platform.mitigations | mitigations($mitigations)),
	"host's mitigations": ($host.mitigations | only($differing.mitigations)),
	"kvm's parameters": ($host.kvm_parameters | flat | only($differing.kvm_parameters)),
	"clock source": $platform.clocksource,
	"host's clock source": $host.clocksource,
	"clock cost": ($platform.clock_read_ns | number(" ns"; 1)),
	"huge pages": $platform.huge_pages,
	"guest's huge pages": (if $host.memory_bytes and $host.guest_huge_pages_bytes
		then [$host.guest_huge_pages_bytes / $host.memory_bytes, 1] | min else null end | share),
	"merged pages": $host.ksm,
	"other hyperthreads": $host.smt_siblings,
	"dirty limit": ($platform.dirty.limit_bytes? | bytes),
	"dirty background limit": ($platform.dirty.background_bytes? | bytes),
	"dirty expiry": ($platform.dirty.expire_ms? | number(" ms"; 0)),
	"dirty interval": ($platform.dirty.writeback_ms? | number(" ms"; 0)),
	emulator: $host.emulator,
	governor: ($platform.governor // $host.governor),
	frequency: ($host.frequency_mhz.median? | number(" MHz"; 0)),
	"file system": $platform.filesystem.type,
	"mount options": ($platform.filesystem.options | if . then split(",") | unique | join(",") else null end),
	"io scheduler": $platform.filesystem.io_scheduler,
	"disk cache": (if $kind == "guest" then $host.disk_cache elif $platform.filesystem then "the kernel's own" else null end),
	scratch: $host.scratch_filesystem,
	"caches dropped": ($host.caches_dropped | yes),
	seccomp: ($platform.limits | seccomp),
	"open files": $platform.limits.open_files,
	"user processes": ($platform.processes | processes),
	"first process": $platform.first_process,
	"other work": ($host.others_busy | if . == null then null else {value: ., shown: percent} end),
	steal: (steal | share),
	"guest's steal": (if $host.accelerator then own_steal | share elif $host == null then null else {value: 0, shown: "no guest"} end),
	machine: $host.machine,
	engine: $host.engine,
	runtime: (if $host.engine then $host.runtime // "the engine's own" else null end),
	"qemu version": $host.versions.qemu?,
	"engine version": (if $host.engine then $host.versions[$host.engine]? else null end),
	"host kernel": $host.kernel,
	"host processor": $host.cpu_model,
	"host memory": (if $kind == "host" then $platform.memory_bytes else null end | bytes)
	} + ($concerns | with_entries(.key |= "kernel options: \(.)" | .value |= kernel_options($host.kernel_options; $options)))
	| map_values(if . == null then null elif type == "object" then . else {value: ., shown: tostring} end);

# Of documents of one label the values that each fact has: numbers by their median, others joined.
def together:
	map(select(. != null)) | if length == 0 then null
	elif all(.[]; .value | type == "number") then (map(.value) | median) as $median | min_by(.value - $median | fabs)
	else distinct(.[]) | {value: (map(.value | tostring) | join(" or ")), shown: (map(.shown) | join(" or "))} end;

# Collected documents -> {label: {fact: {value, shown}}}; $concerns: {concern: [option of the kernel...]}
def facts_by_label($concerns):
	map(if .host.kernel_options then .host.kernel_options |= map_values(built) else . end)
	| (map(.platform.cpu.flags // empty | split(" ")) | add // [] | unique) as $flags
	| (map(.platform.mitigations // empty) as $seen
		| [$seen[0] // {} | keys[] | . as $name | select(all($seen[]; has($name)) and ([$seen[][$name]] | unique | length > 1))]) as $mitigations
	| (map(.host.kernel_options // empty) as $seen
		| [$concerns[][] as $name | select(all($seen[]; has($name)) and ([$seen[][$name]] | unique | length > 1)) | $name]) as $options
	| (. as $all | def differing(f): [$all[] | f | select(.)] as $seen
			| [$seen[0] // {} | keys[] | . as $name | select([$seen[][$name]] | unique | length > 1)];
		{mitigations: differing(.host.mitigations), kvm_parameters: differing(.host.kvm_parameters | flat)}) as $differing
	| . as $documents
	| reduce distinct(.[].label)[] as $who ({};
		([$documents[] | select(.label == $who) | facts($flags; $mitigations; $concerns; $options; $differing)]) as $each
		| .[$who] = reduce ($each[0] | keys_unsorted[]) as $name ({}; .[$name] = ([$each[][$name]] | together)));
