# shellcheck shell=sh disable=SC2154 # folder, version and TMP are release/verify's
# Checks which files a release has.

# plain_files: of the names on standard input, prints our own files that a release contains unchanged, in addition to the archive of
# all of them: those in release/contents.table and below its folders, except files for make and compilers.
plain_files() {
	awk 'FILENAME != "-" {listed[$1]; next}
		/^bin\// {next}
		match($0, /\//) && ($0 in listed || substr($0, 1, RSTART) in listed) && !/\.(c|h|mk)$/' release/contents.table -
}

# list FIND-TEST...: writes what in the folder passes the tests to $TMP/there, sorted; without results measured with the release.
list() {
	find "$folder" -mindepth 1 "$@" -printf '%P\n' >"$TMP/names"
	grep -vE '^(results|scratch)(/|$)|^\.accel\.' "$TMP/names" >"$TMP/ours" || :
	sort "$TMP/ours" >"$TMP/there"
}

# Nothing missing, nothing extra, and only regular files: anything else could block its reader forever. The source archive
# determines which of our own files must exist (check_plain); until then it is those with a hash.
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
