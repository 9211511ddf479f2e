# Fetching the sources: the lock, the cache, and what happens when something is not available.
# needs: for-bench
load helper

setup() {
	make_dir
	mkdir "$dir/tree"
	cp -r Makefile sources.lock sources packages scripts environments programs "$dir/tree"
	cd "$dir/tree"
	server=
	export OUT=$dir/out CACHE=$dir/cache
	mkdir "$CACHE"
	unset http_proxy https_proxy
}

teardown() {
	[ -z "$server" ] || kill "$server"
	forget_dir
}

# Puts the files of musl, the smallest source, into the cache as if they had been fetched.
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
	sed -i '/^musl /{s/1\.2\.3-1/1.2.2-0lost/g; s/ [0-9a-f]\{64\} / '"$(printf 0%.0s $(seq 64))"' /; s/ http.*//}' sources.lock
}

# serve: serves $dir/site, with the files of musl, at $site
serve() {
	mkdir "$dir/site"
	awk '$1 == "musl" {print $4}' sources.lock | while read -r file; do
		cp "$REAL_CACHE/$file" "$dir/site"
	done
	/usr/bin/python3 -u -m http.server --bind 127.0.0.1 --directory "$dir/site" 0 >"$dir/served" 2>&1 3>&- &
	server=$!
	await $server grep '^Serving HTTP' "$dir/served"
	site=http://127.0.0.1:$(sed -n 's/.* port \([0-9]*\) .*/\1/p;q' "$dir/served")
}

# lock_addresses ADDRESS...: sources.lock has these addresses for musl's files, in this order
lock_addresses() {
	awk -v places="$*" '$1 == "musl" {
		$0 = $1 " " $2 " " $3 " " $4 " " $5
		n = split(places, place, " ")
		file = $4
		for (i = 1; i <= n; i++) $0 = $0 " " place[i] "/" file
	} 1' sources.lock >lock
	mv lock sources.lock
}

@test "curl or wget fetches sources, without apt and dpkg" {
	serve
	lock_addresses "$site"
	for other in wget curl; do
		hide_commands 'apt*' 'dpkg*' $other
		run ! command -v $other
		sources/fetch musl
		(cd "$OUT/sources/musl" && sed 's/^\([0-9a-f]*  [^ ]*\).*/\1/' used | sha256sum -c)
		[ "$(grep -c ' locked$' "$OUT/sources/musl/used")" = 3 ]
		rm -r "$OUT" "$CACHE"
	done
	hide_commands 'apt*' 'dpkg*' curl wget
	refused 3 'fetching needs curl or wget; install one' sources/fetch musl
}

@test "a file with another sum is not used, and nothing of it is left" {
	serve
	file=$(awk '$1 == "musl" {print $4; exit}' sources.lock)
	wanted=$(awk '$1 == "musl" {print $5; exit}' sources.lock)
	mkdir "$dir/site/wrong"
	cp "$dir/site/"*.deb "$dir/site/wrong"
	echo x >>"$dir/site/wrong/$file"
	lock_addresses "$site/wrong"
	hide_commands 'apt*'
	refused 3 'none of its addresses has it' sources/fetch musl
	[[ $stderr == *"refused: it has sha256 $(sha256sum <"$dir/site/wrong/$file" | cut -d ' ' -f 1), not $wanted"* ]]
	[ "$(ls -A "$CACHE")" = .samebits ]
	[ ! -e "$OUT/sources/musl/used" ]
	# The next address is tried.
	lock_addresses "$site/wrong" "$site"
	sources/fetch musl
	[ "$(wc -l <"$OUT/sources/musl/used")" = 3 ]
}

@test "if an address fails, the next is used: no server, no file, half a file" {
	serve
	mkdir "$dir/site/half"
	lock_addresses http://127.0.0.1:1 "$site/nosuch" "$site/half" "$site"
	for file in "$dir/site/"*.deb; do head -c 1000 "$file" >"$dir/site/half/${file##*/}"; done
	hide_commands 'apt*'
	run --separate-stderr sources/fetch musl
	echo "$stderr"
	[ "$status" = 0 ]
	[ "$(grep -c "^samebits: fetching $site/musl" <<<"$stderr")" = 3 ]
	[ "$(find "$CACHE" -name .part.\*)" = '' ]
}

@test "UPDATE_LOCK=1 without apt, or without Debian's keys: one line says what to do" {
	fill_cache
	hide_commands 'apt*'
	UPDATE_LOCK=1 refused 3 'there is no apt-get here' sources/fetch musl
	[ "$(id -u)" = 0 ] || skip 'needs root to hide the keys'
	hide_commands
	UPDATE_LOCK=1 refused 3 'run: apt-get install debian-archive-keyring' \
		unshare -m sh -c 'mount -t tmpfs tmpfs /usr/share/keyrings && exec sources/fetch musl'
}

@test "a filled cache is enough: the network is not used" {
	[ "$(id -u)" = 0 ] || skip 'needs root to cut the network off'
	fill_cache
	offline sources/fetch musl
	[ "$(wc -l <"$OUT/sources/musl/used")" = 3 ]
	run ! grep -v ' locked$' "$OUT/sources/musl/used"
	(cd "$OUT/sources/musl" && sed 's/^\([0-9a-f]*  [^ ]*\).*/\1/' used | sha256sum -c)
	[ ! -e "$OUT/sources/log" ]
}

