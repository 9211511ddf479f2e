# The document that came back, with what the outside knows: $host, $report (which watch wrote), $command, $load.
include "timeline";

. as $document | $report[0] as $r
| timeline($document; $r; $host[0].accelerator != null) as $timeline
| ([$r.samples[]? | .mhz | select(.)] | sort) as $mhz
| . + {host: ($host[0] + {command: $command[0], start_utc: $r.start_utc, end_utc: $r.end_utc,
	start_to_init_ms: ($timeline.init // $r.start_to_init_ms), result_to_gone_ms: $r.result_to_gone_ms,
	wall_ms: $r.wall_ms, timeline_ms: $timeline,
	load_after: $load, steal: $r.steal, others_busy: $r.others_busy, samples: $r.samples,
	frequency_mhz: ($mhz | if . == [] then null else {min: .[0], median: .[length / 2 | floor], max: .[-1]} end)}
	| with_entries(select(.value != null)))}
# An engine may run its containers on a kernel of its own.
| if .host.kernel_image or .platform.kernel == .host.kernel then . else del(.host.kernel_options) end
