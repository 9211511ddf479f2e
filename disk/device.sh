# shellcheck shell=sh
# shellcheck disable=SC2034 # scripts that source this use these variables
# What a block device is, and whether it may be overwritten. A person sees names from the device or from others before deciding:
# they pass through `printable`. A script that sources this calls `temporary` first.
. scripts/lib.sh

check_words() {
	case ${FORCE:-} in '' | yes) ;; *) die $USAGE "FORCE=$FORCE is unknown; the only value is yes" ;; esac
	case ${DRY_RUN:-} in '' | 0 | 1) ;; *) die $USAGE "DRY_RUN=$DRY_RUN is unknown; valid values: 0 1" ;; esac
}

# no_device MESSAGE: lists the disks that need no FORCE.
no_device() {
	lsblk -Jdbo PATH,TYPE,RM,HOTPLUG,SIZE,MODEL >"$TMP/lsblk" || die $USAGE "$1"
	jq -r '[.blockdevices[] | select(.type == "disk" and (.rm or .hotplug) and .size > 0)
		| "\(.path) (\(.model // "no name" | gsub("\\s+$"; "") | gsub("\\s"; " ")), \(.size / 1e9 * 10 | round / 10) GB)"]
		| join(", ") | if . == "" then "none" else . end' "$TMP/lsblk" >"$TMP/disks"
	disks=$(printable <"$TMP/disks")
	die $USAGE "$1; removable disks here: $disks"
}

unplugged() {
	die $MISSING "the kernel does not know $1; is it unplugged?"
}

# find_device DEV: sets DEVICE, its node, NAME, the kernel's name for it, and SYS, its directory in sysfs.
find_device() {
	[ -n "$1" ] || no_device 'no device given; give DEV=/dev/NAME'
	[ -e "$1" ] || [ ! -b "/dev/$1" ] || die $USAGE "$1 does not exist; did you mean /dev/$1?"
	[ -e "$1" ] || no_device "$1 does not exist"
	[ ! -f "$1" ] || die $USAGE "$1 is a file, not a disk; to make a disk of it, run as root: losetup -P -f --show $1"
	[ -b "$1" ] || no_device "$1 is not a block device"
	DEVICE=$(lsblk -dnpo KNAME -- "$1" 2>/dev/null) || unplugged "$1"
	NAME=${DEVICE##*/}
	SYS=$(readlink -e "/sys/class/block/$NAME") || unplugged "$1"
}

# tree FILTER: sets found to what jq finds in the device and everything on top of it; empty when it finds nothing
tree() {
	lsblk -Jo KNAME,PATH,TYPE,MOUNTPOINTS "$DEVICE" >"$TMP/lsblk" || unplugged "$DEVICE"
	jq -r "[.blockdevices[] | recurse(.children[]?)] | $1 // empty" "$TMP/lsblk" >"$TMP/tree"
	found=$(printable <"$TMP/tree")
}

# Checks that it is one whole disk.
check_kind() {
	whole=${SYS%/*}
	[ ! -e "$SYS/partition" ] || die $USAGE "$DEVICE is a partition of /dev/${whole##*/}; give the whole disk"
	type=$(lsblk -dno TYPE "$DEVICE")
	case $type in
	disk | loop) ;;
	rom) die $USAGE "$DEVICE is an optical drive, not a disk" ;;
	*) die $USAGE "$DEVICE ($type) is made of other devices; give a disk" ;;
	esac
	read -r sectors <"$SYS/size" || sectors=0
	[ "$sectors" != 0 ] || die $MISSING "$DEVICE has no medium"
}

