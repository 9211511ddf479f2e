# Whole runs in the real environments: a guest under QEMU, a container, this machine.
load helper

setup() {
	make_dir
	cat >"$dir/tiny.suite" <<-'SUITE'
		primes  cpu --cpu-max-prime=2000 --time=1
		disk    fileio --file-total-size=4M --file-num=8 --file-test-mode=rndrw --threads=4 --time=1
		later   fileio --file-total-size=4M --file-num=8 --file-test-mode=rndrw --file-io-mode=async --time=1
	SUITE
	export SUITE=$dir/tiny.suite
	RUN=test-$BATS_TEST_NUMBER-$$
	results=$OUT/results/$RUN
	latest=$(readlink "$OUT/results/latest" || :)
	export RUN
}

teardown() {
	rm -rf "$results"
	forget_dir
	if [ -n "$latest" ]; then ln -sfn "$latest" "$OUT/results/latest"; else rm -f "$OUT/results/latest"; fi
}

@test "make compare: all three environments in turns, one table, valid documents" {
	ITERATIONS=2 run --separate-stderr make compare
	echo "$stderr"
	[ "$status" = 0 ]
	valid "$results"/{native,docker,qemu}-{1,2}.json
	# The order rotates.
	[ "$(sed -n 's/.*\[[0-9]\/6\] \([a-z]*\) iteration.*/\1/p' <<<"$stderr" | tr '\n' ' ')" = \
		'native docker qemu docker qemu native ' ]
	[[ $stderr == *'left)'* ]]
	echo "$output"
	for row in 'primes *events/s' 'primes *latency p95 us' 'disk *reads/s' 'disk *fsyncs/s' 'later *writes/s'; do
		grep -Eq "^$row +[0-9.]+ +[0-9.]+%( +[0-9.]+ +[0-9.]+% +[0-9.]+ +(faster|slower|~)){2}$" <<<"$output"
	done
	grep -Eq '^(confound|intended): accelerator: .*qemu (tcg|kvm)' <<<"$output"
	grep -q '^confound: kernel: ' <<<"$output"
	[ "$(cd "$results" && echo report.*)" = 'report.csv report.html report.json report.md' ]

	jq -es 'map(.status == "complete" and .iteration > 0 and .run == env.RUN) | all' "$results"/*-[0-9]*.json
	jq -es 'map(.identity.bench) | unique | length == 1' "$results"/*-[0-9]*.json
	jq -es 'map(.identity.rootfs) | unique | length == 1' "$results"/*-[0-9]*.json
	[ "$(jq -r .identity.rootfs "$results/qemu-1.json")" = "sha256:$(sha256sum <"$OUT/rootfs.manifest" | cut -d ' ' -f 1)" ]
	# Nothing runs but init and bench, on both sides; the same resources on all.
	jq -es 'map(.platform.processes == 2) | all' "$results"/{docker,qemu}-*.json
	jq -es 'map(.platform.cpu.count == 1) | all' "$results"/*-[0-9]*.json
	jq -es 'map(.host.cpus) | unique | length == 1' "$results"/*-[0-9]*.json
	jq -es 'map(.host.memory_bytes == 536870912) | all' "$results"/*-[0-9]*.json
	jq -es 'map(.platform.limits.memory_bytes == 536870912) | all' "$results"/docker-*.json
	jq -es 'map(.platform.memory_bytes < 536870912) | all' "$results"/qemu-*.json
	jq -es 'map(.platform.filesystem.type == "ext4") | all' "$results"/qemu-*.json
	jq -es 'map(.host.start_to_init_ms > 0 and .host.wall_ms > .host.start_to_init_ms) | all' "$results"/{docker,qemu}-*.json
	jq -es 'map(.host.accelerator == "tcg" or .host.accelerator == "kvm") | all' "$results"/qemu-*.json
	jq -es 'map(.host | has("accelerator") | not) | all' "$results"/{docker,native}-*.json
	[ "$(readlink "$OUT/results/latest")" = "$RUN" ]

	# What is there already is not measured again.
	ITERATIONS=2 run --separate-stderr make compare
	[ "$status" = 0 ]
	[[ $stderr == *'6 of 6 results already'* ]]
	[[ $stderr != *'[1/'* ]]
	run make report
	[ "$status" = 0 ]
	grep -Eq '^primes +events/s' <<<"$output"

	# No table is better than half of one.
	mkdir "$dir/broken"
	jq -c '.experiments[0].cpu.user_s = "much"' "$results/native-1.json" >"$dir/broken/native-1.json"
	refused 1 'without the fields' scripts/report "$dir/broken"
	[ -z "$output" ]

	# Other settings, or other bits, are not mixed in.
	refused 2 CPUS= env CPUS=2 scripts/measure native
	jq -c '.identity.bench = "sha256:" + "0" * 64' "$results/qemu-2.json" >"$dir/other"
	cp "$dir/other" "$results/qemu-2.json"
	refused 6 'identities differ' scripts/report "$results"
	[[ $stderr == *qemu-2* ]]
}

@test "the suites that come with it are the study's experiments" {
	words() {
		grep -v '^#' "rootfs/suites/$1.suite" | tr -s ' '
	}
	diff <(words seed) - <<-'SUITE'
		cpu-2000 cpu --cpu-max-prime=2000
		cpu-20000 cpu --cpu-max-prime=20000 --time=150
		fileio-sync fileio --threads=16 --file-total-size=100M --file-test-mode=rndrw
		fileio-async fileio --threads=16 --file-total-size=100M --file-test-mode=rndrw --file-io-mode=async
	SUITE
	diff <(words seed | sed 's/ --time=150//') <(words quick | sed 's/ --time=2//')
}

@test "make verify proves identical bits" {
	run --separate-stderr make verify
	echo "$output $stderr"
	[ "$status" = 0 ]
	[ "$(grep -c 'every path, mode, owner and content' <<<"$output")" = 2 ]
	[ "$(grep -c '^running in .*bench sha256:' <<<"$output")" = 3 ]
	[ "$(grep -o 'init sha256:[0-9a-f]*' <<<"$output" | sort -u | wc -l)" = 1 ]
	grep -q "^identity: sha256:$(sha256sum <"$OUT/rootfs.manifest" | cut -d ' ' -f 1)" <<<"$output"
}

@test "make verify and the runners find a changed bit" {
	mkdir -p "$dir/out/bin"
	cp "$OUT/bin/"* "$dir/out/bin"
	cp "$OUT/"{rootfs.manifest,initramfs.cpio,image.tar,vmlinux} "$dir/out"
	mkdir "$dir/tree"
	bsdtar -xf "$OUT/rootfs.tar" -C "$dir/tree" ./etc/passwd
	offset=$(grep -abo "$(head -c 20 "$dir/tree/etc/passwd")" "$dir/out/initramfs.cpio" | head -n 1 | cut -d : -f 1)
	printf X | dd of="$dir/out/initramfs.cpio" bs=1 seek="$offset" conv=notrunc status=none
	OUT=$dir/out refused 6 'initramfs is not what' scripts/verify
	# Another bench than the manifest's: the guest states the hash of what runs.
	cp "$OUT/initramfs.cpio" "$dir/out"
	sed -i 's/^.\(.*\/bin\/bench\)$/x\1/' "$dir/out/rootfs.manifest"
	OUT=$dir/out ITERATIONS=1 refused 6 'ran another bench' scripts/measure qemu
	[ ! -e "$dir/out/results/$RUN/qemu-1.json" ]
}

@test "the other machines boot, with two processors" {
	for machine in pc q35 microvm; do
		MACHINE=$machine CPUS=2 ITERATIONS=1 RUN=$RUN-$machine ACCEL=tcg make qemu-run
		jq -e '.platform.cpu.count == 2 and .status == "complete"' "$results-$machine/qemu-1.json"
		rm -rf "$results-$machine"
	done
}

@test "make qemu-shell and docker-shell run what is piped in" {
	run bash -c "echo 'uname -r; echo a | tr a b; exit' | make qemu-shell"
	[ "$status" = 0 ]
	[[ $output == *samebits* ]]
	run bash -c "echo 'ls /bin/bench; exit' | make docker-shell"
	[ "$status" = 0 ]
	[[ $output == */bin/bench* ]]
}

