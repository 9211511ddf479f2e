# The folder of environments: the parts of an environment, and those that need no engine.
# bats file_tags=measures
# needs: all for-report
load helper

setup() {
	make_dir
	printf '%s\n' 'one cpu --cpu-max-prime=100 --events=1' 'faults pagefault --time=0 --events=1' \
		'wake futex --futex-mode=wake --futex-waiters=4 --futex-pause=1 --time=0 --events=1' \
		'disk fileio --file-num=1 --file-total-size=1M --file-test-mode=rndwr --events=10' >"$dir/short.suite"
	export SUITE=$dir/short.suite ITERATIONS=1 RUN=rooms-$BATS_TEST_NUMBER-$$
	results=$OUT/results/$RUN
	latest=$(readlink "$OUT/results/latest" || :)
}

teardown() {
	rm -rf "$OUT/results/"rooms-*-$$*
	if [ -n "$latest" ]; then ln -sfn "$latest" "$OUT/results/latest"; else rm -f "$OUT/results/latest"; fi
	forget_dir
}

needs_root() {
	[ "$(id -u)" = 0 ] || skip 'needs root'
}

# measured WORD FILTER: one start of it gives a valid, complete document, for which the filter is true.
measured() {
	local name
	name=$(tr :/ .@ <<<"$1")
	run --separate-stderr scripts/measure "$1"
	echo "$output $stderr"
	[ "$status" = 0 ]
	valid "$results/$name-1.json"
	jq -e --arg word "$1" '.status == "complete" and .environment == $word' "$results/$name-1.json"
	jq -c .host.footprint,.host.disk_bytes "$results/$name-1.json"
	jq -e '.host.footprint | has("unavailable") or .memory_bytes > 0' "$results/$name-1.json"
	jq -c '[.host | .kind, .engine, .runtime, .versions, .memory_limit, .timeline_ms], .platform.virtualization' "$results/$name-1.json"
	jq -e "$2" "$results/$name-1.json"
}

@test "one file adds an environment to help, ENVS, measure, verify and the report" {
	git ls-files -co --exclude-standard >"$dir/files"
	mkdir "$dir/tree"
	bsdtar -cf - --no-recursion -T "$dir/files" | bsdtar -xf - -C "$dir/tree"
	cat >"$dir/tree/environments/nice" <<-'FILE'
		# shellcheck shell=sh
		# This machine itself, behind all others.
		kind=host about='on this machine, niced' needs='bin/bench' shells=
		keys='by 1|19 LEVEL'
		LEVEL=10
		run() {
			SUBJECT='the niced benchmark'
			start --document="$TMP/came" -- nice -n "$LEVEL" taskset -c "$CPU_LIST" env -C "$FILES" SAMEBITS_RUN="$RUN" SAMEBITS_ENVIRONMENT="$NAME" \
				SAMEBITS_ITERATION="$ITERATION" SAMEBITS_ROOTFS="$ROOTFS" "$OUT/bin/bench" suite "$SUITE_FILE"
			finish "$TMP/came" /bin/bench
		}
	FILE
	cd "$dir/tree"
	run make help-all
	grep -Eq '^  nice-run +run SUITE on this machine, niced' <<<"$output"
	run ! grep nice-shell <<<"$output"
	refused 2 ' native nice oci ' scripts/check-settings nosuch
	refused 2 'by=3 is unknown; valid values: 1 19' scripts/check-settings nice:by=3
	ITERATIONS=1 run --separate-stderr scripts/compare native nice nice:by=19
	echo "$output $stderr"
	[ "$status" = 0 ]
	valid "$results"/{native,nice,nice.by=19}-1.json
	jq -e '.host.kind == "host" and (.host.command[:3] == ["nice", "-n", "19"])' "$results/nice.by=19-1.json"
	grep -Eq '^experiment +metric +native +nice +nice:by=19$' <<<"$output"
	jq -e '.comparisons | map(select(.a == "nice:by=19" and .b == "nice")) != []' "$results/report.json"
	run --separate-stderr scripts/verify native nice
	echo "$output $stderr"
	[ "$status" = 0 ]
	grep -q '^running in nice: bench sha256:' <<<"$output"
	# And make has its targets, which build what it needs.
	make -n nice-run | grep -x 'set -f; exec scripts/unlocked scripts/measure nice'
}

@test "an OCI runtime starts a container without an engine" {
	needs_root
	measured oci '.host.disk_bytes.runtime > 1e6 and (.host | has("disk_unavailable") | not) and .host.kind == "container" and .host.engine == "runc" and .host.versions.runc and .platform.processes == 2
		and .platform.cpu.count == 1 and .platform.limits.memory_bytes == 536870912 and .platform.limits.seccomp == "disabled"
		and .platform.virtualization.container == "namespaces" and .host.timeline_ms.init > 0
		and (.experiments | all(has("unavailable") | not))'
	# The runtime by its path, too; and nothing is left of either.
	measured "oci:runtime=$(command -v runc)" '.host.engine == "runc"'
	[ -z "$(find "$OUT/scratch" -maxdepth 1 -name 'samebits.*')" ]
	gone -f "SAMEBITS_RUN=$RUN"
}

