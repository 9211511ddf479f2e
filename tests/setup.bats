# What scripts/setup installs, what it prints where it may not, and machines on which nothing of this can work.
# needs: nothing
load helper

setup() {
	make_dir
	mkdir "$dir/bin"
	PATH_BEFORE=$PATH
	for tool in apt-get apt-cache; do
		printf '#!/bin/sh\ndir=%s\n. "$dir/apt"\n' "$dir" >"$dir/bin/$tool"
		chmod +x "$dir/bin/$tool"
	done
	# A package manager that only logs its calls. Its archive has a line for each package: its name, and the commands in it.
	cat >"$dir/apt" <<'END'
echo "${0##*/} $*" >>"$dir/asked"
known() {
	{ [ -e "$dir/lists" ] || grep -qsx "$1" "$dir/installed"; } && grep -q "^$1 " "$dir/archive"
}
case ${0##*/}-" $* " in
apt-cache-*) ! known "$2" || echo "Package: $2" ;;
*" update "*) : >"$dir/lists" ;;
*)
	for name; do
		case $name in -* | install | *::*) continue ;; esac
		known "$name" || { echo "E: Unable to locate package $name"; exit 100; }
		for command in $(sed -n "s/^$name //p" "$dir/archive"); do ln -sf /bin/true "$dir/bin/$command"; done
	done
	;;
esac
END
	: >"$dir/archive"
	: >"$dir/asked"
}

teardown() {
	forget_dir
}

# only TOOL...: just these commands exist, and those that setup itself uses
only() {
	local tool
	PATH=$PATH_BEFORE
	for tool in dirname id env cat sed grep sort tr mktemp rm sh mkdir ls ln awk tail uname "$@"; do
		ln -sf "$(type -P "$tool" || echo /bin/true)" "$dir/bin/$tool"
	done
	PATH=$dir/bin
}

# signs: all commands by which setup recognizes installed packages
signs() {
	sed '/^#/d' packages/packages.table | awk '{print $3}' | tr '|' '\n' | sed -n '/^[^/]/p'
}

@test "each package has a purpose and a reason" {
	awk '!/^#/ && (NF < 4 || $1 !~ /^(use|build|both|check|measure)$/) {print; wrong = 1} END {exit wrong || !NR}' packages/packages.table
}

@test "setup deps lists what is missing, with purpose and reason, and installs nothing" {
	only gcc make
	OUT=$dir/out run --separate-stderr scripts/setup deps
	PATH=$PATH_BEFORE
	echo "$output $stderr"
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	grep -Eq '^build \(make compare' <<<"$output"
	grep -Eq "^  bison +the kernel's " <<<"$output"
	sed -n '/^check/,/^measure/p' <<<"$output" | grep -E '^  bats +'
	sed -n '/^measure/,$p' <<<"$output" | grep -E '^  fio +'
	[[ $output != *$'\n  gcc '* && $output != *$'\n  make '* ]]
	[ ! -e "$dir/out" ]
	[[ $(cat "$dir/asked") != *apt-get* ]]
	[ "$(make -s deps)" = "$(scripts/setup deps)" ]
}

