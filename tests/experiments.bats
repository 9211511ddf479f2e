# A failing experiment does not affect the others: bench where something is missing, and with tasks that it cannot do.
# needs: for-native

load helper

setup() {
	bench=${BENCH:-$OUT/bin/bench}
	make_dir
	cd "$dir"
	groups=()
}

teardown() {
	cd "$TOP"
	! mountpoint -q "$dir/small" || umount "$dir/small"
	# A failed test may leave a running one.
	[ -z "${process:-}" ] || kill -KILL "$process" 2>/dev/null || :
	local group
	for group in "${groups[@]}"; do rmdir "$group"; done
	forget_dir
}

# make_group CONTROLLER FILE VALUE: makes GROUP, of cgroup v1, which this machine has.
make_group() {
	GROUP=/sys/fs/cgroup/$1/samebits-test.$$.$BATS_TEST_NUMBER
	mkdir "$GROUP" 2>/dev/null || skip "no control group of $1 may be made here"
	groups=("$GROUP" "${groups[@]}")
	echo "$3" >"$GROUP/$2"
}

# inside GROUP COMMAND...
inside() {
	# shellcheck disable=SC2016 # the inner shell's words
	sh -c 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"' sh "$@"
}

# make_disk TYPE: mounts a file system of 8 MiB at ./small.
make_disk() {
	[ "$(id -u)" = 0 ] || skip "needs root to mount a small file system"
	truncate -s 8M small.img
	mke2fs -q -t "$1" small.img
	mkdir small
	mount -o loop small.img small 2>/dev/null || skip "no $1 here"
}

# wait_for COMMAND...: repeats it until it succeeds.
wait_for() {
	local tries=600
	until "$@" >/dev/null 2>&1; do
		[ $((tries -= 1)) -gt 0 ] || { echo "never: $*"; return 1; }
		sleep 0.1
	done
}

