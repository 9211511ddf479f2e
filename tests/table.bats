# The table over result documents, which bench writes here as if it had run in two environments.
load helper

setup() {
	make_dir
	cat >"$dir/t.suite" <<-'SUITE'
		primes  cpu --cpu-max-prime=2000 --events=20
		calls   syscall --events=20
		pipes   pipe --pipe-mode=bandwidth --events=20
		append  fsync --events=20
		huge    pagefault --pagefault-size=95T
	SUITE
	mkdir "$dir/run"
	memory=$(mktemp -d /dev/shm/samebits.XXXXXX)
	as native "$dir" 1
	as native "$dir" 2
	as docker "$memory" 1
	run --separate-stderr scripts/table "$dir/run"
	echo "$output"
	[ "$status" = 0 ]
}

teardown() {
	rm -rf "$memory"
	forget_dir
}

# as ENVIRONMENT DIRECTORY ITERATION: a start of bench there
as() {
	(cd "$2" && SAMEBITS_ENVIRONMENT=$1 SAMEBITS_ITERATION=$3 "$OUT/bin/bench" suite "$dir/t.suite" \
		>"$dir/run/$1-$3.json" 2>/dev/null)
}

@test "a probe's row is the figure it is for, with its unit, and which way is better" {
	local values=' +[0-9.]+ +[0-9.]+% +[0-9.]+ +[0-9.]+$'
	grep -Eq "^calls +null system call ns \(less is better\)$values" <<<"$output"
	grep -Eq "^pipes +bandwidth MB/s \(more is better\)$values" <<<"$output"
	[ "$(grep -c '^calls ' <<<"$output")" = 1 ]
	grep -Eq "^primes +events/s$values" <<<"$output"
}

@test "what is unavailable is said to be, in its row and why" {
	grep -Eq '^append +.* us \(less is better\) +[0-9.]+ +[0-9.]+% +unavailable *$' <<<"$output"
	grep -Eq '^huge +unavailable +unavailable *$' <<<"$output"
	grep -q '^unavailable: docker n=1 append: .*tmpfs' <<<"$output"
	grep -q '^unavailable: native n=2 huge: needs ' <<<"$output"
}
