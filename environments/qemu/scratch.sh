# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # see common.sh and runner.sh
# A guest's disk for test files: in SCRATCH, written once for all starts, and formatted anew for each.

# Native writes to files whose blocks it has written before. So the guest's disk is written completely before it starts, too: the
# host would have to fill holes and merely allocated blocks while the guest measures. That takes seconds, so all starts of a run
# have the same image.
write_disk() {
	if [ -f "$PREPARED/disk" ]; then
		read -r room <"$PREPARED/disk"
		[ ! -f "$room/disk.img" ] || return 0
	fi
	room=$(mktemp -d "$SCRATCH/samebits.XXXXXX") || die "$MISSING" "SCRATCH=$SCRATCH cannot be written"
	echo "$room" >"$PREPARED/disk"
	claim $$ "$room/owner"
	dd if=/dev/zero of="$room/disk.img" bs=1M count=1024 conv=fsync status=none ||
		die "$MISSING" "cannot write the scratch disk (1 GiB) in $SCRATCH; is there space?"
}

remove_disk() {
	[ -f "$PREPARED/disk" ] || return 0
	read -r room <"$PREPARED/disk"
	rm -rf "$room"
}

# A raw image with a fresh ext4; it needs no root and no loop device. Not lazy: the guest's kernel would complete the file system
# while the benchmark runs. The blocks stay written: nothing is discarded, and zeros are written, too. Sets DISK and CACHE.
make_disk() {
	room=$WORK
	[ ! -f "$PREPARED/disk" ] || read -r room <"$PREPARED/disk"
	DISK=$room/disk.img
	UNIX_IO_NOZEROOUT=1 mke2fs -q -F -t ext4 -E nodiscard,root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0 \
		-d "$FILES" "$DISK" 1G >/dev/null ||
		die "$MISSING" "mke2fs cannot make the scratch disk in $SCRATCH"
	case ${DISK_CACHE:-none} in
	none | directsync) CACHE=cache=${DISK_CACHE:-none},aio=native ;;
	*) CACHE=cache=$DISK_CACHE ;;
	esac
	case $CACHE in *native) ;; *) return 0 ;; esac
	if ! dd if="$DISK" of=/dev/null iflag=direct bs=4096 count=1 2>/dev/null; then
		[ -z "$DISK_CACHE" ] || die "$MISSING" "$SCRATCH ($SCRATCH_TYPE) has no direct I/O, which cache=$DISK_CACHE needs; give another SCRATCH"
		CACHE=cache=writeback
		note "$SCRATCH ($SCRATCH_TYPE) has no direct I/O; the guest's disk goes through the host's cache ($CACHE)"
	fi
}
