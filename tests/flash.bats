# Writing an image to a disk: real loop devices, what is refused, and what is left after failures.
# needs: nothing
load helper

setup() {
	[ "$(id -u)" = 0 ] || skip 'needs root for loop devices'
	PATH=$PATH:/usr/sbin:/sbin
	make_dir
	unset DEV CONFIRM DRY_RUN
	export FORCE=yes
	loops=
	mounted=
	holder=
	mapped=
}

teardown() {
	[ "$(id -u)" = 0 ] || return 0
	[ -z "$holder" ] || kill "$holder"
	[ -z "$mapped" ] || dmsetup remove "$mapped"
	[ -z "$mounted" ] || umount "$mounted"
	for loop in $loops; do
		swapoff "$loop" 2>/dev/null || :
		losetup -d "$loop"
	done
	forget_dir
	rm -rf "${elsewhere:-$dir}"
}

# make_image MIB: makes $dir/image, with a first partition of that size and an empty ext4 in the second, and its block map
make_image() {
	truncate -s "$(($1 + 40))M" "$dir/image"
	printf 'label: gpt\nstart=2048, size=%s, type=U, name=ESP\nsize=32M, type=L, name=results\n' "$1MiB" | sfdisk -q "$dir/image"
	printf 'starts a BIOS' | dd of="$dir/image" conv=notrunc status=none
	head -c "$1M" /dev/urandom | dd of="$dir/image" bs=1M seek=1 conv=notrunc status=none
	truncate -s 32M "$dir/results"
	mke2fs -q -t ext4 -L RESULTS -E lazy_itable_init=0,nodiscard "$dir/results"
	dd if="$dir/results" of="$dir/image" bs=1M seek="$(($1 + 1))" conv=notrunc,sparse status=none
	bmaptool -q create -o "$dir/image.bmap" "$dir/image"
}

# make_disk MIB [OPTION...]: makes $disk, a loop device full of other bytes, and sets $name, its name
make_disk() {
	head -c "$1M" /dev/urandom >"$dir/disk"
	shift
	disk=$(losetup "$@" -f --show "$dir/disk")
	loops="$disk $loops"
	name=${disk#/dev/}
}

# refuses STATUS TEXT [IMAGE DEV]: and writes nothing
refuses() {
	local before expected=$1 text=$2
	shift 2
	[ $# -gt 0 ] || set -- "$dir/image" "$disk"
	before=$(sha256sum <"$dir/disk")
	refused "$expected" "$text" env CONFIRM="$name" disk/flash "$@"
	[ "$(sha256sum <"$dir/disk")" = "$before" ]
}

# nothing_bootable: neither a partition table nor what a BIOS would start
nothing_bootable() {
	blockdev --flushbufs "$disk"
	cmp -n 1048576 "$disk" /dev/zero
	run sfdisk -d "$disk"
	[ "$status" != 0 ]
	[ -z "$(blkid -p "$disk")" ]
}

@test "an image is written and read back, and its backup table is moved to the end of the disk" {
	make_image 3
	make_disk 60
	export CONFIRM=$name
	run --separate-stderr disk/flash "$dir/image" "$disk"
	echo "$stderr"
	[ "$status" = 0 ]
	[ -z "$output" ]
	grep -q "^$disk, 62914560 bytes (0.1 GB), not removable$" <<<"$stderr"
	[[ ${stderr_lines[-1]} == "samebits: $disk holds $dir/image: "* ]]
	blockdev --flushbufs "$disk"
	sfdisk --verify "$disk" | grep 'No errors detected'
	for file in "$dir/image" "$disk"; do sfdisk -d "$file" | sed -n 's/.*: start/start/p' >"$dir/parts.${file##*/}"; done
	[ "$(wc -l <"$dir/parts.image")" = 2 ]
	diff "$dir/parts.image" "$dir/parts.$name"
	cmp -n 440 "$dir/image" "$disk"
	cmp -n 3145728 -i 1048576 "$dir/image" "$disk"
	# Blocks that the map leaves out keep their old bytes, which is harmless.
	dd if="$disk" of="$dir/back" bs=1M skip=4 count=32 status=none
	run cmp -s "$dir/back" "$dir/results"
	[ "$status" = 1 ]
	e2fsck -fn "$dir/back"
	# Again, over the present content, which is shown.
	run --separate-stderr disk/flash "$dir/image" "$disk"
	echo "$stderr"
	[ "$status" = 0 ]
	grep -q '^  partition 2 results: 32MiB, ext4 called RESULTS$' <<<"$stderr"
}

@test "a disk of exactly the image's size is filled" {
	make_image 1
	make_disk 41
	CONFIRM=$name disk/flash "$dir/image" "$disk"
	blockdev --flushbufs "$disk"
	sfdisk --verify "$disk" | grep 'No errors detected'
	cmp -n 2097152 "$dir/image" "$disk"
}

@test "DRY_RUN checks everything and writes nothing" {
	make_image 1
	make_disk 50
	before=$(sha256sum <"$dir/disk")
	DRY_RUN=1 run --separate-stderr disk/flash "$dir/image" "$disk"
	echo "$stderr"
	[ "$status" = 0 ]
	[[ ${stderr_lines[-1]} == "samebits: DRY_RUN=1: "*" would be written to $disk and read back; nothing was written" ]]
	[ "$(sha256sum <"$dir/disk")" = "$before" ]
	DRY_RUN=1 FORCE='' refuses 3 'is not a removable disk'
}

@test "nothing is overwritten without confirmation" {
	make_image 1
	make_disk 50
	before=$(sha256sum <"$dir/disk")
	refused 2 "without a terminal, give CONFIRM=$name" disk/flash "$dir/image" "$disk" </dev/null
	CONFIRM=sda refused 2 "the disk is $name, not \"sda\"; nothing was written" disk/flash "$dir/image" "$disk"
	# On a terminal, the name is typed.
	run timeout 60 script -qec "disk/flash $dir/image $disk" /dev/null <<<yes
	echo "$output"
	[ "$status" = 2 ]
	[[ $output == *"Type $name to continue: "*"not \"yes\""* ]]
	[ "$(sha256sum <"$dir/disk")" = "$before" ]
	run timeout 60 script -qec "disk/flash $dir/image $disk" /dev/null <<<"$name"
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *'writing (body)'*'[########################################] 100 %'*'reading back (head)'*"$disk holds"* ]]
}

