# The action and the recipes of docs/ci: checked against the schemas, and their steps run here as a runner would run them.
# bats file_tags=measures
# needs: all for-report
load helper

setup() {
	make_dir
}

teardown() {
	forget_dir
}

# json FILE: converts YAML to JSON, with `on` as a string, not as a boolean
json() {
	/usr/bin/python3 -c 'import json, sys, yaml
content = yaml.safe_load(sys.stdin)
json.dump({"on" if key is True else key: value for key, value in content.items()}, sys.stdout)' <"$1"
}

# checkout: makes $dir/clone, with the repository's files and what was built from them, so that it need not be built again
checkout() {
	mkdir -p "$dir/clone/out"
	git ls-files -co --exclude-standard -z | xargs -0 cp --parents -t "$dir/clone"
	find "$dir/clone" -type f -exec touch -d 2000-01-01 {} +
	for entry in "$OUT"/* "$OUT"/.setup-build; do
		case ${entry##*/} in results | scratch | cache) ;; *) ln -s "$entry" "$dir/clone/out/" ;; esac
	done
	ln -s "$CACHE" "$dir/clone/out/cache"
	printf 'primes cpu --cpu-max-prime=1000 --events=20\ncalls syscall --events=5\n' >"$dir/small.suite"
	echo 'primes.docker/native >= 0.0001' >"$dir/met"
	printf '%s\n' 'primes.qemu/native >= 0.0001' 'primes.docker/native >= 1000' 'calls.qemu <= 0.001' >"$dir/missed"
}

# step NAME ENV SCRIPT: runs one step, of a job with these variables (an object), in the clone; small enough for a test
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

