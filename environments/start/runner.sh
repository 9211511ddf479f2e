# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # scripts that source this use these variables; settings.sh and common.sh set the rest
# What one start of any environment has in common. The directory PREPARED holds what was found for the whole run.
. scripts/settings.sh
. environments/common.sh
. environments/start/disk.sh
. environments/start/keep.sh
. environments/start/network.sh
. environments/start/processes.sh

# begin NAME PURPOSE: loads the environment for `run` or for `shell`, prepares what it needs, and makes TMP, WORK (a fresh directory
# in SCRATCH) and FILES (one in it, with the initial content of /scratch).
begin() {
	NAME=$1 PURPOSE=$2
	[ -n "${SAMEBITS_SETTINGS:-}" ] || check_words "$NAME"
	enter "$NAME"
	temporary
	PREPARED=${SAMEBITS_PREPARED:-$TMP/prepared}
	trap end_start EXIT
	if [ -n "${SAMEBITS_SETTINGS:-}" ]; then
		settle
	else
		find_all
		find_built "$needs"
		check
		sweep_work
		hand_on "$TMP/settings"
	fi
	[ -d "$PREPARED" ] || mkdir "$PREPARED"
	prepare
	WORK=$(mktemp -d "$SCRATCH/samebits.XXXXXX") || die $MISSING "SCRATCH=$SCRATCH cannot be written"
	claim $$ "$WORK/owner"
	FILES=$WORK/files
	mkdir "$FILES"
	case $SUITE_INSIDE in /*) cp "$SUITE_FILE" "$FILES" ;; esac
	[ -z "$PROGRAMS" ] || cp -r "$PROGRAMS_DIR/." "$FILES" || die $MISSING "cannot copy the programs to $SCRATCH; is there space?"
}

# Finds the settings, what is built, a scratch directory, programs. Sets ROOTFS, the manifest's hash.
find_all() {
	check_settings
	check_scratch
	need jq jq
	need taskset util-linux
	find_built 'bin/watch rootfs.manifest'
	sum=$(sha256sum <"$BUILT/rootfs.manifest")
	ROOTFS=sha256:${sum%% *}
	collect_programs
}

# find_built FILES: checks that they exist below BUILT.
find_built() {
	for part in $1; do
		[ -f "$BUILT/$part" ] || die $MISSING "$BUILT/$part is not there; run: make all"
	done
}

# place ITERATION: sets RESULT, the name of the result without .json.
place() {
	ITERATION=$1
	positive ITERATION "$ITERATION"
	RESULT=$OUT/results/$RUN
	[ -d "$RESULT" ] || mkdir -p "$RESULT" || die $MISSING "cannot write $OUT/results; give another OUT"
	check_latest
	case $RESULT in
	/*) ;;
	*) RESULT=$PWD/$RESULT ;;
	esac
	file_name "$NAME"
	RESULT=$RESULT/$name-$ITERATION
	: >"$TMP/told"
}

# Removes what killed starts left in SCRATCH.
sweep_work() {
	for left_work in "$SCRATCH"/samebits.??????; do
		[ -f "$left_work/owner" ] || continue
		forsaken "$left_work/owner"
		[ -z "$forsaken" ] || rm -rf --one-file-system "$left_work"
	done
}

end_start() {
	clean
	end_network
	[ -n "${SAMEBITS_PREPARED:-}" ] || release
	# A container may have left files that we may not remove.
	rm -rf "$TMP" "${WORK:-$TMP}" || note "$TMP ${WORK:-} could not be removed completely"
}

# tell NAME TEXT: records a fact for `host` in the document; tell_json NAME JSON does the same.
tell() {
	printf '%s\t%s\n' "$1" "$2" >>"$TMP/told"
}

tell_json() {
	tell "$1:" "$2"
}

# tell_kernel_options [IMAGE SUM]: those of the running kernel, or of the one in IMAGE; found once.
tell_kernel_options() {
	known=$PREPARED/kernel${2:+.$2}
	if [ ! -f "$known" ]; then
		environments/start/kernel-options ${1:+"$1"} >"$TMP/options"
		jq -c . "$TMP/options" >"$known"
	fi
	read -r options <"$known"
	tell_json kernel_options "$options"
}

# tell_version NAME COMMAND...: the version of what starts the environment, from COMMAND's first line; found once.
tell_version() {
	known=$PREPARED/version.$1
	if [ ! -f "$known" ]; then
		what=$1
		shift
		"$@" >"$TMP/version" 2>&1 || {
			reason=$(engine_reason "$TMP/version")
			die $MISSING "$1 does not work: $reason"
		}
		sed -n '1{s/.*[Vv]ersion //; s/^[a-z]* \([0-9]\)/\1/; p}' "$TMP/version" >"$known"
		set -- "$what"
	fi
	read -r version <"$known" || version=unknown
	tell "versions.$1" "$version"
}

# What the host knows about every start, collected right before it.
tell_host() {
	sync
	dropped=false
	{ echo 3 >/proc/sys/vm/drop_caches; } 2>/dev/null && dropped=true
	environments/start/host-facts "$CPU_LIST" "$SCRATCH" >"$TMP/facts"
	tell kind "$kind"
	read -r one five fifteen rest </proc/loadavg
	tell_json load "[$one,$five,$fifteen]"
	tell_json cpus "[$CPU_LIST]"
	tell_json memory_bytes "$MEMORY_BYTES"
	tell scratch_filesystem "$SCRATCH_TYPE"
	tell_json caches_dropped $dropped
	tell_json sequence "${SAMEBITS_SEQUENCE:-null}"
	tell_json order_seed "${SAMEBITS_SEED:-null}"
	[ "$ITERATIONS" != auto ] || tell_json max_iterations "$MOST"
}

# look_after [WATCH-OPTION...] -- COMMAND...: sets status; TMP/report.json describes what happened.
look_after() {
	supervise "$BUILT/bin/watch" --report="$TMP/report.json" "$@"
	jq -r '"\(.status) \(.interrupted == true)"' "$TMP/report.json" >"$TMP/ended" 2>/dev/null || :
	read -r ended interrupted <"$TMP/ended" || ended=
	if [ -z "$ended" ] && { [ "$status" = $USAGE ] || [ "$status" = $MISSING ]; }; then
		exit "$status" # it has reported why
	fi
	[ "$ended" = "$status" ] ||
		die $LOST "$SUBJECT was lost: $BUILT/bin/watch, which supervised it, was killed (it ended with status $status)"
	[ "$interrupted" = false ] || die $INTERRUPTED "interrupted"
}

# start [WATCH-OPTION...] -- COMMAND...: the same for what is measured. Messages call it SUBJECT.
start() {
	before=yes
	for argument; do
		if [ "$before" = yes ]; then
			[ "$argument" != -- ] || before=
		else
			printf '%s\n' "$argument"
		fi
	done >"$TMP/command"
	tell_host
	# Far more than a suite needs; 0: no limit.
	limit=$((SUITE_SECONDS == 0 ? 0 : SUITE_SECONDS * 4 + 300))
	look_after --log="$RESULT.log" --cpus="$CPU_LIST" --time="$limit" "$@"
}
