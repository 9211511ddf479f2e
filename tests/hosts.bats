# Other systems than Debian 12: what is unpacked and built without Debian's tools.
# needs: all
load helper

setup() {
	make_dir
}

teardown() {
	forget_dir
}

@test "packages are unpacked as dpkg does it, without dpkg" {
	command -v dpkg-source || skip 'needs dpkg-source to compare with'
	for source in musl busybox; do
		mkdir "$dir/$source"
		sources/unpack "$dir/$source" "$OUT/sources/$source/used"
	done
	while read -r _ file _; do
		dpkg-deb -x "$OUT/sources/musl/$file" "$dir/musl.dpkg"
	done <"$OUT/sources/musl/used"
	dpkg-source --no-check -x "$OUT/sources/busybox/"*.dsc "$dir/busybox.dpkg"
	for source in musl busybox; do
		rm -rf "$dir/$source.dpkg/.pc"
		(cd "$dir/$source" && find . -printf '%m %u:%g %l %p\n' | sort) >"$dir/ours"
		(cd "$dir/$source.dpkg" && find . -printf '%m %u:%g %l %p\n' | sort) >"$dir/dpkgs"
		diff "$dir/ours" "$dir/dpkgs"
		diff -r --no-dereference "$dir/$source" "$dir/$source.dpkg"
	done
}

@test "a package that is cut off, or that a patch of it does not fit, is not unpacked" {
	mkdir "$dir/to" "$dir/sources"
	while read -r sum file rest; do
		head -c 20000 "$OUT/sources/musl/$file" >"$dir/sources/$file"
		echo "$sum $file $rest" >"$dir/sources/used"
		refused 3 "$file could not be unpacked" sources/unpack "$dir/to" "$dir/sources/used"
	done <"$OUT/sources/musl/used"
	while read -r sum file rest; do
		ln -sf "$OUT/sources/busybox/$file" "$dir/sources/$file"
	done <"$OUT/sources/busybox/used"
	# Without what the patches are for.
	grep -v '\.orig\.' "$OUT/sources/busybox/used" >"$dir/sources/used"
	refused 3 'does not apply' sources/unpack "$dir/to" "$dir/sources/used"
}

# The kernel comes from the cache: the compiler is the same.
@test "on a system that is not Debian, without apt and dpkg, the same bits are built" {
	[ "$(id -u)" = 0 ] || skip 'needs root to play another system'
	hide_commands 'apt*' 'dpkg*'
	play_system ID=fedora make OUT="$dir/out" all
	for file in rootfs.manifest initramfs.cpio image.tar vmlinux vmlinuz; do
		cmp "$OUT/$file" "$dir/out/$file"
	done
}
