# The manual page.
# bats file_tags=quick
# needs: for-bench

load helper

setup() {
	bench=$OUT/bin/bench
	page=$OUT/bench.1
	make_dir
	cd "$dir"
}

teardown() {
	forget_dir
}

@test "the manual page is well-formed" {
	run mandoc -T lint -W warning "$page"
	echo "$output"
	[ "$status" = 0 ]
	[ -z "$output" ]
}

@test "every test, every probe and every option is in the manual page, once" {
	mandoc -T ascii -O width=200 "$page" | col -bx >page.txt
	"$bench" --help >helps
	sed -n 's/^  \([a-z][^ ]*\) - .*/\1/p' helps >names
	[ "$(grep -c . names)" -gt 5 ]
	while read -r name; do
		grep -qx " *$name" page.txt
		"$bench" "$name" help >>helps
	done <names
	sed -n 's/^  --\([a-z0-9-]*\).*/\1/p' helps | sort >options
	sed -n 's/^     --\([a-z0-9-]*\)\(\[\?=.*\)\?$/\1/p' page.txt | sort >paged
	diff options paged
}
