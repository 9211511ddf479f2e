# ITERATIONS=auto: when a run ends by itself, and what it shows until then.
# bats file_tags=measures
# needs: all for-report
load helper

setup() {
	make_dir
	printf 'primes cpu --cpu-max-prime=2000 --events=100\n' >"$dir/one.suite"
	export SUITE=$dir/one.suite RUN=auto-$BATS_TEST_NUMBER-$$ ITERATIONS=auto
	results=$OUT/results/$RUN
	latest=$(readlink "$OUT/results/latest" || :)
}

teardown() {
	rm -rf "$results"
	forget_dir
	if [ -n "$latest" ]; then ln -sfn "$latest" "$OUT/results/latest"; else rm -f "$OUT/results/latest"; fi
}

@test "a run ends when all is decided and says so, and the report uses the looks planned beforehand" {
	ACCEL=tcg ENVS='native qemu' run --separate-stderr make compare
	echo "$stderr"
	echo "$output"
	[ "$status" = 0 ]
	[[ $stderr == *'[1/60] '*' iteration 1 of at most 30 (about at most '* ]]
	grep -Eqx '  qemu/native: primes 0\.[0-9]+ (slower|\?)' <<<"$stderr"
	grep -qx '  after 10 iterations: 1 of 1 primary row decided' <<<"$stderr"
	grep -qx 'samebits: all primary metrics are decided after 10 iterations, so the other 20 are not needed' <<<"$stderr"
	local documents=("$results"/{native,qemu}-*.json)
	[ ${#documents[@]} = 20 ]
	jq -es 'map(.host.max_iterations) | unique == [30]' "$results"/*-[0-9]*.json
	jq -e '.settings.looks == 3 and .most_starts == 30 and .iterations == 10' "$results/report.json"
	[[ $output == *'10 starts each (auto, at most 30)'* ]]
	# A second call finds the same result, and starts nothing.
	ACCEL=tcg run --separate-stderr scripts/measure native qemu
	[ "$status" = 0 ]
	[[ $stderr != *'[1/'* && $stderr == *'decided after 10 iterations'* ]]
	# The rule cannot be changed later.
	ITERATIONS=12 refused 2 'was measured with ITERATIONS=auto MAX=30' scripts/measure native qemu
	MAX=40 refused 2 'was measured with ITERATIONS=auto MAX=30' scripts/measure native qemu
}

# With so many looks ten or eleven starts of each cannot decide anything, whatever they measure.
@test "a run continues while something is undecided, and after an interruption" {
	setsid env --default-signal=INT MAX=50000 scripts/measure native native:again=1 >"$dir/output" 2>&1 3>&- &
	await $! [ -e "$results/native-11.json" ]
	kill -INT -- "-$!"
	reap $! 130
	cat "$dir/output"
	grep -qx '  after 10 iterations: 0 of 1 primary row decided' "$dir/output"
	run ! grep "are decided after" "$dir/output"
	setsid env --default-signal=INT MAX=50000 scripts/measure native native:again=1 >"$dir/output" 2>&1 3>&- &
	await $! [ -e "$results/native-13.json" ]
	kill -INT -- "-$!"
	reap $! 130 || { cat "$dir/output" && return 1; }
	grep -q '; resuming$' "$dir/output"
	grep -Eqx '  after 12 iterations: 0 of 1 primary row decided' "$dir/output"
}

@test "a run begun with a fixed number of iterations cannot become one that may end early" {
	ITERATIONS=1 scripts/measure native native:again=1
	refused 2 'was begun without ITERATIONS=auto' scripts/measure native native:again=1
}

@test "a fixed number of iterations is kept, and each iteration shows what is known so far" {
	ITERATIONS=3 run --separate-stderr scripts/measure native native:again=1
	[ "$status" = 0 ]
	[ "$(grep -c 'primary row decided' <<<"$stderr")" = 1 ]
	grep -A 1 -x '  after 2 iterations: 0 of 1 primary row decided' <<<"$stderr" >"$dir/shown"
	grep -Eqx '  native:again=1/native: primes [0-9.]+ \?' "$dir/shown"
}
