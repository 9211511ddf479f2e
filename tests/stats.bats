# The statistics: what they find in simple rows, and what they refuse.
# needs: for-report for-sanitizers

load helper

setup() {
	stats=$OUT/bin/stats
	make_dir
	cd "$dir"
}

teardown() {
	forget_dir
}

# rows METRIC BETTER ENVIRONMENT VALUE...: makes rows in the order of the sequence.
rows() {
	local metric=$1 better=$2 environment=$3
	shift 3
	printf '%s\n' "$@" | jq -c --arg metric "$metric" --arg better "$better" --arg environment "$environment" --arg family "${family:-other}" '
		{experiment: "x", $metric, unit: "1/s", $better, $family, $environment, iteration: input_line_number, sequence: input_line_number, value: .}'
}

# input SETTINGS: rows on stdin -> the input of stats.
input() {
	jq -s "{rows: ., pairs: [[\"a\", \"b\"]]} + {${1:-}}"
}

@test "a group has its statistics" {
	{ family=primary rows events/s more a 10 30 20 60 40 50 && rows other less a 1; } >rows.json
	shuf --random-source=/dev/zero rows.json | input | "$stats" >found
	jq -e '.groups | length == 2' found
	jq -e '.groups[] | select(.metric == "events/s") | del(.trend_p) | .sd_log *= .sd_log | .spread *= 7 | .trend_rho *= 35 | map_values(if type == "number" then . * 1e9 | round / 1e9 else . end) == {experiment: "x", metric: "events/s", unit: "1/s", better: "more",
		family: "primary", environment: "a", n: 6, sd_log: 0.4390964, median: 35, ci: [10, 60], ci_level: 0.96875, min: 10, max: 60, mean: 35,
		spread: 10, mad: 15, trend_rho: 27, warnings: ["interval wider than 5 %"],
		values: [10, 30, 20, 60, 40, 50], sequence: [1, 2, 3, 4, 5, 6]}' found
	jq -e '.groups[] | select(.metric == "other") | . == {experiment: "x", metric: "other", unit: "1/s", better: "less", family: "other",
		environment: "a", n: 1, median: 1, min: 1, max: 1, mean: 1, spread: 0, mad: 0, warnings: ["n too small"], values: [1], sequence: [1]}' found
}

@test "groups have the order in which the rows first name them" {
	{ rows z more b 1 2 && rows a more b 1 2 && rows z more a 1 2 && rows a more a 1 2; } | input | "$stats" >found
	jq -e '[.groups[] | .metric + .environment] == ["zb", "ab", "za", "aa"]' found
	jq -e '[.comparisons[].metric] == ["z", "a"]' found
}

@test "warnings name each problem of the data" {
	warns() {
		local expected=$1
		shift
		rows m "$@" | jq -c "${change:-.}" | input | "$stats" >found
		jq -c '.groups[0].warnings' found
		[ "$(jq -r '.groups[0].warnings | join(", ")' found)" = "$expected" ]
	}
	warns '' more a 100 101 99 102 100.5 99.5 100.2
	warns '' more a 7 7 7 7 7 7 7
	warns 'n too small' more a 100 101 99 102 100
	warns 'first iteration slow' more a 50 101 99 102 100.5 99.5 100.2 100.1 99.9
	warns 'first iteration slow' less a 150 101 99 102 100.5 99.5 100.2 100.1 99.9
	warns 'outliers' more a 150 101 99 102 100.5 99.5 100.2 100.1 99.9
	warns 'first iteration slow, outliers' more a 50 101 99 102 200 99.5 100.2 100.1 99.9
	warns 'drift' more a 100 100.1 100.2 100.3 100.4 100.5 100.6
	warns 'interval wider than 5 %' more a 100 106 100 106 100 106 100 106 100
	change='.steal = if .sequence == 3 then 0.02 else 0.001 end' warns 'steal above 1 %' more a 100 101 99 102 100.5 99.5 100.2
	change='.steal = 0.01' warns '' more a 100 101 99 102 100.5 99.5 100.2
}

