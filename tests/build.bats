# What is built: the root file system, the image, and that others build the same.
# needs: all disk-image
load helper

setup() {
	make_dir
}

teardown() {
	[ ! -d "$dir/engine" ] || environments/container/engine stop "$dir/engine"
	forget_dir
	rm -rf "${elsewhere:-$dir}"
}

# In the container engine that the tests use.
engine() {
	[ -d "$dir/engine" ] || { mkdir "$dir/engine" && environments/container/engine start "$dir/engine"; }
	eval "$(cat "$dir/engine/words") \"\$@\""
}

@test "the manifest lists the files that the contract names" {
	for line in '0755 0:0 /init' '0755 0:0 /bin/bench' '0755 0:0 /bin/busybox'; do
		grep -Eq "^[0-9a-f]{64} $line$" "$OUT/rootfs.manifest"
	done
	for path in / /scratch /results /proc /sys /dev /dev/console /bin/sh; do
		grep -Eq "^- [0-7]{4} 0:0 $path$" "$OUT/rootfs.manifest"
	done
	for suite in rootfs/suites/*.suite; do
		grep -qx "$(sha256sum <"$suite" | cut -d ' ' -f 1) 0644 0:0 /etc/samebits/suites/${suite##*/}" "$OUT/rootfs.manifest"
	done
	LC_ALL=C sort -c -k 4 "$OUT/rootfs.manifest"
}

@test "init, bench and busybox are static" {
	for binary in init bench busybox; do
		file "$OUT/bin/$binary" | grep 'statically linked, stripped'
	done
}

@test "build.json lists everything that the files were built from" {
	jq -e --arg identity "sha256:$(sha256sum <"$OUT/rootfs.manifest" | cut -d ' ' -f 1)" '.identity == $identity' "$OUT/build.json"
	while read -r _ _ _ file sum _; do
		jq -e --arg file "$file" --arg sum "$sum" '[.. | objects | select(.file? == $file and .sha256? == $sum)] | length == 1' "$OUT/build.json"
	done < <(grep '^linux \|^busybox \|^musl ' sources.lock)
}

@test "the kernel has every option requested, and a dropped one fails the build" {
	kernel-config/check "$OUT/build/linux/.config" kernel-config/*.config kernel-config/guest/*.config
	kernel-config/check "$OUT/metal/build/asked/.config" kernel-config/*.config kernel-config/metal/*.config
	cp kernel-config/base.config "$dir/more.config"
	echo 'CONFIG_NO_SUCH_OPTION=y' >>"$dir/more.config"
	run kernel-config/check "$OUT/build/linux/.config" "$dir/more.config"
	[ "$status" = 3 ]
	[[ $output == *CONFIG_NO_SUCH_OPTION* ]]
}

# only_configured: $dir/out has the kernel's source, but building it is an error that says so.
only_configured() {
	mkdir -p "$dir/out/src/linux"
	cp "$OUT/src/linux/.unpacked" "$dir/out/src/linux"
	printf '$(if $(filter vmlinux,$(MAKECMDGOALS)),$(error the build began))\ninclude %s\n' "$OUT/src/linux/Makefile" \
		>"$dir/out/src/linux/Makefile"
}

@test "a kernel is built once: a new OUT gets it from the cache" {
	local config=$OUT/build/linux/.config
	only_configured
	OUT=$dir/out kernel-config/build "$config" "$dir/out"
	cmp "$OUT/vmlinux" "$dir/out/vmlinux"
	cmp "$OUT/vmlinuz" "$dir/out/vmlinuz"
	cmp "$OUT/build/linux/.config" "$dir/out/config"
	# Another configuration gives another kernel.
	sed "/CONFIG_HZ_100 /d; s/^CONFIG_HZ_250=y/CONFIG_HZ_100=y/" "$OUT/build/linux/.config" >"$dir/other.config"
	OUT=$dir/out refused 3 "the kernel's make did not succeed" kernel-config/build "$dir/other.config" "$dir/out"
	[[ $stderr == *'the build began'* && $stderr != *damaged* ]]
	grep -qx 'CONFIG_HZ=100' "$dir/out/build/linux/.config"
}

@test "a damaged kernel in the cache is detected and built again" {
	only_configured
	mkdir "$dir/cache"
	local config=$OUT/build/linux/.config
	spoilt() {
		OUT=$dir/out CACHE=$dir/cache refused 3 "the kernel's make did not succeed" \
			kernel-config/build "$config" "$dir/out"
		[[ $stderr == *"$dir/cache/kernel-"*'.tar is damaged; the kernel is built again'* ]]
		[[ $stderr == *'the build began'* ]]
		[ ! -e "$dir/out/vmlinux" ]
	}
	for entry in "$CACHE"/kernel-*.tar; do head -c 1000000 "$entry" >"$dir/cache/${entry##*/}"; done
	spoilt
	for entry in "$CACHE"/kernel-*.tar; do
		cp "$entry" "$dir/cache"
		printf damaged | dd of="$dir/cache/${entry##*/}" bs=1 seek=1000000 conv=notrunc status=none
	done
	spoilt
}

@test "docs/kernel.md matches the configurations" {
	[ -e "$CACHE/$(awk '$1 == "linux-config" {print $4}' sources.lock)" ] ||
		skip 'needs the configurations of Debian in the cache; make docs/kernel.md fetches them'
	kernel-config/table | diff docs/kernel.md -
}

@test "musl programs are built with the guest kernel's headers, never the host's" {
	printf '#include <linux/version.h>\nint v = LINUX_VERSION_CODE;\n' >"$dir/v.c"
	"$OUT/musl/musl-gcc" -M -c "$dir/v.c" | tr ' ' '\n' >"$dir/headers"
	grep -q "^$OUT/musl/usr/include/linux/version.h" "$dir/headers"
	run ! grep '^/usr/include' "$dir/headers"
}

