# Faults during the measurement, in the guest, in the container and on the host. After each: no document that looks
# complete and is wrong, no hang, nothing left over that hinders the next start, the documented status and message.
# bats file_tags=measures
# needs: all for-report
load helper

setup() {
	make_dir
	export SUITE=$dir/three.suite RUN=fault-$BATS_TEST_NUMBER-$$ ACCEL=tcg ITERATIONS=1
	results=$OUT/results/$RUN
	latest=$(readlink "$OUT/results/latest" || :)
	three 'cpu --cpu-max-prime=2000 --time=600'
}

teardown() {
	[ -z "${pid:-}" ] || { kill -TERM -- "-$pid" 2>/dev/null && wait "$pid"; } || true
	if mountpoint -q "$dir/small"; then umount "$dir/small"; fi
	rm -rf "$results"
	forget_dir
	if [ -n "$latest" ]; then ln -sfn "$latest" "$OUT/results/latest"; else rm -f "$OUT/results/latest"; fi
}

# three EXPERIMENT: the suite is this one, between two that end at once.
three() {
	printf '%s\n' 'first cpu --cpu-max-prime=100 --events=1' "middle $1" 'last cpu --cpu-max-prime=100 --events=1' >"$SUITE"
}

# saboteur SCRIPT: sets `out`, where the guest's root file system has SCRIPT, too, as a process that runs when bench has
# been working for half a second. Init, bench and the kernel are ours.
saboteur() {
	out=$dir/out
	mkdir -p "$out/bin" "$dir/root"
	ln -sf "$OUT/bin/"* "$out/bin"
	ln -sf "$OUT/vmlinux" "$OUT/rootfs.manifest" "$out"
	bsdtar -xf "$OUT/rootfs.tar" -C "$dir/root"
	mv "$dir/root/init" "$dir/root/real-init"
	cat >"$dir/root/init" <<-END
		#!/bin/sh
		bench() {
			pgrep -x bench
		}
		(
			ticks=0
			until [ "\${ticks:-0}" -gt 50 ]; do
				sleep 0.1
				ticks=\$(for pid in \$(bench 2>/dev/null); do cat /proc/\$pid/stat; done 2>/dev/null | awk '{t += \$14 + \$15} END {print t + 0}')
			done
			$1
		) >/dev/null 2>&1 &
		exec /real-init "\$@"
	END
	chmod +x "$dir/root/init"
	(cd "$dir/root" && bsdtar --format=newc -cf "$out/initramfs.cpio" .)
	results=$out/results/$RUN
}

