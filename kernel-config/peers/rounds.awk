# Lines with tabs between, whose first `keys` columns are a name -> the head, and one line for each name: what its rounds have,
# A/B where they differ. A head of one column more asks for ours on microvm in ratio: of the third column, by its mean.
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