@test "one machine of many is compared with the others of its model, as one more value" {
	logs() {
		for value; do jq -n "$value | exp"; done
	}
	{
		family=primary
		rows m more a $(logs 0 0 0) && rows m more b $(logs 0.01 0.01 0.01) && rows m more c $(logs 0.03 0.03 0.03)
		rows m more d $(logs -0.5 -0.5 -0.5) && rows m more e $(logs 0 0.5 1)
	} >rows.json
	input '"models": [["a", "b", "c", "d"], ["e"]]' <rows.json | "$stats" >found
	# Qn of three values is their least distance, times 2.21914 and, for so few, 0.99365, as in R's robustbase; Student's t with one
	# degree of freedom is Cauchy's.
	jq -e '(3.141592653589793 as $pi | (0.01 * 2.21914 * 0.99365 * (1 + $pi / 6 | sqrt) / 0.51 | atan) * 2 / $pi) as $p | .fleet | length == 4 and
		(.[] | select(.a == "d") | .b == "others" and .n == [3, 3] and (.p / $p - 1 | fabs) < 1e-5 and (.p_adjusted / $p - 4 | fabs) < 1e-4
		and .family_size == 4 and (.others - (0.01 | exp) | fabs) < 1e-12)' found
	# When the interval contains 1, the starts show no difference.
	jq -e '.fleet[] | select(.a == "a") | .interval[0] < 1 and .interval[1] > 1 and .p == 1' found
	# Only its own model matters; fewer than three machines are not compared.
	input '"models": [["a", "b"], ["c", "d", "e"]]' <rows.json | "$stats" >found
	jq -e '[.fleet[].a] == ["c", "d", "e"]' found
	input '"models": [["a", "b"], ["b"]]' <rows.json >twice
	refused 2 'b is in two models' "$stats" <twice
	input '"models": ["a"]' <rows.json >wrong
	refused 2 'models[0] is not a list' "$stats" <wrong
	input '"models": [[1]]' <rows.json >wrong
	refused 2 'models[0][0] is not a name' "$stats" <wrong
}

# verdicts: prints those of the rows on stdin.
verdicts() {
	input "${settings:-}" | "$stats" >found
	jq -c '.comparisons[]' found
	jq -r '.comparisons[] | "\(.metric) \(.verdict)"' found >said
}

@test "there are four verdicts and undecided, each with a reason" {
	{
		family=primary
		rows rate more a 200 201 202 203 204 205 206 && rows rate more b 100 101 102 103 104 105 106
		rows time less a 200 201 202 203 204 205 206 && rows time less b 100 101 102 103 104 105 106
		rows close more a 101 101.1 101.2 101.3 101.4 101.5 101.6 && rows close more b 100 100.1 100.2 100.3 100.4 100.5 100.6
		rows equal more a 100.3 100.1 100.6 100.2 100.4 100.5 100 && rows equal more b 100.2 100.4 100 100.5 100.1 100.3 100.6
		rows mixed more a 101 136 102 105 143 104 100 && rows mixed more b 142 105 103 134 101 106 100
	} | verdicts
	jq -r '.comparisons[].why' found >why
	diff - said <<-'LINES'
		rate faster
		time slower
		close slight
		equal same
		mixed undecided
	LINES
	[ "$(sed -n 1p why)" = 'corrected p 0.0029 is below 0.05' ]
	[[ $(sed -n 3p why) = *' is within 3 % of 1, and corrected p 0.0029 is below 0.05' ]]
	[[ $(sed -n 4p why) = *' is within 3 % of 1, and corrected p 1 is not below 0.05' ]]
	[[ $(sed -n 5p why) = 'corrected p 1 is not below 0.05, and the ratio may be from '*', not only within 3 % of 1' ]]
	jq -e '.comparisons[0] | .a == "a" and .b == "b" and .n == [7, 7] and .u == 49 and .cliffs_delta == 1 and .a12 == 1
		and .ratio > 1.96 and .ratio < 1.98 and .interval[0] < .interval_90[0] and .interval_90[0] < .ratio
		and .ratio < .interval_90[1] and .interval_90[1] < .interval[1] and .interval_level > 0.95
		and (.p - 2 / 3432 | fabs < 1e-12)' found
}

