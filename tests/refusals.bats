# Usage errors and missing things: one clear line and the documented exit status, before anything is measured.
# bats file_tags=measures
# needs: all
load helper

setup() {
	make_dir
	export RUN=refused-$$
}

teardown() {
	[ ! -d "$dir/engine" ] || environments/container/engine stop "$dir/engine"
	! mountpoint -q "$dir/small" || umount "$dir/small"
	forget_dir
	rm -rf "$OUT/results/$RUN"
}

@test "values that make no sense are refused" {
	ACCEL=xen refused 2 'ACCEL=xen' scripts/measure qemu
	ENGINE=lxc refused 2 'ENGINE=lxc' scripts/measure docker
	SUITE=nosuch refused 2 'valid names: full net probe quick seed' scripts/measure native
	SUITE=./nosuch.suite refused 2 'no suite' scripts/measure native
	MACHINE=toaster refused 2 'MACHINE=toaster' scripts/measure qemu
	CPUS=0 refused 2 'CPUS=0' scripts/measure native
	CPUS=x refused 2 'CPUS=x' scripts/measure native
	CPUS=4096 refused 2 'CPUS=4096' scripts/measure native
	ITERATIONS=1.5 refused 2 'ITERATIONS=1.5' scripts/measure native
	MEMORY=lots refused 2 'MEMORY=lots' scripts/measure native
	MEMORY=1M refused 2 'MEMORY=1M' scripts/measure native
	MEMORY=999G refused 2 'MEMORY=999G' scripts/measure native
	RUN=../x refused 2 'RUN=../x' scripts/measure native
	for share in lots 0 0% 1 100% -3% 3%% .03 3. '3% '; do
		MARGIN=$share refused 2 "MARGIN=$share is not a share" scripts/measure native
	done
	PAIRED=yes refused 2 'PAIRED=yes is neither 1 nor empty' scripts/measure native
	MAX=20 refused 2 'MAX=20 is the limit of ITERATIONS=auto' scripts/measure native docker
	ITERATIONS=auto MAX=0 refused 2 'MAX=0 is not a positive' scripts/measure native docker
	ITERATIONS=auto MAX=1000000 refused 2 'give 999999 at most' scripts/measure native docker
	ITERATIONS=auto refused 2 'ITERATIONS=auto needs environments to compare' scripts/measure native
	ANONYMOUS=yes refused 2 'ANONYMOUS=yes is neither 1 nor empty' scripts/measure native
	GATE_STRICT=2 refused 2 'GATE_STRICT=2 is neither 1 nor empty' scripts/measure native
	KERNEL=/nosuch refused 2 'KERNEL=/nosuch' scripts/measure qemu
	refused 2 'environment xen is unknown' scripts/measure xen
	refused 2 'no environment' scripts/measure
}

@test "variants that make no sense are refused, with the valid ones" {
	refused 2 'qemu has no key seccomp; valid keys: again label accel machine cache emulator kernel' scripts/measure native qemu:seccomp=default
	refused 2 'docker has no key kernel; valid keys: again label seccomp network runtime' scripts/measure docker:kernel=/dev/null
	refused 2 'machine=toaster is unknown; valid values: microvm pc q35' scripts/measure qemu:cache=writeback,machine=toaster
	refused 2 'cache=unsafe is unknown' scripts/measure qemu:cache=unsafe
	refused 2 'accel=xen is unknown' scripts/measure qemu:accel=xen
	refused 2 'seccomp=none is unknown; valid values: default unconfined' scripts/measure docker:seccomp=none
	refused 2 'no file /nosuch' scripts/measure qemu:kernel=/nosuch
	refused 2 'label has no value' scripts/measure native:label
	refused 2 'label= has no value' scripts/measure native:label=
	refused 2 'invalid label=a/b' scripts/measure native:label=a/b
	refused 2 'machine is given twice' scripts/measure qemu:machine=pc,machine=q35
	for word in qemu: qemu:,machine=pc 'qemu:machine=pc,' qemu:machine=pc:cache=none 'qemu:machine=p c' "qemu:label='"; do
		refused 2 'after one colon write pairs KEY=VALUE' scripts/measure "$word"
	done
	refused 2 'the name is too long' scripts/measure "native:label=$(printf '%0150d' 0)"
	refused 2 'ENVS names docker twice; to compare it with itself add again=1' scripts/measure docker native docker
	[ ! -e "$OUT/results/$RUN" ]
}

