# shellcheck shell=sh
# shellcheck disable=SC2034 # scripts that source this use these variables
# A guest whose first process is /mark, started like ours in environments/qemu/command.
. scripts/settings.sh

PEERS=$(cd "$OUT" && pwd)/peers
LIMIT=20

# Sets TMP, and OUT to a directory in it that has our initramfs followed by /mark.
prepare_mark() {
	temporary
	for part in "$OUT/vmlinux" "$OUT/bin/tsc" "$PEERS/initramfs.cpio" "$PEERS/boot"; do
		[ -e "$part" ] || die $MISSING "$part is not there; run: make bench-boot, or make bench-size"
	done
	need qemu-system-x86_64 qemu-system-x86
	need jq jq
	BUILT=$(cd "$OUT" && pwd)
	mkdir "$TMP/out"
	ln -s "$BUILT/bin" "$BUILT/vmlinux" "$TMP/out"
	ln -s "$PEERS/initramfs.cpio" "$TMP/out"
	OUT=$TMP/out
}

# image KERNEL IMAGE: the path of a row's kernel
image() {
	case $1 in
	ours) echo "$BUILT/$2" ;;
	floor) echo "$PEERS/floor" ;;
	*) echo "$PEERS/$1/$2" ;;
	esac
}

# command_of ACCELERATOR KERNEL IMAGE MACHINE HOW [ARGUMENT...]: prints what starts a row's guest, quoted. Its only disk is DISK,
# and its first process FIRST.
command_of() {
	accelerator=$1 kernel=$2 machine=$4 how=$5
	kernel_image=$(image "$2" "$3")
	shift 5
	words=$(MACHINE=$machine KERNEL=$kernel_image environments/qemu/command "$accelerator" "${DISK:--}" cache=none,aio=native "rdinit=${FIRST:-/mark}" "$@")
	if [ "$how" = plain ]; then
		words=$(echo "$words" | sed "s/'console=ttyS0 panic=-1 reboot=t [^']*rdinit/'console=ttyS0 panic=-1 reboot=t quiet rdinit/
			s/'-machine' '\([a-z0-9]*\)[^']*'/'-machine' '\1'/")
	fi
	# Other kernels get no parameter that only our patch understands.
	[ "$kernel" = ours ] || words=$(echo "$words" | sed 's/ lapic_timer_hz=[0-9]*//')
	[ "$kernel" != floor ] || words="$words -device isa-debug-exit,iobase=0xf4,iosize=4"
	echo "$words"
}

# arrived NAME FILE: checks that the boot in FILE reached its init.
arrived() {
	! jq -e .init_ms "$2" >/dev/null || return 0
	last=$(jq -r .last "$2" | printable)
	die $LOST "$1: its guest ended before init; its last output: $last"
}
