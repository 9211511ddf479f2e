# Using a release: in its own folder on a machine without any build tools, and by make in a checkout.
# needs: all disk-image
# bats file_tags=measures
load helper

unset VERSION SIGN_KEY DIST ALLOWED_SIGNERS REPETITIONS

setup_file() {
	cd "$BATS_TEST_DIRNAME/.."
	OUT=$(realpath -m "${OUT:-out}")
	mkdir -p "$OUT/scratch"
	shared=$(mktemp -d "$OUT/scratch/use.XXXXXX")
	export shared
	make_release "$shared"
}

teardown_file() {
	rm -rf "$shared"
}

setup() {
	make_dir
	good=$shared/out/dist/samebits-1.0
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$dir/one.suite"
	identity=$(jq -r .identity "$good/inputs.json")
}

teardown() {
	forget_dir
}

# bare COMMAND...: runs it in $dir, mounted as /mnt, where there is no compiler, no make, no header and no checkout.
bare() {
	unshare --mount sh -c '
		set -eu
		mount --bind "$1" /mnt
		for name in gcc cc c89 c99 cpp g++ clang as ld make bison flex bc objcopy strip dpkg-source patch; do
			for file in "/usr/bin/$name" "/usr/bin/$name"-[0-9]* /usr/bin/x86_64-linux-gnu-"$name"*; do
				[ ! -f "$file" ] || mount --bind /dev/null "$file"
			done
		done
		for folder in /usr/include /usr/lib/gcc "$2"; do mount -t tmpfs none "$folder"; done
		! command -v gcc && ! command -v make && [ ! -e "$2/Makefile" ] && [ ! -e /usr/include/stdio.h ]
		cd /mnt
		shift 2
		exec "$@"' sh "$dir" "$TOP" env -u OUT -u CACHE "$@"
}