@test "ten boots in a row, each with its result" {
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$SUITE"
	ITERATIONS=10 ACCEL=tcg make qemu-run
	valid "$results"/qemu-{1,2,3,4,5,6,7,8,9,10}.json
}

# guest SCRIPT: a root file system whose /init is a shell script; the kernel and all else are ours.
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

# lost TEXT: one start of that guest is lost, for the reason given, and leaves no document.
lost() {
	OUT=$dir/out ITERATIONS=1 ACCEL=tcg SCRATCH=$dir/scratch refused 5 ' was lost: ' scripts/measure qemu
	[[ $stderr == *"$1"* ]]
	[ -z "$(find "$dir/out/results" -name '*.json*' ! -type d)" ]
	[ -s "$dir/out/results/$RUN/qemu-1.log" ]
}

@test "a guest that panics is lost, with the kernel's last lines" {
	guest 'exit 1'
	lost 'Kernel panic - not syncing: Attempted to kill init'
}

@test "a guest that falls silent is lost" {
	guest 'mount -t devtmpfs dev /dev; for p in /dev/vport*; do echo hello >"$p"; done; echo the last words; sleep 1000'
	lost 'the last words'
	[[ $stderr == *'it was silent for 20 s'* ]]
}

@test "a guest without a result is lost, a broken one is no result" {
	guest 'mount -t devtmpfs dev /dev; for p in /dev/vport*; do printf "hello\nexit 0\n" >"$p"; done; reboot -f'
	lost 'no result'
	rm -r "$dir/out/results"
	guest 'mount -t devtmpfs dev /dev; for p in /dev/vport*; do printf "hello\ndocument 5\n{\"a\":\n" >"$p"; done; reboot -f'
	lost 'without its last word'
}

