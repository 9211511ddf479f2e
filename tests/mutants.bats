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

@test "watch tells of the signal that ended its command" {
	run "$OUT/bin/watch" --report="$dir/report" -- sh -c 'kill -TERM $$'
	[ "$status" = 143 ]
	jq -e '.signal == 15 and .status == 143' "$dir/report"
}

@test "watch finds a silent command whose threads wait for a processor for ever" {
	run --separate-stderr "$OUT/bin/watch" --port --silence=1 --time=120 -- taskset -c 0 "$OUT/bin/bench" cpu --threads=20 --time=0 --events=0 run
	echo "$stderr"
	[ "$status" = 5 ]
	[[ $stderr == *'it was silent for 1 s;'* ]]
}

@test "watch ends what runs longer than it may" {
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

@test "what was measured with another root file system is not gone on with" {
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

@test "what is on the threshold meets it" {
	jq -n '{schema: "samebits-report-2", runs: ["r"], experiments: [{name: "x"}], environments: ["native"],
		groups: [{experiment: "x", metric: "events/s", environment: "native", median: 100, family: "primary"}]}' >"$dir/report.json"
	printf 'x.native >= 100\nx.native <= 100\n' >"$dir/gate"
	[ "$(scripts/gate "$dir/gate" "$dir/")" = "all thresholds of $dir/gate are met" ]
}

@test "an option is not there because another is a part of it" {
	echo 'CONFIG_HZ=100' >"$dir/config"
	echo 'CONFIG_HZ=1000' >"$dir/fragment"
	refused 3 'these options are not in' kernel-config/check "$dir/config" "$dir/fragment"
}

@test "a list with no kind of entry that there is makes no archive" {
	echo 'dirr / 0755 0 0' >"$dir/list"
	refused 3 'line 1: dirr is not a kind of entry' rootfs/pack "$dir/list" "$dir/archive"
	[ ! -e "$dir/archive" ]
}
