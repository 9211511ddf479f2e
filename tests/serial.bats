# Documents over a serial line: a guest that was started by hand sends them, and results-from extracts them from a log of it.
# needs: all
load helper

# guest REPORT LOG [OPTION...]: starts the guest as a lab does, without watch, and logs its serial line.
guest() {
	local report=$1 log=$2
	shift 2
	timeout 240 qemu-system-x86_64 -no-user-config -nodefaults -display none -no-reboot -m 512M -accel tcg -cpu max,-erms \
		-machine microvm,acpi=off,x-option-roms=off,auto-kernel-cmdline=off -kernel "$OUT/vmlinux" -initrd "$BATS_FILE_TMPDIR/initramfs" \
		-append "console=ttyS0 panic=-1 reboot=t acpi=off pci=off tsc_early_khz=$("$OUT/bin/tsc") no_timer_check tsc=reliable \
lapic_timer_hz=1000000000 virtio_mmio.device=512@0xfeb00e00:12 virtio_mmio.device=512@0xfeb00c00:11 \
SAMEBITS_RUN=lab SAMEBITS_ENVIRONMENT=qemu:kernel=/a/b SAMEBITS_ITERATION=3 SAMEBITS_REPORT=$report -- suite /lab.suite" \
		-serial "file:$log" "$@" 3>&-
}

setup_file() {
	cd "$BATS_FILE_TMPDIR"
	printf '%s\n' 'one.cpu-1 cpu --cpu-max-prime=100 --events=10' 'call syscall --events=5' \
		'files fileio --file-num=4 --file-total-size=256K --file-test-mode=rndrw --events=20' \
		'bad fileio --file-num=4 --file-total-size=256K --file-test-mode=rndrw --file-extra-flags=nosuch' \
		'large stream --stream-size=4G --time=1' >lab.suite
	bsdtar --format=newc -cf more lab.suite
	cat "$OUT/initramfs.cpio" more >initramfs
	truncate -s 16M scratch
	/sbin/mke2fs -q -t ext4 scratch
	guest serial,lava log -drive file=scratch,if=none,id=scratch,format=raw -device virtio-blk-device,bus=virtio-mmio-bus.7,drive=scratch,serial=samebits-scratch \
		-chardev file,id=port,path=port -device virtio-serial-device,bus=virtio-mmio-bus.6,max_ports=2 -device virtserialport,chardev=port,name=samebits.result
	grep -a '^{' port >document
}

setup() {
	make_dir
	cd "$dir"
	log=$BATS_FILE_TMPDIR/log document=$BATS_FILE_TMPDIR/document
	tr -d '\r' <"$log" | sed -n '/^|/p' >rows
}

teardown() {
	[ ! -d small ] || ! mountpoint -q small || umount small
	cd "$TOP"
	forget_dir
}

results_from() {
	(cd "$TOP" && OUT=$dir/out LOG=$dir/$1 disk/results-from)
}

# taken LOG: every document is extracted, as the port delivered it
taken() {
	results_from "$1"
	cmp "$document" out/results/lab/qemu.kernel=@a@b-3.json
	[ "$(find out -type f | wc -l)" = 1 ]
	rm -r out
}

# left LOG WHY: nothing is extracted, for this reason
left() {
	refused 3 "$dir/$1 has no complete document" results_from "$1"
	[[ ${stderr_lines[0]} == "samebits: $dir/$1, line "*": qemu:kernel=/a/b-3.json is refused: "$2 ]]
	[ "${#stderr_lines[@]}" = 2 ]
	[ ! -e out ]
}

@test "a guest sends over its serial line what it says on its port, after everything is measured" {
	valid "$document"
	cp "$log" log
	taken log
	(cd "$TOP" && make -s results-from OUT="$dir/out" LOG="$log" RUN=other)
	cmp "$document" out/results/other/qemu.kernel=@a@b-3.json
	[ "$(readlink out/results/latest)" = other ]
	# After the last experiment, and in one piece.
	awk '/^\|samebits document/ {begin = NR} /^bench: \[5\/5\]/ {last = NR} /^\|samebits end/ {end = NR}
		END {exit !(last && last < begin && end - begin > 20)}' "$log"
}

