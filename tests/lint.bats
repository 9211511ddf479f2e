# needs: nothing
load helper

@test "make lint finds nothing" {
	make lint
}

# bats test_tags=quick
@test "scripts stay under 200 lines" {
	run awk 'FNR == 200 && FILENAME !~ /\.c$/ {print FILENAME}' $(git ls-files | xargs grep -l "^#!/bin/sh") scripts/*.sh sources/*.sh disk/*.sh
	[ -z "$output" ]
}
