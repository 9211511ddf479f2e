# shellcheck shell=sh disable=SC2034 # scripts that source this use these variables
# Recognizes this system, and translates the names of Debian's packages for it.

# Sets `install`, the command that installs packages on this system, and `names`, the column of names.table with its
# package names; both are empty on unknown systems.
recognize_system() {
	install='' names=
	# Its own ID, and those of the systems it derives from.
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

# translate PACKAGES: sets `package` to their names on this system: one or several, or `-`; empty when unknown
translate() {
	package=
	[ -z "$names" ] || package=$(awk -v name="$1" -v names="$names" '$1 == name {gsub(/,/, " ", $names); print $names}' \
		packages/names.table)
}
