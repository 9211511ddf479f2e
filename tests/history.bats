# Comparison of a run with an earlier one, and all runs over time, as a user sees them.
# needs: all for-report
# bats file_tags=measures
load helper

setup() {
	make_dir
	printf 'primes cpu --cpu-max-prime=2000 --events=20\n' >"$dir/history-$$.suite"
	export SUITE=$dir/history-$$.suite ITERATIONS=3
	latest=$(readlink "$OUT/results/latest" || :)
	earlier=earlier-$$ later=later-$$
}

teardown() {
	rm -rf "${OUT:?}/results/$earlier" "${OUT:?}/results/$later"
	forget_dir
	if [ -n "$latest" ]; then ln -sfn "$latest" "$OUT/results/latest"; else rm -f "$OUT/results/latest"; fi
}

@test "a run is compared with the newest run before it, and both are in the history" {
	make compare RUN=$earlier ENVS='native native:again=1'
	echo 'primes.native/baseline >= 0.0001' >"$dir/gate"
	run --separate-stderr make compare RUN=$later ENVS='native native:again=1' BASELINE=latest GATE="$dir/gate"
	echo "$output $stderr"
	[ "$status" = 0 ]
	grep -Eqx "Against the baseline $earlier of [0-9-]+, 3 starts of each environment:" <(tr '\n' ' ' <<<"$output" | grep -o 'Against the baseline[^:]*:')
	grep -qx "all thresholds of $dir/gate are met" <<<"$output"
	jq -e --arg earlier "$earlier" '.baseline.pairs == [["native", "native@\($earlier)"], ["native:again=1", "native:again=1@\($earlier)"]]
		and (.baseline.audit.facts | all(.name != "build"))' "$OUT/results/$later/report.json"
	run --separate-stderr make history
	echo "$output $stderr"
	[ "$status" = 0 ]
	tr -s ' \n' ' ' <<<"$output" | grep -E "suite history-$$ · [^:]*: 2 runs: not enough runs; 9 with 3 starts or more are needed for 2 series"
	[ -s "$OUT/results/history.html" ]
	/usr/bin/python3 - "$OUT/results/history.db" $earlier $later <<-'PYTHON'
		import sqlite3, sys
		found = sqlite3.connect(sys.argv[1]).execute("SELECT run, count(*) FROM value WHERE family = 'primary' AND run IN (?, ?) GROUP BY run", sys.argv[2:])
		assert sorted(found) == sorted((run, 6) for run in sys.argv[2:]), found
	PYTHON
}