# system_disks: writes the disks below the directories that a system starts from to $TMP/system
system_disks() {
	for directory in / /usr /boot /boot/efi /efi; do
		number=$(findmnt -nrvo MAJ:MIN --target "$directory") || continue
		source=$(findmnt -nrvo SOURCE --target "$directory") || continue
		node=$(readlink -e "/sys/dev/block/$number") && source=/dev/${node##*/}
		[ ! -b "$source" ] || lsblk -nso KNAME "$source"
	done >"$TMP/system"
}

# Checks that nothing reads or writes it.
check_use() {
	system_disks
	! grep -qxF "$NAME" "$TMP/system" || die $MISSING "$DEVICE is this system's own disk"
	tree 'map(select(.mountpoints[0]))[0] | select(.) | if .mountpoints[0] == "[SWAP]"
		then "\(.path) is swap space; run: swapoff \(.path)"
		else "\(.path) is mounted on \(.mountpoints[0]); run: umount \(.path)" end'
	[ -z "$found" ] || die $MISSING "$DEVICE is in use: $found"
	tree 'map(select(.type != "part"))[1] | select(.) | "\(.path) (\(.type)) is on it; take that down first"'
	[ -z "$found" ] || die $MISSING "$DEVICE is in use: $found"
	tree 'map(.path) | join(" ")'
	losetup -nO BACK-FILE,NAME >"$TMP/loops" || :
	found=$(awk -v nodes=" $found " 'index(nodes, " " $1 " ") {print $2; exit}' "$TMP/loops")
	[ -z "$found" ] || die $MISSING "$DEVICE is in use: $found is on it; run: losetup -d $found"
	# The other checks cannot see: mounts of another container, a file system on several disks.
	busy=$(perl -MFcntl -e 'sysopen(my $f, $ARGV[0], O_RDONLY | O_EXCL) or print $!' "$DEVICE")
	[ -z "$busy" ] || die $MISSING "$DEVICE is in use (cannot be opened exclusively: $busy); see what uses it: lsof $DEVICE"
}

# check_room BYTES: checks that it is writable and large enough.
check_room() {
	readonly=$(blockdev --getro "$DEVICE")
	sector=$(blockdev --getss "$DEVICE")
	size=$(blockdev --getsize64 "$DEVICE")
	[ "$readonly" = 0 ] || die $MISSING "$DEVICE is read-only; does it have a write-protect switch?"
	[ "$sector" = 512 ] ||
		die $MISSING "$DEVICE has sectors of $sector bytes; the image needs sectors of 512"
	[ "$size" -ge "$1" ] || die $MISSING "$DEVICE is too small: it has $size bytes, the image $1"
}

check_removable() {
	[ "${FORCE:-}" != yes ] || return 0
	lsblk -Jdo RM,HOTPLUG "$DEVICE" >"$TMP/lsblk" || unplugged "$DEVICE"
	jq -e '.blockdevices[0] | .rm or .hotplug' "$TMP/lsblk" >/dev/null ||
		die $MISSING "$DEVICE is not a removable disk; to overwrite it anyway, give FORCE=yes"
}

# check_device BYTES: checks that so many bytes of it may be overwritten.
check_device() {
	check_kind
	if ! [ -r "$DEVICE" ] || ! [ -w "$DEVICE" ]; then
		die $MISSING "no permission to write $DEVICE; run as root"
	fi
	check_use
	check_members
	check_removable
	check_room "$1"
}

# regions: writes "OFFSET BYTES partition N NAME" for each partition of the table, "0 BYTES disk" without one, to $TMP/regions
regions() {
	bytes=$(blockdev --getsize64 "$DEVICE")
	sfdisk -J "$DEVICE" >"$TMP/parts" 2>/dev/null || :
	jq -r --arg bytes "$bytes" -n '
		try (input.partitiontable | (.sectorsize // 512) as $s | .partitions // error | to_entries[]
			| "\(.value.start * $s) \(.value.size * $s) partition \(.key + 1) \(.value.name // "" | gsub("\\s"; " "))")
		catch "0 \($bytes) disk"' "$TMP/parts" >"$TMP/raw"
	printable <"$TMP/raw" >"$TMP/regions"
}

# signature OFFSET BYTES TAG: sets signature to what blkid finds there
signature() {
	blkid -p -O "$1" -S "$2" -s "$3" -o value "$DEVICE" >"$TMP/blkid" 2>/dev/null || :
	tr '\n' ' ' <"$TMP/blkid" >"$TMP/raw"
	signature=$(printable <"$TMP/raw")
	signature=${signature% }
}

# A disk of a volume group or an array is in use even while none of these is active.
check_members() {
	regions
	while read -r offset bytes region; do
		signature "$offset" "$bytes" TYPE
		case $signature in
		LVM*_member | *_raid_member | zfs_member | bcache | drbd)
			die $MISSING "$DEVICE is part of a larger device ($signature in $region); if that is no longer needed, run: wipefs -a $DEVICE" ;;
		esac
	done <"$TMP/regions"
}

# describe FILE: writes model, size and contents of the disk to it, so that a person can recognize the disk.
describe() {
	lsblk -Jbdo PATH,MODEL,SERIAL,TRAN,SIZE,RM,HOTPLUG "$DEVICE" >"$TMP/lsblk" || unplugged "$DEVICE"
	jq -r '.blockdevices[0]
		| [.path, (.model // empty | gsub("\\s+$"; "")), .serial, .tran, "\(.size) bytes (\(.size / 1e9 * 10 | round / 10) GB)",
		if .rm or .hotplug then "removable" else "not removable" end] | map(select(. != null) | gsub("\\s"; " ")) | join(", ")' \
		"$TMP/lsblk" >"$TMP/raw"
	printable <"$TMP/raw" >"$1"
	regions
	while read -r offset bytes region; do
		size=$(numfmt --to=iec-i --suffix=B "$bytes")
		signature "$offset" "$bytes" TYPE
		type=${signature:-nothing known}
		signature "$offset" "$bytes" LABEL
		echo "  $region: $size, $type${signature:+ called $signature}"
	done <"$TMP/regions" >>"$1"
}