@test "setup deps lists nothing if nothing is missing" {
	only $(signs)
	run --separate-stderr scripts/setup deps
	PATH=$PATH_BEFORE
	echo "$output $stderr"
	[ "$status" = 0 ]
	[[ ${lines[0]} == build*': nothing' ]]
	[[ ${lines[1]} == check*': nothing' ]]
	[[ ${lines[2]} == measure*': nothing' ]]
	[ ${#lines[@]} = 3 ]
}

@test "SETUP=no installs nothing and lists everything that is missing in one line" {
	only gcc make
	SETUP=no refused 3 'SETUP=no' scripts/setup build
	[ ${#stderr_lines[@]} = 1 ]
	line=$stderr
	SETUP=no refused 3 'apt-get install -y --no-install-recommends' scripts/setup check
	[ ${#stderr_lines[@]} = 1 ]
	for word in no bison flex bats shellcheck; do
		[[ " $stderr " == *[\ =]"$word"[\ ,]* ]]
	done
	[[ $line == *' bison flex '* && $line != *' bats '* ]]
	[[ $(cat "$dir/asked") != *apt-get* ]]
	only $(signs)
	SETUP=no scripts/setup check
	for value in NO 0 'n o'; do
		SETUP=$value refused 2 "SETUP=$value is neither yes nor no" scripts/setup build
	done
	PATH=$PATH_BEFORE
	run --separate-stderr make SETUP=maybe lint
	echo "$stderr"
	[ "$status" = 2 ]
	[[ $stderr == *'samebits: SETUP=maybe is neither yes nor no (status 2)'* ]]
}

@test "make passes SETUP=no to setup" {
	only gcc make flock setpriv stat touch date
	run --separate-stderr make SETUP=no OUT="$dir/out" "$dir/out/bin/tsc"
	PATH=$PATH_BEFORE
	echo "$output $stderr"
	[ "$status" = 2 ]
	[[ $stderr == *'SETUP=no'*' bison '*'(status 3)'* ]]
	[[ $(cat "$dir/asked") != *apt-get* ]]
}

# on_linux LINE COMMAND...: runs it on a system with this line in its os-release, and without headers; for root
on_linux() {
	local bare=$PATH
	PATH=$PATH_BEFORE
	play_system "$1" sh -c 'mount -t tmpfs tmpfs /usr/include && PATH=$1 && shift && exec "$@"' sh "$bare" "${@:2}"
}

@test "each package of use and build has its names on the other systems" {
	diff <(awk '$1 ~ /^(use|build|both)$/ {print $2}' packages/packages.table | sort) <(awk '!/^#/ {print $1}' packages/names.table | sort)
	awk '!/^#/ && NF != 4 {print; wrong = 1} END {exit wrong}' packages/names.table
}

@test "Fedora, Arch, Alpine and their derivatives: everything missing is listed at once, under their names" {
	[ "$(id -u)" = 0 ] || skip 'needs root to play another system'
	only gcc make
	while IFS='|' read -r id install names; do
		rm -rf "$dir/out"
		OUT=$dir/out refused 3 "as root, run: $install " on_linux "$id" scripts/setup build
		[ ${#stderr_lines[@]} = 1 ]
		for name in bison curl $names; do
			[[ $stderr == *" $name "* ]]
		done
		[[ $stderr != *'install what has'* && $stderr != *' gcc '* && $stderr != *' - '* && ${stderr#*run:} != *,* ]]
		[ "$(ls -A "$dir/out")" = .samebits ]
		[ ! -s "$dir/asked" ]
	done <<-'END'
		ID=fedora|dnf install|elfutils-libelf-devel bsdtar podman util-linux bmap-tools
		ID=rocky ID_LIKE="rhel centos fedora"|dnf install|elfutils-libelf-devel
		ID=arch|pacman -S --needed|libelf libarchive docker procps-ng
		ID=manjaro ID_LIKE=arch|pacman -S --needed|libelf
		ID=alpine|apk add|elfutils-dev findutils linux-headers libarchive-tools docker-cli
	END
	[ "$(tr ' ' '\n' <<<"$stderr" | grep -cx util-linux)" = 1 ]
	# The packages' names for the tests are unknown there.
	OUT=$dir/out refused 3 'apk add ' on_linux ID=alpine scripts/setup check
	[[ $stderr == *'; install what has bats shellcheck '*'; as root, run: apk add '* ]]
	run on_linux ID=alpine scripts/setup deps
	grep -E '^  elfutils-dev +the kernel' <<<"$output"
}

@test "on an unknown system the missing commands are listed" {
	[ "$(id -u)" = 0 ] || skip 'needs root to play another system'
	only gcc make
	rm "$dir/bin/apt-get" "$dir/bin/apt-cache"
	OUT=$dir/out refused 3 'some packages are missing; install what has ' on_linux 'ID=void' scripts/setup build
	[ ${#stderr_lines[@]} = 1 ]
	[[ $stderr == *' bison flex bc /usr/include/libelf.h '* && $stderr == *' bsdtar '* && $stderr != *'run:'* && $stderr != *' gcc '* ]]
	# Debian itself, but without apt.
	OUT=$dir/out refused 3 'install what has ' scripts/setup build
}

@test "a missing program is named by the package of the system" {
	[ "$(id -u)" = 0 ] || skip 'needs root to play another system'
	while IFS='|' read -r id names advice; do
		run on_linux "$id" packages/advice $names
		[ "$status" = 0 ]
		[ "$output" = "$advice" ]
	done <<-'END'
		ID=debian|jq fdisk runc|run: apt-get install jq fdisk runc
		ID=fedora|jq fdisk|run: dnf install jq util-linux
		ID=arch|python3-jinja2 bmap-tools|run: pacman -S --needed python-jinja; install what Debian calls bmap-tools
		ID=alpine|runc|install what Debian calls runc
	END
	refused 2 'usage: packages/advice PACKAGE' packages/advice
	only gcc make
	refused 3 'nosuch is not installed; run: apt-get install jq' sh -c '. scripts/lib.sh; need nosuch jq'
}

# no_docker LINE...: an archive with these packages, and everything that setup looks for except Docker; for root
no_docker() {
	only $(signs)
	rm "$dir/bin/docker" "$dir/bin/dockerd" "$dir/bin/id"
	printf '#!/bin/sh\necho 0\n' >"$dir/bin/id"
	PATH=$PATH_BEFORE chmod +x "$dir/bin/id"
	printf '%s\n' "$@" >"$dir/archive"
}

@test "if docker.io has no command docker, as in Debian 13, docker-cli is installed too" {
	no_docker 'docker.io dockerd' 'docker-cli docker'
	scripts/setup check
	[ -e "$dir/bin/dockerd" ] && [ -e "$dir/bin/docker" ]
	# With docker.io in the archive, but without the archive's lists.
	rm "$dir/bin/docker" "$dir/lists"
	echo docker.io >"$dir/installed"
	scripts/setup check
	[ -e "$dir/bin/docker" ]
	# A second call has nothing to do.
	: >"$dir/asked"
	scripts/setup check
	[ ! -s "$dir/asked" ]
}

@test "if docker.io has the command, as in Debian 12, docker-cli is not requested" {
	no_docker 'docker.io dockerd docker'
	scripts/setup check
	[ -e "$dir/bin/dockerd" ] && [ -e "$dir/bin/docker" ]
	[[ $(sed -n '/ install /p' "$dir/asked") != *docker-cli* ]]
	rm "$dir/bin/docker"
	scripts/setup check
	[ -e "$dir/bin/docker" ]
	[[ $(sed -n '/ install /p' "$dir/asked") != *docker-cli* ]]
}

@test "an installed package that does not provide what it should is named" {
	no_docker 'docker.io dockerd'
	run --separate-stderr scripts/setup check
	PATH=$PATH_BEFORE
	echo "$stderr"
	[ "$status" = 0 ]
	[[ ${stderr_lines[-1]} == 'samebits: installed, but still not found: docker.io' ]]
}

# on SYSTEM: uname prints it
on() {
	printf '#!/bin/sh\necho %s\n' "'$1'" >"$dir/uname"
	chmod +x "$dir/uname"
	mkdir -p "$dir/other"
	mv "$dir/uname" "$dir/other/uname"
}

@test "another system or processor is refused at once, with what is required" {
	for machine in 'Darwin arm64' 'Darwin x86_64' 'Linux aarch64' 'FreeBSD amd64'; do
		on "$machine"
		for goal in compare help deps; do
			PATH=$dir/other:$PATH run --separate-stderr make OUT="$dir/out" $goal
			echo "$output $stderr"
			[ "$status" = 2 ]
			[ -z "$output" ]
			[ ${#stderr_lines[@]} = 1 ]
			[[ $stderr == *"samebits: this machine is $machine, and Linux x86_64 is needed"*'(status 3).  Stop.' ]]
		done
		PATH=$dir/other:$PATH refused 3 "this machine is $machine, and Linux x86_64 is needed" scripts/setup build
		[ ! -e "$dir/out" ]
	done
	on 'Linux x86_64'
	PATH=$dir/other:$PATH make help >/dev/null
}

@test "a make that is too old is refused at once, with what is required" {
	# An old make without the features of 4.3; it reports its own version.
	run --separate-stderr make .FEATURES='target-specific order-only' MAKE_VERSION=3.81 help
	echo "$output $stderr"
	[ "$status" = 2 ]
	[ -z "$output" ]
	[ ${#stderr_lines[@]} = 1 ]
	[[ $stderr == *'samebits: this is GNU make 3.81, and 4.3 or later is needed (status 3).  Stop.' ]]
}