@test "for LAVA each experiment has a line that its shell can split, with the primary metric" {
	tr -d '\r' <"$log" | sed -n '/LAVA/p' >lines
	cat lines
	jq -Rn '[inputs | capture("^<LAVA_SIGNAL_(?<signal>[^ ]+) (?<words>[^>]+)>$") | .words | split(" ")
		| map(split("=") | if length == 2 then {(.[0]): .[1]} else error("\(.)") end) | add]' lines >said
	jq -e --slurpfile said said '[.experiments[] | if .name == "bad" then {TEST_CASE_ID: .name, RESULT: "fail"}
			elif .name == "large" then {TEST_CASE_ID: .name, RESULT: "skip"}
			else {TEST_CASE_ID: .name, RESULT: "pass",
				MEASUREMENT: (if .name == "call" then .metrics[0].value elif .name == "files" then .operations.read.per_s else .events_per_s end),
				UNITS: {"one.cpu-1": "events/s", call: "ns", files: "reads/s"}[.name]} end]
		== ($said[0] | map(if .MEASUREMENT then .MEASUREMENT |= tonumber else . end)) and (.experiments | length) == 5' "$document"
}

@test "a guest without a port sends it, too; an invalid setting is refused before anything is measured" {
	guest serial console
	results_from console
	valid out/results/lab/*-3.json
	run ! grep -a LAVA console
	guest screen console
	grep -a 'init: SAMEBITS_REPORT=screen on the kernel.s command line: neither serial nor lava nor serial,lava' console
	run ! grep -a 'bench: ' console
}

# broken: inserts a line of the kernel into each row, at another place each time
broken() {
	awk '{n = NR % (length + 1); printf "%s[%5d.%06d] usb 1-1: new | device |QUJD|\r\n%s\r\n", substr($0, 1, n), NR, NR, substr($0, n + 1)}' rows
}

@test "a document stays whole, whatever is said in between" {
	broken >log
	taken log
	# Lines without the kernel's time stamp; and a log with other text before and after each line.
	sed 's/.*/login\n\n&\nQUJD\n| a b |/' rows >log
	taken log
	sed 's/.*/- {"dt": "2026-11-27T17:00:01.123456", "lvl": "target", "msg": "&"}/' rows >log
	taken log
	# Noise, as on a serial line when its machine is switched on; and the same document twice.
	{ head -c 100000 /dev/urandom | tr -d '\n|' && echo && cat rows && printf '\0\377[' && cat rows; } >log
	taken log
	# The last mark has no end of line, and the kernel's message follows in the same line.
	{ printf %s "$(cat rows)" && printf '[    9.000000] reboot: Restarting system'; } >log
	taken log
}

@test "a document that is not whole is refused, in a line that says where and why" {
	sed -n '5,$p' rows >log
	left log 'its beginning is not in the log, or was damaged'
	sed '1s/ bytes, / bits, /' rows >log
	left log 'its beginning is not in the log, or was damaged'
	sed -n '1,9p' rows >log
	left log 'the log ends in the middle of it'
	sed 5d rows >log
	left log 'the log has only * of its * bytes'
	sed 5p rows >log
	left log 'the log has more than its * bytes'
	sed '5s/....|$/|/' rows >log
	left log 'the log has only * of its * bytes'
	sed '5{h; d}; 6G' rows >log
	left log 'it was damaged on its way: its sha256 is not the one in its mark'
	sed '5s/....|$/AA==|/' rows >log
	left log 'it was damaged on its way: its sha256 is not the one in its mark'
	sed -e '1{s/sha256 0/sha256 1/; t' -e 's/sha256 ./sha256 0/; }' rows >log
	left log 'it was damaged on its way: its sha256 is not the one in its mark'
	bytes=$(stat -c %s "$document")
	sed "1s/ $bytes / $((bytes + 3)) /" rows >log
	left log 'the log has only * of its * bytes'
	sed "1s/ $bytes / $((bytes - 3)) /" rows >log
	left log 'the log has more than its * bytes'
	sed "1s/ $bytes / 9999999 /" rows >log
	left log 'it has 9999999 bytes, a document at most 4194304'
}

@test "complete documents are kept even if others are not" {
	{ sed -n '1,9p' rows && cat rows && sed -n '5,$p' rows; } >log
	refused 3 "2 documents in $dir/log were refused, see above; the others were kept" results_from log
	[[ ${stderr_lines[0]} == *'log, line 1: '*' is refused: its end is not in the log: another document begins in line 10' ]]
	[[ ${stderr_lines[1]} == *' is refused: its beginning is not in the log, or was damaged' ]]
	cmp "$document" out/results/lab/qemu.kernel=@a@b-3.json
	# The beginning and the end name different documents.
	{ sed '$d' rows && echo '|samebits end of other-1.json|'; } >log
	refused 3 'has no complete document' results_from log
	[[ ${stderr_lines[0]} == *': qemu:kernel=/a/b-3.json is refused: its end is not in the log: '* ]]
	[[ ${stderr_lines[1]} == *': other-1.json is refused: its beginning is not in the log'* ]]
}

