# shellcheck shell=sh disable=SC2034 # scripts that source this use these variables
# Which system this is, and what it calls Debian's packages.

# Sets `install`, the line that installs packages on this system, and `names`, the column of scripts/package-names.table with what
# it calls them; both are empty where the system is not known.
recognize_system() {
	install='' names=
	# Its own name, and what it is made from.
	# shellcheck source=/dev/null
	id=$(. /etc/os-release && echo "${ID:-} ${ID_LIKE:-}") 2>/dev/null || id=
	for system in $id; do
		case $system in
		fedora) install='dnf install' names=2 && return ;;
		arch) install='pacman -S --needed' names=3 && return ;;
		alpine) install='apk add' names=4 && return ;;
		esac
	done
	! command -v apt-get >/dev/null || install='apt-get install -y --no-install-recommends' names=1
}

# translate PACKAGES: sets `package` to what this system calls them: a name or several, or `-`; empty when that is not known
translate() {
	package=
	[ -z "$names" ] || package=$(awk -v name="$1" -v names="$names" '$1 == name {gsub(/,/, " ", $names); print $names}' \
		scripts/package-names.table)
}
