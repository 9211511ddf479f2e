# The fileio test: its output, compared with the installed sysbench, and what it does with its files.
# needs: for-bench

load helper

setup() {
	bench=$OUT/bin/bench
	files='--file-total-size=4M --file-num=4'
	make_dir
	cd "$dir"
}

teardown() {
	forget_dir
}

# document ARGUMENTS: runs fileio, with the result in the file `document`, a valid document.
document() {
	"$bench" fileio "$@" --format=json run >document
	valid document
}

# fails TEXT ARGUMENTS: fileio ends with status 1 and prints TEXT.
fails() {
	local text=$1
	shift
	run timeout 60 "$bench" fileio "$@"
	echo "status $status: $output"
	[ "$status" = 1 ]
	[[ $output == *"$text"* ]]
}

# without_io_uring COMMAND...: runs it with a seccomp filter that answers io_uring_setup with EPERM, as Docker's does.
without_io_uring() {
	/usr/bin/python3 -c '
import ctypes, os, struct, sys
steps = (0x20, 0, 0, 0), (0x15, 0, 1, 425), (6, 0, 0, 0x50001), (6, 0, 0, 0x7fff0000)
program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *s) for s in steps))
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, struct.pack("HP", len(steps), ctypes.addressof(program))) == 0
os.execv(sys.argv[1], sys.argv[1:])' "$@"
}

