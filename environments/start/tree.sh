# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # see common.sh and runner.sh
# The root file system as a tree, for what starts a container without an image.
kind=container
needs='rootfs.tar'

# make_tree DIRECTORY: sets TREE, a fresh one in it.
make_tree() {
	TREE=$1/tree
	mkdir "$TREE"
	bsdtar -xpf "$BUILT/rootfs.tar" -C "$TREE" || die "$MISSING" "cannot unpack $BUILT/rootfs.tar in $1; is there space?"
}

# try WHAT COMMAND...: checks that it starts the tree, whose init then prints its version; otherwise WHAT does not work here.
try() {
	what=$1
	shift
	supervise timeout -k 5 60 "$@" >"$TMP/said" 2>&1 </dev/null
	[ "$status" != 0 ] || return 0
	reason=$(engine_reason "$TMP/said")
	die "$MISSING" "$what does not work here: $reason"
}

# Sets RESULTS, below DIRECTORY, where the container writes its document: it sees this as /results.
make_results() {
	RESULTS=$1/results
	mkdir "$RESULTS"
}

# keep_result: acts on `status`. A word may contain a path; in the document's name init writes its slashes as @.
keep_result() {
	document=$NAME-$ITERATION.json
	while :; do
		case $document in
		*/*) document=${document%%/*}@${document#*/} ;;
		*) break ;;
		esac
	done
	finish "$RESULTS/$document" /bin/bench /init
}

# leave WORD...: records how to end the container, for `clean`, and for the next run when this one is killed.
leave() {
	quote "$@" >"$WORK/end"
}

end_container() {
	[ -f "$1/end" ] || return 0
	ending=$(cat "$1/end")
	eval "timeout -k 5 60 $ending" >/dev/null 2>&1 || :
}

clean() {
	[ -z "${WORK:-}" ] || end_container "$WORK"
}

sweep() {
	for left_work in "$SCRATCH"/samebits.??????; do
		[ -f "$left_work/end" ] || continue
		[ -f "$left_work/owner" ] || continue
		forsaken "$left_work/owner"
		[ -n "$forsaken" ] || continue
		note "ending the container that a killed run left in $left_work"
		end_container "$left_work"
		rm -f "$left_work/end"
	done
}