# begin [COMMAND...]: starts a suite in the background, bench's process in $process, and waits until its second experiment measures;
# that experiment's process is in $child. With COMMAND bench is started by it.
begin() {
	printf '%s\n' 'first cpu --cpu-max-prime=100 --events=1' \
		'second fsync --threads=2 --time=600' 'third cpu --cpu-max-prime=100 --events=1' >three.suite
	"$@" "$bench" suite ./three.suite >document 2>messages 3>&- &
	process=$!
	wait_for compgen -G 'samebits-fsync.*.1'
	child=$(echo samebits-fsync.*.1)
	child=${child#samebits-fsync.}
	child=${child%.1}
}

# left: what file tests left here.
left() {
	find . -name 'samebits-fsync.*' -o -name 'test_file.*'
}

@test "a thread that cannot be created fails only its experiment" {
	make_group pids pids.max 200
	printf '%s\n' 'a cpu --cpu-max-prime=100 --events=1' 'b cpu --threads=1000 --time=1' \
		'c cpu --cpu-max-prime=100 --events=1' >threads.suite
	run --separate-stderr inside "$GROUP" "$bench" suite ./threads.suite
	[ "$status" = 1 ]
	echo "$output" >document
	valid document
	jq -e '[.experiments[].exit] == [0, 1, 0]' document
	jq -e '.experiments[1].error | test("Thread #[0-9]+ creation failed")' document
	run inside "$GROUP" "$bench" cpu --threads=1000 --time=1 run
	[ "$status" = 1 ]
	[[ $output == *'FATAL: Thread #'*' creation failed'* ]]
}

@test "if no process can be started for an experiment, only that one fails" {
	make_group pids pids.max 1
	printf '%s\n' 'a cpu --events=1' 'b cpu --events=1' >a.suite
	run --separate-stderr inside "$GROUP" "$bench" suite ./a.suite
	[ "$status" = 1 ]
	echo "$output" >document
	valid document
	jq -e '.experiments | map(.error | test("cannot start a process")) == [true, true]' document
}

@test "an experiment that a signal ends fails alone, and its files are removed" {
	local signal
	for signal in SEGV KILL; do
		begin
		kill -$signal "$child"
		status=0
		wait $process || status=$?
		[ $status = 1 ]
		valid document
		jq -e '[.experiments[].exit != 0] == [false, true, false]' document
		jq -e --argjson number "$(kill -l $signal)" '.experiments[1] | .exit == 128 + $number and
			(.error | test("ended by signal \($number) "))' document
		[ -z "$(left)" ]
	done
	jq -e '.experiments[1].error | test("memory is short")' document
}

@test "SIGTERM, SIGHUP and SIGINT: finished experiments are reported, and files are removed" {
	local signal number
	for signal in TERM HUP INT; do
		number=$(kill -l $signal)
		# A shell starts background commands with SIGINT ignored, and nohup all with SIGHUP.
		begin env --default-signal=HUP,INT
		kill -$signal $process
		status=0
		wait $process || status=$?
		[ $status = $((128 + number)) ]
		valid document
		jq -e --argjson number "$number" '.status == "incomplete" and (.error | test("signal \($number) .* 1 of 3 ")) and
			([.experiments[].exit] == [0, 128 + $number])' document
		[ -z "$(left)" ]
	done
}

@test "an interrupted file test leaves no test files" {
	printf 'a fileio --file-total-size=4M --file-num=4 --file-test-mode=rndrw --time=600\n' >a.suite
	"$bench" suite ./a.suite >document 2>messages 3>&- &
	process=$!
	wait_for test -e test_file.3
	kill -TERM $process
	status=0
	wait $process || status=$?
	[ $status = 143 ]
	valid document
	[ -z "$(left)" ]
}

@test "a single experiment that is interrupted leaves a document and none of its files" {
	local format
	for format in json text; do
		"$bench" fsync --threads=2 --time=600 --format=$format run >document 2>messages 3>&- &
		process=$!
		wait_for compgen -G 'samebits-fsync.*.1'
		kill -TERM $process
		status=0
		wait $process || status=$?
		[ $status = 143 ]
		[ -z "$(left)" ]
		[ $format = text ] || jq -e '.status == "incomplete" and .experiments[0].exit == 143' document
	done
}

@test "bench continues after SIGHUP if it is ignored, as under nohup" {
	begin env --ignore-signal=HUP
	kill -HUP $process
	kill -KILL "$child"
	status=0
	wait $process || status=$?
	[ $status = 1 ]
	jq -e '.status == "failed" and (.experiments | length) == 3' document
}

@test "no process goes on working when bench itself is killed" {
	begin
	kill -KILL $process
	wait $process || :
	wait_for eval '! kill -0 '"$child"
	[ ! -s document ]
}

@test "bench can wait for its children even if its parent ignored SIGCHLD" {
	env --ignore-signal=CHLD "$bench" fork --events=5 --time=0 run
	printf 'a fork --events=5 --time=0\n' >a.suite
	timeout 60 env --ignore-signal=CHLD "$bench" suite ./a.suite | jq -e '.status == "complete"'
}

@test "a forced end ends its experiment, and the suite continues" {
	printf '%s\n' 'a mutex --threads=2 --mutex-loops=10000000 --time=1 --forced-shutdown=0' 'b cpu --events=1' >a.suite
	run --separate-stderr "$bench" suite ./a.suite
	[ "$status" = 1 ]
	echo "$output" >document
	valid document
	jq -e '[.experiments[].exit] == [1, 0] and (.experiments[0].error | test("forcing shutdown"))' document
}

@test "an experiment that gets no memory fails alone, and its message has the size it asked for" {
	printf '%s\n' 'a threads --thread-locks=1000000 --events=1' 'b cpu --events=1' >a.suite
	run --separate-stderr prlimit --as=50000000 "$bench" suite ./a.suite
	echo "$status $output $stderr"
	[ "$status" = 1 ]
	echo "$output" >document
	valid document
	jq -e '[.experiments[] | [.exit, .error]] == [[1, "No memory for 40000000 bytes, errno = 12 (Out of memory)"], [0, null]]' document
	run prlimit --as=40000000 "$bench" threads --thread-locks=1000000 --events=1 run
	[ "$status" = 1 ]
	[[ $output == *'FATAL: No memory for 40000000 bytes'* ]]
}

@test "an experiment that needs more memory than there is says so and does not allocate it" {
	make_group memory memory.limit_in_bytes 64M
	printf '%s\n' 'a memory --memory-block-size=256M --time=1' 'b memory --memory-block-size=32M --memory-scope=local --threads=4 --time=1' \
		'c mutex --mutex-num=1000000 --time=1' 'd threads --thread-locks=10000000 --time=1' \
		'e cpu --cpu-max-prime=2000000000 --events=1' 'f fsync --fsync-size=64M --time=1' \
		'g fileio --file-num=1 --file-total-size=1M --file-block-size=128M --file-test-mode=rndrd --time=1' \
		'h fork --fork-memory=256M --time=1' 'i stream --stream-size=256M --time=1' 'j pagefault --pagefault-size=256M --time=1' \
		'k pointer-chase --chase-size=256M --time=1' 'l tlb-shootdown --tlb-pages=100000 --time=1' \
		'z cpu --events=1' >memory.suite
	run --separate-stderr inside "$GROUP" "$bench" suite ./memory.suite
	echo "$output" >document
	valid document
	[ "$status" = 0 ]
	jq -e '.experiments[:-1] | all(.unavailable | test("^needs [0-9]+ MiB, [0-9]+ MiB are free$"))' document
	jq -e '.experiments[-1].events == 1' document
	# A group without a limit may be in one that has a limit.
	mkdir "$GROUP/below"
	groups=("$GROUP/below" "${groups[@]}")
	run inside "$GROUP/below" "$bench" memory --memory-block-size=256M --time=1 run
	[ "$status" = 3 ]
	[[ $output == *'FATAL: needs 256 MiB, '*' MiB are free'* ]]
}

@test "mmap on a full disk is an error, whether or not the file system can preallocate" {
	local type
	for type in ext4 ext2; do
		make_disk $type
		cd small
		run "$bench" fileio --file-total-size=64M --file-num=4 --file-test-mode=seqwr --file-io-mode=mmap --time=5 run
		echo "$type: $status: $output"
		[ "$status" = 1 ]
		[[ $output == *'FATAL: '*'No space left on device'* ]]
		rm test_file.*
		"$bench" fileio --file-total-size=2M --file-num=4 --file-test-mode=seqwr --file-io-mode=mmap --events=100 --time=0 run
		[ "$(stat -c %b test_file.0)" -ge 1024 ]
		cd "$OLDPWD"
		umount small
		rmdir small
	done
}

@test "sizes that are too large are refused, and nothing overflows" {
	fails() {
		run timeout 60 "$bench" "$@" run
		echo "$status: $*: $output"
		[ "$status" = "$expected" ]
		[[ $output == *"$text"* ]]
	}
	expected=3 text='FATAL: needs '
	fails stream --stream-size=6148914691236517248
	fails stream --stream-size=18446744073709551615 --threads=3
	fails pagefault --pagefault-size=9223372036854775808 --threads=2
	fails pointer-chase --chase-size=18446744073709551615 --chase-stride=8589934592
	fails pointer-chase --chase-size=4G --threads=1000000000
	fails memory --memory-block-size=9223372036854775808
	fails memory --memory-block-size=4T --memory-scope=local --threads=4194304
	fails fork --fork-memory=18446744073709551615
	fails tlb-shootdown --tlb-pages=2147483647 --threads=2147483647
	fails fsync --fsync-size=64M --threads=2147483647
	fails mutex --mutex-num=2147483647
	fails threads --thread-locks=2147483647
	expected=1 text='FATAL: Invalid value for '
	fails memory --memory-total-size=16777216T
	fails memory --memory-total-size=99999999999999999999
	fails fileio --file-total-size=18446744073709551615K --file-test-mode=rndrd
	fails cpu --forced-shutdown=18446744073709551615%
	fails cpu --forced-shutdown=-18446744073709551615
	text=' creation failed'
	fails cpu --thread-stack-size=9223372036854775807
}

@test "numbers with blanks and signs are read as sysbench reads them, or refused" {
	same cpu --events=' 5' --threads=+2 --time=0 run
	same cpu --events='5 ' run
	diff <(sysbench cpu --events=1 --report-checkpoints=3,,2, run | grep Report) \
		<("$bench" cpu --events=1 --report-checkpoints=3,,2, run | grep Report)
	same memory --memory-block-size=-1 run
	same memory --memory-block-size=' 1K' run
	same memory --memory-total-size=1mB run
	local size
	for size in '1 G' ' 1G' +1G -1 1.5G 1,5G 1_G 0x10; do
		run "$bench" memory --memory-total-size="$size" --events=1 run
		case $size in
		0x10) [ "$status" = 0 ] ;; # sysbench's rule: an unknown unit means no limit
		*)
			[ "$status" = 1 ]
			[[ $output == *"FATAL: Invalid value for memory-total-size: $size"* ]]
			;;
		esac
	done
}

