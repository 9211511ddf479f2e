# Faults that, according to the mutation trial (tests/mutation), no other test detected.
# bats file_tags=measures
# needs: for-native
load helper

setup() {
	make_dir
	export RUN=mutants-$$
}

teardown() {
	forget_dir
	rm -rf "${OUT:?}/results/$RUN"
}

@test "each mutation still changes its file" {
	tests/mutation --apply
}

@test "watch reports which signal ended its command" {
	run "$OUT/bin/watch" --report="$dir/report" -- sh -c 'kill -TERM $$'
	[ "$status" = 143 ]
	jq -e '.signal == 15 and .status == 143' "$dir/report"
}

@test "watch detects a silent command whose threads wait forever for a processor" {
	run --separate-stderr "$OUT/bin/watch" --port --silence=1 --time=120 -- taskset -c 0 "$OUT/bin/bench" cpu --threads=20 --time=0 --events=0 run
	echo "$stderr"
	[ "$status" = 5 ]
	[[ $stderr == *'it was silent for 1 s;'* ]]
}

@test "watch ends what exceeds its time limit" {
	run "$OUT/bin/watch" --time=1 --report="$dir/report" -- sleep 100
	[ "$status" = 5 ]
	jq -e '.lost | startswith("it ran longer than 1 s")' "$dir/report"
}

@test "watch writes JSON whatever the guest says" {
	run "$OUT/bin/watch" --port --log="$dir/log" --report="$dir/report" -- sh -c 'printf "caf\351\177 \"\\\\\n"'
	[ "$status" = 5 ]
	jq -e '.lost | endswith("its last output: caf? \u0027?")' "$dir/report"
	run ! env LC_ALL=C grep '[^ -~]' "$dir/report"
}

@test "an invalid name for results is refused" {
	for name in latest .x -x a/b 'a b' "$(printf '%065d' 0)"; do
		RUN=$name refused 2 "invalid RUN=$name" scripts/measure native
	done
}

@test "a run measured with another root file system is not resumed" {
	mkdir -p "$OUT/results/$RUN"
	echo 'identity 0' >"$OUT/results/$RUN/settings"
	refused 6 'another root file system' scripts/measure native
}

@test "a start whose document is not complete is measured again" {
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$dir/one.suite"
	mkdir -p "$OUT/results/$RUN"
	echo '{"schema": "samebits-result-1", "status": "failed"}' >"$OUT/results/$RUN/native-1.json"
	SUITE=$dir/one.suite ITERATIONS=1 scripts/measure native
	jq -e '.status == "complete"' "$OUT/results/$RUN/native-1.json"
}

@test "a value that is exactly on the threshold meets it" {
	jq -n '{schema: "samebits-report-2", runs: ["r"], experiments: [{name: "x"}], environments: ["native"],
		groups: [{experiment: "x", metric: "events/s", environment: "native", median: 100, family: "primary"}]}' >"$dir/report.json"
	printf 'x.native >= 100\nx.native <= 100\n' >"$dir/gate"
	[ "$(scripts/gate "$dir/gate" "$dir/")" = "all thresholds of $dir/gate are met" ]
}

@test "an option is missing even if another contains its name" {
	echo 'CONFIG_HZ=100' >"$dir/config"
	echo 'CONFIG_HZ=1000' >"$dir/fragment"
	refused 3 'these options are not in' kernel-config/check "$dir/config" "$dir/fragment"
}

@test "a list with an unknown kind of entry gives no archive" {
	echo 'dirr / 0755 0 0' >"$dir/list"
	refused 3 'line 1: dirr is not a kind of entry' rootfs/pack "$dir/list" "$dir/archive"
	[ ! -e "$dir/archive" ]
}
