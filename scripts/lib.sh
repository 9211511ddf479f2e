# shellcheck shell=sh
# What the scripts share: messages, the documented exit statuses, temporary files.

# With CDPATH `cd` may go elsewhere, and prints where.
unset CDPATH

FAILED=1 USAGE=2 MISSING=3 MISSED=4 LOST=5 DIFFER=6 INTERRUPTED=130
export FAILED USAGE MISSING MISSED LOST DIFFER INTERRUPTED

note() {
	printf 'samebits: %s\n' "$*" >&2
}

# die STATUS MESSAGE: the last line on stderr names the status.
die() {
	status=$1
	shift
	note "$* (status $status)"
	exit "$status"
}

# need COMMAND PACKAGE...: the Debian packages that contain it
need() {
	! command -v "$1" >/dev/null || return 0
	absent=$1
	shift
	advice=$(packages/advice "$@")
	die $MISSING "$absent is not installed; $advice"
}

# positive NAME VALUE
positive() {
	case $2 in
	'' | *[!0-9]* | 0*) die $USAGE "$1=$2 is not a positive whole number" ;;
	esac
}

# Sets TMP to a directory that is removed when the script ends, however it ends. Its name is absolute, and free of characters that
# split an engine's command line or a list of words.
temporary() {
	case ${TMPDIR:=/tmp} in
	/*) ;;
	*) TMPDIR=$PWD/$TMPDIR ;;
	esac
	case $TMPDIR in
	*[[:cntrl:]]* | *[\"\'\\,]*) die $USAGE "TMPDIR has a quote, comma, backslash or control character in its name; give another" ;;
	esac
	export TMPDIR
	TMP=$(mktemp -d "$TMPDIR/samebits.XXXXXX") || die $MISSING "cannot make a temporary directory in $TMPDIR; is it full?"
	trap 'rm -rf "$TMP"' EXIT
	trap 'exit $INTERRUPTED' INT TERM HUP
}

# quote ARGUMENT...: prints them quoted, for `eval "set -- ..."`.
quote() {
	for unquoted; do
		quoted=
		while :; do
			case $unquoted in
			*"'"*) quoted=$quoted${unquoted%%"'"*}"'\\''" unquoted=${unquoted#*"'"} ;;
			*) break ;;
			esac
		done
		printf "'%s' " "$quoted$unquoted"
	done
}

# supervise COMMAND...: runs it and sets `status`. When this script gets a signal to end, the command gets it, too, and we wait for the
# command, as soon as it exists: otherwise it would write to TMP while that is removed.
supervise() {
	earlier=${!:-}
	trap '[ "${!:-}" = "$earlier" ] || { kill -TERM "$!" 2>/dev/null || :; wait "$!" || :; }; die $INTERRUPTED interrupted' INT TERM HUP
	"$@" &
	status=0
	wait "$!" || status=$?
	trap 'exit $INTERRUPTED' INT TERM HUP
}

# claim_directory DIRECTORY: makes it if necessary; a new or empty one is marked as ours to remove.
claim_directory() {
	mkdir -p "$1" || die $MISSING "cannot make the directory $1"
	[ -n "$(ls -A "$1")" ] || : >"$1/.samebits" || die $MISSING "cannot write to $1"
}

# alone DIRECTORY: waits until nothing else builds in it. LOCK is the descriptor of the lock, which is held as long as this
# process, or one that it starts, has it open.
alone() {
	LOCK=9
	while [ -e "/proc/$$/fd/$LOCK" ]; do
		LOCK=$((LOCK - 1))
	done
	held=none
	# While we waited, distclean may have removed the file.
	until
		there=$(stat -c %d:%i "$1/.lock" 2>/dev/null) || there=gone
		[ "$held" = "$there" ]
	do
		claim_directory "$1"
		touch "$1/.lock" || die $MISSING "cannot write to $1"
		eval "exec $LOCK>>\"\$1/.lock\""
		flock -n "$LOCK" || {
			note "another make builds in $1; waiting until it ends"
			flock "$LOCK" || die $MISSING "cannot lock $1/.lock"
		}
		held=$(stat -Lc %d:%i "/proc/self/fd/$LOCK")
	done
}

# publish FILE TARGET: renames the complete FILE to TARGET in the same directory, safe on the disk even after a power cut. FILE is
# removed when that fails.
publish() {
	directory_of_target=${2%/*}
	[ "$directory_of_target" != "$2" ] || directory_of_target=.
	if sync -- "$1" && mv -fT -- "$1" "$2" && sync -- "$directory_of_target"; then
		return
	fi
	rm -f -- "$1"
	die $MISSING "cannot write $2; is the disk full?"
}

# check_run NAME: whether this is a valid name for results
check_run() {
	case $1 in
	latest | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]* | ?????????????????????????????????????????????????????????????????*)
		die $USAGE "invalid RUN=$1: use up to 64 letters, digits, '.', '_' and '-'" ;;
	esac
}

# point_latest RUN: makes the link to the newest results point to this run.
point_latest() {
	# shellcheck disable=SC3013 # dash has it, and so have all others
	[ ! "$OUT/results/latest" -ef "$OUT/results/$1" ] || return 0
	if ! { ln -sfnT "$1" "$OUT/results/.latest" && mv -fT "$OUT/results/.latest" "$OUT/results/latest"; }; then
		die $MISSING "$OUT/results/latest, the link to the newest run, cannot be replaced; if it is a directory, move it away"
	fi
}

# printable: copies standard input, with a question mark for each byte that is not printable ASCII: for text from untrusted sources.
printable() {
	LC_ALL=C tr -c '[:print:]\n' '?'
}

# engine_reason FILE: prints why an engine failed, from its output: the last line that does not only refer to its help.
engine_reason() {
	LC_ALL=C awk 'NF && !/^(See|Run) .*--help/ {last = $0}
		END {gsub(/[^[:print:]]/, "?", last); print substr(last, 1, 300)}' "$1"
}