# no_complete: no document claims to be complete, and none is half-written.
no_complete() {
	local file
	for file in "$results"/*.json; do
		[ ! -e "$file" ] || [ "$(jq -r .status "$file")" != complete ]
	done
	[ -z "$(find "$results" -name '*.tmp*' -o -name '*.json' -size 0)" ]
}

# next_start ENVIRONMENT: the next start succeeds.
next_start() {
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$dir/next.suite"
	RUN=$RUN-next SUITE=$dir/next.suite scripts/measure "$1"
	[ "$(jq -r .status "$OUT/results/$RUN-next/$1-1.json")" = complete ]
	rm -rf "$OUT/results/$RUN-next"
}

# measuring ENVIRONMENT: starts scripts/measure in the background, sets `pid`, and waits for the middle experiment.
measuring() {
	setsid env --default-signal=INT scripts/measure "$1" >"$dir/output" 2>&1 &
	pid=$!
	await $pid grep -q '\[2/3\] middle' "$results/$1-1.log" || { cat "$dir/output"; return 1; }
}

# ended STATUS: what `measuring` began ends with it, and its last line names it.
ended() {
	local ended=$pid
	pid=
	reap "$ended" "$1" || { cat "$dir/output"; return 1; }
	cat "$dir/output"
	[[ $(tail -n 1 "$dir/output") == "samebits: "*"(status $1)" ]]
}

@test "a kernel that panics during a measurement loses the start" {
	three 'cpu --cpu-max-prime=2000 --time=60'
	saboteur 'echo 2 >/proc/sys/vm/panic_on_oom; tail /dev/zero'
	OUT=$out MEMORY=128M refused 5 'Kernel panic - not syncing: Out of memory' scripts/run qemu 1
	no_complete
}

@test "a guest without memory: bench's experiment is killed and counts as failed" {
	three 'memory --memory-block-size=64M --time=60'
	saboteur 'for pid in $(bench); do echo 1000 >/proc/$pid/oom_score_adj; done; head -c 83886080 /dev/zero | tail -c 83886080'
	OUT=$out MEMORY=160M run --separate-stderr scripts/run qemu 1
	echo "$status $stderr"
	[ "$status" = 1 ]
	jq -e '.status == "failed" and (.experiments | map(.exit == 0)) == [true, false, true] and (.experiments[1].error | test("signal 9"))' "$results/qemu-1.json"
	valid "$results/qemu-1.json"
}

@test "bench killed by SIGSEGV: the experiment has failed, the others count" {
	saboteur 'kill -SEGV $(bench | tail -n 1)'
	OUT=$out run --separate-stderr scripts/run qemu 1
	echo "$status $stderr"
	[ "$status" = 1 ]
	jq -e '.status == "failed" and (.experiments | map(.exit == 0)) == [true, false, true] and (.experiments[1].error | test("signal 11"))' "$results/qemu-1.json"
	valid "$results/qemu-1.json"
}

@test "all of bench killed by SIGKILL: nothing is kept" {
	saboteur 'kill -KILL $(bench)'
	OUT=$out refused 5 'was lost' scripts/run qemu 1
	no_complete
}

@test "a full scratch disk: that experiment fails, with the reason" {
	three 'fileio --file-total-size=2G --file-num=2 --file-test-mode=rndrd --time=1'
	run --separate-stderr scripts/run qemu 1
	echo "$status $stderr"
	[ "$status" = 1 ]
	jq -e '.status == "failed" and (.experiments | map(.exit == 0)) == [true, false, true] and (.experiments[1].error | test("No space left on device"))' "$results/qemu-1.json"
}

# with_blkdebug RULE: a script in place of QEMU inserts RULE between the scratch disk and the guest.
with_blkdebug() {
	mkdir -p "$dir/bin"
	printf '[inject-error]\n%s\n' "$1" >"$dir/blkdebug"
	cat >"$dir/bin/qemu-system-x86_64" <<-END
		#!/bin/sh
		for a; do
			shift
			case \$a in *disk.img*) a=\$(echo "\$a" | sed 's|file=\([^,]*\)|file.driver=blkdebug,file.config=$dir/blkdebug,file.image.driver=file,file.image.filename=\1|') ;; esac
			set -- "\$@" "\$a"
		done
		exec $(command -v qemu-system-x86_64) "\$@"
	END
	chmod +x "$dir/bin/qemu-system-x86_64"
}

@test "the wall clock is set by an hour during a measurement: no duration changes" {
	three 'cpu --cpu-max-prime=2000 --time=3'
	saboteur 'date -s "@$(($(date +%s) + 3600))"'
	OUT=$out scripts/run qemu 1
	jq -e '.status == "complete" and .experiments[1].total_time_s < 60 and .host.wall_ms < 600000 and ([.host.timeline_ms[]] | . == sort)' "$results/qemu-1.json"
	valid "$results/qemu-1.json"
}

@test "a scratch disk with read errors: the experiment fails with the reason, and its files are removed" {
	three 'fileio --file-total-size=16M --file-num=2 --file-test-mode=rndrd --file-extra-flags=direct --time=60'
	# A sector of the test files that nothing before them uses.
	with_blkdebug 'event = "none"
iotype = "read"
sector = "300000"
errno = "5"'
	PATH=$dir/bin:$PATH run --separate-stderr scripts/run qemu 1
	echo "$status $stderr"
	[ "$status" = 1 ]
	jq -e '.status == "failed" and (.experiments | map(.exit == 0)) == [true, false, true] and (.experiments[1].error | test("I/O error"))' "$results/qemu-1.json"
	grep -q 'I/O error, dev vda, sector 300000 op 0x0:(READ)' "$results/qemu-1.log"
}

# of_run PATTERN: the processes of this run whose command name, cut after 15 characters, matches it.
of_run() {
	local file name
	{ grep -lzxE "(SAMEBITS_)?RUN=$RUN" /proc/[0-9]*/environ 2>/dev/null || true; } | while read -r file; do
		name=
		read -r name 2>/dev/null <"${file%environ}comm" || continue
		[[ ! $name =~ ^($1)$ ]] || basename "${file%/environ}"
	done
}

