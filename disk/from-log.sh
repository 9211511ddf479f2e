# shellcheck shell=sh disable=SC2034,SC2154 # scripts that source this use these variables
# Extracts documents from a console log, which may contain anything: see disk/log.awk. A script that sources this has called
# `temporary`, and defines `find_place`.
. scripts/lib.sh
. disk/layout.sh

refused=0

# refuse LINE NAME WHY
refuse() {
	note "$LOG, line $1: $2 is refused: $3"
	refused=$((refused + 1))
}

find_source() {
	[ -e "$LOG" ] || die $USAGE "$LOG does not exist"
	[ -f "$LOG" ] || die $USAGE "LOG=$LOG is not a file"
	[ -r "$LOG" ] || die $MISSING "no permission to read $LOG; run as root, or as its owner"
	source=$LOG
}

# take LINE NAME FILE SHA256: FILE is base64 in $TMP/rows
take() {
	if ! base64 -d "$TMP/rows/$3" >"$TMP/document" 2>"$TMP/error"; then
		grep -q 'invalid input' "$TMP/error" || die $MISSING "cannot write to $TMPDIR; is it full?"
	fi
	rm "$TMP/rows/$3"
	sum=$(sha256sum <"$TMP/document")
	if [ "${sum%% *}" != "$4" ]; then
		refuse "$1" "$2" 'it was damaged on its way: its sha256 is not the one in its mark'
		return
	fi
	find_place "$TMP/document"
	if [ -z "$place" ]; then
		refuse "$1" "$2" 'it is not a result document'
	elif [ -e "$TMP/new/$place" ] && ! cmp -s "$TMP/document" "$TMP/new/$place"; then
		refuse "$1" "$2" "the log has another $place before it; take them from separate logs, each with its own RUN"
	else
		mkdir -p "$TMP/new/${place%/*}"
		mv "$TMP/document" "$TMP/new/$place"
	fi
}

# take_all: writes the complete ones to $TMP/new/RUN/NAME
take_all() {
	mkdir "$TMP/rows"
	{ tr -d '\000\r' <"$LOG" || : >"$TMP/unread"; } | fold -b -w 2000 |
		awk -v directory="$TMP/rows" -v most="$document_bytes" -v all=$((results_size * block)) -v files="$results_files" \
			-f disk/log.awk >"$TMP/found" || die $MISSING "cannot write to $TMPDIR; is it full?"
	last=$(tail -n 1 "$TMP/found")
	[ "$last" != beyond ] || die $MISSING "$LOG has more than $results_files documents, or more bytes of them than fit a disk; split it"
	[ ! -e "$TMP/unread" ] || die $MISSING "$LOG cannot be read completely"
	while IFS=$(printf '\t') read -r what line name more sum; do
		case $what in
		taken) take "$line" "$name" "$more" "$sum" ;;
		refused) refuse "$line" "$name" "$more" ;;
		esac
	done <"$TMP/found"
	[ -d "$TMP/new" ] || [ $refused != 0 ] || die $MISSING \
		"$LOG has no documents; a machine sends them with: report = serial in samebits.conf, or SAMEBITS_REPORT=serial on the kernel's command line"
	[ -d "$TMP/new" ] || die $MISSING "$LOG has no complete document, see above"
}

finish() {
	[ $refused = 0 ] || die $MISSING "$refused documents in $LOG were refused, see above; the others were kept"
}
