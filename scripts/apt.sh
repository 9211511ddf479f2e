# shellcheck shell=sh disable=SC2016,SC2034 # $(…) in single quotes is apt's own; what is set here is used by whoever sources this
# apt with lists, sources and a cache of its own in $OUT/apt, for scripts/fetch. The system's sources, proxies
# and keys are read; nothing of the system is written.

apt=$OUT/apt
: "${part:?}"
export LC_ALL=C

# Once, and for one process of this OUT at a time.
apt_prepare() {
	[ -z "${apt_ready:-}" ] || return 0
	apt_ready=yes
	exec 9>"$apt/lock"
	flock 9
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	# Hooks are about the system's lists. Root's downloads run as root: another user may not write here.
	cat >"$apt/apt.conf" <<-END
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		APT::Sandbox::User "root";
		APT::Update::Error-Mode "any";
		Acquire::Languages "none";
		Acquire::Retries "2";
		Acquire::http::Timeout "20";
		Acquire::https::Timeout "20";
		Dir::Etc::sourcelist "$apt/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::State::lists "$apt/lists";
		Dir::Cache "$apt/cache";
	END
	apt_sources Debian '$(ORIGIN) $(CODENAME)'
	# Without lists apt knows no origins; what is not Debian's then fails at its signature.
	[ -s "$apt/sources.list" ] || apt_sources any 'any $(RELEASE)' --no-release-info
}

# apt_sources ORIGIN FIELDS [OPTION]: the system's archives of this Debian release, as lines of our sources.list.
apt_sources() {
	release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	keys=/usr/share/keyrings/debian-archive-keyring.gpg
	[ -r $keys ] && keys="[signed-by=$keys] " || keys=
	apt-get indextargets ${3:+"$3"} --format "$2"' $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' >"$TMP/targets" || :
	awk -v origin="$1" -v suite="^$release(-updates|-security|/updates)?\$" -v keys="$keys" '
		$1 == origin && $2 ~ suite && $5 == "main" && !seen[$3, $4]++ {
			print "deb " keys $3, $4, $5
			print "deb-src " keys $3, $4, $5
		}' "$TMP/targets" >"$apt/sources.list"
}

# apt_run COMMAND...: what it prints goes to $TMP/apt; sets ran when all went well
apt_run() {
	apt_prepare
	command=$1
	shift
	ran=yes
	(cd "$part" 2>/dev/null || cd "$TMP" && exec "$command" -q -c "$apt/apt.conf" "$@") >"$TMP/apt" 2>>"$apt/log" || ran=
}

# Sets updated.
apt_update() {
	note "asking Debian's archive what it has"
	apt_fresh=yes
	apt_run apt-get update
	updated=$ran
	cat "$TMP/apt" >>"$apt/log"
}

# from_apt QUERY VERSION: downloads into $part, and sets downloaded. QUERY is deb:PACKAGE or src:PACKAGE.
from_apt() {
	note "asking apt for ${1#*:} $2"
	apt_take "$1" "$2"
	if [ -z "$ran" ] && [ -z "${apt_fresh:-}" ]; then
		# One archive of several may be out of reach: what matters is whether the file can be had then.
		apt_update
		apt_take "$1" "$2"
	fi
	downloaded=$ran
	cat "$TMP/apt" >>"$apt/log"
}

# apt_take QUERY VERSION [OPTION]
apt_take() {
	case $1 in
	deb:*) set -- download "${1#*:}=$2" ${3:+"$3"} ;;
	src:*) set -- source --download-only "${1#*:}=$2" ${3:+"$3"} ;;
	esac
	apt_run apt-get "$@"
}

# apt_newest QUERY: sets newest, a version
apt_newest() {
	case $1 in
	deb:*) apt_run apt-cache show "${1#*:}" ;;
	src:*) apt_run apt-cache showsrc --only-source "${1#*:}" ;;
	esac
	sed -n 's/^Version: //p' "$TMP/apt" >"$TMP/versions"
	sort -V "$TMP/versions" >"$TMP/sorted"
	newest=$(tail -n 1 "$TMP/sorted")
}

# apt_files QUERY VERSION: into $TMP/files a line `FILE SHA256 ADDRESS` for each file, where ADDRESS is one that keeps old versions.
apt_files() {
	apt_take "$1" "$2" --print-uris
	time=$(date -u -d tomorrow +%Y%m%dT000000Z)
	awk -v time="$time" -v site=https://snapshot.debian.org/archive '
		sub(/^SHA256:/, "", $4) {
			gsub(/\047/, "")
			path = substr($1, index($1, "/pool/"))
			archive = path ~ /^.pool.updates/ ? "debian-security" : "debian"
			print $2, $4, site "/" archive "/" time path
		}' "$TMP/apt" >"$TMP/files"
}