# send NAME FILE: sends it like init
send() {
	printf '|samebits document %s, %d bytes, sha256 %s|\n' "$1" "$(stat -c %s "$2")" "$(sha256sum <"$2" | cut -d ' ' -f 1)"
	base64 -w 76 "$2" | sed 's/.*/|&|/'
	printf '|samebits end of %s|\n' "$1"
}

@test "a document's place is what it says itself, always inside OUT" {
	local filter
	for filter in '.run = "../x"' '.run = "latest"' '.run = "a/b"' '.run = "x\n"' '.run = 1' '.environment = "../x"' '.environment = "qemu:a/../b\n"' \
		'.environment = "qemu:;x"' '.environment = 1' '.iteration = "1"' '.iteration = 0' '.iteration = 1.5' '.iteration = 1e30' 'del(.environment)' \
		'.schema = "x"' 'del(.suite)' '.experiments = {}' '[.]' '., .' 'empty'; do
		jq -c "$filter" "$document" >other
		send x-1.json other >log
		echo "$filter"
		refused 3 'has no complete document' results_from log
		[[ ${stderr_lines[0]} == *'log, line 1: x-1.json is refused: it is not a result document' ]]
		[ ! -e out ]
	done
	jq -c '.environment = "qemu:kernel=/../.."' "$document" >other
	send '../../x' other >log
	results_from log
	[ "$(cd out/results && find . -type f)" = ./lab/qemu.kernel=@..@..-3.json ]
	# From a guest that did not know its run.
	jq -c 'del(.run)' "$document" >other
	send x other >log
	results_from log
	cmp other out/results/console/qemu.kernel=@a@b-3.json
	# Nothing reaches the terminal that it would obey.
	jq -c 'empty' "$document" >other
	send $'\e]0;x\a\t\x9b1A' other >log
	refused 3 'has no complete document' results_from log
	run grep -P '[^\n -~]' <<<"$stderr"
	[ "$status" = 1 ]
}

@test "nothing is overwritten, by another log or by the same one" {
	jq -c '.error = "x"' "$document" >other
	{ cat rows && send x other; } >log
	refused 3 '1 documents in' results_from log
	[[ ${stderr_lines[0]} == *'x is refused: the log has another lab/qemu.kernel=@a@b-3.json before it'* ]]
	cmp "$document" out/results/lab/qemu.kernel=@a@b-3.json
	send x other >log
	refused 2 'exists and differs' results_from log
	cmp "$document" out/results/lab/qemu.kernel=@a@b-3.json
	cp rows log
	results_from log
	RUN=a/b refused 2 'invalid RUN=' results_from log
}

@test "what cannot be a log, or has no documents, is refused" {
	refused 2 'nosuch does not exist' results_from nosuch
	refused 2 'is not a file' results_from .
	: >log
	refused 3 "$dir/log has no documents; a machine sends them with: report = serial" results_from log
	IMG=$dir/log refused 2 'no disk and no log given' results_from log
}

@test "a large log, or one with more documents than a disk can hold, needs little memory and space" {
	# A line of 300 MB, of which nothing is kept.
	{ head -c 300000000 /dev/zero | tr '\0' a && echo && cat rows; } >log
	(ulimit -v 100000 && results_from log)
	cmp "$document" out/results/lab/qemu.kernel=@a@b-3.json
	rm -r out
	# Rows interrupted by endless lines of the kernel.
	{ sed -n '1,5p' rows && seq 200000 | sed 's/.*/|aaaa[    1.000000] &/'; } >log
	(ulimit -v 100000 && left log 'the log ends in the middle of it')
	seq 100000 | sed 's/.*/|samebits document x-&, 5 bytes, sha256 00|/' >log
	refused 3 'has more than 4096 documents' results_from log
	[ ! -e out ]
}

@test "without space for the documents there is a message, and no partial file" {
	[ "$(id -u)" = 0 ] || skip 'needs root for a small file system'
	local kib
	cp rows log
	mkdir small
	for kib in $(seq 12 8 140); do
		mount -t tmpfs -o "size=${kib}k" tmpfs small
		TMPDIR=$dir/small run --separate-stderr results_from log
		umount small
		echo "$kib KiB: status $status, $stderr"
		[ "$status" = 0 ] || { [ ! -e out ] && [ -n "$stderr" ] && [[ $stderr != *damaged* ]]; }
	done
	[ "$status" = 0 ]
}