@test "what is not a disk is refused" {
	make_image 1
	make_disk 50
	refused 2 'usage: disk/flash IMAGE DEV' disk/flash
	refused 2 'usage: disk/flash IMAGE DEV' disk/flash "$dir/image"
	refuses 2 'no device given; give DEV=/dev/NAME' "$dir/image" ''
	refuses 2 'usage: disk/flash IMAGE DEV' "$disk" "$dir/image"
	refuses 2 '/dev/nosuch does not exist; removable disks here: ' "$dir/image" /dev/nosuch
	refuses 2 "$name does not exist; did you mean $disk?" "$dir/image" "$name"
	refuses 2 'is a file, not a disk' "$dir/image" "$dir/disk"
	refuses 2 '/dev/null is not a block device' "$dir/image" /dev/null
	refuses 2 'is not a block device' "$dir/image" "$dir"
	FORCE=1 refuses 2 'FORCE=1 is unknown'
	DRY_RUN=yes refuses 2 'DRY_RUN=yes is unknown'
	losetup -d "$disk"
	loops=
	refused 3 "$disk" disk/flash "$dir/image" "$disk"
	[[ $stderr == *'has no medium'* || $stderr == *'the kernel does not know'* ]]
}

@test "the system's own disk is refused, and so is a built-in one" {
	make_image 1
	make_disk 50
	system=$(findmnt -nvo SOURCE /)
	[ -b "$system" ] || skip '/ is on no disk that can be seen here'
	system=/dev/$(lsblk -ndso KNAME "$system" | tail -n 1)
	refuses 3 "$system is this system's own disk" "$dir/image" "$system"
	FORCE='' refuses 3 "$disk is not a removable disk; to overwrite it anyway, give FORCE=yes"
}

