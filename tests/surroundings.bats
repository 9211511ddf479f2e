# Odd but real surroundings: shells, directories, engines, remains of killed runs, and others that build or measure here.
# bats file_tags=measures
# needs: all for-report
load helper

setup() {
	make_dir
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$dir/one.suite"
	export SUITE=$dir/one.suite ITERATIONS=1 RUN=odd-$BATS_TEST_NUMBER-$$
	results=$OUT/results/$RUN
	latest=$(readlink "$OUT/results/latest" || :)
	pids=
}

teardown() {
	local pid
	for pid in $pids; do
		kill -CONT -- "$pid" 2>/dev/null || :
		kill -- "$pid" 2>/dev/null || :
	done
	[ ! -e "$dir/engine/words" ] || environments/container/engine stop "$dir/engine"
	rm -rf "$OUT/results/"odd-*-$$*
	if [ -n "$latest" ]; then ln -sfn "$latest" "$OUT/results/latest"; else rm -f "$OUT/results/latest"; fi
	forget_dir
}

# until_true COMMAND...: waits until it succeeds, a minute or two at most
until_true() {
	local _
	for _ in $(seq 1000); do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.1
	done
	echo "in vain: $*"
	return 1
}

needs_root() {
	[ "$(id -u)" = 0 ] || skip 'needs root'
}

# shellcheck disable=SC2120 # one test gives options
# own_dockerd OPTION...: starts one more Docker daemon, at $socket; its PID is in `pids`.
own_dockerd() {
	needs_root
	home=$dir/d
	mkdir "$home"
	chmod 711 "$dir" "$home"
	socket=$(mktemp -u /tmp/samebits-test.XXXX)
	dockerd --storage-driver=vfs --iptables=false --bridge=none --data-root "$home/root" --exec-root "$socket.exec" \
		-H "unix://$socket" -p "$home/pid" "$@" >"$home/log" 2>&1 3>&- &
	pids=$!
	until_true docker -H "unix://$socket" version
}

end_own_dockerd() {
	kill $pids
	wait $pids || :
	pids=
	rm -rf --one-file-system "$socket" "$socket.exec"*
}

@test "CDPATH has no effect" {
	mkdir -p "$dir/scripts/../release" "$dir/disk"
	export CDPATH=$dir
	[ "$(scripts/check-settings native 2>&1)" = '' ]
	scripts/measure native
	[ "$(make -s "$OUT/bin/stats")" = '' ]
	run --separate-stderr scripts/report "$RUN"
	echo "$output $stderr"
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	[ -e "$results/report.html" ]
	run --separate-stderr sources/fetch musl
	echo "$output $stderr"
	[ "$status" = 0 ]
	[ -z "$output" ]
}

