# shellcheck shell=sh disable=SC2034,SC2154 # scripts that source this use these variables
# Takes documents off a disk that machines started from. The disk is not trusted: what init would not have written is refused
# before it takes space here. It is only read, and not mounted; a file needs no root. A script that sources this has called
# `temporary`, and defines `find_place`.
. scripts/lib.sh
. disk/layout.sh

need sfdisk fdisk
need debugfs e2fsprogs
documents=0 bytes=0 name='[A-Za-z0-9][A-Za-z0-9._-]*' copy=
trap 'rm -rf "$TMP" "${copy:-$TMP}"' EXIT

# Sets disk, which is readable, and what find_file_system sets.
find_source() {
	disk=$IMG$DEV source=$disk
	[ -e "$disk" ] || die $USAGE "$disk does not exist"
	[ -z "$IMG" ] || [ -f "$disk" ] || die $USAGE "IMG=$disk is not a file; for a device, give DEV=$disk"
	if [ -n "$DEV" ]; then
		[ -b "$disk" ] || die $USAGE "DEV=$disk is not a disk; for a file, give IMG=$disk"
		mounted=$(lsblk -nro MOUNTPOINT "$disk") || die $MISSING "the kernel does not know $disk; is it unplugged?"
		[ -z "$mounted" ] || die $MISSING "$disk is mounted and may change; unmount it first"
	fi
	[ -r "$disk" ] || die $MISSING "no permission to read $disk; run as root, or join its group"
	name_plainly "$disk" disk
	find_file_system
}

# name_plainly FILE NAME: makes a link in $TMP, without characters that are special to the programs that read it
name_plainly() {
	path=$(realpath -- "$1")
	ln -s "$path" "$TMP/$2"
}

# superblock OFFSET BYTES: sets value to a number in it (Documentation/filesystems/ext4/super.rst)
superblock() {
	number "$TMP/disk" $((offset + 1024 + $1)) "$2"
}

# Sets fs, its name for debugfs, in $TMP. The last documents may be only in its journal, which is then replayed in a copy.
find_file_system() {
	sfdisk -J "$TMP/disk" >"$TMP/table" 2>/dev/null || :
	jq -r '.partitiontable | (.sectorsize // 512) as $bytes | .partitions
		| if .[0].name == "samebits" and .[1].name == "results" then .[1] | "\(.start * $bytes) \(.size * $bytes)" else empty end' \
		"$TMP/table" >"$TMP/place" 2>/dev/null || :
	if ! read -r offset size <"$TMP/place" || ! [ "$size" -le $((results_size * block)) ] 2>/dev/null; then
		die $USAGE "$disk was not made by make disk-image: its partitions samebits and results are missing or have another size"
	fi
	check_superblock
	fs="disk?offset=$offset"
	if [ $((features & 4)) != 0 ]; then
		mkdir -p "$OUT" || die $MISSING "cannot make the directory $OUT"
		copy=$(mktemp "$OUT/.results.XXXXXX") || die $MISSING "cannot write to $OUT"
		dd if="$TMP/disk" of="$copy" bs=1M iflag=skip_bytes,count_bytes skip="$offset" count="$size" conv=sparse status=none ||
			die $MISSING "cannot copy $disk to $OUT; is there space, and is the disk readable?"
		name_plainly "$copy" copy
		fs=copy
		(cd "$TMP" && e2fsck -fy -E journal_only "$fs" >log 2>&1) || [ $? = 1 ] || damaged 'its journal cannot be replayed'
	fi
	(cd "$TMP" && e2fsck -fn "$fs" >log 2>&1) || {
		found=$(sed -n '/^Pass/d; /^e2fsck/d; /[^ ]/{p;q}' "$TMP/log")
		damaged "e2fsck finds: $found"
	}
}

# Sets features. The file system must lie within its partition, and so must its journal: an external one would be written to.
check_superblock() {
	superblock 56 2
	[ "$value" = $((0xef53)) ] || damaged 'it has no ext4 file system'
	superblock 224 4
	[ "$value" = 8 ] || damaged 'its journal is not in the place that make disk-image uses'
	superblock 336 4
	more=$value
	superblock 24 4
	scale=$value
	superblock 4 4
	if [ "$more" != 0 ] || [ "$scale" -gt 6 ] || [ $((value << (10 + scale))) -gt "$size" ]; then
		damaged 'its file system is larger than the partition'
	fi
	superblock 96 4
	features=$value
}

damaged() {
	reason=$(printf %s "$1" | printable)
	die $MISSING "the results partition of $disk is damaged: $reason; copy the disk to an image, and try e2fsck on that"
}

# ask COMMAND: writes debugfs's answer to $TMP/answer. debugfs knows no quotes: names in COMMAND are plain, and files are in $TMP.
ask() {
	# debugfs does not notice when there is no space for its answer; the line that follows does.
	(cd "$TMP" && ulimit -f $((results_size * block / 512)) && debugfs -R "$1" "$fs" </dev/null 2>log && echo) >"$TMP/answer" ||
		die $MISSING "debugfs failed at \"$1\" on $disk; is ${TMPDIR:-/tmp} full?"
}

# list DIRECTORY PATTERN FILE: writes the matching names in it to FILE; a line break in a name may add some that do not exist
list() {
	ask "ls -p $1"
	awk -F / -v pattern="^$2\$" '$6 ~ pattern {print $6}' "$TMP/answer" >"$TMP/names"
	sort -u "$TMP/names" >"$3"
}

# look PATH: sets type and size
look() {
	ask "stat $1"
	awk '$1 == "Inode:" && !type {type = $4} /^User:/ && !size {size = $NF} END {print type, size}' "$TMP/answer" >"$TMP/found"
	read -r type size <"$TMP/found" || damaged "$1 cannot be found"
}

# take_all: copies everything to $TMP/new/RUN/NAME that has a name as init gives (see init/conf.c)
take_all() {
	list / "$name" "$TMP/runs"
	while read -r run; do
		look "/$run"
		[ "$type" = directory ] || continue
		if [ "$run" = latest ] || [ ${#run} -gt 64 ]; then
			note "$disk has a directory $run, which is not a valid name of a run; it is skipped"
			continue
		fi
		list "/$run" "metal([.]label=$name)?-[1-9][0-9]*[.]json" "$TMP/list"
		while read -r file; do take "$run" "$file"; done <"$TMP/list"
	done <"$TMP/runs"
	[ -d "$TMP/new" ] || die $MISSING "$disk has no results yet; boot a machine from it, and let it finish a suite"
}

# take RUN NAME: checks its size before its contents; an incomplete or invalid document ends this.
take() {
	look "/$1/$2"
	documents=$((documents + 1))
	[ "$documents" -le "$results_files" ] || damaged "it has more than $results_files documents"
	[ "$type" = regular ] || damaged "$1/$2 is not a file"
	[ "$size" -le "$document_bytes" ] || damaged "$1/$2 has $size bytes, a document at most $document_bytes"
	bytes=$((bytes + size))
	[ "$bytes" -le $((results_size * block)) ] || damaged "its documents are larger than the partition"
	mkdir -p "$TMP/new/$1"
	ask "dump /$1/$2 new/$1/$2"
	taken=$(stat -c %s "$TMP/new/$1/$2") || taken=0
	[ "$taken" = "$size" ] || die $MISSING "$1/$2 could not be copied completely; is ${TMPDIR:-/tmp} full?"
	find_place "$TMP/new/$1/$2"
	[ "$place" = "$1/$2" ] || damaged "$1/$2 is not a result document, or not the one that its name says"
}

finish() {
	:
}
