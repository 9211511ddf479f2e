# Systems other than Debian 12: unpacking and building without Debian's tools.
# needs: all
load helper

setup() {
	make_dir
	daemon=
}

teardown() {
	[ -z "$daemon" ] || { kill "$daemon" && reap "$daemon" 0; }
	[ -z "$daemon" ] || umount "$socket.exec/netns/default" || : # there is one once a container had the host's network
	rm -rf --one-file-system "${socket:-$dir/none}"*
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

@test "a package that is truncated, or to which one of its patches does not apply, is not unpacked" {
	mkdir "$dir/to" "$dir/sources"
	while read -r sum file rest; do
		head -c 20000 "$OUT/sources/musl/$file" >"$dir/sources/$file"
		echo "$sum $file $rest" >"$dir/sources/used"
		refused 3 "$file could not be unpacked" sources/unpack "$dir/to" "$dir/sources/used"
	done <"$OUT/sources/musl/used"
	while read -r sum file rest; do
		ln -sf "$OUT/sources/busybox/$file" "$dir/sources/$file"
	done <"$OUT/sources/busybox/used"
	# Without the files to which the patches apply.
	grep -v '\.orig\.' "$OUT/sources/busybox/used" >"$dir/sources/used"
	refused 3 'does not apply' sources/unpack "$dir/to" "$dir/sources/used"
}

# The kernel comes from the cache: the compiler is the same.
@test "a system that is not Debian, without apt and dpkg, builds the same bits" {
	[ "$(id -u)" = 0 ] || skip 'needs root to play another system'
	hide_commands 'apt*' 'dpkg*'
	play_system ID=fedora make OUT="$dir/out" all
	for file in rootfs.manifest initramfs.cpio image.tar vmlinux vmlinuz; do
		cmp "$OUT/$file" "$dir/out/$file"
	done
}

# The base image is Debian 12, made from its archive like the one in the registry, which cannot be reached here.
@test "a container builds the same bits, and a machine without a compiler measures them" {
	[ "$(id -u)" = 0 ] || skip 'needs root for a Docker daemon'
	curl -fsI --connect-timeout 10 -o "$dir/answer" http://deb.debian.org/debian/dists/bookworm/InRelease || skip "Debian's archive does not answer"
	mmdebstrap --quiet --variant=apt --dpkgopt=force-unsafe-io --include=ca-certificates bookworm "$dir/base.tar" 'deb http://deb.debian.org/debian bookworm main'
	socket=$(mktemp -u /tmp/samebits-test.XXXX)
	dockerd --iptables=false --bridge=none --data-root "$dir/root" --exec-root "$socket.exec" -H "unix://$socket" -p "$dir/pid" >"$dir/log" 2>&1 3>&- &
	daemon=$!
	export DOCKER_HOST=unix://$socket
	await "$daemon" docker version
	docker import "$dir/base.tar" debian:12
	rm "$dir/base.tar"
	echo 'a cpu --cpu-max-prime=100 --events=1' >"$dir/a.suite"
	hide_commands gcc 'gcc-*' cc c99 'x86_64-linux-gnu-*' as ld 'ld.*' objcopy bison flex bc clang 'clang-*' pkg-config
	make BUILD=container OUT="$dir/out" all
	for file in rootfs.manifest initramfs.cpio image.tar vmlinux vmlinuz; do
		cmp "$OUT/$file" "$dir/out/$file"
	done
	# Not by make, which waits for the machine's lock.
	OUT=$dir/out SUITE=$dir/a.suite RUN=a scripts/run native 1
	jq -e '.experiments[0].exit == 0' "$dir/out/results/a/native-1.json"
	export OUT=$dir/out ENGINE=docker
	DOCKER_HOST=unix://$dir/none refused 3 'BUILD=container needs a container engine' docker/build all
	refused 2 'BUILD=container does not do dist' docker/build dist
}
