# Lines with tabs, whose first `keys` columns are a name -> the head, and one line for each name with the values of its rounds,
# A/B where they differ. If the head has one more column, this gets the ratio of ours on microvm: from the means of the third column.
BEGIN {
	FS = OFS = "\t"
	columns = split(head, titles, ",")
	for (i = 1; i <= columns; i++) line = line (i > 1 ? OFS : "") titles[i]
	print line
}
{
	name = $1
	for (i = 2; i <= keys; i++) name = name OFS $i
	if (!(name in rounds)) order[++names] = name
	rounds[name]++
	for (i = keys + 1; i <= NF; i++)
		if (rounds[name] == 1) said[name, i] = $i
		else if (said[name, i] != $i) said[name, i] = said[name, i] "/" $i
	sum[name] += $3
	width = NF
}
END {
	for (n = 1; n <= names; n++) {
		name = line = order[n]
		for (i = keys + 1; i <= width; i++) line = line OFS said[name, i]
		if (columns > width) {
			ours = "ours-microvm"
			line = line OFS (name == ours || !rounds[ours] ? "-" : sprintf("%.3f", sum[ours] / rounds[ours] / (sum[name] / rounds[name])))
		}
		print line
	}
}
