# shellcheck shell=sh disable=SC2034 # scripts that source this use these variables
# Finds versions in Debian's archive that are newer than sources.lock, for sources/fetch: with apt, which checks the archive's
# signature, using sources (sources/debian.sources), lists and a cache of its own in $OUT/apt. The system's proxies are used; the
# system's own sources and packages are neither read nor changed.

: "${log:?}"
apt=$OUT/apt
keys=/usr/share/keyrings/debian-archive-keyring.gpg
export LC_ALL=C

# Sets updated when apt has the archive's lists, otherwise `unable` to the reason. Once, and for one process of this OUT at a time.
apt_update() {
	updated='' unable=
	command -v apt-get >/dev/null || unable='there is no apt-get here; do it on Debian or Ubuntu and take its sources.lock'
	[ -n "$unable" ] || [ -r "$keys" ] || unable="there is no $keys; run: apt-get install debian-archive-keyring"
	[ -z "$unable" ] || return 0
	note "reading Debian's package lists"
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" ||
		die "$MISSING" "could not write to $apt; is there space?"
	exec 9>"$apt/lock"
	flock 9
	# Hooks are for the system's lists. Root's downloads run as root: another user may not write here.
	cat >"$apt/apt.conf" <<-END
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		APT::Architecture "amd64";
		APT::Sandbox::User "root";
		APT::Update::Error-Mode "any";
		Acquire::Languages "none";
		Acquire::Retries "2";
		Acquire::http::Timeout "20";
		Dir::Etc::sourcelist "$PWD/sources/debian.sources";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::State::status "/dev/null";
		Dir::State::lists "$apt/lists";
		Dir::Cache "$apt/cache";
	END
	apt_run apt-get update
	cat "$TMP/apt" >>"$log"
	updated=$ran
	[ -n "$updated" ] || unable="that cannot be reached; see $log"
}

# apt_run COMMAND...: writes its output to $TMP/apt; sets ran when it succeeded
apt_run() {
	command=$1
	shift
	ran=yes
	"$command" -q -c "$apt/apt.conf" "$@" >"$TMP/apt" 2>>"$log" || ran=
}

# apt_newest QUERY: sets newest, a version. QUERY is deb:PACKAGE or src:PACKAGE.
apt_newest() {
	case $1 in
	deb:*) apt_run apt-cache show "${1#*:}" ;;
	src:*) apt_run apt-cache showsrc --only-source "${1#*:}" ;;
	esac
	sed -n 's/^Version: //p' "$TMP/apt" >"$TMP/versions"
	sort -V "$TMP/versions" >"$TMP/sorted"
	newest=$(tail -n 1 "$TMP/sorted")
}

# apt_files QUERY VERSION: writes a line `FILE SHA256 ADDRESS...` for each file to $TMP/files: where the archive has it now, and where
# old versions are kept.
apt_files() {
	case $1 in
	deb:*) apt_run apt-get download --print-uris "${1#*:}=$2" ;;
	src:*) apt_run apt-get source --download-only --print-uris "${1#*:}=$2" ;;
	esac
	time=$(date -u -d tomorrow +%Y%m%dT000000Z)
	awk -v time="$time" -v site=https://snapshot.debian.org/archive '
		sub(/^SHA256:/, "", $4) {
			gsub(/\047/, "")
			path = substr($1, index($1, "/pool/"))
			archive = path ~ /^.pool.updates/ ? "debian-security" : "debian"
			print $2, $4, $1, site "/" archive "/" time path
		}' "$TMP/apt" >"$TMP/files"
}
