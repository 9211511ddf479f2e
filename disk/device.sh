# shellcheck shell=sh
# shellcheck disable=SC2034 # what is set here is used by whoever sources this
# What a block device is, and whether it may be overwritten.
. scripts/lib.sh

check_words() {
	case ${FORCE:-} in '' | yes) ;; *) die $USAGE "FORCE=$FORCE is unknown; there is yes" ;; esac
	case ${DRY_RUN:-} in '' | 0 | 1) ;; *) die $USAGE "DRY_RUN=$DRY_RUN is unknown; there are 0 and 1" ;; esac
}

# disks: those that need no FORCE, for whoever gave none
disks() {
	lsblk -Jdbo PATH,TYPE,RM,HOTPLUG,SIZE,MODEL | jq -r '[.blockdevices[] | select(.type == "disk" and (.rm or .hotplug) and .size > 0)
		| "\(.path) (\(.model // "no name" | gsub("\\s+$"; "")), \(.size / 1e9 * 10 | round / 10) GB)"] | join(", ") | if . == "" then "none" else . end'
}

# find_device DEV: sets DEVICE, its node, NAME, the kernel's name for it, and SYS, where sysfs has it.
find_device() {
	[ -n "$1" ] || die $USAGE "no device given; say DEV=/dev/NAME; removable disks here: $(disks)"
	[ -e "$1" ] || [ ! -b "/dev/$1" ] || die $USAGE "there is no $1; did you mean /dev/$1?"
	[ -e "$1" ] || die $USAGE "there is no $1; removable disks here: $(disks)"
	[ ! -f "$1" ] || die $USAGE "$1 is a file and no disk; as root, losetup -P -f --show $1 makes one of it"
	[ -b "$1" ] || die $USAGE "$1 is no block device; removable disks here: $(disks)"
	DEVICE=$(lsblk -dnpo KNAME -- "$1" 2>/dev/null) || die $MISSING "the kernel knows nothing of $1; is it unplugged?"
	NAME=${DEVICE##*/}
	SYS=$(readlink -e "/sys/class/block/$NAME")
}

# tree FILTER: what jq finds in the device and all that is made of it; empty when it finds nothing
tree() {
	lsblk -Jo KNAME,PATH,TYPE,MOUNTPOINTS "$DEVICE" | jq -r "[.blockdevices[] | recurse(.children[]?)] | $1 // empty"
}

# One whole disk.
check_kind() {
	[ ! -e "$SYS/partition" ] || die $USAGE "$DEVICE is a partition of /dev/$(basename "${SYS%/*}"); name the whole disk"
	type=$(lsblk -dno TYPE "$DEVICE")
	case $type in
	disk | loop) ;;
	rom) die $USAGE "$DEVICE is an optical drive, not a disk" ;;
	*) die $USAGE "$DEVICE ($type) is made of other devices; name a disk" ;;
	esac
	[ "$(cat "$SYS/size")" != 0 ] || die $MISSING "$DEVICE has no medium in it"
}

# system_disks: the disks below the directories that a system starts from
system_disks() {
	for directory in / /usr /boot /boot/efi /efi; do
		number=$(findmnt -nrvo MAJ:MIN --target "$directory") || continue
		source=$(findmnt -nrvo SOURCE --target "$directory")
		[ ! -e "/sys/dev/block/$number" ] || source=/dev/$(basename "$(readlink -e "/sys/dev/block/$number")")
		[ ! -b "$source" ] || lsblk -nso KNAME "$source"
	done
}

# Nothing reads or writes it.
check_use() {
	! system_disks | grep -qxF "$NAME" || die $MISSING "$DEVICE is this system's own disk"
	used=$(tree 'map(select(.mountpoints[0]))[0] | select(.) | if .mountpoints[0] == "[SWAP]"
		then "\(.path) is swap space; run: swapoff \(.path)"
		else "\(.path) is mounted on \(.mountpoints[0]); run: umount \(.path)" end')
	[ -z "$used" ] || die $MISSING "$DEVICE is in use: $used"
	used=$(tree 'map(select(.type != "part"))[1] | select(.) | "\(.path) (\(.type)) is made of it; take that down first"')
	[ -z "$used" ] || die $MISSING "$DEVICE is in use: $used"
	used=$(losetup -nO BACK-FILE,NAME | awk -v nodes=" $(tree 'map(.path) | join(" ")') " 'index(nodes, " " $1 " ") {print $2; exit}')
	[ -z "$used" ] || die $MISSING "$DEVICE is in use: $used is made of it; run: losetup -d $used"
	# What none of these know: mounts of another container, a file system of several disks.
	busy=$(perl -MFcntl -e 'sysopen(my $f, $ARGV[0], O_RDONLY | O_EXCL) or print $!' "$DEVICE")
	[ -z "$busy" ] || die $MISSING "$DEVICE cannot be had for us alone: $busy; see what uses it: lsof $DEVICE"
}

# check_room BYTES: it can be written, and takes that much.
check_room() {
	[ "$(blockdev --getro "$DEVICE")" = 0 ] || die $MISSING "$DEVICE is read-only; does it have a switch for that?"
	[ "$(blockdev --getss "$DEVICE")" = 512 ] ||
		die $MISSING "$DEVICE has sectors of $(blockdev --getss "$DEVICE") bytes; the image's partitions are counted in those of 512"
	size=$(blockdev --getsize64 "$DEVICE")
	[ "$size" -ge "$1" ] || die $MISSING "$DEVICE is too small: it has $size bytes, and the image $1"
}

check_removable() {
	[ "${FORCE:-}" != yes ] || return 0
	lsblk -Jdo RM,HOTPLUG "$DEVICE" | jq -e '.blockdevices[0] | .rm or .hotplug' >/dev/null ||
		die $MISSING "$DEVICE is not a removable disk; to overwrite it all the same say FORCE=yes"
}

# check_device BYTES: it may be overwritten by so many.
check_device() {
	check_kind
	if ! [ -r "$DEVICE" ] || ! [ -w "$DEVICE" ]; then
		die $MISSING "$DEVICE may not be written; run as root"
	fi
	check_use
	check_members
	check_removable
	check_room "$1"
}

# regions: "OFFSET BYTES partition N NAME" for each partition of the table, "0 BYTES disk" without one
regions() {
	sfdisk -J "$DEVICE" 2>/dev/null | jq -r --arg bytes "$(blockdev --getsize64 "$DEVICE")" -n '
		try (input.partitiontable | (.sectorsize // 512) as $s | .partitions // error | to_entries[]
			| "\(.value.start * $s) \(.value.size * $s) partition \(.key + 1) \(.value.name // "")") catch "0 \($bytes) disk"'
}

# signature OFFSET BYTES TAG: what is there, as blkid has it
signature() {
	blkid -p -O "$1" -S "$2" -s "$3" -o value "$DEVICE" 2>/dev/null || :
}

# A disk of a volume group or an array is in use even while nothing is started from it.
check_members() {
	regions | while read -r offset bytes region; do
		type=$(signature "$offset" "$bytes" TYPE)
		case $type in
		LVM*_member | *_raid_member | zfs_member | bcache | drbd)
			die $MISSING "$DEVICE is a part of something larger ($type in $region); if that is given up: wipefs -a $DEVICE" ;;
		esac
	done
}

# Model, size and contents, for somebody who has to recognise it.
describe() {
	lsblk -Jbdo PATH,MODEL,SERIAL,TRAN,SIZE,RM,HOTPLUG "$DEVICE" | jq -r '.blockdevices[0]
		| [.path, (.model // empty | gsub("\\s+$"; "")), .serial, .tran, "\(.size) bytes (\(.size / 1e9 * 10 | round / 10) GB)",
		if .rm or .hotplug then "removable" else "not removable" end] | map(select(. != null)) | join(", ")'
	regions | while read -r offset bytes region; do
		type=$(signature "$offset" "$bytes" TYPE) label=$(signature "$offset" "$bytes" LABEL)
		echo "  $region: $(numfmt --to=iec-i --suffix=B "$bytes"), ${type:-nothing known}${label:+ called $label}"
	done
}
