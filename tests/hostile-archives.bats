# Archives that programs read differently: verify detects them before it starts anything.
# needs: all
load helper

setup() {
	make_dir
	mkdir -p "$dir/out/bin" "$dir/other"
	for file in image.tar rootfs.tar initramfs.cpio rootfs.manifest bin/bench; do cp "$OUT/$file" "$dir/out/$file"; done
	printf '#!/bin/sh\necho other\n' >"$dir/other/init"
}

teardown() {
	forget_dir
}

# found_out TEXT: verify reports it, and starts nothing
found_out() {
	OUT=$dir/out refused 6 "$1" scripts/verify
	[ ! -e "$dir/out/results" ]
}

# made_of TAR: makes $dir/out from this layer, so that all its parts are consistent
made_of() {
	cp "$1" "$dir/out/rootfs.tar"
	bsdtar --format=newc -cf "$dir/out/initramfs.cpio" "@$1"
	rootfs/manifest "$1" >"$dir/out/rootfs.manifest"
	docker/image "$1" "$dir/out/rootfs.manifest" "$dir/out/image.tar"
}

# with LINE...: makes $dir/layer.tar, the layer followed by these entries of an mtree
with() {
	printf '%s\n' '#mtree' "$@" >"$dir/more.mtree"
	bsdtar --format=ustar -cf "$dir/layer.tar" "@$OUT/rootfs.tar" "@$dir/more.mtree"
}

@test "a second cpio after the initramfs is detected, compressed or not" {
	(cd "$dir/other" && bsdtar --format=newc -cf ../other.cpio init)
	cat "$dir/other.cpio" >>"$dir/out/initramfs.cpio"
	found_out 'initramfs.cpio differs from a rebuild'
	cp "$OUT/initramfs.cpio" "$dir/out/initramfs.cpio"
	gzip -c "$dir/other.cpio" >>"$dir/out/initramfs.cpio"
	found_out 'initramfs.cpio differs from a rebuild'
	# Placed before it: a reader that stops at the first end sees that one.
	cat "$OUT/initramfs.cpio" "$OUT/initramfs.cpio" >"$dir/out/initramfs.cpio"
	found_out 'initramfs.cpio differs from a rebuild'
	gzip -c "$OUT/initramfs.cpio" >"$dir/out/initramfs.cpio"
	found_out 'initramfs.cpio differs from a rebuild'
}

@test "bytes after the end of a tar are detected: the image, the root file system, the layer" {
	tar --format=ustar -cf "$dir/other.tar" -C "$dir/other" init
	cat "$dir/other.tar" >>"$dir/out/image.tar"
	found_out 'image.tar differs from a rebuild'
	cp "$OUT/image.tar" "$dir/out/image.tar"
	cat "$dir/other.tar" >>"$dir/out/rootfs.tar"
	found_out 'rootfs.tar differs from a rebuild'
	cat "$OUT/rootfs.tar" "$dir/other.tar" >"$dir/layer.tar"
	made_of "$dir/layer.tar"
	found_out "image's layer differs from a rebuild"
	gzip -nc "$OUT/rootfs.tar" >"$dir/layer.tar"
	made_of "$dir/layer.tar"
	found_out "image's layer differs from a rebuild"
}

@test "an image is rejected if it contains more than its one layer, or that layer twice" {
	mkdir "$dir/image"
	unpack() {
		rm -rf "$dir/image" && mkdir "$dir/image"
		tar -xf "$OUT/image.tar" -C "$dir/image"
	}
	pack() {
		tar --format=ustar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -cf "$dir/out/image.tar" \
			-C "$dir/image" "$@"
	}
	unpack
	echo '{}' >"$dir/image/repositories"
	pack blobs index.json manifest.json oci-layout repositories
	found_out 'has other files than our images'
	pack blobs index.json manifest.json manifest.json
	found_out 'has other files than our images'
	# Go, in which the engines are written, ignores case in JSON keys.
	sed -i 's/"Layers"/"layers":["blobs\/sha256\/other"],&/' "$dir/image/manifest.json"
	pack blobs index.json manifest.json oci-layout
	found_out 'image.tar differs from a rebuild'
	unpack
	jq -c '.manifests += .manifests' "$dir/image/index.json" >"$dir/index" && mv "$dir/index" "$dir/image/index.json"
	pack blobs index.json manifest.json oci-layout
	found_out 'image.tar differs from a rebuild'
	# None of these is opened, or unpacked to a place where it would be followed.
	for kind in fifo link; do
		unpack
		rm "$dir/image/index.json"
		case $kind in
		fifo) mkfifo "$dir/image/index.json" ;;
		link) ln -s /dev/zero "$dir/image/index.json" ;;
		esac
		pack blobs index.json manifest.json oci-layout
		found_out 'has other files than our images'
	done
}

@test "a path that the kernel and the engines may unpack differently is detected, even if all files agree" {
	other="type=file mode=0755 uid=0 gid=0 nlink=1 time=0 contents=$dir/other/init"
	for line in "./init $other" "./bin/../init $other" "./bin/./init $other" "./.wh.init $other" "./bin/.wh..wh..opq $other" \
		"./none/file $other" "./bin/sh/file $other"; do
		with "$line"
		made_of "$dir/layer.tar"
		found_out 'has a path that is not unpacked the same everywhere'
	done
	mkdir "$dir/tree"
	cp "$dir/other/init" "$dir/tree/one"
	ln "$dir/tree/one" "$dir/tree/two"
	bsdtar --format=ustar --uid 0 --gid 0 -cf "$dir/layer.tar" "@$OUT/rootfs.tar" -C "$dir/tree" ./one ./two
	made_of "$dir/layer.tar"
	found_out 'has a path that is not unpacked the same everywhere'
}
