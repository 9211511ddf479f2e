# What a guest is given and what is recorded about its host, as far as that needs no KVM; tests/kvm.bats has the rest.
# bats file_tags=measures
# needs: all for-report
load helper

setup() {
	make_dir
	RUN=guests-$BATS_TEST_NUMBER-$$
	SUITE=$dir/tiny.suite SCRATCH=$dir/scratch
	results=$OUT/results/$RUN
	export RUN SUITE SCRATCH
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$SUITE"
	latest=$(readlink "$OUT/results/latest" || :)
}

teardown() {
	rm -rf "$results"
	forget_dir
	if [ -n "$latest" ]; then ln -sfn "$latest" "$OUT/results/latest"; else rm -f "$OUT/results/latest"; fi
}

# given ACCELERATOR: prints QEMU's arguments, one a line
given() {
	eval "printf '%s\n' $(environments/qemu/command "$1" "$dir/disk" cache=none A=b suite quick)"
}

@test "a guest under KVM is what users run: q35, PCI, qboot, the host's TSC and caches, no ticks repeated by the PIT" {
	given kvm >"$dir/given"
	grep -x 'q35,firmware=qboot.rom,smm=off,acpi=off' "$dir/given"
	grep -x 'host,migratable=off,host-cache-info=on' "$dir/given"
	grep -x 'kvm-pit.lost_tick_policy=discard' "$dir/given"
	grep -x 'virtio-blk-pci,drive=.*' "$dir/given"
	MACHINE=pc given kvm | grep -x 'kvm-pit.lost_tick_policy=discard'
	# A machine without a PIT gets no option for it, and emulation is as before.
	MACHINE=microvm given kvm >"$dir/given"
	grep -x 'microvm,.*pit=off,pic=off,.*' "$dir/given"
	run ! grep kvm-pit "$dir/given"
	given tcg >"$dir/given"
	grep -x 'microvm,.*' "$dir/given"
	run ! grep -E 'kvm-pit|migratable' "$dir/given"
}

# measure_times ENVIRONMENT: the processor time from the host is in each experiment's result.
measure_times() {
	printf '%s\n' 'one cpu --cpu-max-prime=1000 --time=1' 'two syscall --time=1' \
		'three fileio --file-total-size=1M --file-num=1 --file-test-mode=rndrd --time=1' >"$SUITE"
	scripts/run "$1" 1
	valid "$results/$1-1.json"
	jq -c '.host.cpu, .experiments[].host_cpu' "$results/$1-1.json"
	jq -e 'all(.experiments[]; .host_cpu.used_s > 0 and .host_cpu.waited_s >= 0)
		and ([.experiments[].primary] == ["events/s", "null system call", "reads/s"])
		and (.experiments[0] | .per_cpu_s * .host_cpu.used_s / .events | . > 0.999 and . < 1.001)
		and (.experiments[2] | .per_cpu_s == null or (.per_cpu_s * .host_cpu.used_s / .operations.read.count | . > 0.999 and . < 1.001))' "$results/$1-1.json"
}

@test "the host records how long QEMU used and waited for processors in each experiment of a guest" {
	measure_times qemu
	# Time between the experiments belongs to none of them.
	jq -e '.host.cpu.waited_s >= 0 and .host.cpu.used_s > ([.experiments[].host_cpu.used_s] | add)' "$results/qemu-1.json"
}

@test "other work on the measured processor appears as time waited" {
	local cpu beside
	measure_times native
	cpu=$(jq -r '.host.cpus[0]' "$results/native-1.json")
	printf 'one cpu --cpu-max-prime=1000 --threads=2 --time=2\n' >"$SUITE"
	taskset -c "$cpu" sh -c 'while :; do :; done' 3>&- &
	beside=$!
	scripts/run native 2 || { kill "$beside"; return 1; }
	kill "$beside"
	jq -c '.experiments[0] | .host_cpu, .total_time_s' "$results/native-2.json"
	# Two threads, at most one of which runs at any time of the measurement.
	jq -e '.experiments[0] | .host_cpu.waited_s > 0.5 * .total_time_s and .host_cpu.used_s + .host_cpu.waited_s < 2 * .total_time_s + 1' "$results/native-2.json"
}

