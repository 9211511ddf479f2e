# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # scripts that source this use these variables; a file of the folder sets the rest
# Parses the words of ENVS and loads the environments that they name: "qemu", or "qemu:machine=q35,cache=writeback" with values for
# some of its keys. environments/README.md describes the file of an environment.
. scripts/lib.sh

# environments: sets `names` to those that exist.
environments() {
	names=
	for file in environments/*; do
		case ${file##*/} in
		*.*) continue ;;
		esac
		[ ! -d "$file" ] || [ -f "$file/environment.sh" ] || continue
		names="$names${names:+ }${file##*/}"
	done
}

# load WORD: defines the functions and variables of the environment that it names.
load() {
	environment=${1%%:*}
	case $environment in
	'' | *[!a-z0-9-]*) file= ;;
	*) file=environments/$environment ;;
	esac
	[ ! -d "$file" ] || file=$file/environment.sh
	if [ ! -f "$file" ]; then
		environments
		die $USAGE "environment $1 is unknown; valid names: $names"
	fi
	kind='' about='' needs='' keys='' package=''
	# shellcheck disable=SC2317 # who sourced this calls them
	{
		check() { :; }
		prepare() { :; }
		sweep() { :; }
		clean() { :; }
		release() { :; }
		shell() { die "$USAGE" "environment $environment has no shell"; }
	}
	shells=yes tells_status=yes
	# shellcheck source=/dev/null # any of them
	. "$file"
	keys="again NAME -
label NAME -
$keys"
}

# pairs WORD: sets `pairs` to its KEY=VALUE pairs, separated by blanks.
pairs() {
	pairs=
	case $1 in *:*) pairs=${1#*:} ;; esac
	IFS=,
	# shellcheck disable=SC2086 # words by intention, which have no blanks
	set -- $pairs
	unset IFS
	pairs=$*
}

# find_key KEY: sets `there` to its valid values, `variable` to the variable that it sets, and `all` to the keys before it; `there`
# is empty when the environment has no such key.
find_key() {
	there='' variable='' all=''
	while read -r key values name; do
		[ "$key" != "$1" ] || { there=$values variable=$name && return; }
		[ -z "$key" ] || all="$all${all:+ }$key"
	done <<END
$keys
END
}

# check_pair WORD KEY=VALUE
check_pair() {
	find_key "${2%%=*}"
	[ -n "$there" ] || die $USAGE "environment $1: $environment has no key ${2%%=*}; valid keys: $all"
	choices=$(echo "$there" | tr '|' ' ')
	case $2 in
	*=?*) ;;
	*) die $USAGE "environment $1: $2 has no value; write ${2%%=*}=VALUE, valid values: $choices" ;;
	esac
	case $there in
	NAME) case ${2#*=} in
		*[!A-Za-z0-9._-]*) die $USAGE "environment $1: invalid $2: use letters, digits, '.', '_' and '-'" ;;
		esac ;;
	FILE) [ -f "${2#*=}" ] || die $USAGE "environment $1: no file ${2#*=}" ;;
	PROGRAM) ;; # `check` finds out whether it exists
	*) case "|$there|" in
		*"|${2#*=}|"*) ;;
		*) die $USAGE "environment $1: $2 is unknown; valid values: $choices" ;;
		esac ;;
	esac
}

# check_word WORD: loads it if it is valid.
check_word() {
	load "$1"
	# Only characters that are safe in a shell, on a kernel's command line and in a file name.
	case $1 in
	*[!A-Za-z0-9.:=,_/+~-]* | *:*:* | *: | *:,* | *, | *,,*)
		die $USAGE "environment $1: after one colon write pairs KEY=VALUE, separated by commas" ;;
	esac
	[ ${#1} -le 150 ] || die $USAGE "environment $1: the name is too long (${#1} characters, at most 150)"
	pairs "$1"
	given=' '
	for pair in $pairs; do
		case $given in
		*" ${pair%%=*} "*) die $USAGE "environment $1: ${pair%%=*} is given twice" ;;
		esac
		given="$given${pair%%=*} "
		check_pair "$1" "$pair"
	done
}

# check_words WORD...
check_words() {
	environments
	[ $# -gt 0 ] || die $USAGE "no environment given; ENVS may name: $names"
	seen=' '
	for word; do
		check_word "$word"
		case $seen in
		*" $word "*) die $USAGE "ENVS names $word twice; to compare it with itself add again=1 to one, as in native:again=1" ;;
		esac
		seen="$seen$word "
	done
}

# enter WORD: loads it, with the values of its keys, after restoring the variables that the word before had set.
kept=
enter() {
	for variable in $kept; do
		eval "$variable=\$kept_$variable"
	done
	kept=
	load "$1"
	pairs "$1"
	for pair in $pairs; do
		find_key "${pair%%=*}"
		[ "$variable" != - ] || continue
		eval "kept_$variable=\${$variable-}; $variable=\${pair#*=}"
		kept="$kept $variable"
	done
}

# file_name WORD: sets `name`, which has no characters that are special in paths and is unique for each word.
file_name() {
	name=$(printf %s "$1" | tr :/ .@)
}