@test "fileio cleanup names the files that it could not remove" {
	[ "$(id -u)" = 0 ] || skip "needs root to mount"
	mkdir files
	(cd files && "$bench" fileio --file-num=3 --file-total-size=1M --verbosity=0 prepare)
	unshare -m sh -c 'mount --bind files files && mount -o remount,bind,ro files && cd files && exec "$@"' sh \
		"$bench" fileio --file-num=4 --file-total-size=1M cleanup >output && false || [ $? = 1 ]
	grep -q "FATAL: Cannot remove 4 of 4 files; of 'test_file.0': errno = 30 (Read-only file system)" output ||
		grep -q "FATAL: Cannot remove 3 of 4 files; of 'test_file.0': errno = 30 (Read-only file system)" output
	[ -e files/test_file.2 ]
	mkdir test_file.0
	printf 'a fileio --file-num=1 --file-total-size=1M --file-test-mode=rndrd --time=1\n' >a.suite
	run --separate-stderr "$bench" suite ./a.suite
	[ "$status" = 1 ]
	rmdir test_file.0
}

@test "messages say what is wrong and what to do" {
	says() {
		local expected=$1 text=$2
		shift 2
		run "$@"
		echo "$status: $*: $output"
		[ "$status" = "$expected" ]
		[[ $output == *"$text"* ]]
	}
	local files='--file-num=60 --file-total-size=1M --file-block-size=4K'
	"$bench" fileio $files --verbosity=0 prepare
	says 1 '--file-num is 60, and only 50 open files are allowed (ulimit -n)' \
		sh -c 'ulimit -n 50 && exec "$@"' sh "$bench" fileio $files --file-test-mode=rndrd run
	says 1 'only 62 open files are allowed (ulimit -n)' \
		sh -c 'ulimit -n 62 && exec "$@"' sh "$bench" fileio $files --file-test-mode=rndrd run
	run ! grep -q 'prepare step' <<<"$output"
	rm test_file.*
	says 1 'Did you forget to run the prepare step?' "$bench" fileio $files --file-test-mode=rndrd run

	says 1 'O_DIRECT needs a --file-block-size' \
		"$bench" fileio --file-num=3 --file-total-size=1M --file-block-size=1000 --file-extra-flags=direct prepare
	rm -f test_file.*

	"$bench" fileio --file-num=1 --file-total-size=1M --verbosity=0 prepare
	local most
	most=$(cat /proc/sys/fs/aio-max-nr)
	[ "$most" -gt 1000000 ] || says 3 "$((most + 1)) requests at once are more than /proc/sys/fs/aio-max-nr leaves" \
		"$bench" fileio --file-num=1 --file-total-size=1M --file-test-mode=rndrd --file-io-mode=async \
		--file-async-backlog=$((most + 1)) run

	echo 'a cpu --events=1' >mine.suite
	says 2 'for the file mine.suite that is here, write ./mine.suite' "$bench" suite mine.suite
	mkdir -p "$(printf './%0200d/%0200d/%0200d' 1 2 3)"
	cp mine.suite "$(printf './%0200d/%0200d/%0200d/%0200d.suite' 1 2 3 4)"
	says 0 "\"suite\":\"$(printf %0200d 4)\"" "$bench" suite "$(printf './%0200d/%0200d/%0200d/%0200d.suite' 1 2 3 4)"
	printf '\xef\xbb\xbfa cpu --events=1\n' >mark.suite
	says 2 'line 1: it begins with a byte-order mark' "$bench" suite ./mark.suite
	printf '\xef\xbb\xbfthreads=2\n' >mark.conf
	says 1 'mark.conf begins with a byte-order mark' "$bench" cpu --config-file=mark.conf run

	says 1 "The 'memory' test requires a command argument. See 'bench memory help'" "$bench" memory
	[ "$("$bench" help)" = "$("$bench" --help)" ]
}

