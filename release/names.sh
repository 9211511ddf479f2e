# shellcheck shell=sh disable=SC2154 # folder, version and TMP are release/verify's
# Which files a release has.

# plain_files: of the names on standard input, those of our own files that a release holds as they are, beside the archive that
# has all of them: what release/contents.table names, and what is below its folders, without what make and compilers read.
plain_files() {
	awk 'FILENAME != "-" {listed[$1]; next}
		/^bin\// {next}
		match($0, /\//) && ($0 in listed || substr($0, 1, RSTART) in listed) && !/\.(c|h|mk)$/' release/contents.table -
}

# list FIND-TEST...: what of the folder passes it, sorted, into $TMP/there; without what was measured with the release.
list() {
	find "$folder" -mindepth 1 "$@" -printf '%P\n' >"$TMP/names"
	grep -vE '^(results|scratch)(/|$)|^\.accel\.' "$TMP/names" >"$TMP/ours" || :
	sort "$TMP/ours" >"$TMP/there"
}

# Nothing missing, nothing besides, and only files: what is not one could keep whoever reads it for ever. Which of our own files
# there have to be says the source archive (check_plain); until then these are the ones with a sum.
check_names() {
	: >"$TMP/names"
	[ ! -f "$folder/SHA256SUMS" ] || sed 's/^[0-9a-f]\{64\}  //' "$folder/SHA256SUMS" >"$TMP/names"
	plain_files <"$TMP/names" >"$TMP/plain"
	awk -v version="$version" '!/^#/ && NF && $1 !~ /\/$/ {sub(/VERSION/, version, $1); print $1}' release/contents.table >"$TMP/names"
	echo SHA256SUMS | sort -u - "$TMP/names" "$TMP/plain" >"$TMP/expected"
	list ! -type f \( ! -type d -o -empty \)
	mv "$TMP/there" "$TMP/others"
	list -type f ! -path "$folder/SHA256SUMS.sig"
	comm -23 "$TMP/expected" "$TMP/there" >"$TMP/missing"
	comm -13 "$TMP/expected" "$TMP/there" >"$TMP/more"
	each "$TMP/missing" ' is missing'
	each "$TMP/more" ' does not belong to a release'
	each "$TMP/others" ' is not a file'
}
