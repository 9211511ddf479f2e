# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # see common.sh and runner.sh
# A container of an engine. `asked` says which: auto, docker or podman.
kind=container
needs='image.tar'
keys='
seccomp  default|unconfined  SECCOMP
network  none|bridge|host    NETWORK
runtime  PROGRAM             RUNTIME'
SECCOMP=default NETWORK='' RUNTIME=
. environments/start/runtimes.sh
. environments/container/network.sh

# engine WORD...: runs the engine's command; after LIMITED, if that is set
engine() {
	arguments=$(quote "$@")
	eval "set -- ${LIMITED:-} $engine_words $arguments"
	"$@"
}

# Sets ENGINE_DIR, where `engine start` left what it found, and from there engine_words, engine_name, engine_version and IMAGE.
prepare() {
	ENGINE_DIR=$PREPARED/$environment
	if [ ! -d "$ENGINE_DIR" ]; then
		mkdir "$ENGINE_DIR"
		ENGINE=$asked SUITE_NET=$SUITE_NET supervise setpriv --pdeathsig TERM environments/container/engine start "$ENGINE_DIR"
		[ "$status" = 0 ] || exit "$status"
	fi
	read -r engine_words <"$ENGINE_DIR/words"
	read -r engine_name <"$ENGINE_DIR/name"
	read -r engine_version <"$ENGINE_DIR/version"
	read -r memory_limit <"$ENGINE_DIR/limit"
	read -r IMAGE <"$ENGINE_DIR/image"
	choose_runtime
}

# Sets `runtime` and `fed`, and tries the runtime once. Podman takes it before its command, Docker after it. gVisor changes the owner
# of its standard input to nobody: it gets a pipe of the engine's, so that this is not the host's /dev/null.
choose_runtime() {
	runtime='' fed=
	[ -n "$RUNTIME" ] || return 0
	if [ "$engine_name" = podman ]; then
		engine_words="$engine_words --runtime $RUNTIME"
	else
		runtime=--runtime=$RUNTIME
	fi
	case ${RUNTIME##*/} in runsc*) fed=-i ;; esac
	tried=$ENGINE_DIR/runtime
	[ ! -f "$tried" ] || ! grep -qxF "$RUNTIME" "$tried" || return 0
	# shellcheck disable=SC2086 # a word each, or none
	supervise engine run --rm $fed $runtime --network none "$IMAGE" --version >"$TMP/said" 2>&1
	if [ "$status" != 0 ]; then
		runtime_there "$RUNTIME"
		reason=$(engine_reason "$TMP/said")
		die "$MISSING" "$engine_name cannot use runtime=$RUNTIME: $reason"
	fi
	echo "$RUNTIME" >>"$tried"
}

# Sets `daemons` to the PIDs of the engine's daemons, separated by commas: empty where it has none, "unknown" where they cannot be
# found.
find_daemons() {
	daemons=
	[ "$engine_name" = docker ] || return 0
	set -- /run/docker.pid /run/docker/containerd/containerd.pid
	if [ -f "$ENGINE_DIR/daemon" ]; then
		read -r home <"$ENGINE_DIR/daemon"
		set -- "$home/pid" "$home/exec/containerd/containerd.pid"
	elif [ ! -f "$2" ]; then
		# This containerd is a service, which writes no PID file.
		pgrep -x containerd >"$TMP/containerd" || :
		set -- "$1" "$TMP/containerd"
	fi
	for file; do
		number=
		{ read -r number <"$file"; } 2>/dev/null || : # its line may lack an end
		daemons=$daemons${daemons:+,}${number:-none}
	done
	case $daemons:${DOCKER_HOST:-unix} in
	*[!0-9,]*:* | *:tcp* | *:ssh*) daemons=unknown ;;
	esac
}

# The image as the engine gets it, and the programs that start a container. A remote engine has its programs elsewhere.
tell_disk() {
	tell_files image "$BUILT/image.tar"
	find_daemons
	case $engine_name:$daemons in
	podman:*) tell_programs engine podman conmon "${RUNTIME:-runc}" ;;
	*:unknown) lacking_files "the engine's programs are unknown" ;;
	*) tell_programs engine docker dockerd containerd containerd-shim-runc-v2 "${RUNTIME:-runc}" ;;
	esac
}

release() {
	[ -d "$PREPARED/$environment" ] || return 0
	environments/container/engine stop "$PREPARED/$environment"
	rm -rf "${PREPARED:?}/$environment"
}

# A stopped daemon does not answer, hence the time limit.
clean() {
	LIMITED='timeout -k 5 60'
	[ -z "${CONTAINER:-}" ] || engine rm -f "$CONTAINER" >/dev/null 2>&1 || :
}

run() {
	mkdir "$TMP/results"
	join_by_engine
	tell_kernel_options
	tell engine "$engine_name"
	tell "versions.$engine_name" "$engine_version"
	tell seccomp_profile "$SECCOMP"
	tell network "$NETWORK"
	if [ -n "$RUNTIME" ]; then
		tell runtime "$RUNTIME"
		tell_own_kernel "$RUNTIME"
	fi
	tell memory_limit "$memory_limit"
	tell_disk
	CONTAINER=${TMP##*/}
	eval "set -- $IN_NETWORK $engine_words"
	set -- "$@" run --rm --name "$CONTAINER" --network "$NETWORK" --log-driver none
	[ "$SECCOMP" = default ] || set -- "$@" --security-opt "seccomp=$SECCOMP"
	[ -z "$runtime" ] || set -- "$@" "$runtime"
	[ -z "$fed" ] || set -- "$@" "$fed"
	SUBJECT='the container'
	start --directory="$TMP/results" ${daemons:+--daemons="$daemons"} -- "$@" \
		--cpuset-cpus="$CPU_LIST" --memory="$MEMORY_BYTES" --memory-swap="$MEMORY_BYTES" \
		--mount "type=bind,source=$FILES,target=/scratch" --mount "type=bind,source=$TMP/results,target=/results" \
		-e SAMEBITS_RUN="$RUN" -e SAMEBITS_ENVIRONMENT="$NAME" -e SAMEBITS_ITERATION="$ITERATION" -e SAMEBITS_ROOTFS="$ROOTFS" -e SAMEBITS_PEER="$PEER" \
		"$IMAGE" suite "$SUITE_INSIDE"
	# These statuses are the engine's own.
	case $status in
	12[567])
		supervise engine version >/dev/null 2>&1
		[ "$status" = 0 ] || lost "$engine_name ended unexpectedly"
		reason=$(engine_reason "$RESULT.log")
		die "$MISSING" "$engine_name refused: $reason"
		;;
	esac
	finish "$TMP/results/$NAME-$ITERATION.json" /bin/bench /init
}

shell() {
	CONTAINER=${TMP##*/}
	tty=
	if [ -t 0 ]; then
		tty=-t
		note "a shell in a container; 'exit' or Ctrl-D ends it"
	fi
	status=0
	# shellcheck disable=SC2310,SC2086 # `runtime` and `tty` are a word, or none; its last command is all that matters, and has our standard input
	engine run --rm --name "$CONTAINER" -i $tty -e TERM="${TERM:-vt100}" --network none $runtime \
		--cpuset-cpus="$CPU_LIST" --memory="$MEMORY_BYTES" --memory-swap="$MEMORY_BYTES" \
		--mount "type=bind,source=$FILES,target=/scratch" "$IMAGE" shell || status=$?
}