@test "a disk in use is refused: mounted, with a mounted partition, as swap, below another disk, or open" {
	make_image 1
	make_disk 50
	# A single partition, and its disk while the partition is mounted.
	printf 'label: gpt\nsize=20M\nsize=20M\n' | sfdisk -q --no-reread "$disk"
	partx -u "$disk" || partx -a "$disk"
	mke2fs -q -t ext4 "${disk}p2"
	refuses 2 "${disk}p2 is a partition of $disk; give the whole disk" "$dir/image" "${disk}p2"
	mkdir "$dir/mnt"
	mount "${disk}p2" "$dir/mnt"
	mounted=$dir/mnt
	refused 3 "$disk is in use: ${disk}p2 is mounted on $dir/mnt; run: umount ${disk}p2" disk/flash "$dir/image" "$disk"
	umount "$dir/mnt"
	mounted=
	mkswap "${disk}p1"
	swapon "${disk}p1"
	refused 3 "$disk is in use: ${disk}p1 is swap space; run: swapoff ${disk}p1" disk/flash "$dir/image" "$disk"
	swapoff "${disk}p1"
	over=$(losetup -f --show "${disk}p1")
	refused 3 "$disk is in use: $over is on it; run: losetup -d $over" disk/flash "$dir/image" "$disk"
	losetup -d "$over"
	# Like a file system on several disks, or a mount that is not visible from here.
	perl -MFcntl -e 'sysopen(my $f, $ARGV[0], O_RDONLY | O_EXCL) or die; print "held\n"; close STDOUT; sleep' "$disk" >"$dir/held" &
	holder=$!
	await "$holder" grep held "$dir/held"
	refused 3 'is in use (cannot be opened exclusively: Device or resource busy)' disk/flash "$dir/image" "$disk"
	kill $holder
	wait $holder || :
	holder=
	# Once it is closed, flashing works.
	CONFIRM=$name disk/flash "$dir/image" "$disk"
}

@test "a disk of an array or a volume group is refused, whether or not it is active" {
	make_image 1
	make_disk 50
	# Linux's RAID 1.2, which blkid recognizes.
	printf '\374\116\053\251\001\000\000\000' | dd of="$disk" bs=4096 seek=1 conv=notrunc status=none
	head -c 4088 /dev/zero | dd of="$disk" bs=1 seek=4104 conv=notrunc status=none
	printf '\010' | dd of="$disk" bs=1 seek=$((4096 + 144)) conv=notrunc status=none
	blockdev --flushbufs "$disk"
	refuses 3 "$disk is part of a larger device (linux_raid_member in disk)"
}

@test "a disk that device mapper uses is refused" {
	command -v dmsetup && dmsetup version || skip 'no device mapper in this kernel'
	make_image 1
	make_disk 50
	dmsetup create "samebits$$" --table "0 2048 linear $disk 0"
	mapped=samebits$$
	refuses 3 "(dm) is on it"
}

@test "a disk that is read-only, too small, or has another sector size is refused" {
	make_image 1
	make_disk 50 -r
	refuses 3 "$disk is read-only"
	make_disk 50 -b 4096
	refuses 3 "$disk has sectors of 4096 bytes"
	make_disk 40
	refuses 3 "$disk is too small: it has 41943040 bytes, the image 42991616"
}

@test "a missing permission to write is reported" {
	make_image 1
	make_disk 50
	# Everyone can enter this directory, unlike $dir.
	elsewhere=$(mktemp -d /var/tmp/samebits-test.XXXXXX)
	chmod 755 "$elsewhere"
	mv "$dir/image" "$dir/image.bmap" "$elsewhere"
	refused 3 "no permission to write $disk; run as root" \
		setpriv --reuid=65534 --regid=65534 --clear-groups disk/flash "$elsewhere/image" "$disk"
}

@test "an image that does not match its block map is refused before anything is written" {
	make_image 1
	make_disk 50
	printf damaged | dd of="$dir/image" bs=1M seek=1 conv=notrunc status=none
	refuses 6 'does not match its block map (checksum mismatch for blocks range'
	truncate -s -4096 "$dir/image"
	refuses 6 "has 42987520 bytes, its block map says 42991616"
	truncate -s +4096 "$dir/image"
	sed -i 's/0-4 /0-5 /' "$dir/image.bmap"
	refuses 3 '(checksum mismatch for bmap file'
	sed -i '/<\/BlockMap>/,$d' "$dir/image.bmap"
	refuses 3 'is not a complete block map'
	echo nonsense >"$dir/image.bmap"
	refuses 3 'is not a complete block map'
	rm "$dir/image.bmap"
	refuses 3 'image.bmap cannot be read'
	refuses 3 'nosuch cannot be read' "$dir/nosuch" "$disk"
}

@test "a range of the block map across the partition table's end is split" {
	head -c 5M /dev/urandom >"$dir/image"
	printf 'label: gpt\nsize=2M, type=U\n' | sfdisk -q --wipe never "$dir/image"
	bmaptool -q create -o "$dir/image.bmap" "$dir/image"
	[ "$(grep -c '<Range' "$dir/image.bmap")" = 1 ]
	disk/part-map "$dir/image" "$dir/image.bmap" 0 8 | grep '> 0-8 <'
	disk/part-map "$dir/image" "$dir/image.bmap" 3 8 >"$dir/part.bmap"
	bmaptool -q copy --bmap "$dir/part.bmap" "$dir/image" "$dir/part"
	cmp -n 24576 -i 12288 "$dir/image" "$dir/part"
	cmp -n 12288 "$dir/part" /dev/zero
	make_disk 5
	CONFIRM=$name disk/flash "$dir/image" "$disk"
	blockdev --flushbufs "$disk"
	cmp "$dir/image" "$disk"
}

