# Disks that are not trusted: what results-from takes off them, and what flash shows of them.
# needs: nothing
load helper

setup() {
	PATH=$PATH:/usr/sbin:/sbin
	make_dir
	mkdir "$dir/tree"
	loop=
}

teardown() {
	[ -z "$loop" ] || losetup -d "$loop"
	! mountpoint -q "$dir/small" || umount "$dir/small"
	forget_dir
}

# document RUN NAME [FILTER]: makes a result document, at its place in the tree, changed by jq's FILTER
document() {
	mkdir -p "$dir/tree/$1"
	jq -nc --arg run "$1" --arg name "$2" '{schema: "samebits-result-1", run: $run, suite: "quick", status: "complete",
		environment: ($name | sub("-[0-9]+[.]json$"; "") | sub("[.]"; ":")), iteration: ($name | capture("-(?<n>[0-9]+)[.]json$").n | tonumber),
		identity: {bench: ("sha256:" + "0" * 64)}, platform: {kernel: "6.1", cpu: {count: 1}, memory_bytes: 1}, experiments: []}
		| '"${3:-.}" >"$dir/tree/$1/$2"
}

# pack [MIB]: makes $img from the tree, partitioned like the disk image
pack() {
	. disk/layout.sh
	local mib=${1:-$((results_size * block / 1048576))}
	img=$dir/disk.img
	rm -f "$img" "$dir/fs"
	truncate -s $((results_start * block + mib * 1048576 + 1048576)) "$img"
	printf 'label: gpt\nstart=%d, size=%d, name=samebits\nstart=%d, size=%dMiB, name=results\n' \
		$((esp_start * 8)) $((esp_size * 8)) $((results_start * 8)) "$mib" | sfdisk -q "$img"
	truncate -s "${mib}M" "$dir/fs"
	mke2fs -q -t ext4 -b $block -N $results_files -J size=4 -L results -d "$dir/tree" "$dir/fs"
	dd if="$dir/fs" of="$img" bs=$block seek=$results_start conv=notrunc,sparse status=none
	at=$((results_start * block))
}

results_from() {
	OUT=$dir/out IMG=$img disk/results-from
}

# small SIZE: mounts a file system of that size on $dir/small
small() {
	mkdir -p "$dir/small"
	mount -t tmpfs -o "size=$1" tmpfs "$dir/small"
}

# nothing_came: nothing is in OUT, not even a temporary file
nothing_came() {
	[ -z "$(find "$dir/out" -mindepth 1 2>/dev/null)" ]
}

@test "documents whose names, runs and numbers match their places are copied" {
	document night metal-1.json
	document night metal.label=rack.3-a-12.json
	document lost.and-found metal-10000.json
	pack
	results_from
	(cd "$dir/out/results" && find . -type f | sort) >"$dir/came"
	diff "$dir/came" <(printf '%s\n' ./lost.and-found/metal-10000.json ./night/metal-1.json ./night/metal.label=rack.3-a-12.json)
	while read -r file; do cmp "$dir/out/results/$file" "$dir/tree/$file"; done <"$dir/came"
	[ -L "$dir/out/results/latest" ]
}

@test "what is several documents, another one's, or not a document is refused" {
	refuse() {
		pack
		refused 3 "damaged: night/$1 is not a result document, or not the one that its name says" results_from
		nothing_came
		rm -r "$dir/tree/night"
	}
	document night metal-1.json '., .environment = "native" | .'
	refuse metal-1.json
	document night metal-1.json '., (.environment = "native")'
	refuse metal-1.json
	document night metal-1.json
	printf '{}' >>"$dir/tree/night/metal-1.json"
	refuse metal-1.json
	for filter in '.environment = "native"' '.environment = "metal:label=x"' '.iteration = 2' '.iteration = "1"' '.run = "day"' 'del(.run)' \
		'.schema = "samebits-result-2"' '[.]' 'empty' '.experiments = {}' 'del(.suite)'; do
		document night metal-1.json "$filter"
		refuse metal-1.json
	done
	document night metal-1.json
	document night metal.label=a-2.json '.environment = "metal:label=b"'
	refuse metal.label=a-2.json
	document night metal-1.json
	printf 'x\0' >>"$dir/tree/night/metal-1.json"
	refuse metal-1.json
}