@test "the fetched files are those of the lock; the system's apt is left alone" {
	before=$(find /etc/apt /var/lib/apt/lists -type f -newer sources.lock | wc -l)
	sources/fetch musl
	(cd "$OUT/sources/musl" && sed 's/^\([0-9a-f]*  [^ ]*\).*/\1/' used | sha256sum -c)
	[ "$(find /etc/apt /var/lib/apt/lists -type f -newer sources.lock | wc -l)" = "$before" ]
	[ ! -e "$OUT/apt" ]
	# Fetched again: nothing changes, so nothing is built again.
	touch -d '1 hour ago' "$OUT/sources/musl/used"
	time=$(stat -c %Y "$OUT/sources/musl/used")
	sources/fetch musl
	[ "$(stat -c %Y "$OUT/sources/musl/used")" = "$time" ]
}

@test "a wrong checksum stops the build with the file, both sums, and what to do" {
	fill_cache
	file=$(awk '$1 == "musl" {print $4; exit}' sources.lock)
	wanted=$(awk '$1 == "musl" {print $5; exit}' sources.lock)
	echo x >>"$CACHE/$file"
	refused 3 "$file has sha256 $(sha256sum <"$CACHE/$file" | cut -d ' ' -f 1), but sources.lock says $wanted; remove the file" \
		sources/fetch musl
	[ ! -e "$OUT/sources/musl/used" ]
}

@test "without network and cache there is one clear line" {
	[ "$(id -u)" = 0 ] || skip 'needs root to cut the network off'
	refused 3 'connect this machine to a network, or fill the cache' offline sources/fetch musl
	[ ! -e "$OUT/sources/musl/used" ]
}

@test "a version that is gone is replaced by a newer one of the series, with a notice, and recorded" {
	lock_a_lost_version
	cp sources.lock lock.before
	run --separate-stderr sources/fetch musl
	echo "$stderr"
	[ "$status" = 0 ]
	[[ $stderr == *'NOTICE: musl_1.2.2-0lost_amd64.deb is no longer available; building version 1.2.3-1 instead'* ]]
	[ "$(grep -c ' newer$' "$OUT/sources/musl/used")" = 3 ]
	cmp sources.lock lock.before
}

@test "UPDATE_LOCK=1 rewrites the lock, and says so" {
	cp sources.lock lock.before
	lock_a_lost_version
	UPDATE_LOCK=1 run --separate-stderr sources/fetch musl
	echo "$stderr"
	[ "$status" = 0 ]
	[[ $stderr == *'sources.lock rewritten: musl is now 1.2.3-1'* ]]
	diff <(cut -d ' ' -f 1-6 sources.lock) <(cut -d ' ' -f 1-6 lock.before)
	[ "$(grep -c '^musl .* https://snapshot\.debian\.org/archive/debian/[0-9TZ]*/pool/main/m/musl/[^ ]*$' sources.lock)" = 3 ]
	[ "$(grep -c ' locked$' "$OUT/sources/musl/used")" = 3 ]
}

# ubuntu COMMAND...: runs it on a system that claims to be Ubuntu, whose apt knows no archive
ubuntu() {
	play_system 'ID=ubuntu ID_LIKE=debian VERSION_CODENAME=noble' \
		sh -c 'mount -t tmpfs tmpfs /var/lib/apt/lists && mount -t tmpfs tmpfs /etc/apt && exec "$@"' sh "$@"
}

@test "on Ubuntu Debian's files are fetched and newer ones found, too" {
	[ "$(id -u)" = 0 ] || skip 'needs root to play another system'
	run ubuntu apt-cache policy musl
	[[ $output != *http* ]]
	ubuntu sources/fetch musl
	[ "$(grep -c ' locked$' "$OUT/sources/musl/used")" = 3 ]
	rm -r "$OUT" "$CACHE"
	lock_a_lost_version
	UPDATE_LOCK=1 run --separate-stderr ubuntu sources/fetch musl
	echo "$stderr"
	[ "$status" = 0 ]
	[[ $stderr == *'sources.lock rewritten: musl is now 1.2.3-1'* ]]
}

@test "an unknown source is refused" {
	refused 2 'sources.lock has no source nosuch' sources/fetch nosuch
}

@test "clean removes only what samebits made" {
	mkdir "$dir/precious"
	touch "$dir/precious/file"
	OUT=$dir/precious refused 3 'was not made by samebits' scripts/clean all
	CACHE=$dir/precious refused 3 'was not made by samebits' scripts/clean all
	[ -e "$dir/precious/file" ]
	OUT=/ refused 3 'contains this checkout' scripts/clean all
	fill_cache
	sources/fetch musl
	mkdir -p "$OUT/results/a"
	scripts/clean
	[ -e "$OUT/results/a" ]
	[ ! -e "$OUT/sources" ]
	[ -n "$(ls "$CACHE")" ]
}
