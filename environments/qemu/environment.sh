# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # see common.sh and runner.sh
# A guest under QEMU: its disk, accelerator and command line. The decisions are in environments/qemu/table.
#   cache     of the disk in the host: none and directsync go past it, writethrough and directsync wait for each write.
#             Not there: unsafe, with which an fsync does nothing
#   emulator  where QEMU's threads run that are not the guest's processors: on these, too, since CPUS is what all may use, or
#             beside them on the host's others
#   net       how it reaches a peer outside, where a suite measures that: by a tap, whose packets QEMU carries, or the host's kernel
#             (vhost, which is what it gets where that is there); or QEMU's user networking, which needs no rights
#   kernel    another image than ours; it needs virtio's drivers, ext4 and a serial port built in
kind=guest
about='in QEMU'
package=qemu-system-x86
needs='vmlinux initramfs.cpio'
keys='
accel    auto|kvm|tcg                           ACCEL
machine  microvm|pc|q35                         MACHINE
cache    none|directsync|writeback|writethrough DISK_CACHE
emulator shared|beside                          EMULATOR
kernel   FILE                                   KERNEL
net      tap|vhost|user                         NET'
DISK_CACHE='' EMULATOR=shared NET=''
. environments/qemu/settings.sh
. environments/qemu/disk.sh
. environments/qemu/network.sh

check() {
	check_machine
	find_beside
}

# Sets `beside`, the processors of QEMU's own threads where these have some.
find_beside() {
	beside=
	[ "$EMULATOR" = beside ] || return 0
	beside=$(other_processors)
	[ -n "$beside" ] || die "$USAGE" "emulator=beside needs another processor than those of CPUS=$CPUS; give fewer CPUS, or emulator=shared"
}

# What native writes to is a file that it has written. So all of the guest's disk is, too, before it starts: holes and blocks
# that were only set aside would be made in the host while it measures. That takes seconds, so all starts of a measurement
# have the same image.
write_disk() {
	if [ -f "$PREPARED/disk" ]; then
		read -r room <"$PREPARED/disk"
		[ ! -f "$room/disk.img" ] || return 0
	fi
	room=$(mktemp -d "$SCRATCH/samebits.XXXXXX") || die "$MISSING" "SCRATCH=$SCRATCH cannot be written"
	echo "$room" >"$PREPARED/disk"
	record $$ "$room/owner"
	dd if=/dev/zero of="$room/disk.img" bs=1M count=1024 conv=fsync status=none ||
		die "$MISSING" "cannot write the scratch disk (1 GiB) in $SCRATCH; is there space?"
}

release() {
	[ -f "$PREPARED/disk" ] || return 0
	read -r room <"$PREPARED/disk"
	rm -rf "$room"
}

# A raw image with a fresh ext4; no root, no loop device. Not lazy: the guest's kernel would complete the file system
# while the benchmark runs. What is written stays: nothing is discarded, and zeros are written, too. Sets DISK and CACHE.
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
		die "$USAGE" "KERNEL=$KERNEL cannot find microvm's devices; give MACHINE=q35 or MACHINE=pc"
	fi
	INITRAMFS=$TMP/initramfs.cpio
	cat "$BUILT/initramfs.cpio" "$TMP/modules.cpio" >"$INITRAMFS"
}

# Sets ACCELERATOR and REASON, which hang on what was asked for and on the machine, and are found once for both.
prepare() {
	need qemu-system-x86_64 qemu-system-x86
	need mke2fs e2fsprogs
	for part in "${KERNEL:-$BUILT/vmlinux}" "$BUILT/initramfs.cpio"; do
		[ -f "$part" ] || die "$MISSING" "$part is not there; run: make all"
	done
	answer=$PREPARED/accel.$ACCEL.$MACHINE
	if [ ! -f "$answer" ]; then
		environments/qemu/accel >"$answer.tmp" || exit
		mv "$answer.tmp" "$answer"
	fi
	read -r ACCELERATOR REASON <"$answer"
	[ "$PURPOSE" != run ] || write_disk
}