@test "action and recipes match their schemas, and their thresholds match what they measure" {
	yamllint -s -d '{extends: default, rules: {line-length: {max: 130}, document-start: disable, truthy: {check-keys: false}}}' action.yml docs/ci/*.yml
	for pair in github-action=action.yml github-workflow=docs/ci/github-workflow.yml gitlab-ci=docs/ci/gitlab-ci.yml; do
		json "${pair#*=}" >"$dir/${pair%%=*}"
		/usr/bin/python3 -W ignore -m jsonschema -i "$dir/${pair%%=*}" "tests/data/schemas/${pair%%=*}.json"
	done
	# The schemas detect errors.
	jq '.runs.steps[0].shel = "sh"' "$dir/github-action" >"$dir/wrong"
	run /usr/bin/python3 -W ignore -m jsonschema -i "$dir/wrong" tests/data/schemas/github-action.json
	[ "$status" = 1 ]
	jq '.qualify.cache.when = "sometimes"' "$dir/gitlab-ci" >"$dir/wrong"
	run /usr/bin/python3 -W ignore -m jsonschema -i "$dir/wrong" tests/data/schemas/gitlab-ci.json
	[ "$status" = 1 ]
	# All inputs in the user's file are inputs of the action, and none is pasted into a script.
	jq -e --slurpfile action "$dir/github-action" '.jobs.qualify.steps[] | select(.uses == "./") | .with | keys - ($action[0].inputs | keys) == []' "$dir/github-workflow"
	jq -e 'all(.runs.steps[] | .run // ""; contains("${{") | not)' "$dir/github-action"
	jq '.inputs | map_values(.default)' "$dir/github-action" >"$dir/defaults"
	jq --slurpfile defaults "$dir/defaults" '$defaults[0] + (.jobs.qualify.steps[] | select(.uses == "./").with) | with_entries(.key |= ascii_upcase)' \
		"$dir/github-workflow" >"$dir/github.env"
	jq .qualify.variables "$dir/gitlab-ci" >"$dir/gitlab.env"
	for env in "$dir"/*.env; do
		[ "$(jq -r .GATE "$env")" = docs/ci/thresholds ]
		SUITE=$(jq -r .SUITE "$env") scripts/gate docs/ci/thresholds -- $(jq -r .ENVS "$env")
		ITERATIONS=$(jq -r .ITERATIONS "$env") SUITE=$(jq -r .SUITE "$env") RUN=$(jq -r .RUN "$env" | sed 's/\$CI_JOB_ID/4711/; s/\${{[^}]*}}/1/g') \
			scripts/check-settings $(jq -r .ENVS "$env")
	done
}

@test "the cache's keys change with everything that the kernels are built from" {
	# GitHub's key is a hash that the action computes.
	mkdir "$dir/clone"
	cp --parents action.yml sources.lock kernel-config/*.config kernel-config/patches/* kernel-config/metal/* "$dir/clone"
	/usr/bin/python3 - "$dir/clone/action.yml" <<-'END'
		import sys, yaml
		action = yaml.safe_load(open(sys.argv[1]))
		action["runs"]["steps"] = [step for step in action["runs"]["steps"] if step.get("id") in ("key", "cache")]
		yaml.safe_dump(action, open(sys.argv[1], "w"))
	END
	key() {
		tests/ci/composite "$dir/clone" | sed -n 's/.* key=\(samebits-Linux-[0-9a-f]\{64\}\) .*/\1/p'
	}
	before=$(key)
	[ -n "$before" ]
	[ "$(key)" = "$before" ]
	fragments=(kernel-config/*.config)
	patches=(kernel-config/patches/*)
	for file in sources.lock kernel-config/metal/metal.config "${patches[0]}" "${fragments[0]}"; do
		echo '#' >>"$dir/clone/$file"
		after=$(key)
		[ -n "$after" ] && [ "$after" != "$before" ]
		before=$after
	done
	# GitLab's is a hash of files that patterns name.
	jq -r '.qualify.cache.key.files[]' <<<"$(json docs/ci/gitlab-ci.yml)" >"$dir/patterns"
	[ "$(wc -l <"$dir/patterns")" -le 2 ]
	shopt -s globstar
	for file in sources.lock kernel-config/metal/metal.config "${patches[@]}" "${fragments[@]}"; do
		while read -r pattern; do compgen -G "$pattern" || :; done <"$dir/patterns" | grep -xF "$file"
	done
}

# action GATE [INPUT=VALUE...]: runs the action; job is success or failure
action() {
	local gate=$1
	shift
	job=success
	(
		unset OUT CACHE
		timeout 500 tests/ci/composite "$dir/clone" gate="$gate" suite="$dir/small.suite" iterations=1 "$@"
	) </dev/null 3>&- || job=failure
	artifact=$dir/clone/out/results/ci-4711-1
}

# gitlab GATE JOB [VARIABLE=VALUE...]: runs the job's script, and what comes after it
gitlab() {
	local gate=$1 env script word
	job=success
	export CI_JOB_ID=$2
	env=$(jq -c --arg id "$2" '.variables | map_values(sub("\\$CI_JOB_ID"; $id))' "$dir/qualify.json")
	shift 2
	for word; do env=$(jq -c --arg name "${word%%=*}" --arg value "${word#*=}" '.[$name] = $value' <<<"$env"); done
	script=$(jq -r '.script[]' "$dir/qualify.json")
	step script "$env" "$script" || job=failure
	step after_script "$env" "$(jq -r '.after_script[]' "$dir/qualify.json")"
	artifact=$dir/clone/$(jq -r '.artifacts.paths[0]' "$dir/qualify.json")
	[ "$(jq -r .artifacts.when "$dir/qualify.json")" = always ] && [ "$(jq -r .cache.when "$dir/qualify.json")" = always ] &&
		[ -e "$dir/clone/$(jq -r .artifacts.reports.junit "$dir/qualify.json")" ]
}

@test "the steps qualify a runner, and the report is published even if it misses a threshold" {
	checkout
	action "$dir/met" >"$dir/log" 2>&1
	cat "$dir/log"
	[ $job = success ]
	grep -q "^all thresholds of $dir/met are met$" "$dir/log"
	[ "$(head -n 1 "$dir/summary")" = "- all thresholds of $dir/met are met" ]
	grep -Eq '^# docker .*; qemu ' "$dir/summary"
	grep -qx "results $artifact" "$dir/log"
	valid "$artifact"/{native,docker,qemu}-1.json

	rm -rf "$artifact"
	action "$dir/missed" >"$dir/log" 2>&1
	[ $job = failure ]
	# Before that, what was built is saved.
	grep -A 1 '^== Store sources' "$dir/log" | grep "^actions/cache/save@.* path=$dir/clone/out/cache key=the-key"
	grep -Eq '^primes.docker/native is [0-9.]+( \[[0-9., ]+\])?, not >= 1000$' "$dir/log"
	grep -Eq '^- calls.qemu is [0-9.]+( \[[0-9., ]+\])?, not <= 0.001$' "$dir/summary"
	grep -q 'misses thresholds of .*: 2 (status 4)$' "$dir/summary"
	grep -q '^| primes | events/s | ' "$dir/summary"
	[ -e "$artifact/report.html" ]

	# When nothing could be measured, the summary says so.
	rm -rf "$artifact"
	action "$dir/nosuch" >"$dir/log" 2>&1
	[ $job = failure ]
	grep -q 'GATE=.*nosuch cannot be read; .* (status 3)$' "$dir/log"
	[ "$(cat "$dir/summary")" = 'Nothing was measured; the log of the job says why.' ]

	json docs/ci/gitlab-ci.yml | jq .qualify >"$dir/qualify.json"
	# The same with GitLab's recipe.
	gitlab "$dir/missed" 12 >"$dir/log" 2>&1 || { cat "$dir/log" && false; }
	cat "$dir/log"
	[ $job = failure ]
	grep -Eq '^primes.docker/native is [0-9.]+( \[[0-9., ]+\])?, not >= 1000$' "$dir/log"
	grep -Eq '^# docker .*; qemu ' "$artifact/report.md"
	[ "$(grep -c '<failure' "$artifact/gate.xml")" = 2 ]
	valid "$artifact/qemu-1.json"
}

@test "a release is used without building: from a folder, or from an address, if it has the given sum" {
	make_release "$dir"
	release=$dir/out/dist/samebits-1.0
	# A checkout in which nothing was built.
	mkdir "$dir/clone"
	git ls-files -co --exclude-standard -z | xargs -0 cp --parents -t "$dir/clone"
	printf 'primes cpu --cpu-max-prime=1000 --events=20\n' >"$dir/small.suite"
	echo 'primes.native >= 0.0001' >"$dir/met"
	tar -cJf "$dir/release.tar.xz" -C "$dir/out/dist" samebits-1.0
	sum=$(sha256sum <"$dir/release.tar.xz")
	action "$dir/met" release="file://$dir/release.tar.xz" sha256="${sum%% *}" envs='native native:again=1' >"$dir/log" 2>&1
	cat "$dir/log"
	[ $job = success ]
	[ "$(head -n 1 "$dir/summary")" = "- all thresholds of $dir/met are met" ]
	jq -e --arg identity "$(jq -r .identity "$release/inputs.json")" '.identity.rootfs == $identity' "$artifact/native-1.json"
	[ ! -e "$dir/clone/out/bin" ]
	run grep -E 'actions/cache|^== (Build|Store)' "$dir/log"
	[ "$status" = 1 ]

	# A wrong or missing hash stops it.
	for given in "${sum/[0-9a-f]/x}" "$(sha256sum </dev/null | cut -d ' ' -f 1)" ''; do
		action "$dir/met" release="file://$dir/release.tar.xz" sha256="$given" >"$dir/log" 2>&1
		[ $job = failure ]
		grep -E 'needs its sha256|does not have the sha256' "$dir/log"
	done

	rm -rf "$dir/clone/out/results"
	json docs/ci/gitlab-ci.yml | jq .qualify >"$dir/qualify.json"
	gitlab "$dir/met" 13 RELEASE="$release" ENVS='native native:again=1' >"$dir/log" 2>&1 || { cat "$dir/log" && false; }
	cat "$dir/log"
	[ $job = success ]
	valid "$artifact/native-1.json"
	jq -e --arg release "$release/bin/bench" 'any(.host.command[]; . == $release)' "$artifact/native-1.json"
	[ ! -e "$dir/clone/out/bin" ]
}
