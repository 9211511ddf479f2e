# What is taken from a cache that others can write to; and builds that run out of space: they report it, and continue when there is some.
# needs: all
load helper

setup() {
	config=$OUT/build/linux/.config
	make_dir
	mkdir "$dir/cache" "$dir/out"
}

teardown() {
	! mountpoint -q "$dir/small" || umount "$dir/small"
	forget_dir
}

# small SIZE: mounts a file system of that size on $dir/small
small() {
	[ "$(id -u)" = 0 ] || skip 'needs root for a small file system'
	mkdir -p "$dir/small"
	mount -t tmpfs -o "size=$1" tmpfs "$dir/small"
}

# only_configured DIRECTORY: as an OUT it has the kernel's source, but building it is an error that says so.
only_configured() {
	mkdir -p "$1/src/linux"
	cp "$OUT/src/linux/.unpacked" "$1/src/linux"
	printf '$(if $(filter vmlinux,$(MAKECMDGOALS)),$(error the build began))\ninclude %s\n' "$OUT/src/linux/Makefile" >"$1/src/linux/Makefile"
}

# cached_kernel DIRECTORY: unpacks OUT's kernel from the cache there; sets entry, its name in the cache of the test.
cached_kernel() {
	OUT=$dir/out kernel-config/build "$config" "$dir/out" 2>"$dir/said"
	rm "$dir/out/vmlinux" "$dir/out/vmlinuz" "$dir/out/config"
	entry=$(sed -n 's/.*, from //p' "$dir/said")
	tar -xf "$entry" -C "$1"
	entry=$dir/cache/${entry##*/}
}

musl() {
	awk '$1 == "musl" {print $4}' sources.lock
}

@test "a cached kernel that does not match its configuration is built again, and no link in it is followed" {
	only_configured "$dir/out"
	mkdir "$dir/good"
	cached_kernel "$dir/good"
	build() {
		OUT=$dir/out CACHE=$dir/cache run --separate-stderr timeout 100 kernel-config/build "$config" "$dir/out"
		echo "$1: status $status, $stderr"
	}
	for what in sums-of-another link-to-shadow twice other-config sparse link fifo directory; do
		rm -rf "$dir/bad" "$entry"
		cp -r "$dir/good" "$dir/bad"
		members='vmlinux vmlinuz config sums'
		case $what in
		sums-of-another)
			echo other >>"$dir/bad/vmlinux"
			(cd "$dir/bad" && sha256sum vmlinuz config >sums)
			;;
		link-to-shadow)
			ln -sf /etc/shadow "$dir/bad/vmlinuz"
			(cd "$dir/bad" && sha256sum vmlinux vmlinuz config >sums)
			;;
		twice) members='vmlinux vmlinux vmlinuz config sums' ;;
		other-config)
			echo '# more' >>"$dir/bad/config"
			(cd "$dir/bad" && sha256sum vmlinux vmlinuz config >sums)
			;;
		sparse) truncate -s 1T "$dir/bad/vmlinux" ;;
		esac
		case $what in
		link) tar -cf "$dir/elsewhere.tar" -C "$dir/bad" $members && ln -s "$dir/elsewhere.tar" "$entry" ;;
		fifo) mkfifo "$entry" ;;
		directory) mkdir "$entry" ;;
		twice) tar --hard-dereference -cf "$entry" -C "$dir/bad" $members ;;
		*) tar -Scf "$entry" -C "$dir/bad" $members ;;
		esac
		build $what
		[ "$status" = 3 ]
		[[ $stderr == *"$entry is damaged; the kernel is built again"*'the build began'* ]]
		[ ! -e "$dir/out/vmlinux" ]
	done
	rm -rf "$entry"
	tar -cf "$entry" -C "$dir/good" vmlinux vmlinuz config sums
	mkfifo "$dir/cache/kernel.objects"
	build good
	[ "$status" = 0 ]
	cmp "$dir/out/vmlinux" "$OUT/vmlinux"
}

@test "a kernel's build shows its progress" {
	only_configured "$dir/out"
	# As many steps as it expects for our configuration, in the format of the kernel's make.
	(cd "$OUT/src/linux" && find kernel mm fs net drivers -name '*.c' -printf '$(info $(blank)  CC      %p)\n') >"$dir/all"
	sed -n "1,$(sed -n "s/^known='[0-9]* \([0-9]*\)'$/\1/p" kernel-config/build)s/\.c)/.o)/p" "$dir/all" >"$dir/steps"
	{
		printf 'blank :=\nifneq ($(filter vmlinux,$(MAKECMDGOALS)),)\n'
		cat "$dir/steps"
		printf 'endif\n'
		cat "$dir/out/src/linux/Makefile"
	} >"$dir/Makefile"
	mv "$dir/Makefile" "$dir/out/src/linux"
	OUT=$dir/out CACHE=$dir/cache run --separate-stderr kernel-config/build "$config" "$dir/out"
	echo "$stderr"
	[ "$status" = 3 ]
	run ! grep '  CC' <<<"$stderr"
	[ "$(grep -cE '^  KERNEL   [0-9]+ of about [0-9]+ objects, about [0-9]+:[0-9]{2} left$' <<<"$stderr")" -ge 8 ]
}

