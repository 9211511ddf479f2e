# shellcheck shell=sh
# shellcheck disable=SC2034 # what is set here is used by whoever sources this
# A guest's disk, accelerator and command line.
. environments/runner.sh

# A raw image with a fresh ext4, mostly holes; no root, no loop device. Not lazy: the guest's kernel would complete
# the file system while the benchmark runs. Sets DISK and CACHE.
make_disk() {
	DISK=$WORK/disk.img
	mke2fs -q -F -t ext4 -E root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0 -d "$FILES" "$DISK" 1G >/dev/null ||
		die $MISSING "mke2fs cannot make the scratch disk in $SCRATCH"
	case ${DISK_CACHE:-none} in
	none | directsync) CACHE=cache=${DISK_CACHE:-none},aio=native ;;
	*) CACHE=cache=$DISK_CACHE ;;
	esac
	case $CACHE in *native) ;; *) return 0 ;; esac
	if ! dd if="$DISK" of=/dev/null iflag=direct bs=4096 count=1 2>/dev/null; then
		[ -z "$DISK_CACHE" ] || die $MISSING "$SCRATCH ($SCRATCH_TYPE) has no direct I/O, so no cache=$DISK_CACHE; give another SCRATCH"
		CACHE=cache=writeback
		note "$SCRATCH ($SCRATCH_TYPE) has no direct I/O; the guest's disk goes through the host's cache ($CACHE)"
	fi
}

# Sets MODULES, those that KERNEL needs, and INITRAMFS when there are any: our root file system with them behind it.
choose_initramfs() {
	INITRAMFS='' MODULES=''
	export INITRAMFS
	[ -n "$KERNEL" ] || return 0
	environments/qemu/modules "$KERNEL" "$TMP/modules.cpio" >"$TMP/modules"
	MODULES=$(paste -sd ' ' "$TMP/modules")
	[ -n "$MODULES" ] || return 0
	configuration=$(readlink -f "$KERNEL" | sed 's|vmlinuz-\([^/]*\)$|config-\1|')
	if [ "$MACHINE" = microvm ] && grep -q '^# CONFIG_VIRTIO_MMIO_CMDLINE_DEVICES is not set' "$configuration" 2>/dev/null; then
		die $USAGE "KERNEL=$KERNEL cannot be told of microvm's devices; give MACHINE=q35 or MACHINE=pc"
	fi
	INITRAMFS=$TMP/initramfs.cpio
	cat "$OUT/initramfs.cpio" "$TMP/modules.cpio" >"$INITRAMFS"
}

# Sets ACCELERATOR and REASON, and makes the disk.
prepare_guest() {
	need qemu-system-x86_64 qemu-system-x86
	need mke2fs e2fsprogs
	for part in "${KERNEL:-$OUT/vmlinux}" "$OUT/initramfs.cpio"; do
		[ -f "$part" ] || die $MISSING "$part is not there; run: make all"
	done
	answer=${SAMEBITS_ACCEL:-$(environments/qemu/accel)} || exit
	ACCELERATOR=${answer%% *}
	REASON=${answer#* }
	choose_initramfs
	make_disk
}

# compose VARIABLES ARGUMENT...: COMMAND becomes what starts the guest, quoted.
compose() {
	variables=$1
	shift
	COMMAND=$(environments/qemu/command "$ACCELERATOR" "$DISK" "$CACHE" "$variables" "$@")
}
