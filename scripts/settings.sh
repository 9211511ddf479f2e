# shellcheck shell=sh
# shellcheck disable=SC2034 # what is set here is used by whoever sources this
# The contract's variables, with defaults for scripts started without make, and what can be wrong with them. Paths in them are
# relative to the checkout, from wherever a script is started.
. scripts/lib.sh

PATH=$PATH:/usr/sbin:/sbin
: "${OUT:=out}" "${SUITE:=quick}" "${CPUS:=1}" "${MEMORY:=512M}"
# The study's suite as often as the study ran it; others often enough for an interval and a test.
case $SUITE in
seed) : "${ITERATIONS:=5}" ;;
*) : "${ITERATIONS:=10}" ;;
esac
: "${ACCEL:=auto}" "${MACHINE:=microvm}" "${KERNEL:=}" "${ENGINE:=auto}" "${SCRATCH:=$OUT/scratch}"
now=$(date -u +%Y%m%dT%H%M%SZ)
: "${RUN:=$now}"
export OUT SUITE ITERATIONS CPUS MEMORY ACCEL MACHINE KERNEL ENGINE SCRATCH RUN

# The last CPUS of the processors we may use, as a list; the first ones serve most interrupts.
processors() {
	awk -v wanted="$CPUS" '/^Cpus_allowed_list:/ {
		n = split($2, parts, ",")
		for (i = 1; i <= n; i++) {
			split(parts[i], ends, "-")
			for (c = ends[1] + 0; c <= (ends[2] == "" ? ends[1] : ends[2]) + 0; c++)
				all[++count] = c
		}
		if (wanted > count) { print count; exit 1 }
		for (i = count - wanted + 1; i <= count; i++)
			list = list (list == "" ? "" : ",") all[i]
		print list
	}' /proc/self/status
}

memory_bytes() {
	case $MEMORY in
	*K) echo $((${MEMORY%K} * 1024)) ;;
	*M) echo $((${MEMORY%M} * 1048576)) ;;
	*G) echo $((${MEMORY%G} * 1073741824)) ;;
	*) echo "$MEMORY" ;;
	esac
}

check_memory() {
	case ${MEMORY%[KMG]} in
	'' | *[!0-9]* | 0* | ????????????*) die $USAGE "MEMORY=$MEMORY is not a size such as 512M or 1G" ;;
	esac
	memory=$(memory_bytes)
	[ "$memory" -ge 67108864 ] || die $USAGE "MEMORY=$MEMORY is too little; give 64M or more"
	total=$(awk '/^MemTotal:/ {printf "%.0f", $2 * 1024}' /proc/meminfo)
	[ "$memory" -le "$total" ] ||
		die $USAGE "MEMORY=$MEMORY is more than this machine has ($((total / 1048576))M)"
}

# Sets SUITE_FILE, and SUITE_INSIDE: how bench is told of it where /scratch is ours.
check_suite() {
	SUITE_FILE=rootfs/suites/$SUITE.suite
	SUITE_INSIDE=$SUITE
	case $SUITE in */*) SUITE_FILE= ;; esac
	[ ! -f "$SUITE_FILE" ] || return 0
	if [ ! -f "$SUITE" ]; then
		suites=
		for file in rootfs/suites/*.suite; do suites="$suites $(basename "$file" .suite)"; done
		die $USAGE "no suite $SUITE; there are:$suites and files by their path"
	fi
	[ -r "$SUITE" ] || die $MISSING "the suite $SUITE cannot be read"
	case ${SUITE##*/} in
	*[!A-Za-z0-9._-]*) die $USAGE "the suite's name ${SUITE##*/} has other characters than letters, digits, . _ -" ;;
	esac
	SUITE_FILE=$SUITE
	SUITE_INSIDE=/scratch/${SUITE##*/}
}

# How long a suite may take, in whole seconds: experiments without a time limit have 10 s; none at all when one of them has no end.
suite_seconds() {
	awk '{
		sub(/#.*/, "")
		if (NF < 2) next
		seconds = 10
		for (i = 3; i <= NF; i++) if ($i ~ /^--time=/) seconds = substr($i, 8) + 0
		if (seconds == 0) endless = 1
		sum += seconds
	} END { printf "%.0f\n", endless ? 0 : sum < 1e8 ? sum + 0.499 : 1e8 }' "$SUITE_FILE"
}

check_settings() {
	positive CPUS "$CPUS"
	positive ITERATIONS "$ITERATIONS"
	count=$(processors) || die $USAGE "CPUS=$CPUS, but only $count processors may be used here"
	check_memory
	check_suite
	case $ACCEL in
	auto | kvm | tcg) ;;
	*) die $USAGE "ACCEL=$ACCEL is unknown; there are auto, kvm and tcg" ;;
	esac
	case $ENGINE in
	auto | docker | podman) ;;
	*) die $USAGE "ENGINE=$ENGINE is unknown; there are auto, docker and podman" ;;
	esac
	machines=$(awk '!/^#|^$/ && !($2 in there) {there[$2]; printf "%s ", $2}' environments/qemu/table)
	case " $machines" in
	*" $MACHINE "*) ;;
	*) die $USAGE "MACHINE=$MACHINE is unknown; there are: $machines" ;;
	esac
	[ -z "$KERNEL" ] || [ -f "$KERNEL" ] || die $USAGE "no kernel image KERNEL=$KERNEL"
	check_run "$RUN"
}

# Where a link was copied as what it points to, or something else has its name, none of ours may take that place.
check_latest() {
	latest=$OUT/results/latest
	if [ -e "$latest" ] && [ ! -L "$latest" ]; then
		die $MISSING "$latest is no link to the newest run (a copy of one, perhaps); give it another name"
	fi
}

# What files are on below a directory: "ext4", or "overlay on tmpfs".
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
	*[[:cntrl:]]* | *[\"\'\\,]*) die $USAGE "SCRATCH has a quote, a comma, a backslash or a control character in its name; give another" ;;
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
		die $MISSING "only $free MiB are free in SCRATCH=$SCRATCH and 1200 are needed; make room or give another: SCRATCH=..."
}
