# shellcheck shell=sh disable=SC2154 # folder, version and TMP are release/verify's
# What a release says of itself, held against what it is: a part of release/verify.

check_statements() {
	there SHA256SUMS inputs.json sbom.spdx.json sources.txt rootfs.manifest "samebits-$version-source.tar.gz" || return 0
	for file in inputs.json sbom.spdx.json; do
		jq -e 'type == "object"' "$folder/$file" >/dev/null 2>&1 || { wrong "$file is no JSON object"; return 0; }
	done
	# The files were held against these sums before: here it is whether all say the same.
	jq -Rn '[inputs | capture("^(?<sha256>[0-9a-f]{64})  (?<file>.*)$")]' "$folder/SHA256SUMS" >"$TMP/sums.json"
	grep -v '^#' "$folder/sources.txt" | jq -Rn '[inputs | split(" ") |
		{program: .[0], version: .[1], file: .[2], sha256: .[3]}]' >"$TMP/owed.json"
	check_archive
	jq -r -n --arg version "$version" --arg identity "sha256:$(sum "$folder/rootfs.manifest")" \
		--arg id "sha256:${image_config##*/}" --slurpfile sums "$TMP/sums.json" --slurpfile owed "$TMP/owed.json" \
		--slurpfile inputs "$folder/inputs.json" --slurpfile sbom "$folder/sbom.spdx.json" --slurpfile lock "$TMP/lock.json" \
		-f release/statements.jq >"$TMP/untrue" 2>"$TMP/log" ||
		{ wrong "what inputs.json and sbom.spdx.json say cannot be understood: $(tail -n 1 "$TMP/log")"; return 0; }
	while read -r line; do wrong "$line"; done <"$TMP/untrue"
	[ -s "$TMP/untrue" ] || right "inputs.json, sbom.spdx.json, sources.txt: $(jq '.sources | length' "$folder/inputs.json") sources," \
		"$(jq '.packages | length' "$folder/sbom.spdx.json") packages, $(jq length "$TMP/owed.json") files of owed source"
}

# The source archive: the release's own, whole, with the very sums that were built from.
check_archive() {
	archive=samebits-$version-source.tar.gz top=samebits-$version
	echo null >"$TMP/lock.json"
	tar -xzf "$folder/$archive" -C "$TMP" "$top/.release" "$top/sources.lock" 2>/dev/null ||
		{ wrong "$archive cannot be unpacked"; return 0; }
	[ "$(head -n 1 "$TMP/$top/.release" | cut -d ' ' -f 1,2)" = "$(jq -r '"\(.version) \(.revision)"' "$folder/inputs.json")" ] ||
		wrong "$archive is of another version than inputs.json"
	sed 1d "$TMP/$top/.release" | sed "s|^|$top/|" | sort >"$TMP/promised"
	tar -tzf "$folder/$archive" | grep -vx "$top/.release" | sort | cmp -s - "$TMP/promised" ||
		wrong "$archive does not hold the files that it lists"
	grep -v '^#' "$TMP/$top/sources.lock" | jq -Rn '[inputs | split(" ") | {source: .[0], file: .[3], sha256: .[4]}]' >"$TMP/lock.json"
}
