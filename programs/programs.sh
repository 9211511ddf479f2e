# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # scripts that source this use these variables; scripts/suite.sh sets the rest
# The user's programs in a suite: whether they can run everywhere, and the files that they need.
# bench/invocation.h describes where these are and how they are started.

# find_program WORD: sets `file` to the path that execvp(3) would find.
find_program() {
	file=$1
	case $1 in */*) return 0 ;; esac
	IFS=:
	for directory in $PATH; do
		file=${directory:-.}/$1
		if [ -f "$file" ] && [ -x "$file" ]; then
			unset IFS
			return
		fi
	done
	unset IFS
	die "$MISSING" "program $1 is not in PATH; install it, or give its path"
}

# examine WORD: sets `file`, and its kind: `loader` (empty: static), or `interpreter`, the word of a script's first line.
examine() {
	loader='' interpreter=''
	find_program "$1"
	[ -e "$file" ] || die "$MISSING" "program $1 does not exist; give its path"
	[ -f "$file" ] || die "$USAGE" "the program $1 is not a regular file"
	[ -r "$file" ] || die "$MISSING" "the program $1 cannot be read"
	[ -x "$file" ] || die "$USAGE" "the program $1 is not executable; run: chmod +x $1"
	head=$(od -An -v -tu1 -N20 "$file")
	# shellcheck disable=SC2086 # numbers, by intention
	set -- "$1" $head
	case "${2:-} ${3:-} ${4:-} ${5:-}" in
	'127 69 76 70') ;;
	'35 33 '*) examine_script "$1" && return ;;
	*) die "$USAGE" "the program $1 is neither an ELF file nor a script that begins with #!" ;;
	esac
	# 64-bit, little-endian, x86-64 (62).
	[ "${6:-} ${7:-} ${20:-} ${21:-}" = '2 1 62 0' ] || die "$USAGE" "the program $1 is for another architecture; build it for x86-64"
	loader=$(od -An -v -tu1 -N4096 "$file" | awk -f programs/loader.awk)
	[ -z "$loader" ] || [ -x "$loader" ] || die "$MISSING" "the program $1 needs the loader $loader, which is not here"
}

# env only looks up the next word, and so does bench.
examine_script() {
	line=$(head -c 1024 "$file" | tr -d '\0' | sed -n '1{s/^#![ \t]*//; s/\r$//; p}')
	case $line in
	*/env\ *)
		line=${line#*/env }
		case $line in -* | *=*) die "$USAGE" "the script $1 gives options to env; name its interpreter by its path" ;; esac
		;;
	esac
	interpreter=${line%%[ 	]*}
	[ -n "$interpreter" ] || die "$USAGE" "the script $1 names no interpreter after #!"
	(find_program "$interpreter" && [ -x "$file" ]) 2>/dev/null ||
		die "$MISSING" "the script $1 needs the interpreter $interpreter, which is not here"
}

# find_libraries WORD: writes those that `file` needs according to the loader to TMP/libraries, a line "NAME PATH" for each.
find_libraries() {
	"$loader" --list "$file" >"$TMP/listed" 2>&1 || : # the output names what it did not find
	lacks=$(sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p; s/.*: \([^ :]*\): cannot open shared object file.*/\1/p' "$TMP/listed" | sort -u | paste -sd ' ' -)
	[ -z "$lacks" ] || die "$MISSING" "the program $1 needs libraries that are not here: $lacks"
	sed -n 's|^[[:space:]]*\([^ /]*\) => \(/.*\) (0x[0-9a-f]*)$|\1 \2|p' "$TMP/listed" >"$TMP/libraries"
}

# check_programs: checks all that SUITE_PROGRAMS names, a line for each.
check_programs() {
	check_tree
	[ -n "$SUITE_PROGRAMS" ] || return 0
	while read -r word; do
		examine "$word"
		[ -z "$loader" ] || find_libraries "$word"
		while [ -n "$interpreter" ]; do
			examine "$interpreter"
		done
	done <<END
$SUITE_PROGRAMS
END
}

check_tree() {
	[ -n "$TREE" ] || return 0
	[ -n "$SUITE_PROGRAMS" ] || die "$USAGE" "TREE=$TREE is for programs, but the suite has none; give PROGRAM, or a suite with command"
	[ -d "$TREE" ] || die "$USAGE" "TREE=$TREE is not a directory"
	odd=$(LC_ALL=C find -L "$TREE" \( ! -type f ! -type d -o -name '*[[:cntrl:]\\]*' -o ! -readable \) -print -quit | printable)
	[ -z "$odd" ] || die "$USAGE" "TREE: $odd cannot be used: it is not a readable file, or its name has odd characters"
	bytes=$(du -sbL "$TREE")
	bytes=${bytes%%[!0-9]*}
	files=$(find -L "$TREE" -type f | wc -l)
	if [ "$bytes" -gt 268435456 ] || [ "$files" -gt 10000 ]; then
		die "$USAGE" "TREE=$TREE has $((bytes >> 20)) MiB in $files files; at most 256 MiB in 10000 files are allowed"
	fi
}

# bring FILE MODE TARGET: copies it, unless the same file exists.
bring() {
	if [ -e "$3" ]; then
		cmp -s "$1" "$3" || die "$USAGE" "two different files are named ${3##*/}; measure their programs in separate runs"
		return
	fi
	install -m "$2" "$1" "$3" || die "$MISSING" "cannot copy $1; is there space in ${TMPDIR:-/tmp}?"
}

bring_program() {
	bring "$file" 0555 "$PROGRAMS_DIR/programs/bin/${file##*/}"
	[ -n "$loader" ] || return 0
	find_libraries "$1"
	mkdir -p "$PROGRAMS_DIR/programs/lib"
	bring "$loader" 0555 "$PROGRAMS_DIR/programs/lib/${loader##*/}"
	while read -r name path; do
		bring "$path" 0444 "$PROGRAMS_DIR/programs/lib/$name"
	done <"$TMP/libraries"
}

# collect_programs: sets PROGRAMS_DIR, with all files to bring along, and PROGRAMS, bench's identification of them; both are
# empty when the suite names no program.
collect_programs() {
	PROGRAMS='' PROGRAMS_DIR=''
	[ -n "$SUITE_PROGRAMS" ] || return 0
	PROGRAMS_DIR=$TMP/along
	mkdir -p "$PROGRAMS_DIR/programs/bin"
	while read -r word; do
		examine "$word"
		bring_program "$word"
		while [ -n "$interpreter" ]; do
			examine "$interpreter"
			bring_program "$interpreter"
		done
	done <<END
$SUITE_PROGRAMS
END
	if [ -n "$TREE" ]; then
		cp -rL "$TREE" "$PROGRAMS_DIR/tree" || die "$MISSING" "cannot copy TREE=$TREE; is there space in ${TMPDIR:-/tmp}?"
		find "$PROGRAMS_DIR/tree" \( -type d -exec chmod 0755 {} + \) -o -exec chmod 0444 {} +
	fi
	(cd "$PROGRAMS_DIR" && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum --) >"$TMP/along.sums"
	PROGRAMS=$(sha256sum <"$TMP/along.sums")
	PROGRAMS=sha256:${PROGRAMS%% *}
}