@test "make stops at an unknown word, too" {
	run --separate-stderr make compare ENVS='native vmware'
	[ "$status" = 2 ]
	[[ $stderr == *'samebits: environment vmware is unknown'*'(status 2)'* ]]
	run --separate-stderr make compare ENVS='native native:seccomp=default'
	[ "$status" = 2 ]
	[[ $stderr == *'native has no key seccomp'*'(status 2)'* ]]
	run make nosuch
	[ "$status" = 2 ]
}

@test "a suite with an error stops the run with status 2" {
	printf 'bad cpu --nosuch=1\n' >"$dir/bad.suite"
	for environment in native docker qemu; do
		SUITE=$dir/bad.suite ITERATIONS=1 RUN=$RUN-$environment refused 2 'did not succeed' scripts/measure "$environment"
		[[ $stderr == *'invalid option: --nosuch=1'* ]]
		rm -rf "$OUT/results/$RUN-$environment"
	done
}

@test "a scratch directory in memory is refused" {
	SCRATCH=/dev/shm refused 3 'is in memory (tmpfs)' scripts/measure native
	SCRATCH=/proc/nosuch refused 3 'cannot be written' scripts/measure native
}

@test "too little space is refused before anything is measured" {
	[ "$(id -u)" = 0 ] || skip 'needs root to mount a small file system'
	truncate -s 64M "$dir/image"
	mke2fs -q -t ext4 "$dir/image"
	mkdir "$dir/small"
	mount -o loop "$dir/image" "$dir/small"
	SCRATCH=$dir/small refused 3 'MiB are free' scripts/measure native
}

@test "a full disk stops the build with a message naming the file, and leaves no partial file" {
	[ "$(id -u)" = 0 ] || skip 'needs root to mount a small file system'
	mkdir "$dir/small"
	mount -t tmpfs -o size=600k tmpfs "$dir/small"
	refused 3 "could not write $dir/small/image.tar" docker/image "$OUT/rootfs.tar" "$OUT/rootfs.manifest" "$dir/small/image.tar"
	[ ! -e "$dir/small/image.tar" ]
	refused 3 "could not write $dir/small/rootfs.tar" rootfs/pack rootfs/rootfs.list "$dir/small/rootfs.tar"
	[ -z "$(ls -A "$dir/small")" ]
}

@test "if nothing is built, a message says what to do" {
	OUT=$dir refused 3 'run: make all' scripts/measure native
}

# as_nobody STATUS TEXT COMMAND...: refused, for an unprivileged user, in a copy that this user may read.
as_nobody() {
	local status_expected=$1 text=$2
	shift 2
	[ "$(id -u)" = 0 ] || skip 'needs root to become somebody else'
	copy=$(mktemp -d /tmp/samebits-test.XXXXXX)
	mkdir "$copy/out"
	cp -r Makefile packages scripts environments programs rootfs "$copy"
	cp -r "$OUT"/{bin,image.tar,rootfs.manifest,vmlinux,initramfs.cpio} "$copy/out"
	chown -R nobody "$copy"
	cd "$copy"
	refused "$status_expected" "$text" setpriv --reuid=65534 --regid=65534 --clear-groups \
		env OUT="$copy/out" HOME="$copy" "$@"
	cd "$TOP"
	rm -rf "$copy"
}

