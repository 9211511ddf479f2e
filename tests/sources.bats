# Fetching what is built from: the lock, the cache, and what happens when something is not available.
load helper

setup() {
	make_dir
	mkdir "$dir/tree"
	cp -r Makefile sources.lock scripts environments programs "$dir/tree"
	cd "$dir/tree"
	export OUT=$dir/out CACHE=$dir/cache
	mkdir "$CACHE"
	unset http_proxy https_proxy
}

teardown() {
	forget_dir
}

# The files of musl, the smallest source, as if they had been fetched.
fill_cache() {
	awk '$1 == "musl" {print $4}' sources.lock | while read -r file; do
		cp "$TOP/out/cache/$file" "$CACHE" 2>/dev/null || cp "$REAL_CACHE/$file" "$CACHE"
	done
}

REAL_CACHE=${CACHE:-$TOP/out/cache}

offline() {
	unshare -n "$@"
}

# The archive never had this version; so no other place has it, either.
lock_a_lost_version() {
	sed -i '/^musl /{s/1\.2\.3-1/1.2.2-0lost/g; s/ [0-9a-f]\{64\} / '"$(printf 0%.0s $(seq 64))"' /; s/ https:.*//}' sources.lock
}

@test "a filled cache is enough: nothing is asked of the network" {
	[ "$(id -u)" = 0 ] || skip 'needs root to cut the network off'
	fill_cache
	offline scripts/fetch musl
	[ "$(wc -l <"$OUT/sources/musl/used")" = 3 ]
	run ! grep -v ' locked$' "$OUT/sources/musl/used"
	(cd "$OUT/sources/musl" && sed 's/^\([0-9a-f]*  [^ ]*\).*/\1/' used | sha256sum -c)
	[ ! -e "$OUT/apt/log" ]
}

@test "what is fetched is what the lock says; the system's apt is left alone" {
	before=$(find /etc/apt /var/lib/apt/lists -type f -newer sources.lock | wc -l)
	scripts/fetch musl
	(cd "$OUT/sources/musl" && sed 's/^\([0-9a-f]*  [^ ]*\).*/\1/' used | sha256sum -c)
	[ "$(find /etc/apt /var/lib/apt/lists -type f -newer sources.lock | wc -l)" = "$before" ]
	# Again: nothing changes, so nothing is built again.
	touch -d '1 hour ago' "$OUT/sources/musl/used"
	time=$(stat -c %Y "$OUT/sources/musl/used")
	scripts/fetch musl
	[ "$(stat -c %Y "$OUT/sources/musl/used")" = "$time" ]
}

@test "a wrong checksum stops: the file, both sums, what to do" {
	fill_cache
	file=$(awk '$1 == "musl" {print $4; exit}' sources.lock)
	wanted=$(awk '$1 == "musl" {print $5; exit}' sources.lock)
	echo x >>"$CACHE/$file"
	refused 3 "$file has sha256 $(sha256sum <"$CACHE/$file" | cut -d ' ' -f 1), but sources.lock says $wanted; remove the file" \
		scripts/fetch musl
	[ ! -e "$OUT/sources/musl/used" ]
}

@test "no network and no cache: one clear line" {
	[ "$(id -u)" = 0 ] || skip 'needs root to cut the network off'
	refused 3 'connect this machine to a network, or fill the cache' offline scripts/fetch musl
	[ ! -e "$OUT/sources/musl/used" ]
}

@test "a version that is nowhere: a newer one of the series, loudly, and recorded" {
	lock_a_lost_version
	cp sources.lock lock.before
	run --separate-stderr scripts/fetch musl
	echo "$stderr"
	[ "$status" = 0 ]
	[[ $stderr == *'NOTICE: musl_1.2.2-0lost_amd64.deb is no longer available; building version 1.2.3-1 instead'* ]]
	[ "$(grep -c ' newer$' "$OUT/sources/musl/used")" = 3 ]
	cmp sources.lock lock.before
}

@test "UPDATE_LOCK=1 rewrites the lock, and says so" {
	cp sources.lock lock.before
	lock_a_lost_version
	UPDATE_LOCK=1 run --separate-stderr scripts/fetch musl
	echo "$stderr"
	[ "$status" = 0 ]
	[[ $stderr == *'sources.lock rewritten: musl is now 1.2.3-1'* ]]
	diff <(cut -d ' ' -f 1-5 sources.lock) <(cut -d ' ' -f 1-5 lock.before)
	[ "$(grep -c ' locked$' "$OUT/sources/musl/used")" = 3 ]
}

@test "an unknown source is refused" {
	refused 2 'no source called nosuch' scripts/fetch nosuch
}

@test "clean removes only what samebits made" {
	mkdir "$dir/precious"
	touch "$dir/precious/file"
	OUT=$dir/precious refused 3 'was not made by samebits' scripts/clean all
	CACHE=$dir/precious refused 3 'was not made by samebits' scripts/clean all
	[ -e "$dir/precious/file" ]
	OUT=/ refused 3 'holds this checkout' scripts/clean all
	fill_cache
	scripts/fetch musl
	mkdir -p "$OUT/results/a"
	scripts/clean
	[ -e "$OUT/results/a" ]
	[ ! -e "$OUT/sources" ]
	[ -n "$(ls "$CACHE")" ]
}