@test "a margin decides what is the same" {
	{ rows m more a 101 106 102 105 103 104 100 && rows m more b 102 105 103 104 101 106 100; } >rows.json
	settings='margin: 0.01' verdicts <rows.json
	grep -qx 'm undecided' said
	settings='margin: 0.1' verdicts <rows.json
	grep -qx 'm same' said
}

@test "too few starts never give the verdict same" {
	{ rows m more a 100 100 && rows m more b 100 100; } | verdicts
	grep -qx 'm undecided' said
	jq -e '.comparisons[0] | has("interval_90") | not' found
}

@test "each look has its share of alpha" {
	{ rows m more a 200 201 202 203 204 && rows m more b 100 101 102 103 104; } >rows.json
	verdicts <rows.json
	grep -qx 'm faster' said
	settings='looks: 7' verdicts <rows.json
	grep -qx 'm undecided' said
	jq -e '.comparisons[0].why == "n 5 and 5 cannot give less than p 0.0079, and with 1 rows that is not enough"' found
}

@test "few starts cannot show a difference, and the verdict says so" {
	for metric in 1 2 3 4 5 6 7; do
		family=primary rows $metric more a 200 201 202 203 204 && family=primary rows $metric more b 100 101 102 103 104
	done | input | "$stats" >found
	jq -e 'all(.comparisons[]; .verdict == "undecided" and .why == "n 5 and 5 cannot give less than p 0.0079, and with 7 rows that is not enough")' found
	jq -e '.detectable | length == 7 and all(.[]; has("ratio") | not) and all(.[]; .starts > 1)' found
}

@test "families are corrected separately, and multiples are not tested" {
	for metric in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		case $metric in 1 | 2 | 3) family=primary ;; 4 | 5) family=cpu ;; 6) family=none ;; 11 | 12 | 13 | 14 | 15) family=cost ;; *) family=other ;; esac
		rows $metric more a 200 201 202 203 204 && rows $metric more b 100 101 102 103 104
	done | input | "$stats" >found
	jq -c '.comparisons[] | {family, correction, family_size, p_adjusted}' found
	jq -e '[.comparisons[] | select(.family == "primary")] | length == 3 and all(.[]; .correction == "holm" and .family_size == 3 and (.p_adjusted - 6 / 252 | fabs < 1e-12))' found
	jq -e '[.comparisons[] | select(.family == "cpu")] | length == 2 and all(.[]; .correction == "holm" and .family_size == 2 and (.p_adjusted - 4 / 252 | fabs < 1e-12))' found
	jq -e '[.comparisons[] | select(.family == "cost")] | length == 5 and all(.[]; .correction == "holm" and .family_size == 5 and (.p_adjusted - 10 / 252 | fabs < 1e-12))' found
	jq -e '[.comparisons[] | select(.family == "other")] | length == 4 and all(.[]; .correction == "bh" and .family_size == 4 and (.p_adjusted - 2 / 252 | fabs < 1e-12))' found
	jq -e '[.comparisons[] | select(.family == "none")] | length == 1 and all(.[]; .correction == "none" and .family_size == 0 and .ratio > 1
		and (has("p") or has("p_adjusted") or has("u") or has("verdict") | not))' found
	jq -e '.detectable | length == 3' found
}

@test "in a paired comparison an iteration is a block" {
	{ rows m more a 100 200 150 300 120 250 && rows m more b 98 195 147.5 292 118 244; } >rows.json
	settings='paired: false' verdicts <rows.json
	grep -qx 'm undecided' said
	jq -e '.comparisons[0].correlation == 1' found
	settings='paired: true' verdicts <rows.json
	grep -qx 'm slight' said
	jq -e '.comparisons[0] | (has("u") | not) and (.p - 2 / 64 | fabs < 1e-12) and .ratio > 1.01 and .ratio < 1.03' found
}

