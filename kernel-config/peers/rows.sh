# shellcheck shell=sh
# The rows of rows.table: all of them, the chosen ones, and their kernels.
. scripts/lib.sh

: "${FIRECRACKER_CONFIG:=}"

# row NAME: sets row to its line
row() {
	row=$(awk -v row="$1" '!/^#/ && $1 == row' kernel-config/peers/rows.table)
}

# Sets names to those of all rows.
all_rows() {
	names=$(awk '!/^#/ && NF {printf "%s%s", blank, $1; blank = " "}' kernel-config/peers/rows.table)
}

# choose_rows [NAME...]: sets `rows`, to all when none is named; Firecracker's rows have no kernel without its configuration.
choose_rows() {
	[ -z "$FIRECRACKER_CONFIG" ] || [ -r "$FIRECRACKER_CONFIG" ] || die "$USAGE" "FIRECRACKER_CONFIG=$FIRECRACKER_CONFIG cannot be read"
	all_rows
	# shellcheck disable=SC2086 # names are words
	[ $# -gt 0 ] || set -- $names
	rows='' left_out=''
	for name; do
		row "$name"
		[ -n "$row" ] || die "$USAGE" "no row $name; valid rows: $names"
		case $name in
		firecracker*)
			if [ -z "$FIRECRACKER_CONFIG" ]; then
				left_out="$left_out $name"
				continue
			fi
			;;
		esac
		rows="$rows $name"
	done
	[ -z "$left_out" ] || note "without$left_out: FIRECRACKER_CONFIG is not set"
	[ -n "$rows" ] || die "$USAGE" 'no rows are left'
}

make_kernels() {
	for name in cloud firecracker defconfig; do
		case " $rows" in *" $name-"*) kernel-config/peers/kernel $name ;; esac
	done
}
