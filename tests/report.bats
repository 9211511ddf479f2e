# The report on result documents that bench writes here as if it had run in two environments, and on the study's.
# bats file_tags=quick
# needs: for-bench for-report
load helper

# Written once for all tests.
setup_file() {
	cd "$BATS_TEST_DIRNAME/.."
	OUT=$(realpath -m "${OUT:-out}")
	mkdir -p "$OUT/scratch"
	shared=$(mktemp -d "$OUT/scratch/test.XXXXXX")
	memory=$(mktemp -d /dev/shm/samebits.XXXXXX)
	export OUT shared memory
	cat >"$shared/t.suite" <<-'SUITE'
		primes  cpu --cpu-max-prime=2000 --events=20
		calls   syscall --events=20
		pipes   pipe --pipe-mode=bandwidth --events=20
		append  fsync --events=20
		huge    pagefault --pagefault-size=95T
	SUITE
	mkdir "$shared/run"
	for iteration in 1 2 3 4 5 6; do
		start native "$shared" $iteration
		start docker "$memory" $iteration
	done
}

teardown_file() {
	rm -rf "$shared" "$memory"
}

# start ENVIRONMENT DIRECTORY ITERATION: runs bench there, and adds what the host would add
start() {
	(cd "$2" && SAMEBITS_ENVIRONMENT=$1 SAMEBITS_ITERATION=$3 "$OUT/bin/bench" suite "$shared/t.suite" 2>/dev/null) |
		jq -c --argjson minute "$(($3 * 2 + $([ "$1" = native ] && echo 0 || echo 1)))" '. + {host: {kernel: .platform.kernel,
			cpu_model: .platform.cpu.model, command: ["bench", "suite"], cpus: [1], memory_bytes: 536870912, load: [0.5, 0.4, 0.3],
			load_after: [0.7, 0.5, 0.3], others_busy: 0.02, start_utc: "2026-01-01T00:\($minute + 10):00Z", end_utc: "2026-01-01T00:\($minute + 10):50Z",
			wall_ms: 50000}}' >"$shared/run/$1-$3.json"
}

setup() {
	make_dir
	cp -r "$shared/run" "$dir/run"
}

teardown() {
	forget_dir
}

report() {
	run --separate-stderr scripts/report "$@"
	echo "$output"
	echo "$stderr"
	[ "$status" = 0 ]
}

