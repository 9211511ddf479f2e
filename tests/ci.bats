# The recipes of docs/ci: well-formed, and their steps run here as a runner would run them.
# bats file_tags=measures
# needs: all for-report
load helper

setup() {
	make_dir
}

teardown() {
	forget_dir
}

# json FILE: of YAML, with what the CI system would put in the place of its expressions
json() {
	/usr/bin/python3 -c 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)' <"$1" |
		sed 's/\${{ github.run_id }}/4711/g; s/\${{ github.run_attempt }}/1/g'
}

# checkout: $dir/clone, what is in the repository, and what was built of it, so that it need not be built again
checkout() {
	mkdir -p "$dir/clone/out"
	git ls-files -co --exclude-standard -z | xargs -0 cp --parents -t "$dir/clone"
	find "$dir/clone" -type f -exec touch -d 2000-01-01 {} +
	for entry in "$OUT"/* "$OUT"/.setup; do
		case ${entry##*/} in results | scratch | cache) ;; *) ln -s "$entry" "$dir/clone/out/" ;; esac
	done
	ln -s "$CACHE" "$dir/clone/out/cache"
	printf 'primes cpu --cpu-max-prime=1000 --events=20\ncalls syscall --events=5\n' >"$dir/small.suite"
	echo 'primes.docker/native >= 0.0001' >"$dir/met"
	printf '%s\n' 'primes.qemu/native >= 0.0001' 'primes.docker/native >= 1000' 'calls.qemu <= 0.001' >"$dir/missed"
}

# step NAME ENV SCRIPT: one step, of a job with these variables (an object), in the clone; small enough for a test
step() {
	(
		cd "$dir/clone" || exit
		unset OUT CACHE
		while IFS= read -r assignment; do export "${assignment?}"; done < <(jq -r 'to_entries[] | "\(.key)=\(.value)"' <<<"$2")
		echo "== $1"
		printf '%s\n' "$3" >"$dir/step"
		SUITE=$dir/small.suite ITERATIONS=1 GATE=$gate timeout 500 bash -e "$dir/step"
	) </dev/null 3>&-
}

@test "the recipes are well-formed YAML, and their thresholds are about what they measure" {
	yamllint -s -d '{extends: default, rules: {line-length: {max: 130}, document-start: disable, truthy: {check-keys: false}}}' docs/ci/*.yml
	for recipe in docs/ci/*.yml; do
		env=$(json "$recipe" | jq -c '(.jobs // .).qualify | .env // .variables')
		[ "$(jq -r .GATE <<<"$env")" = docs/ci/thresholds ]
		SUITE=$(jq -r .SUITE <<<"$env") scripts/gate docs/ci/thresholds -- $(jq -r .ENVS <<<"$env")
		ITERATIONS=$(jq -r .ITERATIONS <<<"$env") SUITE=$(jq -r .SUITE <<<"$env") RUN=$(jq -r .RUN <<<"$env" | sed 's/\$CI_JOB_ID/4711/') \
			scripts/check-settings $(jq -r .ENVS <<<"$env")
	done
}

# github GATE: runs the workflow's steps; job is success or failure
github() {
	local gate=$1 env script condition
	job=success
	export GITHUB_STEP_SUMMARY=$dir/summary
	: >"$GITHUB_STEP_SUMMARY"
	env=$(jq -c .env "$dir/qualify.json")
	while IFS= read -r line; do
		condition=$(jq -r '.if // "success"' <<<"$line")
		[ $job = success ] || [ "$condition" = '${{ !cancelled() }}' ] || continue
		script=$(jq -r '.run // empty' <<<"$line")
		[[ $script != *'${{'* ]] || return 1
		if [ -n "$script" ]; then
			step "$(jq -r .name <<<"$line")" "$env" "$script" || job=failure
			continue
		fi
		case $(jq -r .uses <<<"$line") in
		actions/checkout@*) ;;
		actions/cache@*) [ "$(jq -r .with.path <<<"$line")" = out/cache ] || return 1 ;;
		actions/upload-artifact@*) artifact=$dir/clone/$(jq -r .with.path <<<"$line") ;;
		*) return 1 ;;
		esac
	done < <(jq -c '.steps[]' "$dir/qualify.json")
}

# gitlab GATE: runs the job's script, and what comes after it
gitlab() {
	local gate=$1 env script
	job=success
	export CI_JOB_ID=$2
	env=$(jq -c --arg id "$2" '.variables | map_values(sub("\\$CI_JOB_ID"; $id))' "$dir/qualify.json")
	script=$(jq -r '.script[]' "$dir/qualify.json")
	step script "$env" "$script" || job=failure
	step after_script "$env" "$(jq -r '.after_script[]' "$dir/qualify.json")"
	artifact=$dir/clone/$(jq -r '.artifacts.paths[0]' "$dir/qualify.json")
	[ "$(jq -r .artifacts.when "$dir/qualify.json")" = always ] &&
		[ -e "$dir/clone/$(jq -r .artifacts.reports.junit "$dir/qualify.json")" ]
}

@test "the steps qualify a runner, and the report is published when it misses a threshold, too" {
	checkout
	json docs/ci/github-workflow.yml | jq .jobs.qualify >"$dir/qualify.json"
	github "$dir/met" >"$dir/log" 2>&1 || { cat "$dir/log" && false; }
	cat "$dir/log"
	[ $job = success ]
	grep -q "^all thresholds of $dir/met are met$" "$dir/log"
	[ "$(head -n 1 "$dir/summary")" = "- all thresholds of $dir/met are met" ]
	grep -Eq '^# docker .*; qemu ' "$dir/summary"
	valid "$artifact"/{native,docker,qemu}-1.json

	rm -rf "$artifact"
	github "$dir/missed" >"$dir/log" 2>&1 || { cat "$dir/log" && false; }
	[ $job = failure ]
	grep -Eq '^primes.docker/native is [0-9.]+( \[[0-9., ]+\])?, not >= 1000$' "$dir/log"
	grep -Eq '^- calls.qemu is [0-9.]+( \[[0-9., ]+\])?, not <= 0.001$' "$dir/summary"
	grep -q 'misses thresholds of .*: 2 (status 4)$' "$dir/summary"
	grep -q '^| primes | events/s | ' "$dir/summary"
	[ -e "$artifact/report.html" ]

	# Where nothing could be measured, the summary says it.
	rm -rf "$artifact"
	github "$dir/nosuch" >"$dir/log" 2>&1 || { cat "$dir/log" && false; }
	[ $job = failure ]
	grep -q 'GATE=.*nosuch cannot be read; .* (status 3)$' "$dir/log"
	[ "$(cat "$dir/summary")" = 'Nothing was measured; the log of the job says why.' ]

	json docs/ci/gitlab-ci.yml | jq .qualify >"$dir/qualify.json"
	# The same by GitLab's recipe.
	gitlab "$dir/missed" 12 >"$dir/log" 2>&1 || { cat "$dir/log" && false; }
	cat "$dir/log"
	[ $job = failure ]
	grep -Eq '^primes.docker/native is [0-9.]+( \[[0-9., ]+\])?, not >= 1000$' "$dir/log"
	grep -Eq '^# docker .*; qemu ' "$artifact/report.md"
	[ "$(grep -c '<failure' "$artifact/gate.xml")" = 2 ]
	valid "$artifact/qemu-1.json"
}
