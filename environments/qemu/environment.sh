# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # see common.sh and runner.sh
# A guest under QEMU: its disk, accelerator and command line. The decisions are in environments/qemu/table.
#   cache     of the disk in the host: none and directsync go past it, writethrough and directsync wait for each write.
#             Not there: unsafe, with which an fsync does nothing
#   kernel    another image than ours; it needs virtio's drivers, ext4 and a serial port built in
kind=guest
about='in QEMU'
package=qemu-system-x86
needs='vmlinux initramfs.cpio'
keys='
accel    auto|kvm|tcg                           ACCEL
machine  microvm|pc|q35                         MACHINE
cache    none|directsync|writeback|writethrough DISK_CACHE
kernel   FILE                                   KERNEL'
DISK_CACHE=

check() {
	. environments/qemu/settings.sh
	check_machine
}

# A raw image with a fresh ext4, mostly holes; no root, no loop device. Not lazy: the guest's kernel would complete
# the file system while the benchmark runs. Sets DISK and CACHE.
make_disk() {
	DISK=$WORK/disk.img
	mke2fs -q -F -t ext4 -E root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0 -d "$FILES" "$DISK" 1G >/dev/null ||
		die "$MISSING" "mke2fs cannot make the scratch disk in $SCRATCH"
	case ${DISK_CACHE:-none} in
	none | directsync) CACHE=cache=${DISK_CACHE:-none},aio=native ;;
	*) CACHE=cache=$DISK_CACHE ;;
	esac
	case $CACHE in *native) ;; *) return 0 ;; esac
	if ! dd if="$DISK" of=/dev/null iflag=direct bs=4096 count=1 2>/dev/null; then
		[ -z "$DISK_CACHE" ] || die "$MISSING" "$SCRATCH ($SCRATCH_TYPE) has no direct I/O, so no cache=$DISK_CACHE; give another SCRATCH"
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
		die "$USAGE" "KERNEL=$KERNEL cannot be told of microvm's devices; give MACHINE=q35 or MACHINE=pc"
	fi
	INITRAMFS=$TMP/initramfs.cpio
	cat "$OUT/initramfs.cpio" "$TMP/modules.cpio" >"$INITRAMFS"
}

# Sets ACCELERATOR and REASON, which hang on what was asked for and on the machine, and are found once for both.
prepare() {
	need qemu-system-x86_64 qemu-system-x86
	need mke2fs e2fsprogs
	for part in "${KERNEL:-$OUT/vmlinux}" "$OUT/initramfs.cpio"; do
		[ -f "$part" ] || die "$MISSING" "$part is not there; run: make all"
	done
	answer=$PREPARED/accel.$ACCEL.$MACHINE
	if [ ! -f "$answer" ]; then
		environments/qemu/accel >"$answer.tmp" || exit
		mv "$answer.tmp" "$answer"
	fi
	read -r ACCELERATOR REASON <"$answer"
}

# compose VARIABLES ARGUMENT...: COMMAND becomes what starts the guest, quoted.
compose() {
	variables=$1
	shift
	choose_initramfs
	make_disk
	COMMAND=$(environments/qemu/command "$ACCELERATOR" "$DISK" "$CACHE" "$variables" "$@")
}

# Of the kernel: whose sum it has, and with which options it was built.
tell_kernel() {
	IMAGE=${KERNEL:-$OUT/vmlinux}
	sha256sum "$IMAGE" >"$TMP/sum"
	read -r sum rest <"$TMP/sum"
	tell kernel_image.path "$IMAGE"
	tell kernel_image.sha256 "${sum#\\}"
	[ -z "$MODULES" ] || tell kernel_image.modules "$MODULES"
	tell_kernel_options "$IMAGE" "${sum#\\}"
}

run() {
	compose "SAMEBITS_RUN=$RUN SAMEBITS_ENVIRONMENT=$NAME SAMEBITS_ITERATION=$ITERATION SAMEBITS_ROOTFS=$ROOTFS" \
		suite "$SUITE_INSIDE"
	eval "set -- $COMMAND"
	tell_kernel
	tell_version qemu qemu-system-x86_64 --version
	tell accelerator "$ACCELERATOR"
	tell accelerator_reason "$REASON"
	tell machine "$MACHINE"
	tell disk_cache "$CACHE"
	SUBJECT='the guest'
	start --port --silence=10 --document="$TMP/came" -- "$@"
	finish "$TMP/came" /bin/bench /init
}

shell() {
	SUBJECT='the guest'
	input=
	if ! [ -t 0 ]; then
		cat >"$FILES/.input"
		input='-c "exec sh -l </scratch/.input"'
	fi
	window=$(stty size 2>/dev/null | sed 's/\(.*\) \(.*\)/LINES=\1 COLUMNS=\2/') || :
	compose "loglevel=0 TERM=${TERM:-vt100} $window" shell "$input"
	if [ -t 0 ]; then
		COMMAND=$(echo "$COMMAND" | sed 's/signal=off/&,mux=on/')
		eval "set -- $COMMAND"
		on_terminal "$@"
	else
		eval "set -- $COMMAND"
		piped "$@"
	fi
}

# The terminal's signals belong to the guest, so QEMU runs in the foreground, unwatched.
on_terminal() {
	note "a shell in the guest: 'exit' or Ctrl-D leaves it, Ctrl-A x ends QEMU"
	trap '' INT QUIT
	status=0
	"$@" -mon chardev=console 3>"$TMP/port" || status=$?
	[ $status = 0 ] || die "$MISSING" "QEMU ended with status $status"
	# shellcheck disable=SC2016 # the inner shell's words
	look_after --port -- sh -c 'cat "$1" >&3' sh "$TMP/port"
	tell_lost
}

# What is piped in is read by a shell in the guest from a file: a serial port would lose and echo some of it.
piped() {
	look_after --port --silence=10 --log="$TMP/log" -- "$@"
	tr -d '\r' <"$TMP/log"
	tell_lost
}

# A shell may end with any status, also with that.
tell_lost() {
	why=$(jq -r '.lost // ""' "$TMP/report.json")
	[ -z "$why" ] || die "$LOST" "$SUBJECT was lost: $why"
}