@test "the geometric mean covers primary rows, and its interval comes from the starts" {
	{
		family=primary
		rows rate more a 200 202 201 203 && rows rate more b 100 101 101.5 100.5
		rows time less a 50 50.5 50.2 50.4 && rows time less b 100 101 99 100
		family=other
		rows other more a 1 2 3 4 && rows other more b 9 8 7 5
	} | input | "$stats" >found
	jq -e '. as $found | .geomeans | length == 1 and (.[0] | .a == "a" and .b == "b" and .count == 2 and .better == "more"
		and (.ratio - ($found.comparisons[0].ratio / $found.comparisons[1].ratio | sqrt) | fabs < 1e-9)
		and .interval[0] < .ratio and .ratio < .interval[1] and .interval[0] > 1.9 and .interval[1] < 2.1)' found
}

@test "what does not exist is absent" {
	{
		rows zero more a 0 0 0 && rows zero more b 1 2 3
		rows negative more a -1 -2 -3 && rows negative more b -1 -2 -4
		rows partly more a 0 2 3 && rows partly more b 1 2 3
		rows single more a 1 && rows single more b 2
		rows huge more a 1e308 1.7e308 && rows huge more b 1e-308 1e-307
		rows lonely more a 1 2 3
	} | jq -c '.family = "primary"' | jq -s '{rows: ., pairs: [["a", "b"], ["a", "nosuch"], ["nosuch", "b"]]}' | "$stats" >found
	run ! grep -i 'nan\|inf' found
	[ "$(jq -r '.comparisons[] | "\(.metric) \(has("ratio")) \(has("interval")) \(.verdict)"' found)" = "$(cat <<-'LINES'
		zero false false undecided
		negative false false undecided
		partly false false undecided
		single true false undecided
		huge false false undecided
	LINES
	)" ]
	jq -e '[.comparisons[0, 1, 2, 4].why] | unique == ["no ratio: a value is not positive, or they are too far apart"]' found
	jq -e '[.groups[] | select(.metric == "zero" or .metric == "negative") | has("spread")] == [false, true, false, false]' found
	jq -e '[.geomeans[] | [.a, .b, .count]] == [["a", "b", 1]]' found
	echo '{"rows": []}' | "$stats" >found
	jq -e '. == {series: [], groups: [], comparisons: [], geomeans: [], detectable: [], percentiles: []}' found
}

@test "empty histograms have a count and no percentiles" {
	echo '{"rows": [], "histograms": [{"experiment": "x", "kind": "read", "environment": "a", "iteration": 1, "min": 0, "max": 0,
		"histogram": {"unit": "ns", "sub_bucket_bits": 7, "buckets": []}}]}' | "$stats" >found
	jq -e '.percentiles == [{experiment: "x", kind: "read", environment: "a", count: 0}]' found
}