# flip FILE OFFSET: changes the byte there.
flip() {
	local byte
	byte=$(od -An -tu1 -j "$2" -N 1 "$1")
	printf %b "\\x$(printf %x $((byte ^ 255)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

@test "fileio's report is sysbench's, line by line" {
	files='--file-total-size=16M --file-num=16'
	same fileio $files prepare
	same fileio $files prepare
	same fileio $files --file-test-mode=rndrw --threads=4 --time=1 run
	same fileio $files --file-test-mode=rndrd --time=3 --report-interval=2 run
	same fileio $files --file-test-mode=rndrw --time=3 --threads=2 --report-checkpoints=1,2 run
	same fileio $files --file-test-mode=rndwr --file-fsync-all --events=100 --file-fsync-mode=fdatasync run
	same fileio $files --file-test-mode=rndrw --file-fsync-freq=1 --events=100 run
	same fileio $files --file-test-mode=rndrw --file-fsync-all --file-io-mode=async --events=20 run
	same fileio $files --file-test-mode=rndrd --file-rw-ratio=0 --file-merged-requests=4 --events=50 run
	same fileio $files --file-test-mode=rndrd --file-async-backlog=0 --events=10 run
	same fileio $files --file-test-mode=seqrd --file-merged-requests=3 --time=1 run
	same fileio $files --file-test-mode=seqrewr --file-merged-requests=8 --time=1 --file-fsync-end=off run
	same fileio $files --file-test-mode=seqrewr --events=150 --debug run
	same fileio $files --file-test-mode=seqwr --events=500 --file-block-size=4K run
	same fileio $files --file-test-mode=seqwr prepare
	same fileio $files cleanup
	same fileio $files cleanup
	[ -z "$(ls bench)" ]
}

@test "each mode with each engine and each flag is reported as by sysbench" {
	local mode engine flag
	same fileio $files prepare
	for mode in seqrd rndrd rndwr rndrw seqrewr seqwr; do
		for engine in sync async mmap; do
			for flag in '' sync dsync direct; do
				same fileio $files --file-test-mode=$mode --file-io-mode=$engine --file-extra-flags=$flag \
					--events=120 --threads=2 run
			done
		done
	done
}

@test "files that are not a multiple of the block size get short requests at their ends" {
	files='--file-total-size=1600K --file-num=16'
	same fileio $files prepare
	same fileio $files prepare
	same fileio --file-total-size=3600K --file-num=18 prepare
	same fileio $files --file-test-mode=rndrd --file-block-size=4M --events=50 run
	same fileio $files --file-test-mode=rndrd --file-extra-flags=direct --events=200 run
	# Ours gives the reason in an additional line.
	mkdir plain
	printf '#!/bin/bash\nset -o pipefail\n"%s" "$@" | grep -v "^WARNING: O_DIRECT needs"\n' "$bench" >plain/bench
	chmod +x plain/bench
	run "$bench" fileio $files --file-extra-flags=direct --file-block-size=1000 prepare
	[[ $output == *'WARNING: O_DIRECT needs'* ]]
	rm test_file.*
	bench=$dir/plain/bench \
		same fileio $files --file-test-mode=rndrd --file-extra-flags=direct --file-block-size=1000 --events=200 run
	cd bench
	document $files --file-test-mode=seqrd --events=112 --time=0
	# A file of 100 KiB takes seven requests.
	jq -e '.experiments[0] | (.operations.read | .mib_per_s / .per_s * 112 * 1024 | round) == 1600' document
}

@test "fileio's help is sysbench's, and additions are marked as such" {
	ours() { sed 's/,io_uring}/}/; /^fileio options that/,$d' | tail -n +2; }
	diff <(sysbench fileio help | tail -n +2) <("$bench" fileio help | ours)
	# This is also the message without a mode.
	diff <(sysbench fileio run | tail -n +2) <("$bench" fileio run | ours)
	fails 'FATAL: Missing required argument: --file-test-mode' --file-test-mode= run
	"$bench" fileio help | sed -n '/^fileio options that/,$p' | grep -e '--file-io-fallback'
}

@test "wrong values are refused as sysbench refuses them, by every command" {
	local value command
	for value in file-num=0 file-total-size=0 file-total-size=1Z file-block-size=0 \
		file-block-size=12x file-extra-flags=nosuch file-fsync-mode=nosuch file-fsync-freq=-1 \
		file-merged-requests=-1 file-io-mode=nosuch file-rw-ratio=-1 file-test-mode=nosuch; do
		for command in prepare '--file-test-mode=rndrw run' cleanup; do
			same fileio --file-total-size=64K --file-num=2 $command --$value
		done
	done
	same fileio --file-test-mode=rndrd --file-io-mode=async --file-async-backlog=0 run
	# Of several wrong values the order determines which one is named.
	all='--file-io-mode=x --file-merged-requests=-1 --file-block-size=0 --file-extra-flags=x --file-fsync-freq=-1 --file-fsync-mode=x --file-rw-ratio=-1'
	same fileio --file-num=0 --file-total-size=0 $all run
	same fileio --file-total-size=0 $all run
	same fileio $all --file-test-mode=nosuch run
	set -- $all
	while [ $# -gt 0 ]; do
		same fileio --file-test-mode=rndrd "$@" run
		shift
	done
}

@test "files that are missing, short or not files are named as by sysbench" {
	same fileio $files --file-test-mode=rndrw run
	same fileio $files prepare
	same fileio --file-total-size=8M --file-num=4 --file-test-mode=rndrw run
	same fileio --file-total-size=4M --file-num=5 --file-test-mode=rndrw run
	mkdir sysbench/test_file.4 bench/test_file.4
	same fileio --file-total-size=4M --file-num=5 prepare
	same fileio --file-total-size=4M --file-num=5 --file-test-mode=rndrd run
	cd bench
	fails "Cannot create file 'test_file.4'" --file-total-size=4M --file-num=5 --file-test-mode=seqwr run
}

@test "what makes sysbench crash, hang or do something else is refused" {
	fails 'Invalid value for file-num: -1' --file-num=-1 prepare
	fails 'Invalid value for file-total-size: 5' --file-total-size=5 --file-num=10 --file-test-mode=rndrd run
	fails 'Invalid value of file-async-backlog: -1' --file-io-mode=async --file-async-backlog=-1 --file-test-mode=rndrd run
	fails 'a checksum takes 12 bytes' --file-block-size=8 --validate prepare
	fails 'Invalid value for file-block-size: 4294967296' --file-block-size=4G prepare
	fails 'Invalid value for file-merged-requests: 65537' --file-merged-requests=65537 prepare
	fails 'file-extra-flags: nosuch' --file-extra-flags=direct,nosuch prepare
	fails 'Invalid value for --file-rw-ratio: nan' --file-rw-ratio=nan prepare
	fails 'Invalid value for file-data: ones' --file-data=ones prepare
}

@test "direct I/O can be combined with sync and dsync, which sysbench refuses" {
	local engine flags
	"$bench" fileio $files --file-extra-flags=direct,sync --verbosity=0 prepare
	for flags in direct,sync direct,dsync; do
		for engine in sync async io_uring; do
			"$bench" fileio $files --file-test-mode=rndrw --file-io-mode=$engine --file-extra-flags=$flags \
				--events=50 run | grep "^Extra file open flags: ${flags#*,} directio$"
		done
	done
}

@test "fsync: one round over the files after each 100 requests" {
	"$bench" fileio --file-total-size=1M --file-num=8 --verbosity=0 prepare
	"$bench" fileio --file-total-size=1M --file-num=8 --file-test-mode=rndwr --time=0 \
		--file-block-size=4K --events=1080 --file-fsync-end=off run >report
	grep -q 'total number of events: *1080$' report
	# 1,080 events are ten rounds of 100 writes and 8 fsyncs.
	ratio=$(awk '/writes\/s/ {w = $2} /fsyncs\/s/ {f = $2} END {printf "%.2f", w / f}' report)
	[ "$ratio" = 12.50 ]
}

@test "random places are equally likely, and a sequence visits each place in order" {
	"$bench" fileio $files --verbosity=0 prepare
	places() {
		"$bench" fileio $files --time=0 --file-fsync-freq=0 --threads=2 --debug "$@" run |
			sed -n 's/^DEBUG: Executing.*file_id: \([0-9]*\), pos: \([0-9]*\),.*/\1 \2/p' | sort | uniq -c
	}
	[ "$(places --file-test-mode=seqrd --events=768 | awk '$1 == 3' | wc -l)" = 256 ]
	places --file-test-mode=rndwr --events=5120 >random
	# Of 5,120 requests 20 are expected at each of 256 places; counts outside 4..48 occur once in 10,000 runs.
	[ "$(awk '$1 > 4 && $1 < 48' random | wc -l)" = 256 ]
}

@test "every request is counted once, with any engine" {
	local engine
	"$bench" fileio $files --verbosity=0 prepare
	for engine in sync async mmap io_uring; do
		document $files --file-test-mode=rndrw --file-io-mode=$engine --threads=3 --events=3000 --time=0 --file-fsync-end=off
		jq -e '.experiments[0] | .io_mode == "'$engine'" and .events == 3000 and
			(.operations | .read.count + .write.count + .fsync.count) == 3000' document
		jq -e '.experiments[0] | has("io_uring") == (.io_mode == "io_uring")' document
	done
}

@test "io_uring registers buffers and files with the kernel if it may" {
	"$bench" fileio $files --verbosity=0 prepare
	document $files --file-test-mode=rndrw --file-io-mode=io_uring --file-extra-flags=direct --threads=2 --events=500 --time=0
	jq -e '.experiments[0] | .io_uring == {registered_buffers: true, registered_files: true} and
		.operations.read.latency_ns.avg > .latency_ns.min' document
	"$bench" fileio $files --file-test-mode=rndrw --file-io-mode=io_uring --events=10 run | grep '^Using io_uring I/O mode$'
	[ "$(id -u)" = 0 ] || skip "needs root to give up a privilege"
	# 128 requests of 16 KiB are more than the 64 KiB that may be locked.
	setpriv --bounding-set=-ipc_lock prlimit --memlock=65536 "$bench" fileio $files --validate --verbosity=0 \
		--file-total-size=8M prepare
	setpriv --bounding-set=-ipc_lock prlimit --memlock=65536 "$bench" fileio $files --validate --file-test-mode=rndwr \
		--file-io-mode=io_uring --file-extra-flags=direct --events=500 --time=0 --format=json run >document
	valid document
	jq -e '.experiments[0] | .exit == 0 and .io_uring == {registered_buffers: false, registered_files: true}' document
}

@test "io_uring is unavailable if it is forbidden, and replaced only on request" {
	local mode='--file-test-mode=rndrw --file-io-mode=io_uring --events=50 --time=0'
	"$bench" fileio $files --verbosity=0 prepare
	run without_io_uring "$bench" fileio $files $mode run
	[ "$status" = 3 ]
	[[ $output == *'io_uring_setup: Operation not permitted (seccomp?)'* ]]
	without_io_uring "$bench" fileio $files $mode --format=json run >document || [ $? = 3 ]
	valid document
	jq -e '.status == "complete" and (.experiments[0].unavailable | test("io_uring_setup"))' document
	without_io_uring "$bench" fileio $files $mode --file-io-fallback run >report
	grep -q '^WARNING: io_uring_setup: Operation not permitted (seccomp?); using --file-io-mode=async instead$' report
	grep -q '^Using asynchronous I/O mode$' report
	without_io_uring "$bench" fileio $files $mode --file-io-fallback --format=json run >document
	valid document
	jq -e '.experiments[0] | .io_mode == "async" and .events == 50' document
	# Where io_uring is available, it is used.
	document $files $mode --file-io-fallback
	jq -e '.experiments[0].io_mode == "io_uring"' document
	[ "$(id -u)" = 0 ] && [ -e /proc/sys/kernel/io_uring_disabled ] || skip "needs root, and the switch of Linux 6.6"
	echo 2 >two
	export -f without_io_uring
	run unshare -m bash -c "mount --bind two /proc/sys/kernel/io_uring_disabled && without_io_uring '$bench' fileio $files $mode run"
	[ "$status" = 3 ]
	[[ $output == *'(kernel.io_uring_disabled is 2)'* ]]
}

@test "buffers that do not fit into memory are unavailable" {
	"$bench" fileio --file-total-size=64M --file-num=1 --verbosity=0 prepare
	run "$bench" fileio --file-total-size=64M --file-num=1 --file-test-mode=rndrd --file-block-size=64M \
		--file-io-mode=async --file-async-backlog=60000 --file-extra-flags=direct --events=1 run
	[ "$status" = 3 ]
	[[ $output == *'needs 3840000 MiB'* ]]
}

# The size of the files after compression, in percent; then the number of 4 KiB blocks that equal another one.
contents() {
	cat test_file.* | /usr/bin/python3 -c '
import sys, zlib
data = sys.stdin.buffer.read()
blocks = [data[i:i + 4096] for i in range(0, len(data), 4096)]
print(len(zlib.compress(data, 1)) * 100 // len(data), len(blocks) - len(set(blocks)))'
}

@test "--file-data: zeros as in sysbench, or data that cannot be compressed or deduplicated" {
	local engine
	"$bench" fileio $files --verbosity=0 prepare
	cmp -n 1048576 test_file.0 /dev/zero
	"$bench" fileio $files --file-data=random --verbosity=0 prepare
	[ "$(contents)" = '100 0' ]
	for engine in sync async mmap io_uring; do
		# The data read, here zeros, must not be what is written.
		head -c 2M /dev/zero | tee test_file.0 >test_file.1
		"$bench" fileio $files --file-data=random --file-test-mode=rndrw --file-io-mode=$engine --threads=2 \
			--file-extra-flags=$([ $engine = mmap ] || echo direct) --file-rw-ratio=0.5 --events=6000 --verbosity=0 run
		truncate -s 1M test_file.0 test_file.1
		[ "$(contents | cut -d ' ' -f 1)" -ge 99 ]
		"$bench" fileio $files --file-data=random --file-test-mode=seqrewr --file-io-mode=$engine --file-merged-requests=2 \
			--events=1000 --verbosity=0 run
		[ "$(contents)" = '100 0' ]
	done
}

@test "--validate reports as sysbench does, and each checks the other's files" {
	files='--file-total-size=1M --file-num=4 --validate' other=sysbench
	same fileio $files prepare
	same fileio $files --file-test-mode=rndrw --events=300 run
	same fileio $files --file-test-mode=seqwr --events=64 run
	same fileio $files --file-test-mode=seqrd --events=64 run
	mv sysbench/test_file.* . && mv bench/test_file.* sysbench && mv test_file.* bench
	same fileio $files --file-test-mode=seqrd --events=64 run
	for other in sysbench bench; do
		flip $other/test_file.2 $((3 * 16384 + 100))
	done
	same fileio $files --file-test-mode=seqrd --events=64 run
	[ "$(tail -1 bench.out)" = 'exit 1' ]
	for other in sysbench bench; do
		dd if=$other/test_file.1 of=$other/test_file.0 bs=16K count=1 skip=1 conv=notrunc status=none
	done
	same fileio $files --file-test-mode=seqrd --events=64 run
	grep -q 'Offset mismatch' bench.out
	rm sysbench/test_file.* bench/test_file.*
	same fileio --file-total-size=1M --file-num=4 prepare
	same fileio $files --file-test-mode=seqrd --events=64 run
}

@test "--validate finds one wrong byte with any engine, and none where requests overlap" {
	local engine flag
	# Many more requests in flight than there are blocks; the last block of a file is short.
	files='--file-total-size=300000 --file-num=3 --validate'
	for engine in sync async mmap io_uring; do
		for flag in '' direct; do
			[ $engine$flag != mmapdirect ] || continue
			[ -z "$flag" ] || files='--file-total-size=384K --file-num=3 --validate'
			"$bench" fileio $files --verbosity=0 prepare
			for mode in rndrw seqrewr seqrd; do
				"$bench" fileio $files --file-test-mode=$mode --file-io-mode=$engine --file-extra-flags=$flag \
					--threads=4 --events=3000 --verbosity=0 run
			done
			# What merged requests wrote is read block by block, and vice versa.
			"$bench" fileio $files --file-test-mode=seqrewr --file-merged-requests=4 --file-io-mode=$engine \
				--threads=4 --events=500 --verbosity=0 run
			"$bench" fileio $files --file-test-mode=seqrd --file-merged-requests=3 --events=100 --verbosity=0 run
			flip test_file.2 70000
			fails 'Validation failed on file 2, block offset 65536' $files --file-test-mode=rndrd --file-io-mode=$engine \
				--file-extra-flags=$flag --threads=4 --events=3000 run
			rm test_file.*
		done
	done
}

@test "events and operations cover the same time, with a warm-up and with checkpoints" {
	"$bench" fileio $files --verbosity=0 prepare
	document $files --file-test-mode=rndrw --warmup-time=1 --events=500 --threads=2 --file-fsync-end=off
	jq -e '.experiments[0] | .events == 500 and (.operations | .read.count + .write.count + .fsync.count) == 500' document
	# Some events occur between the two reads of the counters.
	document $files --file-test-mode=rndrd --time=2 --report-checkpoints=1
	jq -e '.experiments[0] | .operations.read.count / .events | . > 0.7 and . < 1.3' document
}