@test "the image loads and runs like an image of sysbench, and is under 2 MB" {
	[ "$(stat -c %s "$OUT/image.tar")" -lt 2000000 ]
	engine load -i "$OUT/image.tar"
	engine images samebits
	size=$(engine image inspect --format '{{.Size}}' samebits:latest)
	[ "$size" -lt 2000000 ]
	engine run --rm --network none samebits cpu --cpu-max-prime=2000 --time=1 run | grep 'events per second:'
	engine run --rm --network none samebits --version | grep -x 'sysbench 1.0.20'
	run engine run --rm --network none samebits cpu --nosuch run
	[ "$status" = 1 ]
	engine run --rm --network none samebits suite quick >"$dir/document"
	valid "$dir/document"
	jq -e '.status == "complete" and .environment == "docker" and .platform.virtualization.container == "docker"' "$dir/document"
	# With /results mounted, the document goes there.
	mkdir "$dir/results"
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$dir/one.suite"
	engine run --rm --network none -v "$dir/results:/results" -v "$dir/one.suite:/scratch/one.suite:ro" \
		-e SAMEBITS_ENVIRONMENT=docker -e SAMEBITS_ITERATION=3 samebits suite /scratch/one.suite
	valid "$dir/results/docker-3.json"
	[ "$(ls -A "$dir/results")" = docker-3.json ]
}

@test "init in a container passes on signals and statuses" {
	local name=samebits-test-$$ ended
	at_work() {
		engine logs "$name" | grep 'Threads started!'
	}
	engine run -d --name "$name" --network none samebits cpu --time=0 run
	await $$ at_work
	engine stop -t 100 "$name"
	# Its own status, not that of SIGKILL, with which the engine ends what ignores the first signal.
	ended=$(engine inspect --format '{{.State.ExitCode}}' "$name")
	[ "$ended" != 0 ]
	[ "$ended" != 137 ]
	engine rm "$name"
	run engine run --rm --network none samebits nosuch
	[ "$status" = 1 ]
	run engine run --rm --network none samebits suite nosuch
	[ "$status" = 2 ]
}

# bats test_tags=measures
@test "podman runs the same image" {
	command -v podman
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$dir/one.suite"
	RUN=podman-$$ ENGINE=podman ITERATIONS=1 SUITE=$dir/one.suite make docker-run
	valid "$OUT/results/podman-$$/docker-1.json"
	jq -e '.host.engine == "podman" and .host.versions.podman' "$OUT/results/podman-$$/docker-1.json"
	rm -rf "$OUT/results/podman-$$"
	[ -e "$OUT/results/latest" ] || rm -f "$OUT/results/latest"
}

@test "init refuses a place that is neither a guest nor a container" {
	cp "$OUT/bin/init" "$dir/init"
	run unshare -rmp --fork chroot "$dir" /init --version
	echo "$output"
	[ "$status" = 3 ]
}

# tests/data/kernels has the hashes of kernels that were built elsewhere: if ours is one of them, that comparison is made, and the
# build here takes it from the cache. For another kernel this is the only other build, and its minutes are spent here.
# The kernel of the disk image is taken from the cache; make reproduce builds both.
@test "another user, path and umask give the same release from its source; an interrupted build continues" {
	local entry sums
	[ "$(id -u)" = 0 ] || skip 'needs root to become somebody else'
	elsewhere=$(mktemp -d /var/tmp/samebits-test.XXXXXX)
	make_release "$dir"
	tar -xzf "$dir/out/dist/samebits-1.0/samebits-1.0-source.tar.gz" -C "$elsewhere" --strip-components=1
	cp -r "$CACHE" "$elsewhere/cache"
	rm -f "$elsewhere/cache/kernel.objects"
	for entry in "$elsewhere"/cache/kernel-*.tar; do
		tar -xOf "$entry" config >"$dir/config"
		if cmp -s "$dir/config" "$OUT/config"; then
			sums=$(awk -v name="${entry##*/}" '$1 == name {print $2, $3}' "$TOP/tests/data/kernels")
			if [ -n "$sums" ]; then
				[ "$sums" = "$(sha256sum "$OUT/vmlinux" "$OUT/vmlinuz" | cut -d ' ' -f 1 | paste -sd ' ')" ]
			else
				rm "$entry"
			fi
		elif ! cmp -s "$dir/config" "$OUT/metal/config"; then
			rm "$entry"
		fi
	done
	chown -R 65534:65534 "$elsewhere"
	cd "$elsewhere"
	somebody() {
		(umask 077 && setpriv --reuid=65534 --regid=65534 --clear-groups \
			env -i PATH="$PATH" HOME=/nonexistent TZ=Asia/Tokyo LC_ALL=C.UTF-8 CFLAGS=-O0 "$@" CACHE="$elsewhere/cache" OUT="$elsewhere/built")
	}
	# Interrupted as by Ctrl-C, while it compiles.
	somebody setsid env --default-signal=INT sh -c 'echo $$ >group && exec make "$@"' sh "$elsewhere/built/bin/busybox" 3>&- &
	compiles() {
		[ -n "$(find built/build/busybox/libbb -name '*.o' -print -quit)" ]
	}
	await $! compiles
	kill -INT -- "-$(cat group)"
	await $$ gone -s "$(cat group)"
	[ ! -e built/bin/busybox ]
	somebody make dist 2>"$dir/log" || { cat "$dir/log" && false; }
	diff -r "$dir/out/dist/samebits-1.0" "$elsewhere/built/dist/samebits-1.0"
	[ -z "$(find built -name '*.tmp')" ]
}
