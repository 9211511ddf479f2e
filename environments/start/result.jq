# Joins the document that came back with what the host knows: $facts (from host-facts), $told (from runner.sh: a line
# "NAME TEXT" or "NAME: JSON" with a tab for each), $report (written by watch), $command (a line for each word), $load.
include "timeline";
include "experiments";

def lines: split("\n") | .[:-1];

def told: reduce ($told | lines[] | [match("^([^\t:]*)(:?)\t(.*)$").captures[].string]) as [$name, $json, $value] ({};
	setpath($name | split("."); if $json == "" then $value else $value | fromjson end));

. as $document | $report[0] as $r
| ($facts[0] + told) as $host
| timeline($document; $r; $host.accelerator) as $timeline
| ([$r.samples[]? | .mhz | select(.)] | sort) as $mhz
| . + {host: ($host + {command: ($command | lines), start_utc: $r.start_utc, end_utc: $r.end_utc,
	start_to_init_ms: ($timeline.init // $r.start_to_init_ms), result_to_gone_ms: $r.result_to_gone_ms,
	wall_ms: $r.wall_ms, timeline_ms: $timeline,
	load_after: ($load | split(" ")[:3] | map(tonumber)), steal: $r.steal, others_busy: $r.others_busy,
	guest_huge_pages_bytes: $r.huge_pages_bytes, cpu: $r.cpu, footprint: $r.footprint, exits: $r.exits, samples: $r.samples,
	frequency_mhz: ($mhz | if . == [] then null else {min: .[0], median: .[length / 2 | floor], max: .[-1]} end)}
	| with_entries(select(.value != null)))}
# An engine may run its containers on a kernel of its own.
| experiments($r; .host.kind; .platform.kernel == .host.kernel)
| if .host.kernel_image or .platform.kernel == .host.kernel then . else del(.host.kernel_options) end
