# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # scripts that source this use these variables; settings.sh sets the rest
# The suite to measure: one of the root file system, a file of the user's, or made of PROGRAM and ARGS.
. programs/programs.sh

# Sets SUITE_FILE, SUITE_INSIDE (the suite as given to bench where /scratch is ours), and what read_suite sets.
check_suite() {
	if [ -n "$PROGRAM" ]; then
		write_suite
	else
		[ -z "$ARGS" ] || die "$USAGE" "ARGS needs PROGRAM; give that, too"
		find_suite
	fi
	read_suite
}

find_suite() {
	SUITE_FILE=rootfs/suites/$SUITE.suite
	SUITE_INSIDE=$SUITE
	case $SUITE in */*) SUITE_FILE= ;; esac
	[ ! -f "$SUITE_FILE" ] || return 0
	if [ ! -f "$SUITE" ]; then
		suites=
		for file in rootfs/suites/*.suite; do suites="$suites $(basename "$file" .suite)"; done
		die "$USAGE" "no suite $SUITE; valid names:$suites, and files by their path"
	fi
	[ -r "$SUITE" ] || die "$MISSING" "the suite $SUITE cannot be read"
	case ${SUITE##*/} in
	*[!A-Za-z0-9._-]*) die "$USAGE" "invalid suite name ${SUITE##*/}: use letters, digits, '.', '_' and '-'" ;;
	esac
	SUITE_FILE=$SUITE
	SUITE_INSIDE=/scratch/${SUITE##*/}
}

# Its single experiment and the suite itself have the program's name.
write_suite() {
	[ "$SUITE" = quick ] || die "$USAGE" "SUITE=$SUITE and PROGRAM=$PROGRAM exclude each other; put the program into the suite, or omit SUITE"
	case $PROGRAM$ARGS in
	*[[:cntrl:]]*) die "$USAGE" 'PROGRAM or ARGS has a control character' ;;
	esac
	SUITE=$(printf %.60s "${PROGRAM##*/}" | tr -c 'A-Za-z0-9._-' _)
	SUITE_FILE=$TMP/$SUITE.suite
	SUITE_INSIDE=/scratch/$SUITE.suite
	quoted_program=$(quote "$PROGRAM")
	printf '%s command -- %s%s\n' "$SUITE" "$quoted_program" "$ARGS" >"$SUITE_FILE"
	wrong=$(LC_ALL=C awk -v comments=no -f programs/words.awk "$SUITE_FILE") || die "$USAGE" "ARGS=$ARGS: ${wrong#line 1: }"
}

# Sets SUITE_PROGRAMS, a line for each program in it; SUITE_NET, yes when it needs a peer outside; and SUITE_SECONDS, how long it may
# take, in whole seconds: 10 s for an experiment without a time limit; 0 when one of them never ends.
read_suite() {
	suite_words=$(LC_ALL=C awk -f programs/words.awk "$SUITE_FILE") || die "$USAGE" "the suite $SUITE, $suite_words"
	SUITE_PROGRAMS=$(printf '%s\n' "$suite_words" | awk -F '\037' '$2 == "command" {
		for (i = 3; i < NF && $i != "--"; i++);
		if (i >= NF) exit 1
		print $(i + 1)
	}') || die "$USAGE" "the suite $SUITE has a command without a program; write: NAME command [OPTIONS] -- PROGRAM [ARGUMENTS]"
	SUITE_NET=$(printf '%s\n' "$suite_words" | awk -F '\037' '$2 == "net" {answer = "yes"} END {print answer}')
	SUITE_SECONDS=$(printf '%s\n' "$suite_words" | awk -F '\037' 'NF > 1 {
		seconds = 10
		for (i = 3; i <= NF && $i != "--"; i++) if ($i ~ /^--(time|run-timeout)=/) {
			given = $i
			sub(/.*=/, "", given)
			if ($i ~ /^--time/ || given + 0 > seconds) seconds = given + 0
		}
		if (seconds == 0) endless = 1
		sum += seconds
	} END { printf "%.0f\n", endless ? 0 : sum < 1e8 ? sum + 0.499 : 1e8 }')
}