# begin_flash PATTERN: sets flash, and stops its program with that command line; `program` is its PID
begin_flash() {
	# bash starts background commands with SIGINT ignored, unlike a person's command.
	CONFIRM=$name env --default-signal=INT disk/flash "$dir/image" "$disk" 2>"$dir/err" 3>&- &
	flash=$!
	for _ in $(seq 20000); do
		program=$(pgrep -P $flash -f "$1") && kill -STOP "$program" && return
		kill -0 $flash || break
	done
	cat "$dir/err"
	false
}

# ended STATUS TEXT: flash ends with these
ended() {
	status=0
	wait $flash || status=$?
	cat "$dir/err"
	[ "$status" = "$1" ]
	[[ $(tail -n 1 "$dir/err") == "samebits: "*"$2"*"(status $1)" ]]
}

@test "after an interruption by a signal or SIGKILL nothing on the disk looks bootable" {
	make_image 50
	make_disk 100
	for signal in INT TERM KILL; do
		if [ $signal = KILL ]; then
			# Run it to the end, so that the disk would boot.
			CONFIRM=$name disk/flash "$dir/image" "$disk"
			sfdisk --verify "$disk"
		fi
		begin_flash "^[^ ]*python.*copy --bmap [^ ]*/body.bmap $dir/image $disk"
		[ "$signal" != KILL ] || kill -KILL "$program"
		kill -$signal $flash
		if [ $signal = KILL ]; then
			wait $flash || :
		else
			kill -CONT "$program"
			ended 130 "interrupted; $disk has no partition table now and boots nothing; to repeat, run the same again"
		fi
		nothing_bootable
	done
}

@test "a disk that gives back other bytes is detected and left without a table" {
	make_image 50
	make_disk 100
	begin_flash "^[^ ]*python.*copy --bmap [^ ]*/body.bmap $disk /dev/null"
	printf 'other bytes' | dd of="$dir/disk" bs=1M seek=50 conv=notrunc status=none
	kill -CONT "$program"
	ended 6 "$disk does not give back what was written to it (checksum mismatch for blocks range"
	nothing_bootable
}

@test "a disk that gives back another table is detected and left without one" {
	make_image 3
	make_disk 60
	begin_flash "^[^ ]*python.*copy --bmap [^ ]*/head.bmap $dir/image $disk"
	# The program that wrote the table ends, and flash may continue only when the disk has changed.
	kill -STOP $flash
	kill -CONT "$program"
	has_ended() {
		[ "$(cut -d ' ' -f 3 "/proc/$program/stat")" = Z ]
	}
	await $$ has_ended
	blockdev --flushbufs "$disk"
	printf 'other bytes' | dd of="$dir/disk" conv=notrunc status=none
	kill -CONT $flash
	ended 6 "$disk does not give back what was written to it"
	nothing_bootable
}

@test "a disk that fails halfway is detected and left without a table" {
	make_image 30
	mkdir "$dir/full"
	mount -t tmpfs -o size=20M tmpfs "$dir/full"
	mounted=$dir/full
	truncate -s 100M "$dir/full/disk"
	disk=$(losetup -f --show "$dir/full/disk")
	loops="$disk $loops"
	CONFIRM=${disk#/dev/} refused 1 "writing to $disk failed" disk/flash "$dir/image" "$disk"
	[[ $stderr == *"$disk has no partition table now and boots nothing"* ]]
	nothing_bootable
	losetup -d "$disk"
	loops=
}

@test "make flash refuses a device before it builds anything" {
	make_disk 50
	OUT=$dir/out run --separate-stderr make flash DEV=/dev/nosuch
	[ "$status" = 2 ]
	[[ $stderr == *'samebits: /dev/nosuch does not exist'*'(status 2)'* ]]
	OUT=$dir/out FORCE='' run --separate-stderr make flash DEV="$disk"
	[ "$status" = 2 ]
	[[ $stderr == *"samebits: $disk is not a removable disk"*'(status 3)'* ]]
	[ ! -e "$dir/out/bin" ]
}
