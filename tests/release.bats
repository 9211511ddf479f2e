# Releases: their content, that any change is detected, and that others can make the same release.
# needs: all disk-image
load helper

unset VERSION SIGN_KEY DIST ALLOWED_SIGNERS

# One release for all tests, made from what is in OUT but stored elsewhere.
setup_file() {
	cd "$BATS_TEST_DIRNAME/.."
	OUT=$(realpath -m "${OUT:-out}")
	mkdir -p "$OUT/scratch"
	shared=$(mktemp -d "$OUT/scratch/release.XXXXXX")
	export shared
	for key in ours other; do ssh-keygen -q -t ed25519 -N '' -C "$key" -f "$shared/$key"; done
	echo "us@example.org namespaces=\"samebits-release\" $(cat "$shared/ours.pub")" >"$shared/signers"
	make_release "$shared" SIGN_KEY="$shared/ours"
}

teardown_file() {
	rm -rf "$shared"
}

setup() {
	make_dir
	good=$shared/out/dist/samebits-1.0
}

teardown() {
	forget_dir
}

# faults TEXT...: release/verify of $dir/bad reports each of them, in a line each, no others, and ends with status 6.
faults() {
	refused 6 "$dir/bad is damaged or was changed; errors: $#, see above" release/verify "$dir/bad"
	for text; do
		[ "$(grep -c "^wrong: .*$text" <<<"$stderr")" = 1 ]
	done
	[ "$(grep -c '^wrong: ' <<<"$stderr")" = $# ]
}

# sum_again: hashes $dir/bad again, as an attacker would to hide changes
sum_again() {
	(cd "$dir/bad" && rm -f SHA256SUMS* && find -- * -type f -exec sha256sum -- {} + >"$dir/sums" && mv "$dir/sums" SHA256SUMS)
}

@test "a release has all its files, is signed, and verifies" {
	cut -c 67- "$good/SHA256SUMS" >"$dir/summed"
	# Each row of the table has its file, and each file belongs to a row.
	awk '!/^#/ {print $1}' release/contents.table | while read -r file; do
		grep -q "^| .*\`$file\`" docs/release.md
		grep -q "^${file/VERSION/1.0}" "$dir/summed"
	done
	diff <(cd "$good" && find -- * -type f | LC_ALL=C sort) <({ cat "$dir/summed" && printf '%s\n' SHA256SUMS SHA256SUMS.sig; } | LC_ALL=C sort)
	run grep -vxf <(awk '!/^#/ {sub(/VERSION/, "1.0", $1); gsub(/\./, "\\."); print $1 ($1 ~ /\/$/ ? ".*" : "")}' release/contents.table) "$dir/summed"
	[ "$status" = 1 ]
	(cd "$good" && sha256sum --quiet -c SHA256SUMS)
	cmp "$OUT/bin/bench" "$good/bin/bench"
	cmp scripts/measure "$good/scripts/measure"
	for file in samebits scripts/measure bin/bench bin/watch bin/tsc bin/stats; do [ -x "$good/$file" ]; done
	file "$good"/bin/* >"$dir/kinds"
	[ "$(grep -c 'statically linked' "$dir/kinds")" = 4 ]
	run --separate-stderr make dist-verify DIST="$good" ALLOWED_SIGNERS="$shared/signers"
	echo "$output $stderr"
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	[ "$(grep -c 'every path, mode, owner and content' <<<"$output")" = 4 ]
	[ "$(grep -c 'its configuration is' <<<"$output")" = 3 ]
	grep -qx 'signature: of us@example.org' <<<"$output"
	grep -qx "$good is whole" <<<"$output"
}

@test "the bill of materials is SPDX 2.3 and names every input" {
	/usr/bin/python3 -W ignore -m jsonschema -i "$good/sbom.spdx.json" tests/data/sbom.schema.json
	for name in linux busybox musl libgcc syslinux systemd-boot gsl glibc jansson gcc; do
		jq -e --arg name "$name" 'any(.packages[]; .name == $name and (.versionInfo | test("^[0-9]")))' "$good/sbom.spdx.json"
	done
	grep -q 'GNU GENERAL PUBLIC LICENSE' "$good/licences.txt"
	# When bin/stats is passed on, the source of what is linked into it must be offered.
	for name in gsl glibc; do grep "^$name [^ ]* ${name}_" "$good/sources.txt"; done
	while read -r _ _ _ file sum _; do
		jq -e --arg file "$file" --arg sum "$sum" 'any(.sources[]; .file == $file and .sha256 == $sum)' "$good/inputs.json"
	done < <(grep '^linux \|^busybox \|^musl \|^syslinux \|^systemd-boot ' sources.lock)
}

@test "each file that was damaged, left out or added gets a line" {
	cp -r "$good" "$dir/bad"
	printf X | dd of="$dir/bad/image.tar" bs=1 seek=400000 conv=notrunc status=none
	printf X | dd of="$dir/bad/samebits-1.0-source.tar.gz" bs=1 seek=1000 conv=notrunc status=none
	rm "$dir/bad/bench.1"
	echo more >"$dir/bad/more"
	ln -s vmlinux "$dir/bad/link"
	echo extra >"$dir/bad/scripts/extra"
	mkdir "$dir/bad/empty" "$dir/bad/results"
	truncate -s -100 "$dir/bad/disk.img.xz"
	faults 'bench.1 is missing' 'more does not belong' 'scripts/extra does not belong' 'link is not a file' 'empty is not a file' 'image.tar does not match SHA256SUMS' \
		'source.tar.gz does not match SHA256SUMS' 'disk.img.xz does not match SHA256SUMS' 'disk.img.xz cannot be unpacked' \
		'image.tar: the content of the blob [0-9a-f]* does not match its name' 'source.tar.gz cannot be unpacked'
}

@test "other bits are detected even if all checksums were made again" {
	cp -r "$good" "$dir/bad"
	cd "$dir"
	# The same files except for one, in a layer, in the disk's initramfs.
	mkdir tree
	bsdtar -xf "$OUT/rootfs.tar" -C tree ./etc/passwd
	echo 'more:x:0:0::/:/bin/sh' >>tree/etc/passwd
	printf '%s\n' '#mtree' "./etc/passwd type=file mode=0644 uid=0 gid=0 nlink=1 time=0 contents=$dir/tree/etc/passwd" >more.mtree
	bsdtar --format=ustar -cf other.tar --exclude ./etc/passwd "@$OUT/rootfs.tar" @more.mtree
	bsdtar --format=newc -cf other.cpio @other.tar
	(cd "$TOP" && docker/image "$dir/other.tar" "$OUT/rootfs.manifest" "$dir/bad/image.tar")
	xz -dc bad/disk.img.xz >disk.img
	mdel -i disk.img@@1M ::/initramfs.cpio
	mcopy -i disk.img@@1M other.cpio ::/initramfs.cpio
	xz -1 -c disk.img >bad/disk.img.xz
	sed -i '/CONFIG_IKCONFIG_PROC/d' bad/vmlinux.config
	sed -i '/^busybox /d' bad/sources.txt
	jq 'del(.tools[0])' bad/inputs.json >inputs && mv inputs bad/inputs.json
	jq 'del(.packages[] | select(.name | startswith("musl-dev")))' bad/sbom.spdx.json >sbom && mv sbom bad/sbom.spdx.json
	cp "$OUT/bin/busybox" bad/bin/bench
	sed -i 's/ITERATIONS/1/' bad/scripts/measure
	echo >bad/scripts/more
	rm bad/environments/lxc
	sum_again
	cd "$TOP"
	refused 6 "$dir/bad is damaged or was changed" release/verify "$dir/bad"
	for text in "image.tar's layer differs from" "disk.img's initramfs differs from" 'disk.img.xz contains another initramfs' \
		'disk.img.bmap is not the map of disk.img.xz' 'bin/bench is not the /bin/bench' 'scripts/measure is not the one that samebits-1.0-source' \
		'scripts/more: not both' 'environments/lxc: not both' 'the configuration in vmlinux is not' \
		'inputs.json states another image ID' 'inputs.json states another sum of image.tar' \
		'sbom.spdx.json does not have image.tar with its sum' 'sbom.spdx.json does not have the source musl-dev' \
		'sbom.spdx.json relates SPDXRef-Source-musl-dev' 'sources.txt does not list the source of busybox'; do
		grep "^wrong: .*$text" <<<"$stderr"
	done
}

@test "a signature is accepted only for this release and from a requested key" {
	mkdir "$dir/bad"
	verify() {
		run release/verify "$dir/bad"
		[ "$status" = 6 ]
		signature=$(grep -i 'signature\|\.sig' <<<"$output")
		echo "$signature"
	}
	# Only these files matter here, all others are missing.
	cp "$good/"SHA256SUMS* "$dir/bad"
	verify
	[[ $signature == 'signature: by ED25519 key SHA256:'*'; whose that is only ALLOWED_SIGNERS=file can tell' ]]
	export ALLOWED_SIGNERS=$shared/signers
	verify
	[ "$signature" = 'signature: of us@example.org' ]
	echo >>"$dir/bad/SHA256SUMS"
	verify
	[ "$signature" = 'wrong: SHA256SUMS.sig does not sign this SHA256SUMS' ]
	rm "$dir/bad/SHA256SUMS.sig"
	verify
	[ "$signature" = 'wrong: SHA256SUMS.sig is missing: this release is not signed' ]
	ssh-keygen -q -Y sign -f "$shared/other" -n samebits-release "$dir/bad/SHA256SUMS"
	verify
	[ "$signature" = "wrong: SHA256SUMS.sig is not by a key in $shared/signers" ]
	# Signed with the right key, but for another purpose.
	rm "$dir/bad/SHA256SUMS.sig"
	ssh-keygen -q -Y sign -f "$shared/ours" -n letters "$dir/bad/SHA256SUMS"
	verify
	[ "$signature" = 'wrong: SHA256SUMS.sig does not sign this SHA256SUMS' ]
	ALLOWED_SIGNERS=$dir/none refused 3 'cannot be read' release/verify "$good"
	SIGN_KEY=$dir/none refused 3 "the key SIGN_KEY=$dir/none cannot be read" release/dist
}

# The kernel and compiled programs are built again in build.bats.
@test "the source archive gives the same release on another path, at another time, under another host name" {
	[ "$(id -u)" = 0 ] || skip 'needs root to give the machine another name'
	mkdir "$dir/elsewhere"
	tar -xzf "$good/samebits-1.0-source.tar.gz" -C "$dir/elsewhere" --strip-components=1
	cd "$dir/elsewhere"
	(
		umask 077
		unshare --uts sh -c 'hostname elsewhere && exec "$@"' sh taskset -c "$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')" \
			env TZ=Asia/Tokyo LC_ALL=C.UTF-8 SOURCE_DATE_EPOCH=1000000000 NO_FAKE_STAT=1 OUT="$shared/out" \
			faketime -f +400d release/dist
	) >"$dir/said" 2>&1 || { cat "$dir/said" && false; }
	grep -x "samebits: $good exists already, with the same bits" "$dir/said"
}

@test "a release is complete or absent, and one version stands for one set of bits" {
	cp -r --preserve=links "$shared/out" "$dir/out"
	rm -r "$dir/out/dist"
	export OUT=$dir/out
	VERSION=1.1 release/dist 3>&- &
	await $! [ -e "$dir/out/dist/.part.samebits-1.1/vmlinuz" ]
	kill -KILL $!
	reap $! 137
	[ ! -e "$dir/out/dist/samebits-1.1" ]
	# Remains of an earlier attempt, and a dirty release, are replaced; a clean one is not.
	mkdir -p "$dir/out/dist/samebits-1.1-dirty" "$dir/out/dist/samebits-1.1"
	echo old | tee "$dir/out/dist/samebits-1.1-dirty/old" >"$dir/out/dist/samebits-1.1/old"
	VERSION=1.1 refused 6 'one version is one set of bits' release/dist
	[ "$(ls "$dir/out/dist/samebits-1.1")" = old ]
	VERSION=1.1-dirty release/dist
	[ ! -e "$dir/out/dist/samebits-1.1-dirty/old" ]
	[ "$(ls -A "$dir/out/dist")" = "$(printf '%s\n' samebits-1.1 samebits-1.1-dirty)" ]
	VERSION=1/1 refused 2 'invalid VERSION=1/1' release/dist
	rm "$dir/out/bench.1"
	VERSION=1.2 refused 3 'bench.1 is not there; run: make dist' release/dist
	[ "$(ls -A "$dir/out/dist")" = "$(printf '%s\n' samebits-1.1 samebits-1.1-dirty)" ]
}

@test "the version is the commit's, and says if files differ from it" {
	mkdir -p "$dir/tree/scripts"
	cp -r release "$dir/tree"
	cp scripts/lib.sh "$dir/tree/scripts"
	cd "$dir/tree"
	unset OUT CACHE
	refused 3 'the version is unknown' release/version
	git -c init.defaultBranch=main init -q
	git add .
	export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b GIT_COMMITTER_DATE='1000000000 +0900'
	git commit -qm first
	commit=$(git rev-parse HEAD)
	[ "$(release/version)" = "${commit:0:12} $commit 1000000000" ]
	git tag v2.0
	[ "$(release/version)" = "2.0 $commit 1000000000" ]
	# Built files are not ours; any other new file is.
	mkdir out && touch out/file
	[ "$(release/version)" = "2.0 $commit 1000000000" ]
	touch new
	[ "$(release/version)" = "2.0-dirty $commit 1000000000" ]
	[ "$(VERSION=3 release/version)" = "3 $commit 1000000000" ]
	release/files >"$dir/files"
	grep -x new "$dir/files"
	run ! grep '^out/' "$dir/files"
}

@test "the source code that licenses require can be gathered in one folder" {
	for source in linux busybox syslinux-source systemd-source gsl-source glibc-source; do
		while read -r file; do
			[ -e "$CACHE/$file" ] || skip "$file is not in the cache; make dist-sources fetches it"
		done < <(awk -v source="$source" '$1 == source {print $4}' sources.lock)
	done
	OUT=$shared/out release/gather "$good"
	diff <(ls "$shared/out/dist/sources-1.0") <({ awk '!/^#/ {print $3}' "$good/sources.txt" && echo sources.txt; } | LC_ALL=C sort)
	rm -r "$shared/out/dist/sources-1.0"
}

@test "trailing bytes and special files are detected even if all checksums were made again" {
	cp -r "$good" "$dir/bad"
	cd "$dir"
	mkdir other
	echo other >other/init
	(cd other && bsdtar --format=newc -cf ../other.cpio init && tar --format=ustar -cf ../other.tar init)
	cat other.cpio >>bad/initramfs.cpio
	cat other.tar >>bad/image.tar
	gzip -nc other.tar >>bad/samebits-1.0-source.tar.gz
	sum_again
	cd "$TOP"
	refused 6 "$dir/bad is damaged or was changed" release/verify "$dir/bad"
	for text in 'initramfs.cpio differs from a rebuild' 'image.tar differs from a rebuild' \
		'samebits-1.0-source.tar.gz has data behind its end' 'disk.img.xz contains another initramfs.cpio'; do
		grep "^wrong: .*$text" <<<"$stderr"
	done
	# None of these blocks a reader, and a terminal obeys none of their names.
	rm -rf "$dir/bad"
	cp -r "$good" "$dir/bad"
	for file in inputs.json image.tar SHA256SUMS.sig vmlinux sources.txt; do rm "$dir/bad/$file" && mkfifo "$dir/bad/$file"; done
	touch "$dir/bad/"$'\e]0;x\a'
	ALLOWED_SIGNERS=$shared/signers refused 6 "is damaged or was changed" timeout 100 release/verify "$dir/bad"
	for file in inputs.json image.tar SHA256SUMS.sig vmlinux sources.txt; do grep -x "wrong: $file is not a file" <<<"$stderr"; done
	run grep -P '[^\n -~]' <<<"$stderr"
	[ "$status" = 1 ]
}
