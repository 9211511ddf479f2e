# Guests that panic, hang, fall silent or are killed: the start is lost, the message has the reason, and nothing else is left. Silence
# takes its time, and a single start needs no lock, so these tests run while others measure.
# needs: all
load helper

setup() {
	make_dir
	export SUITE=$dir/long.suite
	printf 'long cpu --time=60\n' >"$SUITE"
	RUN=test-$BATS_TEST_NUMBER-$$
	results=$OUT/results/$RUN
	export RUN
}

teardown() {
	rm -rf "$results"
	forget_dir
}

# guest SCRIPT: makes a root file system whose /init is a shell script; the kernel and everything else are ours.
guest() {
	mkdir -p "$dir/out/bin" "$dir/root"
	ln -sf "$OUT/bin/"* "$dir/out/bin"
	ln -sf "$OUT/vmlinux" "$OUT/rootfs.manifest" "$dir/out"
	bsdtar -xf "$OUT/rootfs.tar" -C "$dir/root"
	rm "$dir/root/init"
	printf '#!/bin/sh\n%s\n' "$1" >"$dir/root/init"
	chmod +x "$dir/root/init"
	(cd "$dir/root" && bsdtar --format=newc -cf "$dir/out/initramfs.cpio" .)
}

# lost TEXT: one start of that guest is lost, for the given reason, and leaves no document.
lost() {
	OUT=$dir/out ACCEL=tcg SCRATCH=$dir/scratch refused 5 " was lost: $1" scripts/run qemu 1
	[ -z "$(find "$dir/out/results" -name '*.json*' ! -type d)" ]
	[ -s "$dir/out/results/$RUN/qemu-1.log" ]
}

@test "a guest that panics is lost, and the kernel's last lines are shown" {
	guest 'exit 1'
	lost 'it ended (status 0) before it said hello; its last output: ['
	[[ ${stderr_lines[-1]} == *'] Kernel panic - not syncing: Attempted to kill init'* ]]
	# The output shows what led to it.
	[[ $stderr == *'] Run /init as init process'* ]]
}

@test "a guest that falls silent is lost, and the last line on its console is shown" {
	guest 'mount -t devtmpfs dev /dev; for p in /dev/vport*; do echo hello >"$p"; done; sleep 4; printf "the last\t words\r\n\r\n"; sleep 1000'
	lost 'it was silent for 10 s; its last output: the last words; its output is in '
}

@test "a guest may boot while its console grows, and is lost when it falls silent before it says hello" {
	guest 'for i in 1 2 3 4 5; do echo line $i; sleep 3; done; printf "li\001ne \"6\""; sleep 1000'
	lost "it was silent for 10 s; its last output: line '6'; its output is in "
}

@test "a guest that hangs before its first line is lost" {
	guest 'exit 1'
	# A kernel that QEMU can start (PVH: 18 is XEN_ELFNOTE_PHYS32_ENTRY), and that hangs forever.
	gcc -nostdlib -static -no-pie -Wl,-n,-Ttext=0x200000,--build-id=none -o "$dir/hang" -x assembler - <<-'CODE'
		.section .note.Xen, "a", @note
		.long 4, 8, 18
		.asciz "Xen"
		.quad _start
		.text
		.globl _start
		_start: jmp _start
	CODE
	KERNEL=$dir/hang lost 'it was silent for 10 s; there was no output'
}

# once_runs SIGNAL: sends it to QEMU when the guest has begun its output.
once_runs() {
	await $$ [ -s "$results/qemu-1.log" ]
	to_qemu "$1"
}

to_qemu() {
	pkill "-$1" -f "^qemu-system.*SAMEBITS_RUN=$RUN "
}

@test "a stopped QEMU is a lost guest and is not left behind" {
	once_runs STOP 3>&- &
	ACCEL=tcg refused 5 ' was lost: it was silent for 10 s; ' scripts/run qemu 1
	reap $! 0
	[ ! -e "$results/qemu-1.json" ]
	gone -f "^qemu-system.*SAMEBITS_RUN=$RUN "
}

@test "a guest without a result is lost, and a broken result is rejected" {
	guest 'mount -t devtmpfs dev /dev; for p in /dev/vport*; do printf "hello\nexit 0\n" >"$p"; done; reboot -f'
	lost 'it ended with status 0 and no result'
	rm -r "$dir/out/results"
	guest 'mount -t devtmpfs dev /dev; for p in /dev/vport*; do printf "hello\ndocument 5\n{\"a\":\n" >"$p"; done; reboot -f'
	lost 'it ended (status 0) before it reported its exit status'
}

@test "a killed QEMU is a lost guest, and its console shows how far it got" {
	{ await $$ grep -q 'init: ready' "$results/qemu-1.log" && to_qemu KILL; } 3>&- &
	ACCEL=tcg refused 5 ' was lost: it ended (signal 9) ' scripts/run qemu 1
	reap $! 0
	[ ! -e "$results/qemu-1.json" ]
	tr -d '\r' <"$results/qemu-1.log" | sed -n 's/.*] init: //p' | diff - <(printf '%s\n' 'looking for devices' 'mounting /scratch' ready)
}

@test "if a killed guest's last line is incomplete, the message still has its own line" {
	# Messages of the kernel may come at any time, so they are turned off.
	guest 'mount -t devtmpfs dev /dev; mount -t proc proc /proc; echo 1 >/proc/sys/kernel/printk; printf "word by word" >/dev/console; exec sleep 60'
	results=$dir/out/results/$RUN
	{ await $$ grep -q 'word by word' "$results/qemu-1.log" && to_qemu KILL; } 3>&- &
	lost 'it ended (signal 9) before it said hello; its last output: word by word; '
	reap $! 0
	[ "${stderr_lines[-2]}" = '  | word by word' ]
}
