# From all result documents of a run: a line for each thing that differs between the environments
# or went wrong, so that nobody reads the table as if only the virtualization differed.

def mib: . / 1048576 | floor | "\(.) MiB";

def facts: {
	accelerator: (.host.accelerator // "none"),
	kernel: .platform.kernel,
	"cpu model": .platform.cpu.model,
	cpus: .platform.cpu.count,
	memory: ([.platform.memory_bytes, .platform.limits.memory_bytes] | map(select(.)) | min | mib),
	filesystem: .platform.filesystem.type,
	clocksource: .platform.clocksource,
	seccomp: .platform.limits.seccomp,
	"caches dropped": .host.caches_dropped,
	"user processes": (.platform.processes // null | if . == null then null elif . <= 2 then "init and bench only" else "others too" end)
} | map_values(if . == null then "unknown" else tostring end);

def by_environment: group_by(.environment) | map({(.[0].environment): .}) | add;

(by_environment | map_values([.[] | facts])) as $facts
| ($facts | keys_unsorted) as $environments
| ([$facts[][] | keys_unsorted[]] | reduce .[] as $k ([]; if index($k) then . else . + [$k] end)) as $names
| ($names[] as $name
	| ($facts | map_values([.[][$name]] | unique | join(" or "))) as $values
	| select($values | [.[]] | unique | length > 1)
	| "differs: \($name): " + ([$environments[] | "\(.) \($values[.])"] | join("; "))),
  ([.[] | .environment as $e | .experiments[] | select(.unavailable) | {e: $e, x: .name, why: .unavailable}]
	| group_by([.e, .x])[] | "unavailable: \(.[0].e) n=\(length) \(.[0].x): \(.[0].why)"),
  (.[] | "\(.environment)-\(.iteration)" as $which
	| .experiments[] | select(.exit != 0) | "failed: \($which) \(.name): \(.error)"),
  (if [.[] | select(.platform.virtualization.hypervisor_bit and (.environment | startswith("qemu") | not))] | length > 0
	then "note: the host is itself a virtual machine (CPUID hypervisor bit): native is not bare metal" else empty end),
  (if [.[] | select(.host.accelerator == "tcg")] | length > 0
	then "note: TCG emulates the processor; its figures say nothing about hardware virtualization" else empty end)