@test "a source in the cache that is not a file is refused without waiting" {
	musl | while read -r file; do cp "$CACHE/$file" "$dir/cache"; done
	file=$(musl | sed -n 1p)
	for what in fifo directory link device; do
		rm -rf "$dir/cache/$file"
		case $what in
		fifo) mkfifo "$dir/cache/$file" ;;
		directory) mkdir "$dir/cache/$file" ;;
		link) ln -s "$CACHE/$file" "$dir/cache/$file" ;;
		device) mknod "$dir/cache/$file" c 1 5 || continue ;;
		esac
		OUT=$dir/out CACHE=$dir/cache refused 3 "$dir/cache/$file is not a readable file; remove it" timeout 100 sources/fetch musl
		[ ! -e "$dir/out/sources/musl/used" ]
	done
}

@test "a list of newer sources in the cache is not trusted" {
	[ "$(id -u)" = 0 ] || skip 'needs root to cut the network off'
	musl | while read -r file; do
		echo other >"$dir/cache/${file/1.2.3-1/1.2.9-1}"
		awk -v file="$file" -v sum="$(sha256sum <"$dir/cache/${file/1.2.3-1/1.2.9-1}" | cut -d ' ' -f 1)" \
			'$4 == file {$3 = "1.2.9-1"; sub(/1\.2\.3-1/, "1.2.9-1", $4); $5 = sum; print $1, $2, $3, $4, $5}' sources.lock
	done >"$dir/cache/musl.newer"
	OUT=$dir/out CACHE=$dir/cache refused 3 'connect this machine to a network, or fill the cache' unshare -n sources/fetch musl
	[ ! -e "$dir/out/sources/musl/used" ]
}

@test "a full disk leaves no list of sources and no stamp; with space again, everything works" {
	small 1M
	mkdir "$dir/tree"
	cp -r Makefile sources.lock sources packages scripts environments programs "$dir/tree"
	cd "$dir/tree"
	head -c 900K /dev/zero >"$dir/small/much"
	OUT=$dir/small/out refused 3 'is there space?' sources/fetch musl
	[ ! -e "$dir/small/out/sources/musl/used" ]
	rm "$dir/small/much"
	mount -o remount,size=20M "$dir/small"
	OUT=$dir/small/out sources/fetch musl
	[ "$(wc -l <"$dir/small/out/sources/musl/used")" = 3 ]
	# Left by an older version: an empty list is invalid.
	cd "$TOP"
	: >"$dir/small/out/sources/musl/used"
	: >"$dir/small/out/sources/musl/.fetched"
	: >"$dir/small/out/.setup-build"
	touch -d '+1 hour' "$dir/small/out/sources/musl/.fetched"
	OUT=$dir/small/out make "$dir/small/out/sources/musl/used"
	[ "$(wc -l <"$dir/small/out/sources/musl/used")" = 3 ]
}

@test "unpack rejects an empty list of sources" {
	mkdir "$dir/unpacked"
	: >"$dir/used"
	refused 3 'is empty; remove its directory' sources/unpack "$dir/unpacked" "$dir/used"
}

@test "without space for a cached kernel there is a message and no partial file; with space it is unpacked" {
	only_configured "$dir/out"
	mkdir "$dir/good"
	small 40M
	cached_kernel "$dir/good"
	tar -cf "$entry" -C "$dir/good" vmlinux vmlinuz config sums
	only_configured "$dir/small"
	OUT=$dir/small CACHE=$dir/cache kernel-config/build "$config" "$dir/small"
	rm "$dir/small/vmlinux" "$dir/small/vmlinuz" "$dir/small/config"
	head -c 40M /dev/zero >"$dir/small/much" || true
	truncate -s -1M "$dir/small/much"
	OUT=$dir/small CACHE=$dir/cache refused 3 "could not write to $dir/small; is there space?" \
		kernel-config/build "$config" "$dir/small"
	[ -z "$(find "$dir/small" -maxdepth 1 -name 'vmlinu*' -o -maxdepth 1 -name 'config*')" ]
	rm "$dir/small/much"
	OUT=$dir/small CACHE=$dir/cache kernel-config/build "$config" "$dir/small"
	cmp "$dir/small/vmlinux" "$OUT/vmlinux"
	cmp "$dir/small/config" "$OUT/config"
}
