# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # see common.sh and runner.sh
# A shell in a guest, on the terminal or with piped input.

shell() {
	SUBJECT='the guest'
	input=
	if ! [ -t 0 ]; then
		cat >"$FILES/.input"
		input='-c "exec sh -l </scratch/.input"'
	fi
	window=$(stty size 2>/dev/null | sed 's/\(.*\) \(.*\)/LINES=\1 COLUMNS=\2/') || :
	compose "loglevel=0 TERM=${TERM:-vt100} $window" shell "$input"
	if [ -t 0 ]; then
		COMMAND=$(echo "$COMMAND" | sed 's/signal=off/&,mux=on/')
		eval "set -- $COMMAND"
		on_terminal "$@"
	else
		eval "set -- $COMMAND"
		piped "$@"
	fi
}

# The terminal's signals belong to the guest, so QEMU runs in the foreground, without watch.
on_terminal() {
	note "a shell in the guest; 'exit' or Ctrl-D ends it, Ctrl-A x ends QEMU"
	trap '' INT QUIT
	status=0
	"$@" -mon chardev=console 3>"$TMP/port" || status=$?
	[ $status = 0 ] || die "$MISSING" "QEMU ended with status $status"
	# shellcheck disable=SC2016 # the inner shell's words
	look_after --port -- sh -c 'cat "$1" >&3' sh "$TMP/port"
	tell_lost
}

# A shell in the guest reads piped input from a file: a serial port would lose and echo some of it.
piped() {
	look_after --port --silence="$SILENCE" --log="$TMP/log" -- "$@"
	tr -d '\r' <"$TMP/log"
	tell_lost
}

# A shell may end with any status, so also with LOST.
tell_lost() {
	why=$(jq -r '.lost // ""' "$TMP/report.json")
	[ -z "$why" ] || die "$LOST" "$SUBJECT was lost: $why"
}
