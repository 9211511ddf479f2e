# The manual page.

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
	mandoc -T ascii -O width=200 "$page" | col -bx >page
	"$bench" --help >help
	sed -n 's/^  \([a-z][^ ]*\) - .*/\1/p' help >names
	[ "$(grep -c . names)" -gt 5 ]
	while read -r name; do
		grep -qx " *$name" page
		"$bench" "$name" help >>help
	done <names
	sed -n 's/^  --\([a-z0-9-]*\).*/\1/p' help | sort >options
	sed -n 's/^     --\([a-z0-9-]*\)\(\[\?=.*\)\?$/\1/p' page | sort >paged
	diff options paged
}