@test "O_DIRECT is unavailable on file systems without it" {
	[ "$(id -u)" = 0 ] || skip "needs root to mount"
	local command
	mkdir small
	mount -t ramfs ramfs small
	cd small
	for command in prepare '--file-test-mode=seqwr run'; do
		run "$bench" fileio --file-num=1 --file-total-size=1M --file-extra-flags=direct $command
		[ "$status" = 3 ]
		[[ $output == *'the file system here has no O_DIRECT'* ]]
	done
}

@test "a report is never written into a test file, and it is an error if it cannot be written" {
	local files='--file-num=2 --file-total-size=1M --file-test-mode=rndwr --events=50 --time=0'
	"$bench" fileio $files --verbosity=0 prepare
	run --separate-stderr sh -c 'exec "$@" <&- >&-' sh "$bench" fileio $files run
	[ "$status" = 1 ]
	[[ $stderr == *'cannot write the report'* ]]
	run sh -c 'exec "$@" <&- >&- 2>&-' sh "$bench" fileio $files run
	[ "$status" = 1 ]
	[ "$(cat test_file.* | tr -d '\0' | wc -c)" = 0 ]
	run sh -c '"$@" >/dev/full' sh "$bench" cpu --events=1 run
	[ "$status" = 1 ]
	echo 'a cpu --events=1' >a.suite
	run --separate-stderr sh -c 'exec "$@" <&- >&-' sh "$bench" suite ./a.suite
	[ "$status" = 1 ]
	[[ $stderr == *'cannot write the result'* ]]
}

