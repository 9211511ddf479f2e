# LAVA's devices and jobs in fleet/lava: they start the same as make does, and LAVA's dispatcher accepts them.
# needs: all disk-image
load helper

setup() {
	make_dir
	: >"$dir/scratch"
	sed "s|@RELEASE@|file://$OUT|; s|@SCRATCH@|file://$dir/scratch|; s|@TSC@|2000000|; s|@SUITE@|quick|" fleet/lava/guest.yaml >"$dir/guest.yaml"
	sed "s|@IMAGE@|file://$OUT/disk.img|" fleet/lava/disk.yaml >"$dir/disk.yaml"
	# Commands that exist.
	sed -E 's|/usr/local/bin/board-[a-z]+|/bin/true|' fleet/lava/board.yaml >"$dir/board.yaml"
}

teardown() {
	forget_dir
}

@test "the guest's job starts QEMU as its table says" {
	run ! grep '^[^#]*@[A-Z]*@' "$dir/guest.yaml" "$dir/disk.yaml"
	/usr/bin/python3 -c 'import sys, yaml
for image in yaml.safe_load(open(sys.argv[1]))["actions"][0]["deploy"]["images"].values(): print(image["image_arg"])' "$dir/guest.yaml" >"$dir/words"
	cat "$dir/words"
	while read -r accelerator machine cpu _ options _ kernel; do
		[ "$accelerator $machine" = 'tcg microvm' ] || continue
		grep -F -- "-accel tcg -machine microvm,$options -cpu $cpu " "$dir/words"
		grep -F -- "-append \"console=ttyS0 panic=-1 reboot=t ${kernel/@TSC@/2000000} " "$dir/words"
		found=yes
	done <environments/qemu/table
	[ "$found" = yes ]
}

@test "the jobs' pattern matches what a guest prints for LAVA" {
	printf '%s\n' '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=cpu-2000 RESULT=pass MEASUREMENT=45120 UNITS=events/s>' \
		'<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=bad RESULT=fail>' '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=large RESULT=skip>' >"$dir/lines"
	for job in guest disk; do
		/usr/bin/python3 -c 'import re, sys, yaml
pattern = yaml.safe_load(open(sys.argv[1]))["actions"][2]["test"]["monitors"][0]["pattern"]
for line in open(sys.argv[2]): print(*re.search(pattern, line).group("test_case_id", "result", "measurement", "units"))' "$dir/$job.yaml" "$dir/lines" >"$dir/taken"
		diff "$dir/taken" <(printf '%s\n' 'cpu-2000 pass 45120 events/s' 'bad fail None None' 'large skip None None')
	done
}

# validated DEVICE JOB: checks them without starting anything
validated() {
	lava-run --validate --job-id=1 --output-dir="$dir/output" --device="$1" "$2" >"$dir/said" 2>&1 || { cat "$dir/said" && false; }
}

@test "LAVA's dispatcher accepts devices and jobs" {
	command -v lava-run >/dev/null || skip 'lava-run is not installed (lava-dispatcher)'
	validated fleet/lava/qemu.yaml "$dir/guest.yaml"
	validated "$dir/board.yaml" "$dir/disk.yaml"
	# The validation detects errors.
	sed -i 's/method: qemu/method: nosuch/' "$dir/guest.yaml"
	run ! validated fleet/lava/qemu.yaml "$dir/guest.yaml"
}
