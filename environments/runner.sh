# shellcheck shell=sh
# shellcheck disable=SC2034 # what is set here is used by whoever sources this
# What one start of any environment has in common.
. scripts/settings.sh
. environments/common.sh
. environments/keep.sh
. environments/processes.sh

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
	check_latest
	RESULT=$(cd "$OUT/results/$RUN" && pwd -P)
	name=$(file_name "$NAME")
	RESULT=$RESULT/$name-$ITERATION
	CPU_LIST=$(processors)
	sum=$(sha256sum <"$OUT/rootfs.manifest")
	ROOTFS=sha256:${sum%% *}
	temporary
	trap clean_up EXIT
	sweep_work
	WORK=$(mktemp -d "$SCRATCH/samebits.XXXXXX") || die $MISSING "SCRATCH=$SCRATCH cannot be written"
	record $$ "$WORK/owner"
	FILES=$WORK/files
	mkdir "$FILES"
	[ "$SUITE_FILE" != "$SUITE" ] || cp "$SUITE" "$FILES"
}

# What a start that was killed left in SCRATCH.
sweep_work() {
	for left_work in "$SCRATCH"/samebits.??????; do
		[ -f "$left_work/owner" ] || continue
		signal 0 "$left_work/owner"
		[ "$left" != 0 ] || rm -rf --one-file-system "$left_work"
	done
}

# A container may have left files that are not ours to remove.
remove_files() {
	rm -rf "$TMP" "${WORK:-$TMP}" || note "not all of $TMP ${WORK:-} could be removed"
}

# A runner that made more than files replaces this.
clean_up() {
	remove_files
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

# host_facts [JQ-OPTION...]: what the outside knows; --arg and --argjson add to that.
host_facts() {
	environments/host-facts "$CPU_LIST" "$SCRATCH" >"$TMP/facts"
	load=$(load)
	memory=$(memory_bytes)
	jq '. + $ARGS.named' "$@" --argjson load "$load" --argjson cpus "[$CPU_LIST]" --argjson memory_bytes "$memory" \
		--arg scratch_filesystem "$SCRATCH_TYPE" --argjson caches_dropped "$CACHES_DROPPED" \
		--argjson sequence "${SAMEBITS_SEQUENCE:-null}" --argjson order_seed "${SAMEBITS_SEED:-null}" \
		"$TMP/facts" >"$TMP/host.json"
}

# look_after [WATCH-OPTION...] -- COMMAND...: sets status; TMP/report.json tells how it went.
look_after() {
	attend "$OUT/bin/watch" --report="$TMP/report.json" "$@"
	ended=$(jq .status "$TMP/report.json" 2>/dev/null) || ended=
	if [ -z "$ended" ] && { [ "$status" = $USAGE ] || [ "$status" = $MISSING ]; }; then
		exit "$status" # it has said why
	fi
	[ "$ended" = "$status" ] ||
		die $LOST "$SUBJECT was lost: $OUT/bin/watch, which looked after it, was killed (it ended with status $status)"
	if jq -e .interrupted "$TMP/report.json" >/dev/null; then
		die $INTERRUPTED "interrupted"
	fi
}

# start [WATCH-OPTION...] -- COMMAND...: the same for what is measured. SUBJECT is what it is in a message.
start() {
	printf '%s\n' "$@" >"$TMP/command"
	sed -i '0,/^--$/d' "$TMP/command"
	jq -Rn '[inputs]' "$TMP/command" >"$TMP/command.json"
	limit=$(time_limit)
	look_after --log="$RESULT.log" --cpus="$CPU_LIST" --time="$limit" "$@"
}
