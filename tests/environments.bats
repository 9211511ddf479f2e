# Whole runs in the real environments: a guest under QEMU, a container, the host.
# bats file_tags=measures
# needs: all for-report
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

# in_order STAGES FILE...: each document's timeline has these stages, in this order.
in_order() {
	local stages=$1
	shift
	jq -es --arg stages "$stages" 'map(.host | .timeline_ms as $t
		| ($t | keys_unsorted | join(" ")) == $stages and ([$t[]] | . == sort) and $t.gone == .wall_ms
		and $t.init == .start_to_init_ms) | all' "$@"
}

guest_stages='first_instruction kernel init benchmark benchmark_end result gone'

@test "make compare alternates all three environments and gives one table and valid documents" {
	ITERATIONS=2 run --separate-stderr make compare
	echo "$stderr"
	[ "$status" = 0 ]
	valid "$results"/{native,docker,qemu}-{1,2}.json
	# In the order that follows from the run's name, which each document records.
	local seed
	seed=$(printf %s "$RUN" | cksum | cut -d ' ' -f 1)
	environments/start/plan "$seed" 2 native docker qemu >"$dir/order"
	sed -n 's/.*\[[0-9]\/6\] \([a-z]*\) iteration \([0-9]\) .*/\2 \1/p' <<<"$stderr" | diff - "$dir/order"
	diff <(jq -rs 'sort_by(.host.start_utc)[] | "\(.host.sequence) \(.iteration) \(.environment)"' "$results"/*-[0-9]*.json) "$results/plan"
	jq -es --argjson seed "$seed" 'map(.host.order_seed == $seed) | all' "$results"/*-[0-9]*.json
	[[ $stderr == *'left)'* ]]
	[[ $stderr == *'ITERATIONS=2 is few: intervals of medians are 50 %, and no difference can be significant'* ]]
	echo "$output"
	for row in 'primes *events/s' 'disk *reads/s'; do
		grep -Eq "^$row +[0-9.]+( +[0-9.]+ .*(faster|slower|same|slight|\?)){2}$" <<<"$output"
	done
	for metric in 'primes/latency p95' disk/fsyncs/s later/writes/s; do
		jq -e --arg metric "$metric" '[.groups[] | select("\(.experiment)/\(.metric)" == $metric) | "\(.environment) \(.n)"] == ["native 2", "docker 2", "qemu 2"]' "$results/report.json"
	done
	RUN=$RUN make audit >"$dir/audit"
	cat "$dir/audit"
	grep -Eq '^(confound|intended): accelerator ' "$dir/audit"
	grep -Eq '^ +native, docker: none; qemu: (tcg|kvm)$' "$dir/audit"
	grep -q '^confound: kernel ' "$dir/audit"
	[ "$(cd "$results" && echo report.*)" = 'report.csv report.html report.json report.md' ]

	jq -es 'map(.status == "complete" and .iteration > 0 and .run == env.RUN) | all' "$results"/*-[0-9]*.json
	jq -es --arg sum "sha256:$(sha256sum <"$OUT/bin/bench" | cut -d ' ' -f 1)" 'map(.identity.bench) | unique == [$sum]' "$results"/*-[0-9]*.json
	jq -es 'map(.identity.rootfs) | unique | length == 1' "$results"/*-[0-9]*.json
	[ "$(jq -r .identity.rootfs "$results/qemu-1.json")" = "sha256:$(sha256sum <"$OUT/rootfs.manifest" | cut -d ' ' -f 1)" ]
	# Only init and bench run, in both; all have the same resources.
	jq -es 'map(.platform.processes == 2) | all' "$results"/{docker,qemu}-*.json
	jq -es 'map(.platform.cpu.count == 1) | all' "$results"/*-[0-9]*.json
	# A guest sees the processors that it was given; the others see all of them.
	jq -es --argjson all "$(getconf _NPROCESSORS_ONLN)" 'map(.platform.cpu.online == if .environment == "qemu" then 1 else $all end) | all' \
		"$results"/*-[0-9]*.json
	jq -es 'map(.host.cpus) | unique | length == 1 and (.[0] | length == 1)' "$results"/*-[0-9]*.json
	jq -es 'map(.host.memory_bytes == 536870912) | all' "$results"/*-[0-9]*.json
	jq -es 'map(.platform.limits.memory_bytes == 536870912) | all' "$results"/docker-*.json
	jq -es 'map(.platform.memory_bytes | . > 0 and . < 536870912) | all' "$results"/qemu-*.json
	jq -es 'map(.platform.filesystem.type == "ext4") | all' "$results"/qemu-*.json
	jq -es 'map(.host.start_to_init_ms > 0 and .host.wall_ms > .host.start_to_init_ms) | all' "$results"/*-[0-9]*.json
	# The memory taken while it waits, unless this machine was too busy to read it in time.
	jq -c '.environment, .host.footprint, .wait_ms' "$results"/*-[0-9]*.json
	jq -es 'map(.wait_ms >= 300 and (.host.footprint | .unavailable // "the benchmark began" | startswith("the benchmark "))) | all' "$results"/*-[0-9]*.json
	jq -es 'map(.host.footprint | has("unavailable") or (.memory_bytes > 0 and .cpu_s > 0)) | all' "$results"/*-[0-9]*.json
	jq -es 'map(.host.footprint | has("unavailable") or .engine_bytes > .memory_bytes / 100) | all' "$results"/docker-*.json
	jq -es 'map(.host.footprint | has("unavailable") or .memory_bytes > 20000000) | all' "$results"/qemu-*.json
	# What has to be on a disk to start it: for docker at least what its daemon has, for the others exactly these files.
	jq -es --argjson bench "$(stat -c %s "$OUT/bin/bench")" 'map(.host.disk_bytes == {program: $bench}) | all' "$results"/native-*.json
	jq -es --argjson image "$(stat -c %s "$OUT/image.tar")" 'map(.host | .disk_bytes.image == $image
		and (has("disk_unavailable") or .disk_bytes.engine > 1e7)) | all' "$results"/docker-*.json
	jq -es --argjson kernel "$(stat -c %s "$OUT/vmlinux")" 'map(.host | .disk_bytes.kernel == $kernel and .disk_bytes.emulator > 1e6
		and .disk_bytes.firmware > 1e4 and (has("disk_unavailable") | not)) | all' "$results"/qemu-*.json
	jq -es 'map(.platform.memory_available_bytes | . > 0 and . <= 536870912) | all' "$results"/{docker,qemu}-*.json
	jq -e '[.groups[] | select(.experiment == "start" and .metric == "to first process") | "\(.environment) \(.n)"] == ["native 2", "docker 2", "qemu 2"]
		and any(.comparisons[]; .metric == "available" and .family == "cost" and .verdict)' "$results/report.json"
	grep -Eq '^to first process ms +[0-9.]+ ' <<<"$output"
	in_order "$guest_stages" "$results"/qemu-*.json
	in_order 'init benchmark benchmark_end result gone' "$results"/docker-*.json
	in_order 'init benchmark benchmark_end result gone' "$results"/native-*.json
	jq -e '.startup_times | (keys_unsorted == ["native", "docker", "qemu"]) and all(.[]; .n == 2 and .since_measured_ms.gone > 0)' "$results/report.json"
	jq -es 'map(.host.accelerator == "tcg" or .host.accelerator == "kvm") | all' "$results"/qemu-*.json
	jq -es 'map(.host | has("accelerator") | not) | all' "$results"/{docker,native}-*.json
	jq -es 'map(.host.kernel_options | .HZ == "250" and .EXT4_FS == "y") | all' "$results"/qemu-*.json
	jq -es --argjson options "$(environments/start/kernel-options)" 'map(.host.kernel_options == $options) | all' "$results"/{native,docker}-*.json
	[ "$(readlink "$OUT/results/latest")" = "$RUN" ]
	# The host's load meanwhile, second by second, and whether caches were dropped.
	jq -es 'map(.host | has("caches_dropped") and (.load | length) == 3 and (.load_after | length) == 3
		and (.others_busy | . >= 0 and . <= 1) and all(.samples[]; .others_busy != null and .load != null)) | all' "$results"/*-[0-9]*.json
	jq -es 'map(.host as $h | $h.samples | length > 0 and .[-1].t_ms >= $h.wall_ms - 1 and (map(.t_ms) | . == unique)
		and ([.[:-1] | .[].t_ms] | [.[1:], .[:-1]] | transpose | all(.[0] - .[1] >= 999))) | all' "$results"/*-[0-9]*.json
	jq -es 'map(.platform.caches_dropped == true) | all' "$results"/qemu-*.json
	jq -es 'map(.platform | has("caches_dropped") | not) | all' "$results"/{docker,native}-*.json

	# Existing results are not measured again.
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
	refused 2 'user_s is not a number' scripts/report "$dir/broken"
	[ -z "$output" ]

	# Results with other settings or other bits are not mixed in.
	refused 2 CPUS= env CPUS=2 scripts/measure native
	jq -c '.identity.bench = "sha256:" + "0" * 64' "$results/qemu-2.json" >"$dir/other"
	cp "$dir/other" "$results/qemu-2.json"
	refused 6 'identities differ' scripts/report "$results"
	[[ $stderr == *qemu-2* ]]
}

@test "work on other processors is detected" {
	[ "$(nproc)" -gt 1 ] || skip 'there are no others'
	local first
	first=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
	run "$OUT/bin/watch" --cpus="$(. scripts/settings.sh && processors)" --report="$dir/report" -- \
		taskset -c "$first" timeout 2 sh -c 'while :; do :; done'
	[ "$status" = 124 ]
	jq -e '.others_busy > 0.5 / ($cpus | tonumber) and (.samples | length > 0)' --arg cpus "$(($(nproc) - 1))" "$dir/report"
}

@test "the order of a run is balanced, and always the same for its name" {
	local count words
	for count in 1 2 3 4 5 6; do
		words=$(echo a b c d e f | cut -d ' ' -f "1-$count")
		# Each is twice in each position, and follows each other one twice.
		environments/start/plan 7 $((2 * count)) $words >"$dir/plan"
		awk -v count="$count" '
			$1 != iteration {iteration = $1; place = 0; before = ""}
			{places[$2, ++place]++; pairs[before, $2] += before != ""; before = $2}
			END {
				for (i in places) if (places[i] != 2) exit 1
				for (i in pairs) if (pairs[i] != 2 && pairs[i] != 0) exit 1
				exit NR != 2 * count * count || length(places) != count * count
			}' "$dir/plan"
		diff <(environments/start/plan 7 $((2 * count)) $words) "$dir/plan"
		diff <(environments/start/plan 7 $((2 * count + 3)) $words | sed -n "1,$((2 * count * count))p") "$dir/plan"
	done
	environments/start/plan 8 12 $words >"$dir/other"
	run ! cmp "$dir/other" "$dir/plan"
	# Exact output of the generator, so that a run can be continued on any machine.
	[ "$(environments/start/plan 4294967295 3 native docker qemu | tr '\n' ' ')" = '1 native 1 docker 1 qemu 2 docker 2 qemu 2 native 3 qemu 3 native 3 docker ' ]
}

@test "ITERATIONS is 10; a warning says what fewer, such as the study's 5, cannot show" {
	iterations() {
		(. scripts/settings.sh && echo "$ITERATIONS")
	}
	[ "$(SUITE=quick iterations) $(SUITE=full iterations) $(iterations) $(SUITE=seed iterations) $(SUITE=seed ITERATIONS=7 iterations)" = '10 10 10 10 7' ]
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$SUITE"
	ITERATIONS=5 run --separate-stderr scripts/measure native
	[ "$status" = 0 ]
	[[ $stderr == *'ITERATIONS=5 is few: intervals of medians are 93.75 %, and with more than 6 experiments no difference can be significant'* ]]
}

@test "a variant changes what it names, and an environment can be compared with itself" {
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$SUITE"
	local kernel=$dir/vmlinuz
	cp "$OUT/vmlinuz" "$kernel"
	ITERATIONS=1 ACCEL=tcg run --separate-stderr make compare \
		ENVS="native native:label=again docker docker:seccomp=unconfined,network=host qemu:machine=q35,cache=writeback qemu:kernel=$kernel"
	echo "$output $stderr"
	[ "$status" = 0 ]
	valid "$results"/*-1.json
	jq -es 'map(.status == "complete") == [range(6) | true]' "$results"/*-1.json
	is() {
		jq -e "$2" "$results/$1-1.json"
	}
	is native.label=again '.environment == "native:label=again"'
	is docker '.platform.limits.seccomp == "filter" and .host.seccomp_profile == "default" and (.host.command | index("none"))'
	is docker.seccomp=unconfined,network=host '.environment == "docker:seccomp=unconfined,network=host" and .platform.limits.seccomp == "disabled"
		and (.host.command | index("seccomp=unconfined") and index("host")) and .host.network == "host"'
	is qemu.machine=q35,cache=writeback '.host.machine == "q35" and (.host.command | index("q35") and (map(select(test("cache=writeback$"))) | length == 1))'
	is "qemu.kernel=$(tr / @ <<<"$kernel")" '.environment as $e | .host | "qemu:kernel=\(.kernel_image.path)" == $e
		and .command[(.command | index("-kernel")) + 1] == .kernel_image.path and .machine == "microvm"'
	grep -q 'native:label=again' <<<"$output"
}

@test "a resumed run follows its plan, and new starts are appended" {
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$SUITE"
	ITERATIONS=2 scripts/measure native native:label=a
	cp "$results/plan" "$dir/plan"
	rm "$results/native-1.json"
	place=$(sed -n 's/ 1 native$//p' "$dir/plan")
	ITERATIONS=3 run --separate-stderr scripts/measure native:label=a native native:label=b
	echo "$stderr"
	[ "$status" = 0 ]
	[[ $stderr == *'has 3 of 9 results already'*'[1/6] native iteration 1 '* ]]
	[ "$(jq .host.sequence "$results/native-1.json")" = "$place" ]
	diff <(head -n 4 "$results/plan") "$dir/plan"
	[ "$(cut -d ' ' -f 1 "$results/plan" | tr '\n' ' ')" = '1 2 3 4 5 6 7 8 9 ' ]
	diff <(jq -rs 'sort_by(.host.sequence)[] | "\(.host.sequence) \(.iteration) \(.environment)"' "$results"/*-[0-9]*.json) "$results/plan"
}

@test "the supplied suites have the study's experiments" {
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

@test "make verify and each start detect a changed bit" {
	mkdir -p "$dir/out/bin"
	cp "$OUT/bin/"* "$dir/out/bin"
	cp "$OUT/"{rootfs.manifest,rootfs.tar,initramfs.cpio,image.tar,vmlinux} "$dir/out"
	mkdir "$dir/tree"
	bsdtar -xf "$OUT/rootfs.tar" -C "$dir/tree" ./etc/passwd
	offset=$(grep -abo "$(head -c 20 "$dir/tree/etc/passwd")" "$dir/out/initramfs.cpio" | sed -n '1s/:.*//p')
	printf X | dd of="$dir/out/initramfs.cpio" bs=1 seek="$offset" conv=notrunc status=none
	OUT=$dir/out refused 6 'initramfs differs from' scripts/verify
	# Another bench than the manifest's: the guest states the hash of the one that runs.
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

@test "make qemu-shell and docker-shell execute piped commands" {
	run bash -c "echo 'uname -r; echo a | tr a b; exit' | make qemu-shell"
	[ "$status" = 0 ]
	[[ $output == *samebits* ]]
	run bash -c "echo 'ls /bin/bench; exit' | make docker-shell"
	[ "$status" = 0 ]
	[[ $output == */bin/bench* ]]
}

@test "thirty boots in a row, ten on each machine, each give a result" {
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$SUITE"
	for machine in microvm pc q35; do
		RUN=$RUN-$machine MACHINE=$machine ITERATIONS=10 ACCEL=tcg make qemu-run
		jq -es 'map(.status == "complete") == [range(10) | true]' "$results-$machine"/qemu-*.json
		in_order "$guest_stages" "$results-$machine"/qemu-*.json
		valid "$results-$machine/qemu-1.json"
		rm -rf "$results-$machine"
	done
}

@test "kernel options are read from the kernel or from the file next to it, or are unknown" {
	kernel-config/perceptible "$OUT/build/linux/.config" >"$dir/options"
	environments/start/kernel-options "$OUT/vmlinux" | diff "$dir/options" -
	cp "$OUT/vmlinuz" "$dir/vmlinuz-1.2"
	[ "$(environments/start/kernel-options "$dir/vmlinuz-1.2")" = null ]
	[ "$(environments/start/kernel-options Makefile)" = null ]
	cp "$OUT/build/linux/.config" "$dir/config-1.2"
	environments/start/kernel-options "$dir/vmlinuz-1.2" | diff "$dir/options" -
	[ ! -e /proc/config.gz ] || environments/start/kernel-options | diff <(kernel-config/perceptible /proc/config.gz) -
	refused 3 'not a kernel configuration' kernel-config/perceptible Makefile
}

@test "Ctrl-C ends the environment cleanly: status 130, no partial file, and the run can be resumed" {
	for environment in qemu docker native; do
		setsid env --default-signal=INT ITERATIONS=2 scripts/measure "$environment" >"$dir/output" 2>&1 3>&- &
		pid=$!
		await $pid [ -e "$results/$environment-2.log" ]
		[ -e "$results/$environment-1.json" ]
		# As a terminal does: to the whole process group.
		kill -INT -- "-$pid"
		reap $pid 130 || { cat "$dir/output" && false; }
		[ ! -e "$results/$environment-2.json" ]
		[ -z "$(find "$results" -name '*.tmp*')" ]
		gone -s "$pid"
		gone -f "SAMEBITS_RUN=$RUN "
		ITERATIONS=2 scripts/measure "$environment"
		[ -e "$results/$environment-2.json" ]
	done
}

@test "a second measurement is refused while one runs" {
	ITERATIONS=2 scripts/measure native 2>"$dir/first" 3>&- &
	await $! grep '\[1/2\] native' "$dir/first"
	# It must not finish before the other one has checked the lock.
	kill -STOP $!
	RUN=$RUN-b refused 3 'another measurement runs' scripts/measure native
	kill -CONT $!
	reap $! 0
}

# groups_of ENVIRONMENT: the controllers for which its benchmark has control groups of its own, while it measures; an empty line for the
# single tree of cgroup v2. Benchmarks of other tests use suites with other names.
groups_of() {
	local before=$dir/groups.before trees='^[0-9]*:(.*,)?(cpu|memory|blkio)(,.*)?:'
	sort /proc/self/cgroup >"$before"
	grep -qE "$trees" "$before" || trees='^0::'
	ITERATIONS=1 RUN=$RUN-groups scripts/measure "$1" >"$dir/output" 2>&1 3>&- &
	await $! pgrep -f "$benchmark" >&2
	grep -E "$trees" "/proc/$(pgrep -n -f "$benchmark")/cgroup" | sort >"$dir/groups.of"
	comm -13 "$before" "$dir/groups.of" | cut -d : -f 2
	reap $! 0 >&2
	rm -rf "$results-groups"
}

@test "native and namespaces have control groups of their own where a container has them" {
	SUITE=$dir/groups-$$.suite
	benchmark="^[^ ]*bench suite .*groups-$$[.]suite"
	printf 'primes cpu --cpu-max-prime=2000 --time=3\n' >"$SUITE"
	groups_of docker >"$dir/docker"
	cat "$dir/docker"
	[ -s "$dir/docker" ]
	for environment in native namespaces; do
		groups_of $environment | diff "$dir/docker" -
	done
}
