# shellcheck shell=sh
# shellcheck disable=SC2034 # scripts that source this use these variables
# The documented variables, with defaults for scripts started without make, and their checks. Paths in them are relative to the
# checkout, wherever a script is started.
. scripts/lib.sh
. scripts/suite.sh

PATH=$PATH:/usr/sbin:/sbin
: "${OUT:=out}" "${SUITE:=quick}" "${PROGRAM:=}" "${ARGS:=}" "${TREE:=}" "${CPUS:=1}" "${MEMORY:=512M}"
# Where the files to start are: in a release, or where make has built them.
BUILT=${RELEASE:-$OUT}
# Enough for a confidence interval and a test.
: "${ITERATIONS:=10}" "${MAX:=}"
# Without MACHINE, the accelerator found determines it.
: "${ACCEL:=auto}" "${MACHINE:=}" "${KERNEL:=}" "${ENGINE:=auto}" "${SCRATCH:=$OUT/scratch}" "${SILENCE:=10}"
[ -n "${RUN:-}" ] || RUN=$(date -u +%Y%m%dT%H%M%SZ)
CPU_LIST=
export OUT SUITE PROGRAM ARGS TREE ITERATIONS MAX CPUS MEMORY ACCEL MACHINE KERNEL ENGINE SCRATCH RUN SILENCE

# list_processors BESIDE: the last CPUS of the processors that we may use, as a list; the first ones serve most interrupts.
# BESIDE=1: the others, if any.
list_processors() {
	awk -v wanted="$CPUS" -v beside="$1" '/^Cpus_allowed_list:/ {
		n = split($2, parts, ",")
		for (i = 1; i <= n; i++) {
			split(parts[i], ends, "-")
			for (c = ends[1] + 0; c <= (ends[2] == "" ? ends[1] : ends[2]) + 0; c++)
				all[++count] = c
		}
		if (wanted > count) { print count; exit 1 }
		for (i = beside ? 1 : count - wanted + 1; i <= (beside ? count - wanted : count); i++)
			list = list (list == "" ? "" : ",") all[i]
		print list
	}' /proc/self/status
}

processors() {
	list_processors 0
}

other_processors() {
	list_processors 1
}

# Sets MEMORY_BYTES.
count_memory() {
	case $MEMORY in
	*K) MEMORY_BYTES=$((${MEMORY%K} * 1024)) ;;
	*M) MEMORY_BYTES=$((${MEMORY%M} * 1048576)) ;;
	*G) MEMORY_BYTES=$((${MEMORY%G} * 1073741824)) ;;
	*) MEMORY_BYTES=$MEMORY ;;
	esac
}

check_memory() {
	case ${MEMORY%[KMG]} in
	'' | *[!0-9]* | 0* | ????????????*) die $USAGE "MEMORY=$MEMORY is not a size such as 512M or 1G" ;;
	esac
	count_memory
	[ "$MEMORY_BYTES" -ge 67108864 ] || die $USAGE "MEMORY=$MEMORY is too little; give 64M or more"
	total=$(awk '/^MemTotal:/ {printf "%.0f", $2 * 1024}' /proc/meminfo)
	[ "$MEMORY_BYTES" -le "$total" ] ||
		die $USAGE "MEMORY=$MEMORY is more than this machine has ($((total / 1048576))M)"
}

# Sets MOST, the maximum number of starts of each environment. With ITERATIONS=auto there may be fewer.
check_iterations() {
	if [ "$ITERATIONS" = auto ]; then
		: "${MAX:=30}"
		positive MAX "$MAX"
		[ "${#MAX}" -le 6 ] || die $USAGE "MAX=$MAX is too large; give 999999 at most"
		MOST=$MAX
		return
	fi
	positive ITERATIONS "$ITERATIONS"
	[ -z "$MAX" ] || die $USAGE "MAX=$MAX is the limit of ITERATIONS=auto; give that, or omit MAX"
	MOST=$ITERATIONS
}

