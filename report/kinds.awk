# The workloads' files -> kinds.table: the kind of cost that each shows, and what explains a difference in it. The first comment
# of a file has the line ` * kind: KIND; audit: WORD...`, with words of audit.rules; without words anything may explain it.
BEGIN {
	count = split("processor,memory,kernel entry,wake-ups,processes,network,disk,programs", order, ",")
	words = split("processor memory kernel threads network disk", audit, " ")
	for (i = 1; i <= count; i++) known[order[i]] = 1
	for (i = 1; i <= words; i++) known["audit " audit[i]] = 1
}
FNR == 1 {kind = said = ""}
/^ \* kind: / {
	kind = said = $0
	sub(/^ \* kind: /, "", kind)
	sub(/; audit:.*/, "", kind)
	sub(/.*; audit: */, "", said)
}
/^WORKLOAD = / {inside = 1}
/^}/ {inside = 0}
inside && /^[ \t]*\.name = / {
	split($0, parts, "\"")
	n = split(said, list, " ")
	for (i = 1; i <= n; i++) {
		if (!known["audit " list[i]]) wrong(list[i])
		explained[list[i]] = explained[list[i]] " " parts[2]
	}
	if (!known[kind]) wrong(kind)
	tests[kind] = tests[kind] " " parts[2]
}
function wrong(word) {
	print FILENAME ": its first comment needs a line ` * kind: KIND; audit: WORD...` of known words; not: " word >"/dev/stderr"
	failed = 1
	exit 2
}
END {
	if (failed) exit 2
	print "# Made from the workloads' files by make report/kinds.table. What kind of cost each test shows, for the cost profile, in this"
	print "# order: a kind, two blanks or more, and its tests. Behind `kind`, for the audit: what explains differences, and in which tests."
	for (i = 1; i <= count; i++) printf "%-12s %s\n", order[i], tests[order[i]]
	for (i = 1; i <= words; i++) printf "kind %-10s%s\n", audit[i], explained[audit[i]]
}
