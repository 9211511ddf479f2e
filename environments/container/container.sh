# shellcheck shell=sh
# shellcheck disable=SC2034 # what is set here is used by whoever sources this
# A container engine for one start or, when measure has found one already, for many.
. environments/runner.sh

engine() {
	engine_words=$(cat "$ENGINE_DIR/words")
	arguments=$(words "$@")
	eval "set -- ${LIMITED:-} $engine_words $arguments"
	"$@"
}

# A daemon that was stopped answers nobody.
clean_up() {
	LIMITED='timeout -k 5 60'
	[ -z "${CONTAINER:-}" ] || engine rm -f "$CONTAINER" >/dev/null 2>&1 || :
	[ -n "${SAMEBITS_ENGINE:-}" ] || [ -z "${ENGINE_DIR:-}" ] || environments/container/engine stop "$ENGINE_DIR"
	remove_files
}

# Sets ENGINE_DIR, where environments/container/engine left what it found, and CONTAINER, a name that is ours.
prepare_engine() {
	ENGINE_DIR=${SAMEBITS_ENGINE:-$TMP/engine}
	if [ -z "${SAMEBITS_ENGINE:-}" ]; then
		mkdir "$ENGINE_DIR"
		attend environments/container/engine start "$ENGINE_DIR"
		[ $status = 0 ] || exit $status
	fi
	CONTAINER=${TMP##*/}
	IMAGE=$(cat "$ENGINE_DIR/image")
}
