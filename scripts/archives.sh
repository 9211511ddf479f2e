# shellcheck shell=sh disable=SC2034 # what is set here is used by whoever sources this
# Whether archives hold what a manifest lists, for scripts/verify and release/verify. With a difference they call
# `wrong MESSAGE`, which is theirs, and return 1.

# image_layer IMAGE DIRECTORY: sets `layer` to the image's only layer, unpacked in DIRECTORY. Found by way of the image's own
# index, each blob checked against the name it goes by.
image_layer() {
	bsdtar -xf "$1" -C "$2" 2>/dev/null || { wrong "$1 cannot be unpacked"; return 1; }
	blob "$1" "$2" "$(jq -r '.manifests[0].digest' "$2/index.json" 2>/dev/null)" || return
	image_manifest=$blob
	[ "$(jq '.layers | length' "$blob")" = 1 ] || { wrong "$1 has more than one layer"; return 1; }
	blob "$1" "$2" "$(jq -r '.config.digest' "$image_manifest")" || return
	image_config=$blob
	blob "$1" "$2" "$(jq -r '.layers[0].digest' "$image_manifest")" || return
	# What `docker load` takes is what an OCI engine takes.
	[ "$(jq -r '.[] | .Config, .Layers[]' "$2/manifest.json")" = "${image_config#"$2/"}
${blob#"$2/"}" ] || { wrong "$1 has another content for docker load than for other engines"; return 1; }
	layer=$blob
}

# blob IMAGE DIRECTORY DIGEST: sets `blob` to its path
blob() {
	blob=$2/blobs/sha256/${3#sha256:}
	echo "${3#sha256:}  $blob" | sha256sum --status -c - 2>/dev/null || {
		wrong "$1: the blob ${3#sha256:} has other content than its name says"
		return 1
	}
}

# same WHAT ARCHIVE MANIFEST: everything in the archive, nodes and links included, is what the manifest says.
same() {
	(rootfs/manifest "$2" >"$TMP/listed") 2>/dev/null || { wrong "$1 is not an archive that can be read"; return 1; }
	diff "$3" "$TMP/listed" >&2 || { wrong "$1 is not what $3 lists (see above)"; return 1; }
	echo "$1: $(wc -l <"$TMP/listed") paths: every path, mode, owner and content as in the manifest"
}

# same_nodes WHAT ARCHIVE ARCHIVE: what is beyond a manifest, the targets of links and the numbers of devices.
same_nodes() {
	nodes "$2" >"$TMP/nodes.1"
	nodes "$3" | cmp -s - "$TMP/nodes.1" || { wrong "$1 differ in a link or a device node"; return 1; }
}

nodes() {
	bsdtar --format=mtree --options='!all,type,mode,uid,gid,size,link,device,sha256' -cf - "@$1" | LC_ALL=C sort
}