@test "a missing /dev/null is not created" {
	[ "$(id -u)" = 0 ] || skip "needs root to change the root directory"
	mkdir -p root/dev
	cp "$bench" root/bench
	chroot root /bench cpu --events=1 run >report
	grep -q 'total number of events: *1$' report
	[ -z "$(ls root/dev)" ]
}

# Applies what the kernel lets a process do to itself, then runs the command.
as_process() {
	python3 -c '
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
what, rest = sys.argv[1], sys.argv[2:]
if what == "without-tsc":
    done = libc.prctl(26, 2, 0, 0, 0)  # PR_SET_TSC, PR_TSC_SIGSEGV
else:  # seccomp: getrusage, 98, does nothing and answers with the number
    code = [(0x20, 0, 0, 0), (0x15, 0, 1, 98), (0x06, 0, 0, 0x50000 | int(what)), (0x06, 0, 0, 0x7fff0000)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *c) for c in code))
    libc.prctl(38, 1, 0, 0, 0)
    done = libc.prctl(22, 2, ctypes.byref(ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(code), ctypes.addressof(program)))), 0, 0)
if done != 0:
    sys.exit(os.strerror(ctypes.get_errno()))
os.execv(rest[0], rest)' "$@"
}

@test "metrics that need the time stamp counter are left out without it" {
	printf '%s\n' 'a clock --events=5 --time=0' 'b cpuid --events=5 --time=0' 'c cpu --events=1' >a.suite
	run --separate-stderr as_process without-tsc "$bench" suite ./a.suite
	echo "$status: $stderr"
	if [ "$status" = 3 ]; then # where reading the clock itself needs it
		[[ $stderr == *'there is no clock'* ]]
		return
	fi
	[ "$status" = 0 ]
	echo "$output" >document
	valid document
	jq -e '.platform | has("tsc_mhz") | not' document
	jq -e '[.experiments[].metrics[]?.name] == ["clock_gettime", "clock_gettime by system call", "cpuid"]' document
	jq -e '[.experiments[] | has("clock_drift_ppm")] | any | not' document
}

@test "experiments that need page faults are unavailable on a kernel that does not count them" {
	local answer
	printf '%s\n' 'a pagefault --events=5 --time=0' 'b cpu --events=1' >a.suite
	for answer in 0 38; do
		run --separate-stderr as_process $answer "$bench" suite ./a.suite
		echo "$status: $stderr"
		[ "$status" = 0 ]
		echo "$output" >document
		valid document
		jq -e '.experiments[0].unavailable | test("page faults are not counted")' document
		jq -e '.experiments[1] | has("page_faults") or has("context_switches") | not' document
	done
}

@test "init delivers the finished experiments when it is asked to end" {
	[ "$(id -u)" = 0 ] || skip "needs root to change the root directory"
	mkdir -p tree/kept
	tar -xf "$OUT/rootfs.tar" -C tree
	mkdir -p tree/scratch tree/results tree/proc tree/dev
	printf '%s\n' 'first cpu --cpu-max-prime=100 --events=1' 'second fsync --time=600' >tree/scratch/two.suite
	unshare -m -p -f --kill-child sh -c 'mount -t proc proc tree/proc && mount --bind tree/kept tree/results &&
		exec chroot tree /init suite ./two.suite' >output 2>&1 3>&- &
	process=$!
	wait_for compgen -G 'tree/scratch/samebits-fsync.*'
	kill -TERM "$(pgrep -P $process)"
	status=0
	wait $process || status=$?
	cat output
	[ $status = 143 ]
	[ -z "$(left)" ]
	jq -e '.status == "incomplete" and ([.experiments[].exit] == [0, 143])' tree/kept/container-1.json
	jq -e '.platform.processes == 2' tree/kept/container-1.json
}