@test "TMPDIR may be relative and contain blanks; if it is unusable, a message says so" {
	mkdir "$dir/t m p"
	TMPDIR="$dir/t m p" scripts/measure native
	TMPDIR="$(realpath --relative-to="$TOP" "$dir/t m p")" scripts/report "$RUN"
	[ -e "$results/report.html" ]
	[ -z "$(ls "$dir/t m p")" ]
	for name in a,b "it's" 'a"b' $'a\nb'; do
		TMPDIR=$dir/$name refused 2 'TMPDIR has a quote, comma' scripts/measure native
	done
	TMPDIR=$dir/nosuch refused 3 'cannot make a temporary directory' scripts/measure native
	# Only the report's own programs use its directory.
	mkdir "$dir/it's a,b"
	TMPDIR="$dir/it's a,b" scripts/report "$RUN"
	[ -z "$(ls "$dir/it's a,b")" ]
}

@test "scripts work from another directory, with paths relative to the checkout" {
	cd /
	[ "$("$TOP/scripts/check-settings" native 2>&1)" = '' ]
	"$TOP/scripts/measure" native
	"$TOP/scripts/report" "$RUN"
	echo 'one.native >= 0' >"$dir/gate"
	"$TOP/scripts/gate" "$dir/gate" "$RUN"
	[ "$("$TOP/environments/start/plan" 1 1 native)" = '1 native' ]
	refused 2 'usage' "$TOP/environments/container/engine"
	refused 2 'no suite ./one.suite' env SUITE=./one.suite "$TOP/scripts/measure" native
	[[ "$(ACCEL=tcg "$TOP/environments/qemu/accel")" == 'tcg '* ]]
}

@test "a SCRATCH that an engine or QEMU would split is refused" {
	for name in a,b "it's" 'a"b' 'a\b' $'a\nb'; do
		SCRATCH=$dir/$name refused 2 'SCRATCH has a quote, comma' scripts/check-settings docker
		[ ! -e "$dir/$name" ]
	done
}

@test "results/latest that is a directory is refused before the first start" {
	mkdir -p "$dir/out/results/latest"
	ln -s "$OUT"/{bin,rootfs.manifest} "$dir/out"
	OUT=$dir/out refused 3 'results/latest is not a link to the newest run' scripts/measure native
	[ ! -e "$dir/out/results/$RUN/native-1.json" ]
	[ "$(ls "$dir/out/results/$RUN")" = '' ]
}

@test "settings that cannot be written end the run" {
	needs_root
	mkdir -p "$dir/out/results"
	ln -s "$OUT"/{bin,rootfs.manifest} "$dir/out"
	mount -t tmpfs -o nr_inodes=2,size=4k tmpfs "$dir/out/results"
	mkdir "$dir/out/results/$RUN"
	OUT=$dir/out run --separate-stderr scripts/measure native
	umount "$dir/out/results"
	echo "$output $stderr"
	[ "$status" = 3 ]
	[[ ${stderr_lines[-1]} == 'samebits: cannot write '*'/settings; is the disk full? (status 3)' ]]
	[[ $stderr != *'results are in'* ]]
}

@test "a kernel whose modules cannot be listed ends the run" {
	mkdir -p "$dir/boot" "$dir/lib/modules/1.2"
	# The parts of a kernel's image that are read: its signature, and the offset of its release.
	head -c 514 /dev/zero >"$dir/boot/vmlinuz"
	{
		printf HdrS
		head -c 8 /dev/zero
		printf '\100\000'
	} >>"$dir/boot/vmlinuz"
	truncate -s 576 "$dir/boot/vmlinuz"
	printf '1.2 (x)\0' >>"$dir/boot/vmlinuz"
	KERNEL=$dir/boot/vmlinuz ACCEL=tcg refused 3 'has no modules.dep' scripts/run qemu 1
}

@test "the gate applies to the published report, however the run's name was written" {
	scripts/measure native
	RUN=$RUN-b scripts/measure native
	local gate="$dir/my 'gate' \$(x)"
	printf 'one.native@%s >= 0\n' "$RUN" "$RUN-b" >"$gate"
	for runs in "$results $results-b" "$RUN latest" "$results/ $RUN-b"; do
		rm -f "$OUT/results/$RUN+$RUN-b/gate.xml"
		run --separate-stderr make report RUN= RUNS="$runs" GATE="$gate"
		echo "$output $stderr"
		[ "$status" = 0 ]
		[[ $output == *"all thresholds of $gate are met"* ]]
		[ -e "$OUT/results/$RUN+$RUN-b/gate.xml" ]
	done
	echo 'one.native <= 0' >"$gate"
	run --separate-stderr make report RUN= GATE="$gate"
	[ "$status" = 2 ]
	[[ $stderr == *'misses thresholds'*'(status 4)'* ]]
}

@test "a foreign lock in /tmp is neither followed nor waited for, and all users share one lock" {
	needs_root
	unshare -m sh -c '
		mount -t tmpfs -o mode=1777 tmpfs /tmp
		ln -s "$1/made" /tmp/samebits.lock
		chown -h nobody /tmp/samebits.lock
		TMPDIR=$1 scripts/measure native
		rm /tmp/samebits.lock
		mkfifo /tmp/samebits.lock
		ITERATIONS=2 TMPDIR=$1 timeout 300 scripts/measure native' sh "$dir"
	[ ! -e "$dir/made" ]
	[ -e "$results/native-2.json" ]
	exec 4</sys/devices/system/cpu
	setpriv --reuid=65534 --regid=65534 --clear-groups flock 4
	refused 3 'another measurement runs' scripts/measure native
	exec 4<&-
}

# builds: runs a build in $dir/out, which waits until $dir/go is written to
builds() {
	mkfifo "$dir/go"
	OUT=$dir/out scripts/alone sh -c 'touch "$1/builds" && read -r line <"$1/go"' sh "$dir" 3>&- &
	builder=$!
	until_true [ -e "$dir/builds" ]
}

@test "the second make in one OUT waits and says so, but refuses wrong words at once" {
	builds
	make OUT="$dir/out" "$dir/out/bin/tsc" >"$dir/log" 2>&1 3>&- &
	until_true grep -q "^samebits: another make builds in $dir/out; waiting until it ends$" "$dir/log"
	OUT=$dir/out scripts/clean 2>"$dir/clean" 3>&- &
	until_true grep -q 'waiting until it ends' "$dir/clean"
	make help >/dev/null
	run --separate-stderr make OUT="$dir/out" compare ENVS=vmware
	[[ $stderr == *'environment vmware is unknown'* ]]
	[[ $stderr != *waiting* ]]
	[ ! -e "$dir/out/bin/tsc" ]
	echo >"$dir/go"
	wait
	cat "$dir/log"
	# The other waited for the make, or the make for it: clean may have removed the program again.
	grep -q '^  CC  *.*/bin/tsc$' "$dir/log"
	make -j2 OUT="$dir/out" "$dir/out/bin/tsc" "$dir/out/bin/watch"
	[ -x "$dir/out/bin/tsc" ] && [ -x "$dir/out/bin/watch" ]
}

@test "a killed make does not block others, and distclean removes the lock" {
	builds
	make OUT="$dir/out" CACHE="$dir/out/cache" distclean >"$dir/log" 2>&1 3>&- &
	cleaner=$!
	until_true grep -q waiting "$dir/log"
	make OUT="$dir/out" "$dir/out/bin/tsc" >"$dir/log2" 2>&1 3>&- &
	until_true grep -q waiting "$dir/log2"
	kill -KILL $builder
	wait $cleaner
	wait
	make OUT="$dir/out" "$dir/out/bin/tsc"
	[ -x "$dir/out/bin/tsc" ]
}

@test "other builds may run during a measurement" {
	printf 'one cpu --cpu-max-prime=100 --time=0 --events=0\n' >"$SUITE"
	setsid env --default-signal=INT make native-run >"$dir/log" 2>&1 3>&- &
	pids=-$!
	until_true grep -q '\[1/1\]' "$dir/log"
	run --separate-stderr scripts/alone true
	kill -INT -- $pids
	wait ${pids#-} || :
	pids=
	echo "$stderr"
	[ "$status" = 0 ]
	[ -z "$stderr" ]
}

@test "an interruption at the moment when a start ends counts" {
	cat >"$dir/both" <<-'END'
		. scripts/lib.sh
		set -eu
		temporary
		supervise sh -c 'kill -STOP "$PPID"'
	END
	sh "$dir/both" 2>"$dir/said" 3>&- &
	await $! eval '[[ $(ps -o stat= -p $!) = T* && $(ps -o stat= --ppid $!) = Z* ]]'
	kill -TERM $! && kill -CONT $!
	reap $! 130
	grep -x 'samebits: interrupted (status 130)' "$dir/said"
}

@test "an engine's reason for a refusal is found in each client's output" {
	. scripts/lib.sh
	printf '%s\n' 'docker: Error response from daemon: no such image.' '' "Run 'docker run --help' for more information" >"$dir/28"
	printf '%s\n' 'docker: Error response from daemon: no such image.' "See 'docker run --help'." >"$dir/20"
	[ "$(engine_reason "$dir/28")" = 'docker: Error response from daemon: no such image.' ]
	[ "$(engine_reason "$dir/20")" = 'docker: Error response from daemon: no such image.' ]
	printf 'a\033[31mb' >"$dir/raw"
	[ "$(engine_reason "$dir/raw")" = 'a?[31mb' ]
}

@test "a daemon at DOCKER_HOST that does not answer is not replaced by another" {
	mkdir "$dir/e"
	DOCKER_HOST=unix://$dir/nosuch ENGINE=docker refused 3 "no Docker daemon answers at unix://$dir/nosuch: Cannot connect" environments/container/engine start "$dir/e"
	[ ! -e "$dir/e/words" ]
	[ ! -e "$dir/e/daemon" ]
}

@test "a stopped daemon is given up with a message" {
	own_dockerd
	kill -STOP $pids
	mkdir "$dir/e"
	DOCKER_HOST=unix://$socket ENGINE=docker refused 3 'docker does not answer within 20 s; is its daemon stopped?' timeout 200 environments/container/engine start "$dir/e"
	kill -CONT $pids
	end_own_dockerd
}

@test "a daemon that remaps users is refused, with what to do" {
	needs_root
	[ -e /etc/subuid ] || skip 'needs /etc/subuid'
	echo nobody:100000:65536 >"$dir/subuid"
	mkdir "$dir/e"
	export dir
	run --separate-stderr unshare -m bash -c '
		load() { :; }
		eval "$1"
		mount --bind "$dir/subuid" /etc/subuid
		mount --bind "$dir/subuid" /etc/subgid
		own_dockerd --userns-remap=nobody:nogroup
		DOCKER_HOST=unix://$socket ENGINE=docker environments/container/engine start "$dir/e"
		status=$?
		end_own_dockerd
		exit $status' bash "$(declare -f own_dockerd end_own_dockerd until_true needs_root)" 3>&-
	echo "$output $stderr"
	cat "$dir/d/log"
	[ "$status" = 3 ]
	[[ $stderr == *'(userns-remap), which cannot write results here; start it without that, or use ENGINE=podman (status 3)'* ]]
}

@test "Podman installed as the command docker is recorded as Podman" {
	mkdir "$dir/bin" "$dir/engine"
	printf '#!/bin/sh\nexec podman "$@"\n' >"$dir/bin/docker"
	chmod +x "$dir/bin/docker"
	PATH=$dir/bin:$PATH ENGINE=docker environments/container/engine start "$dir/engine"
	[ "$(cat "$dir/engine/name") $(cat "$dir/engine/version")" = "podman $(podman version --format '{{.Client.Version}}')" ]
}

@test "limits that Podman cannot set without root are reported and recorded in the document" {
	needs_root
	copy=$(mktemp -d /tmp/samebits-test.XXXXXX)
	mkdir "$copy"/{out,home,run,graph}
	cp -r Makefile packages scripts environments programs rootfs "$copy"
	cp -r "$OUT"/{bin,image.tar,rootfs.manifest} "$copy/out"
	cp "$SUITE" "$copy"
	printf '%s\n' '[storage]' 'driver = "vfs"' "graphroot = \"$copy/graph/g\"" "runroot = \"$copy/graph/r\"" \
		'[storage.options]' 'ignore_chown_errors = "true"' '[storage.options.vfs]' 'ignore_chown_errors = "true"' >"$copy/storage.conf"
	chown -R nobody "$copy"
	cd "$copy"
	run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$copy/home" XDG_RUNTIME_DIR="$copy/run" \
		CONTAINERS_STORAGE_CONF="$copy/storage.conf" ENGINE=podman OUT=out CACHE=cache SUITE="$copy/one.suite" \
		sh -c 'podman info --format "{{.Host.CgroupControllers}}" 2>/dev/null; scripts/measure docker'
	limit=$(jq -r '.host | "\(.engine) \(.memory_limit)"' "$copy/out/results/$RUN/docker-1.json" || :)
	cd "$TOP"
	rm -rf "$copy"
	echo "$output $stderr $limit"
	[ "$status" = 0 ]
	[[ ${lines[0]} != *memory* ]] || skip 'here it can'
	[[ $stderr == *'containers run without the limits CPUS and MEMORY, which podman cannot set here'* ]]
	[ "$limit" = 'podman none' ]
}

# all_of HOME: everything left of a daemon
all_of() {
	grep -lF "$1/" /proc/[0-9]*/cmdline 2>/dev/null || true
	grep -F "$1/" /proc/mounts || true
	ls -d "$1" 2>/dev/null || true
}

# owned_by PID: sets `home` to the directory of its daemon.
owned_by() {
	home=$(grep -l "^$1 " /tmp/samebits-d.????/owner) && home=${home%/owner}
}

has_container() {
	ls "$1"/exec/containerd/daemon/*/*/*/init.pid
}

@test "the next measurement ends what a killed one left: daemon, containers, mounts" {
	needs_root
	! docker version >/dev/null 2>&1 || skip 'a Docker daemon runs here'
	printf 'one cpu --cpu-max-prime=100 --time=0 --events=0\n' >"$dir/endless.suite"
	for victims in all daemons; do
		SUITE=$dir/endless.suite RUN=$RUN-$victims ENGINE=docker setsid scripts/measure docker >"$dir/log" 2>&1 3>&- &
		pid=$!
		pids=-$pid
		until_true owned_by $pid
		until_true has_container "$home"
		if [ $victims = daemons ]; then
			kill -KILL $(cut -d ' ' -f 1 "$home/dockerd" "$home/exec/containerd/containerd.pid")
		fi
		kill -KILL -- -$pid
		pids=
		wait $pid || :
		[ -n "$(all_of "$home")" ]
		RUN=$RUN-next$victims run --separate-stderr scripts/measure native
		echo "$stderr"
		[ "$status" = 0 ]
		[[ $stderr == *"ending the Docker daemon that a killed run left in $home"* ]]
		[ -z "$(all_of "$home")" ]
	done
	# A daemon whose owner exists is left alone.
	mkdir "$dir/engine"
	ENGINE=docker environments/container/engine start "$dir/engine"
	environments/container/engine sweep
	# From another PID namespace its owner looks gone.
	unshare --pid --fork --mount-proc environments/container/engine sweep
	docker -H "unix://$(cat "$dir/engine/daemon")/s" version >/dev/null
}
