# tests/known/known, called by make bench-known: the step that judges, with reports made from the truths.
# bats file_tags=quick
# needs: nothing
load helper

setup() {
	make_dir
	mkdir "$dir/reports"
}

teardown() {
	forget_dir
}

# reports VERDICT: makes reports with the first right verdict of each truth, or VERDICT if not empty, and the true ratio if it is a number.
reports() {
	local name
	for name in filter itself step quota; do
		jq -Rn --arg name "$name" --arg verdict "$1" '{comparisons: [inputs | select(startswith("#") | not) | [splits(" +")]
			| select(.[0] == $name) | {experiment: .[1], family: .[2], a: .[3], b: .[4], verdict: (if $verdict == "" then .[5] | split("|")[0] else $verdict end),
				ratio: (.[6] | tonumber? // 0.878)} | .interval = [.ratio * 0.99, .ratio * 1.01]]}' tests/known/truths >"$dir/reports/$name.json"
	done
}

@test "a correct report passes" {
	reports ''
	run --separate-stderr tests/known/known judge "$dir/reports"
	echo "$output $stderr"
	[ "$status" = 0 ]
	[ "$(grep -c '^right: ' <<<"$output")" = "$(grep -vc '^#' tests/known/truths)" ]
}

@test "a tool that always says ?, or always slower, fails; so does a wrong ratio or a missing answer" {
	reports undecided
	refused 4 'does not say what is known' tests/known/known judge "$dir/reports"
	[ "$(grep -c '^wrong: ' <<<"$output")" = 3 ]
	reports slower
	refused 4 'does not say what is known' tests/known/known judge "$dir/reports"
	[ "$(grep -c '^wrong: ' <<<"$output")" = 5 ]
	reports ''
	jq -c '.comparisons[].interval |= map(. * 1.2)' "$dir/reports/step.json" >"$dir/step.json"
	cp "$dir/step.json" "$dir/reports/step.json"
	refused 4 'does not say what is known' tests/known/known judge "$dir/reports"
	echo '{"comparisons": []}' >"$dir/reports/filter.json"
	refused 4 'does not say what is known' tests/known/known judge "$dir/reports"
	[ "$(grep -c '^wrong: ' <<<"$output")" = 3 ]
	refused 2 'usage: tests/known/known' tests/known/known judge
}