@test "a sparse file of a tebibyte is refused because of its size and takes no space" {
	document night metal-1.json
	document night metal-2.json
	pack
	printf '%s\n' 'sif night/metal-2.json size 1099511627776' | debugfs -w -f - "$img?offset=$at"
	refused 3 'night/metal-2.json has 1099511627776 bytes, a document at most 4194304' results_from
	nothing_came
	document night metal-2.json '.error = "x" * 4194304'
	pack
	refused 3 'bytes, a document at most 4194304' results_from
	nothing_came
}

@test "only a regular file is taken for a document, wherever a link may point" {
	for kind in link fifo device directory; do
		document night metal-1.json
		case $kind in
		link) ln -s /etc/hostname "$dir/tree/night/metal-2.json" ;;
		fifo) mkfifo "$dir/tree/night/metal-2.json" ;;
		device) mknod "$dir/tree/night/metal-2.json" c 1 5 || continue ;;
		directory) mkdir "$dir/tree/night/metal-2.json" ;;
		esac
		pack
		refused 3 'damaged: night/metal-2.json is not a file' results_from
		nothing_came
		rm -r "$dir/tree/night"
	done
	# A run that is a link to another one is not a directory.
	document night metal-1.json
	ln -s night "$dir/tree/day"
	pack
	results_from
	[ "$(ls "$dir/out/results")" = "$(printf '%s\n' latest night)" ]
}

@test "names that init does not use stay on the disk; latest stays a link" {
	document night metal-1.json
	document latest metal-1.json
	document "$(printf 'a%.0s' $(seq 65))" metal-1.json
	document 'a b' metal-1.json
	document -x metal-1.json
	document night metal-01.json
	document night metal-0.json
	document night native-1.json
	document night 'metal.label=;x-1.json'
	document night $'x\n!40755!0!0!day!!'
	mkdir "$dir/tree"/$'\e]0;x\a'
	pack
	run --separate-stderr results_from
	echo "$stderr"
	[ "$status" = 0 ]
	[[ $stderr == *'has a directory latest'* ]]
	[ "$(cd "$dir/out/results" && find . -type f)" = ./night/metal-1.json ]
	[ "$(readlink "$dir/out/results/latest")" = night ]
}

@test "more documents than such a disk can hold are refused, even if they are one file" {
	document night metal-1.json
	pack
	for i in $(seq 2 4200); do echo "ln night/metal-1.json night/metal-$i.json"; done >"$dir/links"
	echo 'sif night/metal-1.json links_count 4200' >>"$dir/links"
	debugfs -w -f "$dir/links" "$img?offset=$at" >"$dir/log" 2>&1
	e2fsck -fyD "$img?offset=$at" >"$dir/log" || [ $? = 1 ]
	run results_from
	echo "$output"
	[ "$status" = 3 ]
	nothing_came
}

@test "a file system that is larger than its partition, or has an external journal, is not read" {
	document night metal-1.json
	pack
	# As large as the whole disk, and valid for e2fsck.
	truncate -s 2G "$img"
	dd if="$img" of="$dir/larger" bs=4096 skip=$((at / 4096)) conv=sparse status=none
	resize2fs "$dir/larger" 1G
	dd if="$dir/larger" of="$img" bs=4096 seek=$((at / 4096)) conv=notrunc,sparse status=none
	refused 3 'its file system is larger than the partition' results_from
	pack
	printf 'set_super_value journal_inum 0\nset_super_value journal_dev 0x701\n' | debugfs -w -f - "$img?offset=$at"
	refused 3 'its journal is not in the place that make disk-image uses' results_from
	pack 1024
	refused 2 'was not made by make disk-image' results_from
	nothing_came
}