@test "without permission on Docker's socket, a message says what to do" {
	mkdir "$dir/engine"
	environments/container/engine start "$dir/engine"
	socket=$(docker_socket)
	as_nobody 3 'join the group docker' DOCKER_HOST="unix://$socket" ENGINE=docker scripts/measure docker
}

docker_socket() {
	sed -n "s/.*unix:\/\/\([^' ]*\).*/\1/p" "$dir/engine/words" | grep . || echo /var/run/docker.sock
}

@test "if the engine is dead, a message says what to do" {
	DOCKER_HOST=unix://$dir/nosuch as_nobody 3 'docker' DOCKER_HOST="unix://$dir/nosuch" ENGINE=docker scripts/measure docker
}

@test "KVM that hangs or dies is detected: auto falls back with a message, kvm refuses" {
	rm -f "$OUT"/.accel.*
	run --separate-stderr environments/qemu/accel
	[ "$status" = 0 ]
	case $output in
	'kvm '*) skip 'KVM works on this machine' ;;
	'tcg '*) ;;
	*) false ;;
	esac
	[[ $stderr == *'QEMU emulates (TCG), which is slow: '* ]]
	ACCEL=kvm refused 3 'ACCEL=kvm, but ' environments/qemu/accel
	ACCEL=tcg run --separate-stderr environments/qemu/accel
	[ "$output" = 'tcg ACCEL=tcg was given' ]
	[ -z "$stderr" ]
}

# Where guests do not run under KVM, one with another processor model hangs instead of dying at once.
@test "KVM is given up after a deadline, once, if a guest hangs under it" {
	case $(environments/qemu/accel 2>/dev/null) in tcg*/dev/kvm* | kvm*) skip 'no KVM that fails here' ;; esac
	mkdir "$dir/bin"
	printf '#!/bin/sh\nfor a; do shift; case $a in host,*) a=qemu64 ;; esac; set -- "$@" "$a"; done\nexec %s "$@"\n' \
		"$(command -v qemu-system-x86_64)" >"$dir/bin/qemu-system-x86_64"
	chmod +x "$dir/bin/qemu-system-x86_64"
	rm -f "$OUT"/.accel.*
	PATH=$dir/bin:$PATH run --separate-stderr environments/qemu/accel
	echo "$output $stderr"
	[ "$status" = 0 ]
	[[ $output == 'tcg our guest does not run under KVM: it was silent for 10 s'* ]]
	[[ $stderr == *'testing whether'* ]]
	# The result is kept: no second wait.
	PATH=$dir/bin:$PATH run --separate-stderr environments/qemu/accel
	[ "$status" = 0 ]
	[[ $stderr != *'testing whether'* ]]
	rm -f "$OUT"/.accel.*
}

@test "without permission to install, the command to run is printed" {
	as_nobody 3 'apt-get install -y --no-install-recommends' PATH=/usr/bin-nosuch:/bin sh -c '
		mkdir -p bin && for tool in dirname id env cat sed grep sort tr mktemp rm sh mkdir ls awk apt-get; do ln -sf "$(command -v $tool)" bin/; done
		PATH=$PWD/bin exec scripts/setup check'
}

@test "make help-all lists every target and variable of the contract" {
	run make help-all
	[ "$status" = 0 ]
	for word in help all qemu-run docker-run native-run compare report history verify qemu-shell docker-shell check check-fast check-kvm lint \
		bench-parity bench-boot bench-size bench-density fleet disk-image flash results-from deps clean distclean \
		SUITE PROGRAM ARGS TREE ITERATIONS MAX CPUS MEMORY ENVS ACCEL MACHINE KERNEL ENGINE SILENCE SCRATCH RUN RUNS DIR GATE BASELINE GATE_STRICT MARGIN PAIRED OUT CACHE RELEASE ANONYMOUS BUILD SETUP TESTS LOG V; do
		grep -Eq "^  $word +" <<<"$output"
	done
}
