# shellcheck shell=sh disable=SC2034 # scripts that source this use these variables
# Checks that archives hold what a manifest lists, and nothing else, for every reader: the kernel, docker load, an OCI engine and
# bsdtar treat duplicate entries, data after the end and different spellings of a path differently. So each archive is built again
# from the layer, and must be identical byte by byte. `wrong MESSAGE`, which the caller defines, reports a difference.

# image_layer IMAGE DIRECTORY: sets `layer` to the image's only layer, unpacked in DIRECTORY; empty after a fault. The layer is found
# through the image's own index, and each blob is checked against the hash in its name.
image_layer() {
	layer=''
	# Only our eight files are unpacked, and none may be a link or larger than the archive.
	bsdtar -tvf "$1" >"$TMP/members" 2>/dev/null || { wrong "$1 cannot be unpacked"; return 0; }
	size=$(stat -Lc %s "$1")
	awk -v size="$size" 'NF != 9 || !/^[-d]/ || seen[$9]++ ||
		$9 !~ /^(blobs\/(sha256\/[0-9a-f]*)?|index\.json|manifest\.json|oci-layout)$/ {other = 1}
		{sum += $5} END {exit other || NR != 8 || sum > size}' "$TMP/members" ||
		{ wrong "$1 has other files than our images"; return 0; }
	bsdtar -xf "$1" -C "$2" 2>/dev/null || { wrong "$1 cannot be unpacked"; return 0; }
	digest=$(jq -r '.manifests[0].digest' "$2/index.json" 2>/dev/null) || digest=
	blob "$1" "$2" "$digest"
	[ -n "$blob" ] || return 0
	jq -r '(.layers | length), .config.digest, .layers[0].digest' "$blob" >"$TMP/parts" 2>/dev/null || :
	{ read -r layers && read -r config && read -r digest; } <"$TMP/parts" || layers=0
	[ "$layers" = 1 ] || { wrong "$1 does not have exactly one layer"; return 0; }
	blob "$1" "$2" "$config"
	[ -n "$blob" ] || return 0
	image_config=$blob
	blob "$1" "$2" "$digest"
	layer=$blob
}

# blob IMAGE DIRECTORY DIGEST: sets `blob` to its path; empty when its content has another hash
blob() {
	blob=$2/blobs/sha256/${3#sha256:}
	echo "${3#sha256:}  $blob" >"$TMP/sum"
	sha256sum --status -c "$TMP/sum" 2>/dev/null || {
		blob=''
		wrong "$1: the content of the blob ${3#sha256:} does not match its name"
	}
}

# same WHAT ARCHIVE MANIFEST: checks that the archive's entries are exactly those of the manifest.
same() {
	(rootfs/manifest "$2" >"$TMP/listed") 2>/dev/null || { wrong "$1 is not a readable archive"; return 0; }
	diff "$3" "$TMP/listed" >&2 || { wrong "$1 differs from $3 (see above)"; return 0; }
	paths=$(wc -l <"$TMP/listed")
	echo "$1: $paths paths: every path, mode, owner and content as in the manifest"
}

# plain WHAT LAYER: checks that each path in it means the same to everything that unpacks it: it occurs once, in one spelling, after
# its directory, is no hard link, and removes nothing from other layers. (An mtree, from which the manifest is made, has no order, and
# keeps only the last of duplicate entries.)
plain() {
	{ bsdtar -tf "$2" >"$TMP/names" && bsdtar -tvf "$2" >"$TMP/members"; } 2>/dev/null || : >"$TMP/names"
	awk '
		FNR == NR {kinds[FNR] = substr($0, 1, 1); next}
		{
			path = $0
			kind = kinds[FNR]
			if (kind == "d") sub(/\/$/, "", path)
			n = split(path, part, "/")
			for (i = 2; i <= n; i++)
				if (part[i] == "" || part[i] == "." || part[i] == ".." || part[i] ~ /^\.wh\./) other = 1
			parent = path
			sub(/\/[^\/]*$/, "", parent)
			if (kind !~ /[-dlcb]/ || path in is || (path != "." && is[parent] != "d")) other = 1
			is[path] = kind
		}
		END {exit other || !is["."]}' "$TMP/members" "$TMP/names" || wrong "$1 has a path that is not unpacked the same everywhere"
}

# again WHAT ARCHIVE FORMAT LAYER: checks that the archive is what bsdtar makes of the layer, and ends where that does.
again() {
	size=$(stat -Lc %s "$4")
	(ulimit -f $((size / 512 + 1)) && bsdtar --format="$3" -cf "$TMP/again" "@$4") >"$TMP/log" 2>&1 || : >"$TMP/again"
	cmp -s "$2" "$TMP/again" || wrong "$1 differs from a rebuild; is there data behind its end?"
}

# image_again WHAT IMAGE MANIFEST: checks that the image is what docker/image makes of its layer.
image_again() {
	docker/image "$layer" "$3" "$TMP/again.image"
	cmp -s "$2" "$TMP/again.image" ||
		wrong "$1 differs from a rebuild; is there data behind its end?"
}
