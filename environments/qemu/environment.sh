# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # see common.sh and runner.sh
# A guest under QEMU: its disk, accelerator and command line. The decisions are in environments/qemu/table.
#   cache     of the disk in the host: none and directsync bypass the page cache, writethrough and directsync wait for each write.
#             Not offered: unsafe, which makes fsync do nothing
#   emulator  where QEMU's threads other than the guest's processors run: on the same CPUS, since those are what all may use, or
#             on the host's other processors (beside)
#   net       how the guest reaches a peer outside, in a suite that measures this: by a tap, whose packets are carried by QEMU or by
#             the host's kernel (vhost, the default where available); or by QEMU's user networking, which needs no rights
#   kernel    an image other than ours; it needs virtio's drivers, ext4 and a serial port built in
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
. environments/qemu/kernel.sh
. environments/qemu/scratch.sh
. environments/qemu/disk.sh
. environments/qemu/network.sh
. environments/qemu/shell.sh

check() {
	check_machine
	find_beside
}

# Sets `beside`, the processors of QEMU's own threads if these have separate ones.
find_beside() {
	beside=
	[ "$EMULATOR" = beside ] || return 0
	beside=$(other_processors)
	[ -n "$beside" ] || die "$USAGE" "emulator=beside needs another processor than those of CPUS=$CPUS; give fewer CPUS, or emulator=shared"
}

# Sets ACCELERATOR and REASON, which depend on ACCEL and MACHINE, and are found once for each pair.
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

release() {
	remove_disk
}

# compose VARIABLES ARGUMENT...: sets COMMAND to what starts the guest, quoted; without MACHINE on the accelerator's best machine.
compose() {
	variables=$1
	shift
	[ -n "$MACHINE" ] || MACHINE=$(best_machine "$ACCELERATOR")
	choose_initramfs
	make_disk
	COMMAND=$(environments/qemu/command "$ACCELERATOR" "$DISK" "$CACHE" "$variables" "$@")
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

# Under KVM the time stamp counter is older than the guest, so use the time at which QEMU noted that it let the guest run.
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
	# Under KVM its console is quiet. So a guest that never reported is started once more, with all messages of its kernel.
	if [ "$status" = "$LOST" ] && [ "$ACCELERATOR" = kvm ] && jq -e '.start_to_init_ms == null' "$TMP/report.json" >/dev/null; then
		note 'the guest had no output; starting it again with all messages of its kernel'
		export SAMEBITS_CONSOLE=loud
		compose_start
		start_guest
	fi
	[ "$ACCELERATOR" != kvm ] || add_running
	finish "$TMP/came" /bin/bench /init
}
