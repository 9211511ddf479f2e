# shellcheck shell=sh
# shellcheck disable=SC2034 # what is set here is used by whoever sources this
# What one start of any environment has in common.
. scripts/settings.sh
. scripts/variants.sh

# begin NAME ITERATION: sets TMP, RESULT (its name without .json), WORK (a fresh directory in SCRATCH) and FILES (one
# in it, with what /scratch holds at first).
begin() {
	[ $# = 2 ] || die $USAGE "usage: $0 NAME ITERATION"
	NAME=$1
	ITERATION=$2
	positive ITERATION "$ITERATION"
	turn "$NAME"
	check_settings
	check_scratch
	need jq jq
	need taskset util-linux
	for part in bin/watch rootfs.manifest; do
		[ -f "$OUT/$part" ] || die $MISSING "$OUT/$part is not there; run: make all"
	done
	mkdir -p "$OUT/results/$RUN" || die $MISSING "cannot write $OUT/results; give another OUT"
	RESULT=$(cd "$OUT/results/$RUN" && pwd -P)/$(file_name "$NAME")-$ITERATION
	CPU_LIST=$(processors)
	ROOTFS=sha256:$(sha256sum "$OUT/rootfs.manifest" | cut -d ' ' -f 1)
	temporary
	trap clean_up EXIT
	WORK=$(mktemp -d "$SCRATCH/samebits.XXXXXX") || die $MISSING "SCRATCH=$SCRATCH cannot be written"
	FILES=$WORK/files
	mkdir "$FILES"
	[ "$SUITE_FILE" != "$SUITE" ] || cp "$SUITE" "$FILES"
}

# A runner that made more than files replaces this.
clean_up() {
	rm -rf "$TMP" "${WORK:-$TMP}"
}

# Far more than a suite needs; 0: it has no end of its own.
time_limit() {
	seconds=$(suite_seconds)
	echo $((seconds == 0 ? 0 : seconds * 4 + 300))
}

drop_caches() {
	sync
	CACHES_DROPPED=false
	if (echo 3 >/proc/sys/vm/drop_caches) 2>/dev/null; then
		CACHES_DROPPED=true
	fi
}

load() {
	sed 's/\([^ ]*\) \([^ ]*\) \([^ ]*\) .*/[\1, \2, \3]/' /proc/loadavg
}

# host_facts [NAME=VALUE...]: what the outside knows; values are JSON.
host_facts() {
	scripts/host-facts "$CPU_LIST" "$SCRATCH" >"$TMP/facts"
	set -- "$@" load="$(load)" cpus="[$CPU_LIST]" memory_bytes="$(memory_bytes)" \
		scratch_filesystem="\"$SCRATCH_TYPE\"" caches_dropped="$CACHES_DROPPED" \
		sequence="${SAMEBITS_SEQUENCE:-null}" order_seed="${SAMEBITS_SEED:-null}"
	for fact; do
		printf '{"%s": %s}\n' "${fact%%=*}" "${fact#*=}"
	done >>"$TMP/facts"
	jq -s add "$TMP/facts" >"$TMP/host.json"
}

# start [WATCH-OPTION...] -- COMMAND...: sets status; TMP/report.json tells how it went.
start() {
	printf '%s\n' "$@" | sed '0,/^--$/d' | jq -Rn '[inputs]' >"$TMP/command.json"
	attend "$OUT/bin/watch" --log="$RESULT.log" --report="$TMP/report.json" --cpus="$CPU_LIST" --time="$(time_limit)" "$@"
	[ $status != $INTERRUPTED ] || die $INTERRUPTED "interrupted"
}

# lost WHAT: shows the end of its output, and why nothing came of it.
lost() {
	tail -n 20 "$RESULT.log" | tr -d '\r' | sed 's/^/  | /' >&2
	why=$(jq -r '.lost // (if .signal then "it was ended by signal \(.signal)" else "it ended with status \(.exit) and no result" end)' "$TMP/report.json")
	die $LOST "$1 was lost: $why; its output is in $RESULT.log"
}

# check_part NAME PATH DIGEST: of what ran, as it says itself.
check_part() {
	[ "$3" = "$(awk -v path="$2" '$4 == path {print "sha256:" $1}' "$OUT/rootfs.manifest")" ] ||
		die $DIFFER "$NAME ran another $1 than $OUT/rootfs.manifest lists (${3:-unstated}); run make all, then measure again"
}

# keep DOCUMENT: adds what the outside knows and gives it its name, once it is sure whose result it is.
keep() {
	ran=$(jq -er 'select(.schema == "samebits-result-1") | .identity | "\(.init // "") \(.bench // "")"' "$1" 2>/dev/null) ||
		lost "$NAME"
	[ -z "${ran% *}" ] || check_part init /init "${ran% *}"
	check_part bench /bin/bench "${ran#* }"
	jq -c -L scripts --slurpfile host "$TMP/host.json" --slurpfile report "$TMP/report.json" \
		--slurpfile command "$TMP/command.json" --argjson load "$(load)" '
		include "timeline";
		. as $document | $report[0] as $r |
		timeline($document; $r; $host[0].accelerator != null) as $timeline |
		([$r.samples[]? | .mhz | select(.)] | sort) as $mhz |
		. + {host: ($host[0] + {command: $command[0], start_utc: $r.start_utc, end_utc: $r.end_utc,
			start_to_init_ms: ($timeline.init // $r.start_to_init_ms), result_to_gone_ms: $r.result_to_gone_ms,
			wall_ms: $r.wall_ms, timeline_ms: $timeline,
			load_after: $load, steal: $r.steal, others_busy: $r.others_busy, samples: $r.samples,
			frequency_mhz: ($mhz | if . == [] then null else {min: .[0], median: .[length / 2 | floor], max: .[-1]} end)}
			| with_entries(select(.value != null)))}
		# An engine may run its containers on a kernel of its own.
		| if .host.kernel_image or .platform.kernel == .host.kernel then . else del(.host.kernel_options) end' "$1" >"$RESULT.json.tmp" && mv "$RESULT.json.tmp" "$RESULT.json"
	ln -sfn "$RUN" "$OUT/results/.latest" && mv -T "$OUT/results/.latest" "$OUT/results/latest"
}