none_of_run() {
	local program
	for program in measure run watch 'qemu.*' bench; do
		[ -z "$(of_run "$program")" ] || return 1
	done
}

# killed PROGRAM SIGNAL ENVIRONMENT: while that measures, its PROGRAM gets the signal. Sets `victims`.
killed() {
	measuring "$3"
	victims=$(of_run "$1")
	[ -n "$victims" ]
	kill "-$2" $victims
}

# each_killed ENVIRONMENT PROGRAM...: kills one after the other, each while it measures.
each_killed() {
	local environment=$1 program
	shift
	for program; do
		rm -rf "$results"
		killed "$program" KILL "$environment"
		ended 5
		await $$ none_of_run
		no_complete
	done
	next_start "$environment"
}

@test "a killed process of a native start: the start is lost and reported, and the next one succeeds" {
	each_killed native watch bench run
}

@test "a killed process of a guest's start: the start is lost and reported, and the next one succeeds" {
	each_killed qemu watch 'qemu.*' run
}

@test "a killed process of a container's start: the start is lost and reported, and the next one succeeds" {
	each_killed docker watch docker bench 'containerd-shim.*' dockerd run
}

@test "measure killed by SIGKILL: everything that it started ends, and the next start succeeds" {
	local environment
	for environment in native docker qemu; do
		killed measure KILL $environment
		wait "$pid" || true
		await $$ none_of_run
		no_complete
		next_start $environment
	done
}

@test "make killed by SIGKILL: everything that it started ends" {
	setsid env --default-signal=INT make native-run >"$dir/output" 2>&1 &
	pid=$!
	await $pid grep -q '\[2/3\] middle' "$results/native-1.log"
	kill -KILL $pid
	wait $pid || true
	await $$ none_of_run
	no_complete
}

# A process that gets SIGCONT before it has acted on SIGSTOP was never stopped.
stopped() {
	local process
	for process in $victims; do
		grep -q '^State:	T' "/proc/$process/status" || return 1
	done
}

@test "QEMU, or bench on the host, stopped and continued: the start does not count" {
	killed 'qemu.*' STOP qemu
	await "$pid" stopped
	kill -CONT $victims
	ended 5
	grep -q 'a signal stopped it for ' "$dir/output"
	no_complete
	killed bench STOP native
	await "$pid" stopped
	kill -CONT $victims
	ended 5
	no_complete
}

@test "a host disk that fills up: the guest's disk has all its space since before the start" {
	[ "$(id -u)" = 0 ] || skip 'needs root to mount a small file system'
	three 'fileio --file-total-size=800M --file-num=2 --file-test-mode=seqwr --time=5'
	truncate -s 1300M "$dir/image"
	mke2fs -q -t ext4 -m 0 "$dir/image"
	mkdir "$dir/small"
	mount -o loop "$dir/image" "$dir/small"
	SCRATCH=$dir/small measuring qemu
	run dd if=/dev/zero of="$dir/small/rest" bs=1M
	[[ $output == *'No space left'* ]]
	reap "$pid" 0 || { cat "$dir/output"; return 1; }
	pid=
	jq -e '.status == "complete" and (.experiments | map(.exit == 0) | all)' "$results/qemu-1.json"
}

@test "the host's clock is set by an hour: the recorded duration does not change" {
	cd "$dir"
	echo +0 >clock
	LD_PRELOAD=$(find /usr/lib -name libfaketime.so.1) FAKETIME_TIMESTAMP_FILE=$dir/clock FAKETIME_NO_CACHE=1 \
		FAKETIME_DONT_FAKE_MONOTONIC=1 "$OUT/bin/watch" --report=report -- \
		sh -c 'date +%s >before; echo +3600 >clock; date +%s >after'
	[ "$(($(cat after) - $(cat before)))" -ge 3600 ]
	jq -e '(.end_utc | fromdate) - (.start_utc | fromdate) < 1800 and .wall_ms < 1800000' report
}
