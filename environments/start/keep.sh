# shellcheck shell=sh
# shellcheck disable=SC2154 # NAME, ITERATION and what runner.sh sets
# The output of a start is not trusted: it is checked against what was asked before it is kept.
. scripts/lib.sh

# The same limit as for a guest's port; documents have some hundred KiB.
DOCUMENT_MOST=67108864

# show_output LINES [INDENT]: shows its end, as far as it is text. The last line may lack its end: awk, unlike sed, adds one.
show_output() {
	tail -c 16384 "$RESULT.log" >"$TMP/end"
	tail -n "$1" "$TMP/end" >"$TMP/lines"
	tr -d '\r' <"$TMP/lines" >"$TMP/end"
	printable <"$TMP/end" >"$TMP/lines"
	awk -v indent="${2:-}" '{print indent $0}' "$TMP/lines" >&2
}

# lost [WHY]: shows the end of its output, and why there is no result.
lost() {
	show_output 20 '  | '
	why=${1:-$(jq -r '.lost // (if .signal then "it was ended by signal \(.signal)" else "it ended with status \(.exit) and no result" end)' "$TMP/report.json")}
	die $LOST "$SUBJECT was lost: $why; its output is in $RESULT.log"
}

# take FILE: copies it to TMP/document. A container may have left anything in its place: links are not followed, we do not wait
# for data, and read no more than a document may have.
take() {
	[ -e "$1" ] || [ -L "$1" ] || lost
	if [ -L "$1" ] || [ ! -f "$1" ]; then
		lost 'its document is not a regular file'
	fi
	dd if="$1" of="$TMP/document" iflag=nofollow,nonblock,count_bytes bs=64K count=$((DOCUMENT_MOST + 1)) status=none ||
		die $MISSING "cannot copy $NAME's document to $TMP; is there space?"
	size=$(wc -c <"$TMP/document")
	[ "$size" -le $DOCUMENT_MOST ] || lost "its document is larger than $((DOCUMENT_MOST >> 20)) MiB"
}

# hold_against_asked PROGRAM...: checks that TMP/document is one document, of this start and of our programs.
hold_against_asked() {
	outcome=complete
	[ "$status" = 0 ] || outcome=failed
	jq -rs --arg run "$RUN" --arg environment "$NAME" --argjson iteration "$ITERATION" --arg status $outcome --arg suite "$SUITE_INSIDE" --arg programs "$*" --arg rootfs "$ROOTFS" --arg along "$PROGRAMS" \
		--rawfile manifest "$BUILT/rootfs.manifest" -f environments/start/asked.jq "$TMP/document" >"$TMP/wrong" 2>"$TMP/error" || {
		why=$(head -n 1 "$TMP/error")
		why=$(printf '%.200s' "$why" | printable)
		lost "its document cannot be read ($why)"
	}
	[ -s "$TMP/wrong" ] || return 0
	wrong=$(printable <"$TMP/wrong")
	case $wrong in
	"$DIFFER programs "*) die $DIFFER "$NAME did not run the given programs (${wrong#* programs }); measure again" ;;
	"$DIFFER "*)
		part=${wrong#* }
		die $DIFFER "$NAME ran another ${part%% *} than $BUILT/rootfs.manifest lists (${part#* }); run make all, then measure again"
		;;
	*) lost "${wrong#* }" ;;
	esac
}

# compose_result FILE: writes TMP/document with what the host knows.
compose_result() {
	composed=0
	jq -c -L environments/start --slurpfile facts "$TMP/facts" --rawfile told "$TMP/told" --slurpfile report "$TMP/report.json" \
		--rawfile command "$TMP/command" --rawfile load /proc/loadavg -f environments/start/result.jq "$TMP/document" \
		>"$1" 2>"$TMP/error" || composed=$?
	[ $composed != 0 ] || return 0
	rm -f "$1"
	why=$(head -n 1 "$TMP/error")
	why=$(printf '%.200s' "$why" | printable)
	# 5: jq's status when parts of the document contradict each other.
	[ $composed != 5 ] || lost "its document is invalid ($why)"
	die $MISSING "cannot write $1 ($why); make room, then measure again"
}

# Where the status of what was started does not show how init ended, the document does.
find_status() {
	if jq -e '.status == "failed"' "$TMP/document" >"$TMP/wrong" 2>&1; then status=1; fi
}

# keep DOCUMENT PROGRAM...: gives it its final name, once it is certain which start it belongs to.
keep() {
	take "$1"
	shift
	[ -n "$tells_status" ] || find_status
	hold_against_asked "$@"
	compose_result "$RESULT.json.tmp"
	publish "$RESULT.json.tmp" "$RESULT.json"
	point_latest "$RUN"
}

# find_failure: sets `failure` to the first failure in the document.
find_failure() {
	jq -r '[.experiments[] | select(.exit != 0) | "\(.name): \(.error)"] as $failed
		| if $failed == [] then .error else $failed[0] + ($failed[1:] | if . == [] then "" else "; \(length) more" end) end' \
		"$TMP/document" >"$TMP/failure"
	read -r failure <"$TMP/failure" || :
	failure=$(printf ': %.300s' "$failure" | printable)
}

# finish DOCUMENT PROGRAM...: acts on `status`.
finish() {
	failure=
	case $status in
	0) keep "$@" ;;
	1)
		keep "$@"
		find_failure
		;;
	2 | 3) show_output 5 ;;
	*) lost ;;
	esac
	[ "$status" = 0 ] || die "$status" "$NAME: the benchmark did not succeed$failure; see $RESULT.log"
}
