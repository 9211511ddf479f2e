# shellcheck shell=sh
# shellcheck disable=SC2034,SC2153,SC2154 # what is read here, scripts/measure and what it sources set
# Which starts a run has to make: its settings and its plan, kept with the results, and which starts are left.

# put FILE NAME: copies it to the results, completely or not at all
put() {
	cp "$1" "$results/$2.tmp" || {
		rm -f "$results/$2.tmp"
		die "$MISSING" "cannot write $results/$2; is the disk full?"
	}
	publish "$results/$2.tmp" "$results/$2"
}

# Results are comparable only with the same bits, suite and sizes; and a run may end early only by a rule that was fixed in advance.
remember_settings() {
	suite=$(sha256sum <"$SUITE_FILE")
	printf '%s\n' "SUITE=$SUITE $(printf %.16s "$suite")" "CPUS=$CPUS" "MEMORY=$MEMORY_BYTES" "identity ${ROOTFS#*:}" >"$TMP/settings"
	[ -z "$PROGRAMS" ] || echo "programs $PROGRAMS" >>"$TMP/settings"
	[ "$ITERATIONS" != auto ] || echo "ITERATIONS=auto MAX=$MAX" >>"$TMP/settings"
	mkdir -p "$results" || die "$MISSING" "cannot write $results; give another OUT"
	check_latest
	if [ ! -f "$results/settings" ]; then
		put "$TMP/settings" settings
		return
	fi
	# Status 1 is success: no other lines.
	grep -vxFf "$TMP/settings" "$results/settings" >"$TMP/differ" || [ $? = 1 ] || die "$MISSING" "$results/settings cannot be read"
	if [ "$ITERATIONS" = auto ] && ! grep -q '^ITERATIONS=auto' "$results/settings"; then
		die "$USAGE" "RUN=$RUN was begun without ITERATIONS=auto; choose another name"
	fi
	[ -s "$TMP/differ" ] || return 0
	! grep -q identity "$TMP/differ" || die "$DIFFER" "RUN=$RUN was measured with another root file system; choose another name"
	differ=$(paste -sd ' ' "$TMP/differ")
	die "$USAGE" "RUN=$RUN was measured with $differ; choose another name"
}

# The order is kept with the results, "SEQUENCE ITERATION ENVIRONMENT" for each start: a continued run follows it, and appends starts
# that it did not contain.
draw_plan() {
	: >"$TMP/before"
	[ ! -f "$results/plan" ] || cat "$results/plan" >"$TMP/before"
	environments/start/plan "$SAMEBITS_SEED" "$MOST" "$@" >"$TMP/drawn"
	awk 'FILENAME == ARGV[1] {there[$2 " " $3] = sequence = $1; print; next}
		!($0 in there) {print ++sequence, $0}' "$TMP/before" "$TMP/drawn" >"$TMP/plan"
	put "$TMP/plan" plan
	awk 'FILENAME == ARGV[1] {wanted[$0]; next} ($2 " " $3) in wanted' "$TMP/drawn" "$results/plan" >"$TMP/wanted"
}

# Sets `total` and `wanted`: how many starts are left, and how many were requested.
find_to_do() {
	for environment; do
		file_name "$environment"
		echo "$environment $name"
	done >"$TMP/names"
	awk 'FILENAME == ARGV[1] {name[$1] = $2; next} {print $0, name[$3]}' "$TMP/names" "$TMP/wanted" >"$TMP/named"
	while read -r sequence iteration environment name; do
		state=
		[ ! -f "$results/$name-$iteration.json" ] || state=$(jq -r .status "$results/$name-$iteration.json" 2>/dev/null) || state=
		[ "$state" = complete ] || echo "$sequence $iteration $environment"
	done <"$TMP/named" >"$TMP/to-do"
	total=$(wc -l <"$TMP/to-do")
	wanted=$(wc -l <"$TMP/wanted")
	[ "$total" = "$wanted" ] || note "RUN=$RUN has $((wanted - total)) of $wanted results already; resuming"
}

# Warns about what so few starts cannot show, whatever they measure.
warn_of_few() {
	[ "$MOST" -gt 1 ] && [ "$MOST" -lt 6 ] || return 0
	what=ITERATIONS=$ITERATIONS
	[ "$ITERATIONS" != auto ] || what=MAX=$MAX
	warning=$(awk -v n="$MOST" -v what="$what" 'BEGIN {
		ways = 1
		for (i = 1; i <= n; i++) ways = ways * (n + i) / i
		most = int(0.05 * ways / 2)
		printf "%s is few: intervals of medians are %.4g %%, and %sno difference can be significant", what, 100 * (1 - 2 ^ (1 - n)), \
			most < 1 ? "" : "with more than " most " experiments "
	}')
	note "$warning"
}
