# shellcheck shell=sh disable=SC2154 # folder, version, found, sum and TMP are release/verify's
# Compares a release's statements with its files: a part of release/verify.

check_statements() {
	look_for SHA256SUMS inputs.json sbom.spdx.json sources.txt rootfs.manifest "samebits-$version-source.tar.gz"
	[ -n "$found" ] || return 0
	for file in inputs.json sbom.spdx.json; do
		jq -es 'length == 1 and (.[0] | type == "object")' "$folder/$file" >/dev/null 2>&1 || { wrong "$file is not a JSON object"; return 0; }
	done
	# The files were checked against these hashes before; here the statements are compared with each other.
	jq -Rn '[inputs | capture("^(?<sha256>[0-9a-f]{64})  (?<file>.*)$")]' "$folder/SHA256SUMS" >"$TMP/sums.json"
	jq -Rn '[inputs | select(startswith("#") | not) | split(" ") |
		{program: .[0], version: .[1], file: .[2], sha256: .[3]}]' "$folder/sources.txt" >"$TMP/owed.json"
	check_archive
	sum "$folder/rootfs.manifest"
	jq -r -n --arg version "$version" --arg identity "sha256:$sum" \
		--arg id "sha256:${image_config##*/}" --slurpfile sums "$TMP/sums.json" --slurpfile owed "$TMP/owed.json" \
		--slurpfile inputs "$folder/inputs.json" --slurpfile sbom "$folder/sbom.spdx.json" --slurpfile lock "$TMP/lock.json" \
		-f release/statements.jq >"$TMP/untrue" 2>"$TMP/log" || {
		said=$(tail -n 1 "$TMP/log")
		wrong "inputs.json and sbom.spdx.json cannot be compared: $said"
		return 0
	}
	each "$TMP/untrue" ''
	[ ! -s "$TMP/untrue" ] || return 0
	said=$(jq -rn --slurpfile inputs "$folder/inputs.json" --slurpfile sbom "$folder/sbom.spdx.json" --slurpfile owed "$TMP/owed.json" \
		'"\($inputs[0].sources | length) sources, \($sbom[0].packages | length) packages, \($owed[0] | length) files of owed source"')
	right "inputs.json, sbom.spdx.json, sources.txt: $said"
}

# Our own files that are used unpacked: they must be those of the source archive.
check_plain() {
	sed 1d "$TMP/.release" >"$TMP/listed"
	plain_files <"$TMP/listed" >"$TMP/names"
	sort "$TMP/names" >"$TMP/promised"
	sort "$TMP/plain" >"$TMP/held"
	comm -3 --output-delimiter= "$TMP/promised" "$TMP/held" >"$TMP/unequal"
	each "$TMP/unequal" ": not both $archive and SHA256SUMS have it"
	comm -12 "$TMP/promised" "$TMP/held" >"$TMP/both"
	{ echo 'samebits release/samebits' && sed 's/.*/& &/' "$TMP/both"; } >"$TMP/pairs"
	while read -r file own; do
		[ -f "$folder/$file" ] || continue
		tar -xOf "$TMP/own.tar" "$top/$own" >"$TMP/one" 2>/dev/null || :
		cmp -s "$TMP/one" "$folder/$file" || wrong "$file is not the one that $archive has"
	done <"$TMP/pairs"
}

# The source archive: the release's own, complete, with exactly the hashes that were built from. Only regular files in it have contents.
check_archive() {
	archive=samebits-$version-source.tar.gz top=samebits-$version
	echo null >"$TMP/lock.json"
	{
		gzip -dc "$folder/$archive" >"$TMP/own.tar" && tar -tRf "$TMP/own.tar" >"$TMP/blocks" &&
			tar -xOf "$TMP/own.tar" "$top/.release" >"$TMP/.release" && tar -xOf "$TMP/own.tar" "$top/sources.lock" >"$TMP/sources.lock"
	} 2>/dev/null || { wrong "$archive cannot be unpacked"; return 0; }
	# After the end there must be only zeros; anything else might be read.
	end=$(sed -n '$s/^block \([0-9]*\): \*\* Block of NULs \*\*$/\1/p' "$TMP/blocks")
	size=$(stat -c %s "$TMP/own.tar")
	{ [ -n "$end" ] && cmp -s -i $((end * 512)):0 -n $((size - end * 512)) "$TMP/own.tar" /dev/zero; } ||
		wrong "$archive has data behind its end"
	stated=$(jq -r '"\(.version) \(.revision)"' "$folder/inputs.json")
	read -r of revision _ <"$TMP/.release" || of=
	[ "$of $revision" = "$stated" ] || wrong "$archive is of another version than inputs.json"
	sed "1d; s|^|$top/|" "$TMP/.release" >"$TMP/listed"
	sort "$TMP/listed" >"$TMP/promised"
	sed '$d; s/^block [0-9]*: //' "$TMP/blocks" >"$TMP/listed"
	grep -vx "$top/.release" "$TMP/listed" >"$TMP/names" || :
	sort "$TMP/names" >"$TMP/held"
	cmp -s "$TMP/held" "$TMP/promised" || wrong "$archive does not have the files that it lists"
	jq -Rn '[inputs | select(startswith("#") | not) | split(" ") | {source: .[0], file: .[3], sha256: .[4]}]' "$TMP/sources.lock" >"$TMP/lock.json"
	check_plain
}
