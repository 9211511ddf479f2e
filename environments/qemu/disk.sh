# shellcheck shell=sh
# shellcheck disable=SC2154 # see runner.sh and environment.sh
# Lists what has to be on a disk to start a guest.

# The kernel, the initramfs, QEMU, and from its directories the firmware of the table's machines and what loads the kernel.
tell_disk() {
	case $MACHINE:$COMMAND in
	microvm:* | *firmware=qboot.rom*) firmware='qboot.rom pvh.bin' ;;
	*) firmware='bios-256k.bin kvmvapic.bin pvh.bin' ;;
	esac
	tell_files kernel "$IMAGE"
	tell_files initramfs "${INITRAMFS:-$BUILT/initramfs.cpio}"
	tell_programs emulator qemu-system-x86_64
	qemu-system-x86_64 -L help >"$TMP/directories"
	set -- firmware
	for file in $firmware; do
		found=$file
		while read -r directory; do
			[ "$found" != "$file" ] || [ ! -f "$directory/$file" ] || found=$directory/$file
		done <"$TMP/directories"
		set -- "$@" "$found"
	done
	tell_files "$@"
}