# Checks the report's settings: report/__main__.py parses them alike, but only after hours of measuring.
check_comparison() {
	share=${MARGIN:-3%}
	case $share in *[!0-9.%]* | ????????????*) share= ;; esac
	awk -v share="$share" 'BEGIN {
		if (share ~ /^[0-9]+([.][0-9]+)?%?$/)
			margin = share ~ /%/ ? share / 100 : share + 0
		exit !(margin > 0 && margin < 1)
	}' || die $USAGE "MARGIN=$MARGIN is not a share such as 3% or 0.03"
	case ${PAIRED:-0} in 0 | 1) ;; *) die $USAGE "PAIRED=$PAIRED is neither 1 nor empty" ;; esac
	case ${GATE_STRICT:-0} in 0 | 1) ;; *) die $USAGE "GATE_STRICT=$GATE_STRICT is neither 1 nor empty" ;; esac
}

# Checks the settings of all environments; `check` of an environment checks its own. Sets CPU_LIST, SUITE_SECONDS, and
# what the checks called here set. Needs TMP.
check_settings() {
	positive CPUS "$CPUS"
	check_iterations
	positive SILENCE "$SILENCE"
	case ${ANONYMOUS:-0} in 0 | 1) ;; *) die $USAGE "ANONYMOUS=$ANONYMOUS is neither 1 nor empty" ;; esac
	CPU_LIST=$(processors) || die $USAGE "CPUS=$CPUS, but only $CPU_LIST processors are available here"
	check_memory
	check_comparison
	check_suite
	check_programs
	check_run "$RUN"
}

# settle: the same, but reads what was already checked for the whole run.
settle() {
	if [ -n "${SAMEBITS_SETTINGS:-}" ]; then
		# shellcheck source=/dev/null # what hand_on wrote
		. "$SAMEBITS_SETTINGS"
	else
		check_settings
	fi
}

# hand_on FILE: writes the checked settings, and what follows from them, for scripts that call settle.
hand_on() {
	for variable in CPU_LIST MOST MEMORY_BYTES SUITE_FILE SUITE_INSIDE SUITE_SECONDS SUITE_NET SCRATCH SCRATCH_TYPE ROOTFS PROGRAMS PROGRAMS_DIR; do
		printf '%s=' "$variable"
		eval "quote \"\$$variable\""
		echo
	done >"$1"
	SAMEBITS_SETTINGS=$1
	export SAMEBITS_SETTINGS
}

# If a link was copied as its target, or something else has this name, our link must not replace it.
check_latest() {
	latest=$OUT/results/latest
	if [ -e "$latest" ] && [ ! -L "$latest" ]; then
		die $MISSING "$latest is not a link to the newest run (a copy of one, perhaps); give it another name"
	fi
}

# The file system below a directory: "ext4", or "overlay on tmpfs".
file_system() {
	findmnt -nro FSTYPE,OPTIONS --target "$1" | while read -r type options; do
		upper=$(expr ",$options" : '.*,upperdir=\([^,]*\)' || :)
		if [ -n "$upper" ] && [ -d "$upper" ]; then
			type="$type on $(file_system "$upper")"
		fi
		echo "$type"
		break
	done
}

# File tests measure a disk, so a scratch directory in memory is refused; makes SCRATCH absolute.
check_scratch() {
	case $SCRATCH in
	*[[:cntrl:]]* | *[\"\'\\,]*) die $USAGE "SCRATCH has a quote, comma, backslash or control character in its name; give another" ;;
	esac
	{ mkdir -p "$SCRATCH" && [ -w "$SCRATCH" ]; } 2>/dev/null ||
		die $MISSING "SCRATCH=$SCRATCH cannot be written; give a directory of your own on a disk"
	SCRATCH=$(cd "$SCRATCH" && pwd -P)
	SCRATCH_TYPE=$(file_system "$SCRATCH")
	case $SCRATCH_TYPE in
	*tmpfs | *ramfs)
		die $MISSING "SCRATCH=$SCRATCH is in memory ($SCRATCH_TYPE); give a directory on a disk: SCRATCH=..." ;;
	esac
	free=$(df -Pk "$SCRATCH" | awk 'NR == 2 {print int($4 / 1024)}')
	[ "$free" -ge 1200 ] ||
		die $MISSING "only $free MiB are free in SCRATCH=$SCRATCH, and 1200 are needed; free space or give another SCRATCH"
}