# compose VARIABLES ARGUMENT...: COMMAND becomes what starts the guest, quoted, on the accelerator's best MACHINE where none is given.
compose() {
	variables=$1
	shift
	[ -n "$MACHINE" ] || MACHINE=$(best_machine "$ACCELERATOR")
	choose_initramfs
	make_disk
	COMMAND=$(environments/qemu/command "$ACCELERATOR" "$DISK" "$CACHE" "$variables" "$@")
}

# Of the kernel: whose sum it has, and with which options it was built.
tell_kernel() {
	IMAGE=${KERNEL:-$BUILT/vmlinux}
	sha256sum "$IMAGE" >"$TMP/sum"
	read -r sum rest <"$TMP/sum"
	tell kernel_image.path "$IMAGE"
	tell kernel_image.sha256 "${sum#\\}"
	[ -z "$MODULES" ] || tell kernel_image.modules "$MODULES"
	tell_kernel_options "$IMAGE" "${sum#\\}"
}

# Sets COMMAND.
compose_start() {
	compose "${GUEST_ADDRESS:+SAMEBITS_ADDRESS=$GUEST_ADDRESS }${PEER:+\"SAMEBITS_PEER=$PEER\" }SAMEBITS_RUN=$RUN SAMEBITS_ENVIRONMENT=$NAME SAMEBITS_ITERATION=$ITERATION SAMEBITS_ROOTFS=$ROOTFS" \
		suite "$SUITE_INSIDE"
}

# Sets status.
start_guest() {
	eval "start --port --silence=$SILENCE ${beside:+--beside=$beside} --document=\"\$TMP/came\" -- $IN_NETWORK $COMMAND"
}

# Under KVM the time stamp counter is older than the guest. QEMU has noted when it let that run.
add_running() {
	: >>"$SAMEBITS_TRACE"
	jq -c --rawfile trace "$SAMEBITS_TRACE" '.running_ns = ([$trace
		| scan("@([0-9]+)[.]([0-9]{6}):vm_state_notify running 1 ") | map(tonumber)][0]
		| if . then .[0] * 1e9 + .[1] * 1e3 else null end)' "$TMP/report.json" >"$TMP/report.new"
	mv "$TMP/report.new" "$TMP/report.json"
}

run() {
	if [ "$ACCELERATOR" = kvm ]; then
		SAMEBITS_TRACE=$TMP/trace
		export SAMEBITS_TRACE
	fi
	find_beside
	join_by_qemu
	compose_start
	tell_kernel
	tell_disk
	tell_version qemu qemu-system-x86_64 --version
	tell accelerator "$ACCELERATOR"
	tell accelerator_reason "$REASON"
	tell machine "$MACHINE"
	tell disk_cache "$CACHE"
	tell emulator "$EMULATOR"
	SUBJECT='the guest'
	start_guest
	# Under KVM its console is quiet. So one that has not come to its first word is started once more, with all that it says.
	if [ "$status" = "$LOST" ] && [ "$ACCELERATOR" = kvm ] && jq -e '.start_to_init_ms == null' "$TMP/report.json" >/dev/null; then
		note 'the guest had no output; starting it again with all messages of its kernel'
		export SAMEBITS_CONSOLE=loud
		compose_start
		start_guest
	fi
	[ "$ACCELERATOR" != kvm ] || add_running
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
	note "a shell in the guest; 'exit' or Ctrl-D ends it, Ctrl-A x ends QEMU"
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
	look_after --port --silence="$SILENCE" --log="$TMP/log" -- "$@"
	tr -d '\r' <"$TMP/log"
	tell_lost
}

# A shell may end with any status, also with that.
tell_lost() {
	why=$(jq -r '.lost // ""' "$TMP/report.json")
	[ -z "$why" ] || die "$LOST" "$SUBJECT was lost: $why"
}