@test "an unpacked release measures and reports on a machine without compiler, make or sources" {
	[ "$(id -u)" = 0 ] || skip 'needs root to hide the compilers'
	# A folder whose name make could not handle.
	cp -r "$good" "$dir/a release"
	cp "$dir/one.suite" "$dir/a release"
	released() {
		bare "/mnt/a release/samebits" "$@" >"$dir/output" 2>&1 || { cat "$dir/output" && false; }
	}
	released compare ENVS='native qemu' ACCEL=tcg ITERATIONS=1 SUITE=./one.suite RUN=bare
	cat "$dir/output"
	cd "$dir/a release"
	valid results/bare/{native,qemu}-1.json
	[ "$identity" = "sha256:$(sha256sum <rootfs.manifest | cut -d ' ' -f 1)" ]
	jq -es --arg identity "$identity" 'length == 2 and all(.[]; .status == "complete" and .identity.rootfs == $identity)' results/bare/*-1.json
	[ -s results/bare/report.html ] && [ -s results/bare/report.md ]
	grep -q '^experiment  *metric  *native  *qemu' "$dir/output"
	grep -q '^All differences: ./samebits audit RUN=bare; ' "$dir/output"
	sha256sum --quiet -c SHA256SUMS
	released report RUN=bare
	grep -q '^experiment  *metric  *native  *qemu' "$dir/output"
	released audit RUN=bare
	released verify ENVS=native
	grep -qx "identity: $identity" "$dir/output"
	released help
	grep -Eq '^  qemu-shell +' "$dir/output"
	# The environment counts, too, but the command line takes precedence.
	RUN=other SUITE=./one.suite ITERATIONS=1 released native-run RUN=one OUT=/mnt/elsewhere
	jq -e '.run == "one" and .suite == "one"' "$dir/elsewhere/results/one/native-1.json"
	[ ! -e results/one ]
	echo 'sha256sum /bin/bench' | released qemu-shell ACCEL=tcg
	grep "^$(sha256sum <bin/bench | cut -d ' ' -f 1) " "$dir/output"
	# Results measured with it are no fault; files that a user put there are.
	rm one.suite
	cd "$TOP"
	release/verify "$dir/a release" >"$dir/output" 2>&1 || { cat "$dir/output" && false; }
}

@test "an unpacked release unpacks its disk image to flash it, and copies results from disks" {
	[ "$(id -u)" = 0 ] || skip 'needs root for loop devices'
	cp -r "$good" "$dir/used"
	truncate -s 1G "$dir/disk"
	loop=$(losetup -f --show "$dir/disk")
	run --separate-stderr env -u OUT FORCE=yes CONFIRM="${loop#/dev/}" "$dir/used/samebits" flash DEV="$loop"
	losetup -d "$loop"
	echo "$output $stderr"
	[ "$status" = 0 ]
	mcopy -n -i "$dir/disk@@1M" ::/initramfs.cpio "$dir/initramfs.cpio"
	cmp "$dir/initramfs.cpio" "$good/initramfs.cpio"
	refused 3 'has no results yet' env -u OUT "$dir/used/samebits" results-from IMG="$dir/disk"
}

@test "make RELEASE measures a release's bits in a checkout and builds nothing" {
	make compare RELEASE="$good" OUT="$dir/out" ENVS='native native:again=1' ITERATIONS=1 SUITE="$dir/one.suite" RUN=one >"$dir/output" 2>&1 ||
		{ cat "$dir/output" && false; }
	cat "$dir/output"
	[ "$(ls -A "$dir/out")" = "$(printf '%s\n' .samebits results scratch)" ]
	jq -es --arg identity "$identity" 'length == 2 and all(.[]; .status == "complete" and .identity.rootfs == $identity)' "$dir/out/results/one"/*-1.json
	jq -e --arg good "$good" '[.host.command[] | select(. == $good + "/bin/bench")] | length == 1' "$dir/out/results/one/native-1.json"
	grep -q '^experiment  *metric  *native ' "$dir/output"
	[[ $(cat "$dir/output") != *'of another version'* ]]
	make report RELEASE="$good" OUT="$dir/out"
	for goal in all disk-image dist nosuch; do
		run --separate-stderr make "$goal" RELEASE="$good" OUT="$dir/none"
		echo "$stderr"
		[ "$status" = 2 ]
		[[ ${stderr_lines[0]} == "samebits: a release has no command $goal; "*'(status 2)' ]]
	done
	[ ! -e "$dir/none" ]
	# Its own scripts may differ: they are not used, and a note says so.
	cp -r "$good" "$dir/other"
	echo >>"$dir/other/environments/start/plan"
	(cd "$dir/other" && sed -i '\#  environments/start/plan$#d' SHA256SUMS && sha256sum environments/start/plan >>SHA256SUMS)
	run --separate-stderr make report RELEASE="$dir/other" OUT="$dir/out"
	[ "$status" = 0 ]
	[[ $stderr == *"samebits: RELEASE=$dir/other is of another version: 1 of its scripts differ from this checkout's"* ]]
}

@test "a damaged, partial or foreign release is refused in one line" {
	# refuses STATUS TEXT: RELEASE=$dir/bad, in the checkout
	refuses() {
		RELEASE=$dir/bad OUT=$dir/out SUITE=$dir/one.suite ITERATIONS=1 refused "$1" "RELEASE=$dir/bad is $2" timeout 60 scripts/use-release native-run
		[ ${#stderr_lines[@]} = 1 ]
		[ ! -e "$dir/out" ]
	}
	# again: replaces it by an intact one
	again() {
		rm -rf "$dir/bad"
		cp -r "$good" "$dir/bad"
	}
	refuses 2 'not a folder'
	mkdir "$dir/bad"
	refuses 2 'not a release of samebits: it has no SHA256SUMS'
	echo 'some sums' >"$dir/bad/SHA256SUMS"
	refuses 2 'not a release of samebits: its SHA256SUMS has another form'
	(cd "$dir/bad" && echo x >file && sha256sum file >SHA256SUMS)
	refuses 2 'a release of an unsupported version: its SHA256SUMS has no vmlinux'
	again
	rm "$dir/bad/bin/watch"
	refuses 3 'incomplete: it has no bin/watch'
	mkfifo "$dir/bad/bin/watch"
	refuses 3 'incomplete: it has no bin/watch'
	again
	printf X | dd of="$dir/bad/vmlinux" bs=1 seek=400000 conv=notrunc status=none
	refuses 6 'damaged: vmlinux does not match SHA256SUMS'
	again
	truncate -s -1 "$dir/bad/image.tar"
	refuses 6 'damaged: image.tar does not match SHA256SUMS'
	again
	sed -i 's/samebits-inputs-1/another-1/' "$dir/bad/inputs.json"
	(cd "$dir/bad" && sed -i '/  inputs\.json$/d' SHA256SUMS && sha256sum inputs.json >>SHA256SUMS)
	refuses 2 'not a release of samebits: its inputs.json has another form'
	again
	sha256sum /etc/passwd | sed 's|/etc|../../etc|' >>"$dir/bad/SHA256SUMS"
	refuses 2 'not a release of samebits: its SHA256SUMS has another form'
	# In its own folder it is the same.
	again
	echo >>"$dir/bad/report/answer.py"
	refused 6 'this release is damaged: report/answer.py does not match SHA256SUMS' env -u OUT "$dir/bad/samebits" report
}

@test "words that a release does not know are refused" {
	refused 2 'a release has no variable CACHE' "$good/samebits" CACHE=/tmp compare
	refused 2 'a release has no variable a-b' "$good/samebits" compare a-b=1
	refused 2 'a release has no command all' "$good/samebits" all
	refused 2 'a release has no command --help' "$good/samebits" --help
	refused 2 'give one command, not both compare and report' "$good/samebits" compare report
	refused 2 'environment vmware is unknown' env OUT="$dir/out" "$good/samebits" compare ENVS='native vmware'
	refused 2 'ITERATIONS=x is not' env OUT="$dir/out" "$good/samebits" ITERATIONS=x native-run
	refused 2 'environment xen is unknown' env OUT="$dir/out" "$good/samebits" xen-run
	run --separate-stderr "$good/samebits"
	[ "$status" = 0 ]
	for word in compare verify report audit flash results-from qemu-run docker-shell KERNEL ENVS RUN DEV; do
		grep -E "^  $word +" <<<"$output"
	done
	run ! grep -E '^  (all|dist|check|CACHE|VERSION|RELEASE|V) ' <<<"$output"
}