@test "AMD processors get the same microvm as Intel's" {
	[ "$(id -u)" = 0 ] || skip 'only root may put another file in the place of /proc/cpuinfo'
	MACHINE=microvm given kvm >"$dir/given"
	sed 's/ tsc_deadline_timer//' /proc/cpuinfo >"$dir/cpuinfo"
	unshare -m sh -c "mount --bind '$dir/cpuinfo' /proc/cpuinfo && MACHINE=microvm environments/qemu/command kvm '$dir/disk' cache=none A=b suite quick" >"$dir/amd"
	eval "printf '%s\n' $(cat "$dir/amd")" | diff "$dir/given" -
}

@test "a guest's console is quiet under KVM only, and not when the guest is tried again" {
	append() {
		grep -A 1 -x -e -append
	}
	given kvm | append | grep -w quiet
	SAMEBITS_CONSOLE=loud given kvm | append >"$dir/given"
	run ! grep -w quiet "$dir/given"
	grep -w acpi=off "$dir/given"
	given tcg | append >"$dir/given"
	run ! grep -w quiet "$dir/given"
}

@test "SILENCE limits how long a guest may be silent" {
	refused 2 'SILENCE=0 is not a positive whole number' env SILENCE=0 scripts/measure qemu
	run make help-all
	[[ $output == *'SILENCE '* ]]
}

# written FILE: all of its blocks are on the disk: no holes, no unwritten extents.
written() {
	filefrag -v "$1" | awk -v size="$(stat -c %s "$1")" '
		/^ *[0-9]+:/ {
			if (/unwritten|delalloc/) bad = bad $0 "\n"
			split($0, parts, ":")
			blocks += parts[4]
		}
		END {
			printf "%d of %d bytes\n%s", blocks * 4096, size, bad
			exit bad != "" || blocks * 4096 < size
		}'
}

@test "a guest's disk is written in full before it starts, like native's files" {
	cat >"$dir/prepare" <<-'SCRIPT'
		set -eu
		. environments/start/runner.sh
		begin qemu run
		for link; do
			make_disk
			sync "$DISK"
			ln "$DISK" "$link"
		done
	SCRIPT
	# The second is made from what the first one left, as in a run.
	sh "$dir/prepare" "$dir/first" "$dir/second"
	written "$dir/first"
	[ "$dir/first" -ef "$dir/second" ]
	e2fsck -fn "$dir/second"
	mkdir "$dir/native"
	(cd "$dir/native" && "$OUT/bin/bench" fileio --file-num=2 --file-total-size=8M prepare)
	sync "$dir/native"/test_file.*
	for file in "$dir/native"/test_file.*; do written "$file"; done
	# A run removes it at its end.
	ACCEL=tcg ITERATIONS=1 scripts/measure qemu
	[ -z "$(ls -A "$SCRATCH")" ]
}

