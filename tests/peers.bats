# What bench-boot and bench-size depend on: their arguments, the guests that measure, and the number of instructions of a start.
# bats file_tags=measures
# needs: for-peers for-report
load helper

peers="kernel-config/peers"

setup_file() {
	cd "$BATS_TEST_DIRNAME/.."
	make -s "${OUT:-out}"/peers/{boot,plugin.so,floor,initramfs.cpio}
}

guest() {
	ACCEL=tcg CPUS=1 MEMORY=128M sh -euc '. kernel-config/peers/guest.sh; KERNEL=; prepare_mark
		eval "set -- $(command_of tcg "$@")"; "$PEERS/boot" $LIMIT "$@"' guest "$@"
}

@test "invalid arguments are refused" {
	BOOTS=0 refused 2 'BOOTS=0' $peers/bench-boot
	BOOTS=many refused 2 'BOOTS=many' $peers/bench-boot
	FIRECRACKER_CONFIG=/nosuch refused 2 'FIRECRACKER_CONFIG=/nosuch' $peers/bench-boot
	refused 2 'no row xen-pc; valid rows: ours-microvm' $peers/bench-boot xen-pc
	refused 2 'no row xen-pc; valid rows: ours-microvm' $peers/bench-exits xen-pc
	refused 3 '/nosuch has no exits of ours-microvm' $peers/count-exits /nosuch
	refused 2 'usage:' $peers/kernel
	refused 2 'usage:' $peers/count often
	MACHINE=pc refused 2 'MACHINE=pc' $peers/count
	FIRECRACKER_CONFIG='' refused 2 'no rows are left' $peers/bench-boot firecracker-pc
}

@test "Debian's cloud kernel with its modules finds the disk and the port" {
	make_dir
	$peers/kernel cloud
	kernel=$OUT/peers/cloud/vmlinuz
	printf 'one fileio --file-num=1 --file-total-size=1M --file-test-mode=rndrd --events=1\n' >"$dir/one.suite"
	export OUT=$dir/out SUITE=$dir/one.suite RUN=kernel ACCEL=tcg SCRATCH=$dir/scratch KERNEL=$kernel
	mkdir "$OUT"
	ln -s "${kernel%/peers/*}"/{bin,vmlinux,initramfs.cpio,rootfs.manifest} "$OUT"
	refused 2 'give MACHINE=q35' scripts/run qemu 1
	MACHINE=q35 scripts/run qemu 1
	valid "$OUT/results/kernel/qemu-1.json"
	jq -e '.status == "complete" and .platform.filesystem.type == "ext4" and (.platform.kernel | endswith("-cloud-amd64"))
		and (.host.kernel_image.modules | test("virtio_blk")) and .host.kernel_options.SECURITY == "y"
		and .platform.processes == 2' "$OUT/results/kernel/qemu-1.json"
	forget_dir
}

@test "the floor exits at once, on microvm and after SeaBIOS" {
	guest floor vmlinux microvm table | tee /dev/stderr | jq -e '.status == 3 and (.hung | not)'
	guest floor vmlinux q35 table | tee /dev/stderr | jq -e '.status == 3 and (.hung | not)'
}

@test "a guest that does not start does not count as a boot" {
	make_dir
	mkdir -p "$dir/peers"
	ln -s "$OUT/bin" "$dir"
	ln -s "$OUT"/peers/{boot,initramfs.cpio} "$dir/peers"
	head -c 1000000 "$OUT/vmlinux" >"$dir/vmlinux"
	OUT=$dir ACCEL=tcg BOOTS=1 refused 5 'ours-microvm: its guest ended before init; its last output: qemu' $peers/bench-boot ours-microvm
	[ ! -e "$dir/peers/boots-tcg.json" ]
	forget_dir
}

@test "a guest reports when it reaches its init, and how much memory is free" {
	guest ours vmlinux microvm table memory | tee /dev/stderr |
		jq -e '.status == 0 and .ticks > 0 and .init_ms > 0 and .gone_ms > .init_ms and (.said | test("MemAvailable: *[0-9]+ kB"))'
}

@test "a guest that hangs is ended and counted" {
	"$OUT/peers/boot" 0.2 sleep 30 | jq -e '.hung and (has("init_ms") | not)'
}

@test "a start takes no more instructions than before" {
	qemu-system-x86_64 -help | grep '^-plugin' || skip 'this QEMU has no plugins'
	$peers/count
}

@test "more instructions than before are refused, with what to do" {
	qemu-system-x86_64 -help | grep '^-plugin' || skip 'this QEMU has no plugins'
	make_dir
	echo '1000000 1.03' >"$dir/few"
	INSTRUCTIONS=$dir/few refused 4 'run: make count-instructions' $peers/count
	forget_dir
}
