# shellcheck shell=sh
# shellcheck disable=SC2034 # what is set here is used by whoever sources this
# Environments and their variants: "qemu", or "qemu:machine=q35,cache=writeback" with the keys of scripts/variants.table.
. scripts/lib.sh

# pairs WORD: its KEY=VALUE pairs, a line each.
pairs() {
	case $1 in *:*) echo "${1#*:}" | tr , '\n' ;; esac
}

# values ENVIRONMENT KEY
values() {
	awk -v environment="$1" -v key="$2" '$1 == environment && $2 == key {$1 = $2 = ""; print substr($0, 3)}' scripts/variants.table
}

# check_pair WORD KEY=VALUE
check_pair() {
	there=$(values "${1%%:*}" "${2%%=*}")
	keys=$(awk -v environment="${1%%:*}" '$1 == environment {printf "%s ", $2}' scripts/variants.table)
	[ -n "$there" ] || die $USAGE "environment $1: ${1%%:*} has no ${2%%=*} to turn; there are: ${keys% }"
	case $2 in
	*=?*) ;;
	*) die $USAGE "environment $1: $2 gives no value; write ${2%%=*}=VALUE, with: $there" ;;
	esac
	case $there in
	NAME) case ${2#*=} in
		*[!A-Za-z0-9._-]*) die $USAGE "environment $1: $2 has other characters than letters, digits, . _ -" ;;
		esac ;;
	FILE) [ -f "${2#*=}" ] || die $USAGE "environment $1: no file ${2#*=}" ;;
	*) case " $there " in
		*" ${2#*=} "*) ;;
		*) die $USAGE "environment $1: $2 is unknown; there are: $there" ;;
		esac ;;
	esac
}

check_environment() {
	case ${1%%:*} in
	native | docker | qemu) ;;
	*) die $USAGE "environment $1 is unknown; there are native, docker and qemu" ;;
	esac
	# Those that go unharmed through a shell, a kernel's command line and a file's name.
	case $1 in
	*[!A-Za-z0-9.:=,_/+~-]* | *:*:* | *: | *:,* | *, | *,,*)
		die $USAGE "environment $1: after one colon there are pairs KEY=VALUE, with commas between them" ;;
	esac
	[ ${#1} -le 150 ] || die $USAGE "environment $1: the word is too long (${#1} of 150 characters)"
	twice=$(pairs "$1" | cut -d = -f 1 | sort | uniq -d | head -n 1)
	[ -z "$twice" ] || die $USAGE "environment $1: $twice is turned twice"
	for pair in $(pairs "$1"); do
		check_pair "$1" "$pair"
	done
}

# check_environments WORD...
check_environments() {
	[ $# -gt 0 ] || die $USAGE "no environment given; ENVS may name native, docker and qemu"
	for environment; do
		check_environment "$environment"
	done
	twice=$(printf '%s\n' "$@" | sort | uniq -d | head -n 1)
	[ -z "$twice" ] ||
		die $USAGE "environment $twice is there twice; to compare it with itself give one a label, as in native:label=again"
}

# turn WORD: sets what its variant turns.
turn() {
	DISK_CACHE='' NETWORK=none SECCOMP=default
	for pair in $(pairs "$1"); do
		case ${pair%%=*} in
		accel) ACCEL=${pair#*=} ;;
		cache) DISK_CACHE=${pair#*=} ;;
		kernel) KERNEL=${pair#*=} ;;
		machine) MACHINE=${pair#*=} ;;
		network) NETWORK=${pair#*=} ;;
		seccomp) SECCOMP=${pair#*=} ;;
		esac
	done
}

# file_name WORD: without the characters that are special in paths; no two words have the same.
file_name() {
	echo "$1" | tr :/ .@
}
