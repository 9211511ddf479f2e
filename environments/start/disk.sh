# shellcheck shell=sh
# shellcheck disable=SC2154 # NAME, PREPARED and what runner.sh sets
# What has to be on a disk to start an environment: the sizes of its files in bytes, by part. All starts have the same, so they
# are counted once per run.

# tell_files PART FILE...
tell_files() {
	part=$1
	shift
	file_name "$NAME"
	known=$PREPARED/bytes.$name.$part
	if [ ! -f "$known" ]; then
		stat -L -c %s "$@" >"$TMP/sizes" 2>"$TMP/error" || {
			read -r why <"$TMP/error" || :
			lacking_files "$why"
			return 0
		}
		awk '{sum += $1} END {printf "%.0f\n", sum}' "$TMP/sizes" >"$known"
	fi
	read -r bytes <"$known"
	tell_json "disk_bytes.$part" "$bytes"
}

lacking_files() {
	why=$(printf '%.200s' "$1" | printable)
	tell disk_unavailable "$why"
}

# tell_programs PART PROGRAM...: includes the libraries that they are linked with, each once.
tell_programs() {
	part=$1
	shift
	: >"$TMP/linked"
	for program; do
		path=$(command -v "$program") || {
			lacking_files "$program is not found"
			return 0
		}
		readlink -f "$path" >>"$TMP/linked"
		# ldd fails for a program without libraries.
		ldd "$path" 2>/dev/null >"$TMP/ldd" || continue
		awk '{for (i = 1; i <= NF; i++) if ($i ~ "^/") print $i}' "$TMP/ldd" >"$TMP/libraries"
		while read -r library; do readlink -f "$library"; done <"$TMP/libraries" >>"$TMP/linked"
	done
	sort -u "$TMP/linked" >"$TMP/files"
	set -- "$part"
	while read -r file; do
		set -- "$@" "$file"
	done <"$TMP/files"
	tell_files "$@"
}
