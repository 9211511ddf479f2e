# shellcheck shell=sh disable=SC2034 # scripts that source this use these variables
# Where the parts of the disk image are, for disk/image and disk/results-from.

# In blocks of 4 KiB: the partitions' starts and sizes. The last MiB is for the copy of the table.
block=4096 esp_start=256 esp_size=16384 results_start=16640 results_size=131072 all=147968
# The most files that a results partition can hold; any document fits into this many bytes (ROOM in init/results.c).
results_files=4096 document_bytes=4194304

# number FILE OFFSET BYTES: sets value to a little-endian number in it; 0 after its end
number() {
	value=$(od -An -v -tu"$3" -j "$2" -N "$3" "$1" 2>/dev/null) || value=
	value=${value##* }
	value=${value:-0}
}