@test "gVisor works as a runtime; what it cannot count is unavailable, not failed" {
	needs_root
	measured oci:runtime=runsc '.host.kind == "container" and .host.engine == "runsc" and .host.own_kernel and .platform.kernel != .host.kernel
		and (.host.footprint | has("unavailable") or (.memory_bytes > 1e7 and .cpu_s > 0))
		and (.host | has("kernel_options") | not) and .host.memory_limit == "cgroup" and .platform.cpu.count == 1
		and (.experiments | map(select(.unavailable) | .name) == ["faults", "wake"])
		and .experiments[1].unavailable == "page faults are not counted here (getrusage)"
		and .experiments[2].unavailable == "waiters are not counted here (FUTEX_CMP_REQUEUE)"'
	[ "$(stat -c %U /dev/null)" = root ]
	scripts/report "$RUN"
	run make -s audit
	echo "$output"
	[[ $(tr -s '\n ' ' ' <<<"$output") == *'unavailable: oci:runtime=runsc n=1 faults: page faults are not counted'* ]]
	[[ $output != *'container in a virtual machine'* ]]
}

@test "many idle environments: a line for each number, and none is left" {
	needs_root
	run --separate-stderr scripts/density --at-once=2 native oci namespaces
	echo "$output $stderr"
	[ "$status" = 0 ]
	[[ $stderr == *'native is left out: it has no shell to keep idle'* ]]
	[ "$(awk 'NR > 2 {print $1, $2}' <<<"$output" | paste -sd ,)" = 'oci 1,oci 2,namespaces 1,namespaces 2' ]
	[ "$(awk 'NR > 2 && !(/below noise/ || $3 > 0) || NR > 2 && !($NF > 0)' <<<"$output")" = '' ]
	[[ ${lines[0]} == *'within 50 % of the '*' available MiB, at most 2' ]]
	[ -z "$(find "$OUT/scratch" -maxdepth 1 -name 'samebits.*')" ]
	gone -f 'sleep 1000000'
	refused 2 'no environment with a shell' scripts/density native
	refused 2 '--at-once=0 is not a positive whole number' scripts/density --at-once=0 oci
}

@test "namespaces work without an engine and without a filter" {
	measured namespaces '.host.kind == "container" and .host.engine == "bubblewrap" and .platform.limits.seccomp == "disabled"
		and .platform.processes == 2 and .platform.cpu.count == 1 and .platform.virtualization.container == "namespaces"
		and .host.timeline_ms.init > 0 and (.experiments | all(has("unavailable") | not))'
}

@test "LXC starts a container" {
	needs_root
	measured lxc '.host.kind == "container" and .host.engine == "lxc" and .platform.processes == 2 and .platform.cpu.count == 1
		and .platform.virtualization.container == "lxc" and .host.memory_limit == "cgroup" and .host.timeline_ms.init > 0'
	printf 'bad memory --memory-total-size=1K --threads=2\n' >"$SUITE"
	RUN=$RUN-bad refused 1 'lxc: the benchmark did not succeed' scripts/measure lxc
}

# In each the limit is visible from inside, so that what exceeds it is not tried; and lo is up.
@test "memory beyond MEMORY is unavailable and lo is up in every environment" {
	needs_root
	local environment
	printf '%s\n' 'large pointer-chase --chase-size=512M --time=1' 'lo tcp --time=0 --events=10' >"$SUITE"
	for environment in native docker podman oci oci:runtime=runsc namespaces lxc; do
		measured "$environment" '(.experiments[0].unavailable | startswith("needs 512 MiB, ")) and .experiments[1].events == 10'
	done
}

@test "a runtime is passed to the engine" {
	needs_root
	measured docker:runtime=runc '.host.runtime == "runc" and (.host.command | index("--runtime=runc")) and .host.engine == "docker"'
	measured docker:runtime=runsc '.host.runtime == "runsc" and .host.own_kernel and .platform.kernel != .host.kernel'
	[ "$(stat -c %U /dev/null)" = root ]
	measured podman:runtime=runc '.host.runtime == "runc" and (.host.command | index("--runtime")) and .host.engine == "podman"'
	refused 3 'runtime=nosuch is not a program here' scripts/measure docker:runtime=nosuch
}

@test "a missing program is named with its package, and what cannot work here with the reason" {
	needs_root
	refused 3 'runtime=nosuch is not a program here' scripts/measure oci:runtime=nosuch
	without runc oci runc
	without crun oci:runtime=crun crun
	without runsc oci:runtime=runsc runsc
	without bwrap namespaces bubblewrap
	without lxc-start lxc lxc
}

# without PROGRAM WORD PACKAGE: when the program cannot be run, the word is refused, and the package named.
without() {
	refused 3 "is not installed; run: apt-get install $3" unshare -m sh -c 'mount --bind /dev/null "$1" && exec scripts/check-settings "$2"' \
		sh "$(realpath "$(command -v "$1")")" "$2"
}

@test "a runtime that cannot work here is refused with its reason" {
	needs_root
	[ "$(environments/start/host-facts 0 "$dir" | jq -r .cgroup)" = hybrid ] || skip 'crun works here'
	refused 3 'runtime=crun does not work here: cgroups in hybrid mode not supported' scripts/measure oci:runtime=crun
}

@test "the variables passed from process to process are documented" {
	git ls-files packages scripts sources environments init watch bench disk Makefile kernel-config | xargs cat >"$dir/all"
	grep -oE 'SAMEBITS_[A-Z_]+' "$dir/all" | sort -u >"$dir/used"
	grep -oE 'SAMEBITS_[A-Z_]+' environments/README.md | sort -u >"$dir/listed"
	diff "$dir/used" "$dir/listed"
}