@test "emulator=beside gives QEMU's own threads other processors than the guest's" {
	[ "$(nproc)" -gt 1 ] || skip 'there are no others'
	printf 'long cpu --time=100\n' >"$SUITE"
	local ours others pid qemu
	ours=$(. scripts/settings.sh && processors)
	others=$(. scripts/settings.sh && other_processors)
	# on NAMES: the processors of the threads whose names match
	on() {
		for task in /proc/"$qemu"/task/*; do
			[[ $(cat "$task/comm") =~ $1 ]] || continue
			sed -n 's/^Cpus_allowed_list:\t//p' "$task/status"
		done | sort -u | paste -sd ' '
	}
	parted() {
		qemu=$(pgrep -f "^qemu-system.*SAMEBITS_RUN=$RUN ")
		[ "$(on '^qemu-system')" = "$(tr , - <<<"$others" | sed 's/-.*-/-/')" ]
	}
	ACCEL=tcg setsid scripts/run qemu:emulator=beside 1 2>"$dir/error" 3>&- &
	pid=$!
	await $pid parted || { cat "$dir/error" && false; }
	qemu=$(pgrep -f "^qemu-system.*SAMEBITS_RUN=$RUN ")
	[ "$(on CPU)" = "$ours" ]
	kill -TERM -- "-$pid"
	reap $pid 130
	CPUS=$(nproc) refused 2 'emulator=beside needs another processor than those of CPUS' scripts/measure qemu:emulator=beside
}

@test "a document has what an auditor needs to know about the host, and when unwritten data goes to the disk" {
	ACCEL=tcg ITERATIONS=1 scripts/measure native qemu
	valid "$results"/{native,qemu}-1.json
	for environment in native qemu; do
		# Files that this machine lacks are absent.
		grep -sH . /sys/devices/system/cpu/vulnerabilities/* | sed 's|.*/\([^:]*\):|\1\t|' |
			jq -Rn '[inputs | split("\t") | {(.[0]): .[1]}] | add' >"$dir/mitigations"
		jq -e --slurpfile is "$dir/mitigations" '.host.mitigations == $is[0]' "$results/$environment-1.json"
		grep -sH . /sys/module/kvm*/parameters/* | sed 's|/sys/module/\([^/]*\)/parameters/\([^:]*\):|\1\t\2\t|' |
			jq -Rn 'reduce (inputs | split("\t")) as [$m, $p, $v] (null; setpath([$m, $p]; $v))' >"$dir/kvm"
		jq -e --slurpfile is "$dir/kvm" '.host.kvm_parameters == $is[0]' "$results/$environment-1.json"
		[ "$(jq -r .host.clocksource "$results/$environment-1.json")" = "$(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)" ]
		jq -e '.host | (.smt_siblings | . == "none" or test("^[0-9,]+$"))' "$results/$environment-1.json"
		[ ! -e /sys/kernel/mm/ksm/run ] || jq -e '.host.ksm' "$results/$environment-1.json"
		jq -e '.platform.dirty | .background_bytes > 0 and .background_bytes < .limit_bytes and .expire_ms > 0 and .writeback_ms != null' "$results/$environment-1.json"
	done
	[ "$(jq .platform.dirty.expire_ms "$results/native-1.json")" = "$(($(cat /proc/sys/vm/dirty_expire_centisecs) * 10))" ]
	jq -e '.host | .emulator == "shared" and .guest_huge_pages_bytes >= 0' "$results/qemu-1.json"
	jq -e '.host | has("emulator") or has("guest_huge_pages_bytes") | not' "$results/native-1.json"
}

# start ENVIRONMENT ITERATION [FILTER]: makes a start's document, with what the host adds
start() {
	(cd "$dir" && SAMEBITS_ENVIRONMENT=$1 SAMEBITS_ITERATION=$2 "$OUT/bin/bench" suite "$SUITE" 2>/dev/null) |
		jq -c '. + {run: "r", host: {kernel: .platform.kernel, cpu_model: .platform.cpu.model, command: ["x"], memory_bytes: 536870912,
			start_utc: "2026-01-01T00:00:10Z", end_utc: "2026-01-01T00:00:50Z", wall_ms: 50000, mitigations: {a: "x", b: "y"},
			kvm_parameters: {kvm: {c: "1"}}, ksm: "off", smt_siblings: "none", clocksource: "tsc", steal: 0}}'" | ${3:-.}" >"$dir/run/$1-$2.json"
}

# judged FACT: how the report classes it
judged() {
	jq -r --arg name "$1" '.audit.facts[] | select(.name == $name) | .class' "$dir/run/report.json"
}

@test "the audit has a rule for each of these facts, and shows the guest's own steal next to the host's" {
	mkdir "$dir/run"
	printf '%s --events=5\n' 'faults pagefault' 'append fsync' 'switches ctxsw' >>"$SUITE"
	start native 1 '.platform.clocksource = "tsc" | .platform.dirty.limit_bytes = 8e9'
	start qemu 1 '.host.accelerator = "kvm" | .platform.clocksource = "kvm-clock" | .platform.dirty = {limit_bytes: 1e8, background_bytes: 5e7, expire_ms: 1, writeback_ms: 2}
		| .host.emulator = "shared" | .host.guest_huge_pages_bytes = 0 | .experiments |= map(.cpu.steal_s = .total_time_s / 2)
		| .host.mitigations.b = "z" | .host.kvm_parameters.kvm.c = "2" | .host.ksm = "on" | .host.smt_siblings = "4" | .host.clocksource = "hpet"'
	start qemu:emulator=beside 1 '.host.accelerator = "kvm" | .platform.clocksource = "tsc" | .host.emulator = "beside" | .host.guest_huge_pages_bytes = 536870912'
	scripts/report "$dir/run" >"$dir/said"
	cat "$dir/said"
	[ "$(judged emulator)" = intended ]
	for fact in "clock source" "dirty limit" "dirty background limit" "dirty expiry" "dirty interval" "guest's steal" \
		"guest's huge pages" "host's mitigations" "kvm's parameters" "merged pages" "other hyperthreads" "host's clock source"; do
		echo "$fact: $(judged "$fact")"
		[ "$(judged "$fact")" = confound ]
	done
	RUN=$dir/run make -s audit >"$dir/said"
	cat "$dir/said"
	grep "^confound: guest's steal " "$dir/said"
	grep "^ *native: no guest; qemu: 50.*; qemu:emulator=beside: 0" "$dir/said"
	grep "^confound: host's mitigations " "$dir/said"
	grep "^ *native.*: b=y; qemu: b=z" "$dir/said"
	# A fact that both share is no difference; and the host's steal is not the guest's.
	jq -e '.audit.same | index("steal")' "$dir/run/report.json"
	jq -e '[.groups[] | select(.environment == "qemu") | .warnings // [] | .[]] | any(test("steal"))' "$dir/run/report.json"
}

@test "a run of one environment ends with its primary metrics, and each start shows its own" {
	printf '%s\n' 'one cpu --cpu-max-prime=1000 --time=1' 'two syscall --time=1' >"$SUITE"
	ITERATIONS=2 run --separate-stderr scripts/measure native
	echo "$output"
	[ "$status" = 0 ]
	[[ ${lines[0]} =~ ^one\ +events/s\ +[0-9.]+\ +[0-9.]+\ per\ CPU\ second$ ]]
	[[ ${lines[1]} =~ ^two\ +null\ system\ call\ +[0-9.]+\ ns\ +[0-9.]+\ per\ CPU\ second$ ]]
	[ "${#lines[@]}" = 2 ]
	[ "$(grep -cE '^  one [0-9.]+ · two [0-9.]+$' <<<"$stderr")" = 2 ]
}

@test "a Docker daemon of ours works on the processors that are not measured" {
	local others home pid _
	command -v dockerd >/dev/null || skip 'no dockerd here'
	# shellcheck source=/dev/null
	others=$(. scripts/settings.sh && other_processors)
	[ -n "$others" ] || skip 'all processors are measured'
	mkdir "$dir/engine"
	ENGINE=docker environments/container/engine start "$dir/engine"
	if [ -f "$dir/engine/daemon" ]; then
		read -r home <"$dir/engine/daemon"
		read -r pid _ <"$home/dockerd"
		grep Cpus_allowed_list "/proc/$pid/status" >"$dir/processors"
	fi
	environments/container/engine stop "$dir/engine"
	[ -f "$dir/processors" ] || skip 'a daemon ran already'
	taskset -c "$others" grep Cpus_allowed_list /proc/self/status | diff - "$dir/processors"
}