@test "TMPDIR and OUT may contain blanks and question marks" {
	document night metal-1.json
	pack
	mkdir "$dir/a b?offset=1"
	TMPDIR="$dir/a b?offset=1" OUT="$dir/a b?offset=1/out" IMG=$img disk/results-from
	cmp "$dir/a b?offset=1/out/results/night/metal-1.json" "$dir/tree/night/metal-1.json"
	# The same through the journal.
	printf 'feature needs_recovery\n' | debugfs -w -f - "$img?offset=$at"
	dumpe2fs -h "$img?offset=$at" | grep needs_recovery
	TMPDIR="$dir/a b?offset=1" OUT="$dir/a b?offset=1/again" IMG=$img disk/results-from
	cmp "$dir/a b?offset=1/again/results/night/metal-1.json" "$dir/tree/night/metal-1.json"
	[ "$(ls -A "$dir/a b?offset=1/again")" = results ]
}

@test "without space for the copies no partial file is left, and with space it works" {
	[ "$(id -u)" = 0 ] || skip 'needs root for a small file system'
	document night metal-1.json '.error = "x" * 100000'
	document night metal-2.json '.error = "x" * 100000'
	pack
	small 160K
	OUT=$dir/small IMG=$img refused 3 'is the disk full?' disk/results-from
	[ "$(find "$dir/small" -type f)" = "$dir/small/results/night/metal-1.json" ]
	mount -o remount,size=10M "$dir/small"
	OUT=$dir/small IMG=$img disk/results-from
	cmp "$dir/small/results/night/metal-2.json" "$dir/tree/night/metal-2.json"
	umount "$dir/small"
	# Wherever space runs out, all of them are stored or none.
	document night metal-3.json
	pack
	for kib in $(seq 12 24 300); do
		small "${kib}K"
		TMPDIR=$dir/small run --separate-stderr results_from
		umount "$dir/small"
		echo "$kib KiB: status $status, $stderr"
		[ "$status" = 0 ] || { nothing_came && [ -n "$stderr" ]; }
	done
	[ "$status" = 0 ]
	[ "$(ls "$dir/out/results/night")" = "$(printf 'metal-%d.json\n' 1 2 3)" ]
}

# A person reads these just before typing a name.
@test "names on a disk and of partitions reach the terminal without control sequences" {
	[ "$(id -u)" = 0 ] || skip 'needs root for loop devices'
	bad=$'\e[2A\e]0;x\a\r\x7f\xc2\x9b1A'
	truncate -s 50M "$dir/disk"
	printf 'label: gpt\nsize=20M, name="%s"\nsize=20M, name="two"\n' "$bad" | sfdisk -q "$dir/disk"
	truncate -s 20M "$dir/fs"
	mke2fs -q -t ext4 -L $'\e[A\n  dis\x9b' "$dir/fs"
	dd if="$dir/fs" of="$dir/disk" bs=1M seek=1 conv=notrunc,sparse status=none
	truncate -s 4M "$dir/image"
	printf 'label: gpt\nsize=1M\n' | sfdisk -q "$dir/image"
	bmaptool -q create -o "$dir/image.bmap" "$dir/image"
	loop=$(losetup -f --show "$dir/disk")
	FORCE=yes DRY_RUN=1 run --separate-stderr disk/flash "$dir/image" "$loop"
	printf '%s\n' "$stderr" >"$dir/said"
	cat -v "$dir/said"
	[ "$status" = 0 ]
	grep -q '^  partition 1 .*20MiB, ext4 called ' "$dir/said"
	run grep -P '[^\n -~]' "$dir/said"
	[ "$status" = 1 ]
	[ "$(wc -l <"$dir/said")" = 5 ]
	# The last line is our own, also in a refusal.
	dd if=/dev/zero of="$dir/fs" bs=1M count=20 status=none
	printf '\374\116\053\251\001\000\000\000' | dd of="$dir/fs" bs=4096 seek=1 conv=notrunc status=none
	printf '\010' | dd of="$dir/fs" bs=1 seek=$((4096 + 144)) conv=notrunc status=none
	dd if="$dir/fs" of="$loop" bs=1M seek=1 conv=notrunc status=none
	blockdev --flushbufs "$loop"
	FORCE=yes refused 3 'linux_raid_member in partition 1' disk/flash "$dir/image" "$loop"
	run grep -P '[^\n -~]' <<<"$stderr"
	[ "$status" = 1 ]
}
