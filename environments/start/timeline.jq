# When each stage of a start happened, in ms since its command was started: {stage: ms}, without unknown ones.
# $document; $report, written by watch; $accelerator: that of a guest, which has its own clock, or null.

# Converts a guest's time to ours: it reported its clock twice, and we know when we received that.
def heard($clock):
	$clock as [[$first, $heard_first], [$last, $heard_last]]
	| (if . > $first and $last > $first then ($heard_last - $heard_first) / ($last - $first) else 1 end) as $pace
	| $heard_first + (. - $first) * $pace;

def timeline($document; $report; $accelerator):
	($accelerator != null) as $guest |
	def at: if . == null or ($guest and $report.guest_clock == null) then null
		else (if $guest then heard($report.guest_clock) else . end - $report.start_monotonic_ns) / 1e6 end;
	def before($moment; $ns): if $moment == null or $ns == null then null else $moment - $ns / 1e6 end;
	$document.platform as $platform
	| [$document.experiments[] | select(.begin_monotonic_ns)] as $measured
	# Without init bench is the first process.
	| ($platform.init_monotonic_ns // (if $guest then null else $platform.bench_monotonic_ns end) | at) as $init
	# An emulated time stamp counter starts at the first instruction; KVM's starts before QEMU is ready.
	| {first_instruction: (if $report.running_ns then ($report.running_ns - $report.start_realtime_ns) / 1e6
		elif $accelerator != "tcg" or $platform.init_tsc == null then null
		else before($init; $platform.init_tsc / $platform.tsc_mhz * 1e3) end),
	   kernel: before($init; $platform.init_kernel_ns),
	   init: $init,
	   benchmark: ($measured[0].begin_monotonic_ns | at),
	   benchmark_end: ($measured[-1].end_monotonic_ns | at),
	   result: (if $report.result_to_gone_ms then $report.wall_ms - $report.result_to_gone_ms else null end),
	   gone: $report.wall_ms}
	# A value out of bounds comes from a clock other than expected.
	| with_entries(select(.value != null and .value >= 0 and .value <= $report.wall_ms) | .value |= (. * 1e3 | round / 1e3));