# change FILTER: changes all documents of $dir/run
change() {
	for file in "$dir"/run/*-[0-9]*.json; do
		jq -c "$1" "$file" >"$dir/changed"
		cp "$dir/changed" "$file"
	done
}

# study: makes result documents in $dir/study from the published values and the setup
study() {
	mkdir "$dir/study"
	jq -c --rawfile published report/published.csv -f tests/data/study/documents.jq tests/data/study/setup.json >"$dir/documents"
	while read -r document; do
		echo "$document" >"$dir/study/$(jq -r '"\(.environment)-\(.iteration)"' <<<"$document").json"
	done <"$dir/documents"
}

@test "a probe's row has its primary metric, its unit, and which direction is better" {
	local values=' +[0-9.]+M? +[0-9.<]+ (\+-[0-9.]+|-?[0-9]+\.\.>?[0-9]+) % +(faster|slower|same|slight|\?)$'
	# In ns, however busy this machine was.
	change '(.experiments[] | select(.name == "calls") | .metrics[].value) = 100 + .iteration'
	report "$dir/run"
	grep -Eq "^calls +null system call ns$values" <<<"$output"
	grep -Eq "^pipes +bandwidth MB/s$values" <<<"$output"
	[ "$(grep -c '^calls ' <<<"$output")" = 1 ]
	grep -Eq "^primes +events/s$values" <<<"$output"
	[[ $(tr -s ' \n' ' ' <<<"$output") == *'Of times (ns, us, ms, s) less is better: above 1 is slower.'* ]]
}

@test "what is unavailable is marked in its row, and the reason is given" {
	report "$dir/run"
	grep -Eq '^append +.* (us|ms) +[0-9.]+ +unavailable$' <<<"$output"
	grep -Eq '^huge +unavailable +unavailable$' <<<"$output"
	run /usr/bin/python3 -B -m report audit "$dir/run/"
	grep -q '^unavailable: docker n=6 append: .*tmpfs' <<<"$output"
	grep -q '^unavailable: native n=6 huge: needs ' <<<"$output"
}

@test "the setup comes first, then the answer, the table, and the differences" {
	report "$dir/run"
	[[ ${lines[0]} == 'suite t · 6 starts each · '* ]]
	local answer table differs
	answer=$(grep -nE '^docker +.*(slower|faster|same|difference|undecided)' <<<"$output" | cut -d : -f 1)
	table=$(grep -nE '^experiment +metric +native +docker$' <<<"$output" | cut -d : -f 1)
	# The effects of a busy machine may follow in the same line.
	differs=$(grep -nE '^Virtualization is not the only difference: 1 other may affect results\.( |$)' <<<"$output" | cut -d : -f 1)
	[ "$answer" -lt "$table" ]
	[ "$table" -lt "$differs" ]
	jq -e '[.audit.facts[] | select(.class == "confound") | .name, .explains] == ["file system", ["append"]]' "$dir/run/report.json"
}

@test "report.json, .csv and .md say the same" {
	report "$dir/run"
	[ "$(cd "$dir/run" && echo report.*)" = 'report.csv report.html report.json report.md' ]
	jq -e '.schema == "samebits-report-2" and (.answer.lines | length) == 1 and (.groups | length) > 0 and (.starts | length) == 12' \
		"$dir/run/report.json"
	head -n 1 "$dir/run/report.csv" | grep -x '"run","host","time","environment","iteration","sequence","experiment","metric","unit","better","value"'
	# A line for each value.
	[ "$(jq '[.groups[].n] | add' "$dir/run/report.json")" = "$(($(wc -l <"$dir/run/report.csv") - 1))" ]
	# Each sentence, without Markdown's escapes.
	sed 's/\\\(.\)/\1/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' "$dir/run/report.md" >"$dir/said"
	jq -r '.answer | "# \(.title)", .what, (.lines[] | "- **\(.environment)**: \(.text)"), .differences' "$dir/run/report.json" >"$dir/sentences"
	[ "$(wc -l <"$dir/sentences")" = 4 ]
	while read -r sentence; do grep -qxF -e "$sentence" "$dir/said"; done <"$dir/sentences"
	/usr/bin/python3 -W ignore -m jsonschema -i "$dir/run/report.json" report/report.schema.json
	grep -Eq '^\| primes \| events/s \| [0-9.]+ \| [0-9.]+ \[[0-9.]+, [0-9.]+\] (\*\*slower\*\*|\*\*faster\*\*|same|slight|\?) \|$' "$dir/run/report.md"
	# Made again from the same documents, the report is the same.
	sha256sum "$dir/run/"report.* >"$dir/sums"
	report "$dir/run"
	sha256sum --quiet -c "$dir/sums"
}

@test "report.html is complete and self-contained, Chromium does not complain, and every plot has a text" {
	report "$dir/run"
	html=$dir/run/report.html
	browse() {
		timeout 120 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$dir/profile" \
			--enable-logging=stderr "$@" "file://$html" 2>"$dir/log"
		run ! grep CONSOLE "$dir/log"
	}
	browse --dump-dom >"$dir/dom"
	for id in answer audit table plots experiments method about; do
		[ "$(grep -c "id=\"$id\"" "$dir/dom")" = 1 ]
	done
	run ! grep -Ei "<script|<link|@import|url\(|(src|href)=[\"']?[a-z]+:" "$html"
	figures=$(grep -o '<figure[ >]' "$html" | wc -l)
	[ "$(grep -o '<svg viewBox=.[0-9 ]*. width=.[0-9]*. role=.img. aria-label=.[A-Za-z0-9]' "$html" | wc -l)" = "$figures" ]
	[ "$figures" -ge 8 ]
	run ! grep -E '<svg viewBox[^>]*>(null)?</svg>' "$html"
	run ! grep -E '<th( class=.[a-z]*.)?>' "$html"
	run ! grep -E 'rgb\(|stroke=.black|NaN|@@' "$html"
	[ "$(grep -oE " id=[\"'][^\"']*" "$html" | tr '"' "'" | sort | uniq -d)" = '' ]
	/usr/bin/python3 - "$html" <<-'PYTHON'
		import html.parser, sys
		void = {"meta", "br", "rect", "use", "path", "circle", "polygon", "input"}
		class Nested(html.parser.HTMLParser):
		    stack = []
		    def handle_starttag(self, tag, attributes):
		        if tag not in void: self.stack.append(tag)
		    def handle_endtag(self, tag):
		        if tag not in void: assert self.stack.pop() == tag, (tag, self.getpos())
		parser = Nested()
		parser.feed(open(sys.argv[1], encoding="utf-8").read())
		assert not parser.stack, parser.stack
	PYTHON
	browse --window-size=1280,2000 --screenshot="$dir/wide.png"
	browse --window-size=1280,2000 --blink-settings=preferredColorScheme=0 --screenshot="$dir/dark.png"
	browse --print-to-pdf="$dir/paper.pdf"
	[ "$(file -b --mime-type "$dir/wide.png" "$dir/dark.png" "$dir/paper.pdf" | tr '\n' ' ')" = 'image/png image/png application/pdf ' ]
	run ! cmp "$dir/wide.png" "$dir/dark.png"
}

@test "colours are used only on a terminal, and not with NO_COLOR" {
	report "$dir/run"
	[[ $output != *$'\033'* ]]
	TERM=xterm run script -qec "scripts/report $dir/run" /dev/null
	[ "$status" = 0 ]
	[[ $output == *$'\033['* ]]
	NO_COLOR=1 TERM=xterm run script -qec "scripts/report $dir/run" /dev/null
	[ "$status" = 0 ]
	[[ $output != *$'\033'* ]]
}

@test "make audit shows all differences of a reported run" {
	local audit='/usr/bin/python3 -B -m report audit'
	refused 2 'no report of' $audit "$dir/run/"
	report "$dir/run/"
	run make audit RUN="$dir/run/"
	[ "$status" = 0 ]
	tr -s ' \n' ' ' <<<"$output" >"$dir/said"
	jq -r '.audit.facts[] | select(.class != "harmless") | "\(.class): \(.name) (may affect: ", " \(.why) "' "$dir/run/report.json" >"$dir/facts"
	[ "$(wc -l <"$dir/facts")" -ge 2 ]
	while IFS= read -r part; do grep -qF -e "$part" "$dir/said"; done <"$dir/facts"
}

@test "unknown facts are absent and cause no failure" {
	change 'del(.host, .platform.cpu, .platform.filesystem, .platform.limits, .platform.virtualization, .platform.mitigations,
		.run, (.experiments[] | .latency_histogram, .harness, .warnings, .checks, .disk))'
	report "$dir/run"
	jq -e 'any(.audit.faults[]; .name == "not repeatable" and .where == ["native", "docker"])' "$dir/run/report.json"
	rm "$dir"/run/docker-*.json
	report "$dir/run"
	jq -e '.environments == ["native"] and .comparisons == []' "$dir/run/report.json"
	[[ ${lines[0]} == 'suite t · 6 starts each'* ]]
	[[ ${lines[1]} == 'native: nothing to compare with' ]]
}

@test "startup times are medians of what is known" {
	change 'if .environment == "docker" then .iteration as $i | .host.timeline_ms = {init: (10 * $i), benchmark: (100 + $i),
		benchmark_end: 2000, result: (2000 + 4 * $i), gone: (2050 + $i)} else . end'
	report "$dir/run"
	jq -e '.startup_times == {docker: {n: 6, since_start_ms: {init: 35, benchmark: 103.5}, since_measured_ms: {result: 14, gone: 53.5}}}' \
		"$dir/run/report.json"
	grep -qxF '| docker | - | - | 35.00 | 103.5 | 14.00 | 53.50 |' "$dir/run/report.md"
	grep -q '<th scope=.row.>docker</th><td class=.number.>-</td>' "$dir/run/report.html"
	change 'del(.host.timeline_ms)'
	report "$dir/run"
	run ! grep 'From start to gone' "$dir/run/report.md" "$dir/run/report.html"
}

@test "names are only names, whatever they contain" {
	change '.experiments[0].name = "a\"b`c $x %d <i>&amp;|'"'"'"'
	report "$dir/run"
	grep -qF "a\"b\`c \$x %d <i>&amp;|' " <<<"$output"
	grep -qF 'a&quot;b`c $x %d &lt;i&gt;&amp;amp;|' "$dir/run/report.html"
	run ! grep '<i>' "$dir/run/report.html"
	grep -qF 'x %d &lt;i&gt;&amp;amp;\|' "$dir/run/report.md"
	grep -qF '"a""b`c $x %d <i>&amp;|' "$dir/run/report.csv"
}

@test "a failed report leaves no partial one" {
	report "$dir/run"
	rm "$dir"/run/report.*
	for file in "$dir"/run/*.json; do echo '{' >"$file"; done
	refused 2 'no usable result document: run/docker-1.json: not whole JSON' scripts/report "$dir/run"
	[ -z "$output" ]
	[ -z "$(find "$dir/run" -name 'report.*')" ]
	# An invalid document is named, and left out.
	cp "$shared/run"/*.json "$dir/run"
	jq -c '.experiments[0].cpu.user_s = "much"' "$shared/run/native-1.json" >"$dir/run/native-1.json"
	report "$dir/run"
	[[ $stderr == *'left out run/native-1.json: experiments.0.cpu.user_s is not a number: "much"'* ]]
	jq -e '.problems[0].file == "run/native-1.json" and (.starts | length) == 11' "$dir/run/report.json"
}

@test "gate: thresholds are met, missed with the reason, or refused before anything is measured" {
	local gate=$dir/gate
	report "$dir/run"
	echo 'primes.docker/native >= 0.0001 # generous' >"$gate"
	[ "$(scripts/gate "$gate" "$dir/run")" = "all thresholds of $gate are met" ]
	printf '%s\n' 'primes.docker/native >= 1e6' 'primes latency p95.native <= 1' 'primes.native/docker>=0.0001' >"$gate"
	refused 4 'misses thresholds' scripts/gate "$gate" "$dir/run"
	[ "$(printf '%s\n' "${lines[@]/ is [0-9.]*, not/ is N, not}")" = "$(printf '%s\n' 'primes.docker/native is N, not >= 1e6' 'primes latency p95.native is N, not <= 1')" ]
	echo 'primes.qemu/native >= 1' >"$gate"
	scripts/gate "$gate"
	refused 2 'does not match this run' scripts/gate "$gate" "$dir/run"
	[[ $stderr == *'line 1: primes.qemu/native is not measured; valid names: '*'primes.native/docker'* ]]
	echo 'primes latncy.native >= 1' >"$gate"
	refused 2 'does not match this run' scripts/gate "$gate" "$dir/run"
	[[ $stderr == *'valid metrics of primes: '*'latency p95'* ]]
	for line in 'primes.native > 1' 'primes.native >= fast' 'primes.native >= 90%' 'primes.native => 1' '>= 1' '# none' "$(printf '\1\2')"; do
		echo "$line" >"$gate"
		refused 2 'does not match this run' scripts/gate "$gate"
		run make compare GATE="$gate"
		[ "$status" = 2 ]
	done
	refused 3 'cannot be read' scripts/gate "$dir/nosuch"
}

@test "gate: thresholds are checked against what will be measured, before it is" {
	local gate=$dir/gate
	export SUITE=$shared/t.suite
	printf '%s\n' 'primes.docker/native >= 0.9' 'pipes latency p95.native <= 1' 'calls.docker:label=a/b/docker <= 2' >"$gate"
	scripts/gate "$gate" -- native docker docker:label=a/b
	refused 2 'does not match this run' scripts/gate "$gate" -- native
	[[ $stderr == *'line 1: primes.docker/native is not measured; valid names: primes.native'* ]]
	run --separate-stderr make compare GATE="$gate" ENVS='docker docker:label=a' SUITE=quick
	[ "$status" = 2 ]
	[[ $stderr == *'line 1: primes.docker/native is not measured; valid experiments: cpu-2000, cpu-20000, fileio-sync, fileio-async'* ]]
}

@test "gate: an unavailable experiment misses its threshold, also in the test cases" {
	printf '%s\n' 'huge.docker/native <= 2' 'primes.native >= 1' >"$dir/gate"
	report "$dir/run"
	refused 4 'misses thresholds' scripts/gate "$dir/gate" "$dir/run"
	[[ $output == 'huge.docker/native was not measured: unavailable in docker: '* ]]
	/usr/bin/python3 - "$dir/run/gate.xml" <<-'PYTHON'
		import sys, xml.etree.ElementTree as tree
		suite = tree.parse(sys.argv[1]).getroot()
		assert suite.attrib == {"name": "samebits", "tests": "2", "failures": "1", "skipped": "0"}, suite.attrib
		missed, met = suite
		assert missed.attrib["name"] == "huge.docker/native <= 2" and "unavailable" in missed[0].attrib["message"]
		assert met.attrib["name"] == "primes.native >= 1" and len(met) == 0
	PYTHON
}

@test "what cannot be reported is refused" {
	refused 2 'is given twice' scripts/report "$dir/run" "$dir/run"
	refused 2 'usage: scripts/report RUN...' scripts/report
	refused 2 'no results' scripts/report "$dir/nosuch"
	refused 2 'no results' scripts/report nosuch
	mkdir "$dir/empty"
	refused 2 'no result documents' scripts/report "$dir/empty"
	jq -c '.identity.bench = "sha256:" + "0" * 64' "$shared/run/docker-2.json" >"$dir/run/docker-2.json"
	refused 6 'identities differ' scripts/report "$dir/run"
	[[ $stderr == *docker-2* ]]
}

@test "each environment is compared with itself in an earlier run, from documents or the report alone" {
	# Independent of this machine's load.
	change '.iteration as $i | (.experiments[] | select(.name == "primes") | .events_per_s) = 1000 + $i'
	cp -r "$dir/run" "$dir/then"
	for file in "$dir"/then/*.json; do
		jq -c '.host.kernel = "1.2.3" | (.experiments[] | select(.name == "primes") | .events_per_s) |= . * 2' "$file" >"$dir/changed"
		cp "$dir/changed" "$file"
	done
	report "$dir/then"
	mv "$dir/then/report.json" "$dir/then.json"
	echo 'primes.docker/baseline <= 0.9' >"$dir/gate"
	for baseline in "$dir/then" "$dir/then.json"; do
		run --separate-stderr make report RUN="$dir/run/" BASELINE="$baseline" GATE="$dir/gate"
		echo "$output $stderr"
		[ "$status" = 0 ]
		grep -Eq '^Against the baseline then of 2026-01-01, 6 starts of each environment:$' <<<"$output"
		grep -qx "all thresholds of $dir/gate are met" <<<"$output"
		jq -e '[.baseline.comparisons[] | select(.experiment == "primes" and .family == "primary") | [.a, .b, .verdict]]
			== [["native", "native@then", "slower"], ["docker", "docker@then", "slower"]]
			and any(.baseline.audit.facts[]; .name == "host kernel" and .class == "confound")' "$dir/run/report.json"
		/usr/bin/python3 -W ignore -m jsonschema -i "$dir/run/report.json" report/report.schema.json
	done
}

@test "a baseline that does not fit the run is refused before anything is measured" {
	run --separate-stderr make compare BASELINE=nosuch
	[ "$status" = 2 ]
	[[ $stderr == *'samebits: BASELINE=nosuch is neither a run nor the path of a report.json'*'(status 2)'* ]]
	export BASELINE=$dir/run
	refused 2 'has the suite t, this run quick' scripts/check-baseline native
	export SUITE=$shared/t.suite
	refused 2 'has no environment of this run: it has native and docker, and not qemu' scripts/check-baseline qemu
	scripts/check-baseline native qemu
	echo 'primes.native/baseline >= 0.9' >"$dir/gate"
	scripts/gate "$dir/gate" -- native
	BASELINE='' refused 2 'does not match this run' scripts/gate "$dir/gate" -- native
}

# fact CLASS NAME, fault NAME: the report of the study names it
fact() {
	jq -e --arg class "$1" --arg name "$2" 'any(.audit.facts[]; .class == $class and .name == $name and .explains != [])' "$dir/study/report.json"
}

fault() {
	jq -e --arg name "$1" --arg where "$2" 'any(.audit.faults[]; .name == $name and any(.where[]; startswith($where)))' "$dir/study/report.json"
}

@test "the study's numbers and set-up: each of its ten problems is named" {
	study
	report "$dir/study"
	# 1 accelerator not controlled, 2 unequal resources
	fact confound accelerator
	fact confound processors
	fact confound memory
	# 3 Docker in a virtual machine, another kernel
	fault 'container in a virtual machine' docker
	fact confound kernel
	# 4 five at once
	fault 'several at once' 'qemu cpu-2000'
	fault 'several at once' 'docker cpu-20000'
	fault 'slower with each iteration' 'qemu cpu-2000'
	# 5 copied rows, impossible maxima
	fault 'copied values' cpu-20000
	fault 'impossible values' 'docker cpu-20000'
	# 6 user and kernel level
	fault 'user and kernel time unknown' qemu
	# 7 different bits, next to a whole distribution
	fault 'bits unknown' qemu
	fact confound 'first process'
	# 8 warm and cold, all of it in memory
	fact confound 'caches dropped'
	jq -e 'any(.audit.notes[]; test("fileio-sync and fileio-async .* fit in memory"))' "$dir/study/report.json"
	# 9 no uncertainty, 51 s of a 10 s test
	fault 'too few iterations' qemu
	fault 'took longer than asked' 'qemu fileio-sync iteration 2'
	# 10 not repeatable
	fault 'not repeatable' docker
	# And it reports nothing else.
	jq -e '[.audit.faults[] | select(.name == "impossible values") | .where[]] == ["docker cpu-20000"]' "$dir/study/report.json"
	run ! fault 'measured at the same time' ''
	run ! fault 'user and kernel time impossible' ''
}

@test "an event that took longer than all together is impossible" {
	change '.experiments[0] |= (.latency_ns.max = .latency_ns.avg * .events * 2 | .total_time_s = .latency_ns.max / 1e9)'
	report "$dir/run"
	jq -e '[.audit.faults[] | select(.name == "impossible values") | .detail] == ["maximum above the sum"]' "$dir/run/report.json"
}

@test "kernels built differently: a fact for each concern, with the options that differ" {
	change '.host.kernel_options = {HZ: "250", NO_HZ_FULL: "n", MEMCG: "y", NUMA: "y", EXT4_FS: "m"}
		| if .environment == "docker" then .host.kernel_options += {HZ: "1000", MEMCG: "n", NUMA: "n", EXT4_FS: "y"} else . end'
	report "$dir/run"
	jq -e 'any(.audit.facts[]; .class == "confound" and .name == "kernel options: timers" and .explains == ["pipes"]
		and .values == {native: "HZ=250", docker: "HZ=1000"})' "$dir/run/report.json"
	jq -e 'any(.audit.facts[]; .class == "confound" and .name == "kernel options: groups"
		and .values == {native: "MEMCG=y", docker: "MEMCG=n"})' "$dir/run/report.json"
	jq -e '[.audit.facts[].name | select(startswith("kernel options"))] | length == 3' "$dir/run/report.json"
	jq -e 'any(.audit.same[]; . == "kernel options: disk")' "$dir/run/report.json"
	# When one environment's options are unknown, the report says only that.
	change 'if .environment == "docker" then del(.host.kernel_options) else . end'
	report "$dir/run"
	jq -e 'all(.audit.facts[]; .name | startswith("kernel options") | not)' "$dir/run/report.json"
	jq -e '[.audit.notes[] | scan("kernel options")] | length == 1' "$dir/run/report.json"
}

@test "bench's own values are not reported as problems" {
	report "$dir/run"
	jq -e '[.audit.faults[].name] - ["several at once", "slower with each iteration"] == []' "$dir/run/report.json"
}

@test "the study's layout: published values next to ours, and whether the shape agrees" {
	study
	report "$dir/study"
	jq -e '(.study.rows | length) == 28 and (.study.shape | length) > 10 and all(.study.rows[]; .published == .here)' "$dir/study/report.json"
	# Compared with itself it agrees in all points.
	jq -e 'all(.study.shape[]; .agrees) and (.study.conclusion | test("agrees in all"))' "$dir/study/report.json"
	grep -q '^| fileio-sync | total time, s | published | 10.6281 | 51.3103 | 10.6978 | 10.4909 | 18.608 | 10.0517 ' "$dir/study/report.md"
	[ "$(grep -c '<td class="number">published</td>' "$dir/study/report.html")" = 28 ]
	for file in "$dir"/study/docker-*.json; do
		jq -c '.experiments[].latency_ns.avg *= 1000' "$file" >"$dir/changed" && cp "$dir/changed" "$file"
	done
	report "$dir/study"
	jq -e '.study.conclusion | test("it does not in .*cpu-2000")' "$dir/study/report.json"
	# One environment alone has no shape; other suites have no such layout.
	rm "$dir"/study/docker-*.json
	report "$dir/study"
	jq -e '.study.shape == []' "$dir/study/report.json"
	report "$dir/run"
	jq -e 'has("study") | not' "$dir/run/report.json"
}

@test "runs of two days: an environment is compared with itself" {
	mkdir -p "$dir/out/results" "$dir/out/bin"
	ln -s "$OUT/bin/stats" "$dir/out/bin"
	OUT=$dir/out
	cp -r "$shared/run" "$OUT/results/monday"
	cp -r "$shared/run" "$OUT/results/friday"
	report monday friday
	# Every sentence of the answer, and each environment has one.
	jq -e '[.answer.lines[].environment] == ["native@friday", "docker@friday"]
		and all(.answer.lines[].text; test("same within 3 % in|undecided") and (test("slower|faster") | not))' "$OUT/results/monday+friday/report.json"
	grep -Eq '^native@friday +(same within 3 % in|.* undecided)' <<<"$output"
	jq -e '.audit.illegitimate == [] and .environments == ["native@monday", "native@friday", "docker@monday", "docker@friday"]
		and all(.comparisons[]; .verdict | IN("undecided", "same", null)) and all(.audit.facts[]; .class == "harmless")' "$OUT/results/monday+friday/report.json"
	[ ! -e "$OUT/results/friday/report.html" ]
	# Another kernel is a confound, though between two environments it would be expected.
	for file in "$OUT"/results/friday/*.json; do
		jq -c '.host.kernel = "1.2.3"' "$file" >"$dir/changed" && cp "$dir/changed" "$file"
	done
	report monday friday
	jq -e 'any(.audit.facts[]; .class == "confound" and .name == "host kernel")' "$OUT/results/monday+friday/report.json"
	# More processors: no legitimate comparison, and the first line says so.
	for file in "$OUT"/results/friday/*.json; do
		jq -c '.host.cpus = [0, 1]' "$file" >"$dir/changed" && cp "$dir/changed" "$file"
	done
	report monday friday
	[[ "${lines[0]} ${lines[1]}" == 'Not a legitimate comparison: another number of processors: 2 in friday, 1 in monday.' ]]
	for file in "$OUT"/results/friday/*.json; do
		jq -c '.identity.bench = "sha256:" + "0" * 64' "$file" >"$dir/changed" && cp "$dir/changed" "$file"
	done
	refused 6 'they ran different bits' scripts/report monday friday
	[[ ${lines[0]} == 'Not a legitimate comparison: other bits: '* ]]
}
