# When what happened during a start, in ms since its command was started: {stage: ms}, without what is not known.
# $document; $report, which watch wrote; $accelerator: a guest's, whose clock is its own, or null.

# A guest's time in ours: it said twice what its clock was, and we know when that was heard.
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
	# Where there is no init, bench is the first process.
	| ($platform.init_monotonic_ns // (if $guest then null else $platform.bench_monotonic_ns end) | at) as $init
	# An emulated time stamp counter begins with the first instruction; KVM's, before QEMU is ready.
	| {first_instruction: (if $report.running_ns then ($report.running_ns - $report.start_realtime_ns) / 1e6
		elif $accelerator != "tcg" or $platform.init_tsc == null then null
		else before($init; $platform.init_tsc / $platform.tsc_mhz * 1e3) end),
	   kernel: before($init; $platform.init_kernel_ns),
	   init: $init,
	   benchmark: ($measured[0].begin_monotonic_ns | at),
	   benchmark_end: ($measured[-1].end_monotonic_ns | at),
	   result: (if $report.result_to_gone_ms then $report.wall_ms - $report.result_to_gone_ms else null end),
	   gone: $report.wall_ms}
	# A value out of bounds comes from another clock than expected.
	| with_entries(select(.value != null and .value >= 0 and .value <= $report.wall_ms) | .value |= (. * 1e3 | round / 1e3));