@test "a killed QEMU is a lost guest" {
	(
		for _ in $(seq 150); do
			sleep 0.2
			! pgrep -f "^qemu-system.*SAMEBITS_RUN=$RUN " >/dev/null || break
		done
		sleep 2
		pkill -KILL -f "^qemu-system.*SAMEBITS_RUN=$RUN "
	) &
	ACCEL=tcg ITERATIONS=1 refused 5 ' was lost: ' scripts/measure qemu
	[ ! -e "$results/qemu-1.json" ]
}

@test "Ctrl-C ends the environment cleanly: status 130, nothing half-written, and the run can go on" {
	for environment in qemu docker native; do
		setsid env --default-signal=INT ITERATIONS=2 scripts/measure "$environment" >"$dir/output" 2>&1 &
		pid=$!
		until [ -e "$results/$environment-1.json" ]; do sleep 0.2; kill -0 $pid; done
		sleep 1
		# As a terminal does: to the whole process group.
		kill -INT -- "-$pid"
		status=0
		wait $pid || status=$?
		cat "$dir/output"
		[ "$status" = 130 ]
		[ ! -e "$results/$environment-2.json" ]
		[ -z "$(find "$results" -name '*.tmp*')" ]
		! pgrep -f "SAMEBITS_RUN=$RUN " >/dev/null
		ITERATIONS=2 scripts/measure "$environment"
		[ -e "$results/$environment-2.json" ]
	done
}

@test "two measurements at once refuse each other" {
	scripts/measure native &
	sleep 1
	RUN=$RUN-b refused 3 'another measurement runs' scripts/measure native
	wait
}
