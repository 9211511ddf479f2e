# usage: awk -v directory=DIRECTORY -v most=BYTES -v all=BYTES -v files=NUMBER -f disk/log.awk
# Finds documents in a console log as init/console.c sends them: between marks, and each row between bars. Other output may appear
# before, after and between rows; the kernel's also inside a row: the rest of the row is then at the start of the next line. The log
# has neither carriage returns nor zero bytes, and long lines are broken. Prints for each document, with tabs,
#   taken LINE NAME FILE SHA256      FILE in DIRECTORY has as much base64 as the mark announces
#   refused LINE NAME WHY
# or `beyond`, and no more, when there are more than NUMBER, or have more than `all` bytes. Only one line is kept in memory.

BEGIN {OFS = "\t"}

# The rest of the document, until its end, is skipped.
function refuse(why) {
	print "refused", start, name, why
	passed_over = name
	inside = 0
	close(file)
}

# printable(NAME): the name as shown
function printable(text) {
	gsub(/[^!-~]/, "?", text)
	return substr(text, 1, 100)
}

function begin(mark,   words, n) {
	if (inside) refuse("its end is not in the log: another document begins in line " NR)
	passed_over = ""
	n = split(mark, words, " ")
	bytes = words[n - 3]
	sum = words[n]
	sub(/, [0-9]+ bytes, sha256 [0-9a-f]+$/, "", mark)
	name = printable(substr(mark, length("samebits document ") + 1))
	start = NR
	total += bytes
	if (++count > files || total > all) {
		beyond = 1
		exit
	}
	inside = 1
	file = directory "/" count
	printf "" >file
	needed = 4 * int((bytes + 2) / 3)
	got = 0
	if (bytes > most) refuse("it has " bytes " bytes, a document at most " most)
}

function end(named) {
	if (inside && name != named) refuse("its end is not in the log: the end of another document, " named ", comes first")
	if (!inside) {
		if (named != passed_over) {
			start = NR
			name = named
			refuse("its beginning is not in the log, or was damaged")
		}
	} else if (got != needed) {
		refuse("the log has only " int(got * 3 / 4) " of its " bytes " bytes")
	} else {
		print "taken", start, name, count, sum
		inside = 0
		close(file)
	}
	passed_over = ""
}

function add(row) {
	got += length(row)
	if (got > needed) refuse("the log has more than its " bytes " bytes")
	else print row >file
}

function look(text) {
	if (match(text, /\|samebits document [^|]+, [0-9]+ bytes, sha256 [0-9a-f]+\|/)) begin(substr(text, RSTART + 1, RLENGTH - 2))
	else if (match(text, /\|samebits end of [^|]+\|/)) end(printable(substr(text, RSTART + 17, RLENGTH - 18)))
	else if (inside && match(text, /\|[A-Za-z0-9+\/]+=*\|/)) add(substr(text, RSTART + 1, RLENGTH - 2))
}

{
	text = rest $0
	rest = ""
	# A time stamp of the kernel.
	if (!match(text, /\[ *[0-9]+\.[0-9]+\]/)) look(text)
	else if (RSTART <= 1000) rest = substr(text, 1, RSTART - 1)
}

END {
	if (beyond) {
		print "beyond"
		exit
	}
	look(rest)
	if (inside) refuse("the log ends in the middle of it")
}