@test "invalid input is refused with one line" {
	good='{"rows": [{"experiment": "x", "metric": "m", "unit": "s", "better": "less", "family": "primary", "environment": "a", "iteration": 1, "sequence": 1, "value": 1},
		{"experiment": "x", "metric": "m", "unit": "s", "better": "less", "family": "primary", "environment": "b", "iteration": 1, "sequence": 2, "value": 1}],
		"histograms": [{"experiment": "x", "kind": "read", "environment": "a", "iteration": 1, "min": 1, "max": 2,
		"histogram": {"unit": "ns", "sub_bucket_bits": 7, "buckets": [[1, 5], [2, 1]]}}], "pairs": [["a", "b"]]}'
	echo "$good" | "$stats" | jq -e '.comparisons | length == 1'
	wrong() {
		printf '%s' "$2" >input
		refused 2 "$1" sh -c "'$stats' <input"
		[ "${#stderr_lines[@]}" = 1 ]
		[ -z "$output" ]
	}
	changed() {
		wrong "$1" "$(echo "$good" | jq "$2")"
	}
	wrong 'the input is not JSON: line 1:' ''
	wrong 'the input is not JSON: line 1:' 'hello'
	wrong 'the input is not JSON: line 2:' $'{"rows": [\n{"value": NaN}]}'
	wrong 'real number overflow' '{"rows": [{"value": 1e999}]}'
	wrong 'the input is not JSON' "${good%\}}"
	wrong 'no rows in the input' '[]'
	changed 'no rows in the input' 'del(.rows)'
	changed 'rows is not a list' '.rows = {}'
	changed 'rows[1] is not an object' '.rows[1] = 7'
	changed 'rows[1] has no value' 'del(.rows[1].value)'
	changed 'rows[0].value is not a number' '.rows[0].value = "1"'
	changed 'rows[0].value is not a number' '.rows[0].value = null'
	changed 'rows[0].metric is not a string' '.rows[0].metric = 1'
	changed 'rows[0].better is neither more nor less' '.rows[0].better = "most"'
	changed 'rows[0] and rows[1] give m of x in different units, senses or families' '.rows[0].unit = "ms"'
	changed 'rows[0] and rows[1] are both m of x in a at the same place of the sequence' '.rows[1] = .rows[0]'
	changed 'pairs[0] is not two names' '.pairs[0] = ["a"]'
	changed 'pairs[0] compares a with itself' '.pairs[0] = ["a", "a"]'
	changed 'rows[0].family is none of primary, cpu, cost, other and none' '.rows[0].family = "principal"'
	changed 'rows[1] has no iteration' 'del(.rows[1].iteration)'
	changed 'rows[0] and rows[1] give m of x in different units, senses or families' '.rows[0].family = "other"'
	changed 'alpha is not a number' '.alpha = 0'
	changed 'margin is not a number' '.margin = -1'
	changed 'looks is not a number' '.looks = "many"'
	changed 'paired is neither true nor false' '.paired = 1'
	changed 'm of x in a is twice in iteration 1, and paired is true' '.paired = true | .rows[1] |= (.environment = "a")'
	changed 'histograms[0].histogram has no buckets' 'del(.histograms[0].histogram)'
	changed 'histograms[0].histogram has other buckets than 2^7' '.histograms[0].histogram.sub_bucket_bits = 5'
	changed 'histograms[0].histogram.buckets[1] is not a pair' '.histograms[0].histogram.buckets[1] = [3]'
	changed 'histograms[0].histogram.buckets[0] is beyond the last bucket' '.histograms[0].histogram.buckets[0][0] = 1e6'
	changed 'histograms[0].histogram has something that is not a count' '.histograms[0].histogram.buckets[0][1] = -1'
	changed 'histograms[0].min is above max' '.histograms[0].min = 3'
	refused 2 'it reads what it needs from stdin' "$stats" rows.json
}

@test "input with any value in any place is accepted or refused, under ASan and UBSan" {
	{ rows m more a 3 1 4 && rows m more b 2 7; } | jq -c '.family = "primary" | .steal = 0.5' | input 'alpha: 0.05, margin: 0.03, looks: 2, paired: true,
		histograms: [range(2) | {experiment: "x", kind: "read", environment: "a", iteration: ., min: 1, max: 2,
			histogram: {unit: "ns", sub_bucket_bits: 7, buckets: [[1, 5], [2, 1]]}}]' >good
	jq -c '[paths] as $paths | . as $good | ($paths[] as $p | $good | delpaths([$p])),
		($paths[] as $p | (null, "", -1, 0, 1e308, 1.5, [], [[]], {}) as $value | $good | setpath($p; $value))' good >inputs
	"$OUT/build/asan/stats" <good >found
	# Memory still allocated when the program ends early is no leak.
	export ASAN_OPTIONS=detect_leaks=0
	tried=0
	while read -r line; do
		status=0
		"$OUT/build/asan/stats" <<<"$line" >found 2>messages || status=$?
		case $status in
		0) ;;
		2) mapfile -t lines <messages && [[ ${#lines[@]} = 1 && ${lines[0]} == 'samebits: stats: '*' (status 2)' && ! -s found ]] ;;
		*) false ;;
		esac || { echo "status $status of $line"; cat messages; false; }
		cat found >>all
		tried=$((tried + 1))
	done < <(sort -u inputs)
	echo "$tried tried"
	[ $tried -gt 500 ]
	[ -s all ]
	run ! grep -i 'nan\|inf' all
	jq -e . all >/dev/null
}

@test "statistics that cannot be written are an error" {
	echo '{"rows": []}' >input
	refused 1 'cannot write the result' sh -c "'$stats' <input >/dev/full"
}
