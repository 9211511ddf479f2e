# Splits a suite's lines into words like bench/words.h: prints a line for each that has some, with \037 between the words.
# With -v comments=no, an unquoted # is an error. An error is the only output then, and the status is 1.

function fail(text) { problem = "line " FNR ": " text; exit 1 }

# take(TEXT): appends one word of it to `line` and returns the rest.
function take(text,    c, quote, word) {
	while (text != "") {
		c = substr(text, 1, 1)
		if (quote == "" && c ~ /[ \t\r#]/) break
		text = substr(text, 2)
		if (c == quote) quote = ""
		else if (quote == "" && (c == "'" || c == "\"")) quote = c
		else if (c == "\\" && (quote == "" ? text != "" : quote == "\"" && text ~ /^["\\]/)) {
			word = word substr(text, 1, 1)
			text = substr(text, 2)
		} else word = word c
	}
	if (quote != "") fail("a quote has no end")
	line = line (words++ ? "\037" : "") word
	return text
}

{
	line = ""
	words = 0
	rest = $0
	while (sub(/^[ \t\r]*/, "", rest) && rest != "") {
		if (rest ~ /^#/) {
			if (comments == "no") fail("# has to be quoted")
			break
		}
		rest = take(rest)
	}
	if (words) all = all line "\n"
}

END {
	if (problem != "") { print problem; exit 1 }
	printf "%s", all
}
