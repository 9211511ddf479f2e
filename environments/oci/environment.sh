# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # see common.sh and runner.sh
# A container of an OCI runtime alone: no daemon, no image. The difference from this is what an engine costs.
about='in a container of an OCI runtime alone'
package=runc
keys='
runtime  PROGRAM  RUNTIME'
RUNTIME=runc
. environments/start/tree.sh
. environments/start/runtimes.sh

check() {
	runtime_there "$RUNTIME"
	user=$(id -u)
	[ "$user" = 0 ] || die "$MISSING" "an OCI runtime alone needs root here; use sudo, or Podman"
}

# bundle DIRECTORY ARGUMENT...: writes DIRECTORY/config.json, with TREE as root; the arguments are init's.
bundle() {
	directory=$1
	shift
	jq -n --arg root "$TREE" --arg cpus "$CPU_LIST" --argjson memory "$MEMORY_BYTES" --argjson terminal "$terminal" \
		--arg scratch "$FILES" --arg results "$RESULTS" --arg run "$RUN" --arg environment "${NAME:-$environment}" \
		--arg iteration "${ITERATION:-1}" --arg rootfs "$ROOTFS" --arg peer "$PEER" \
		--arg namespace "$NAMESPACE" --arg term "${TERM:-vt100}" \
		-f environments/oci/config.jq --args -- "$@" >"$directory/config.json"
}

# Sets `runtime`, the first words of its command line, and CONTAINER, a name of ours. Its state is kept next to the tree.
choose() {
	CONTAINER=${TMP##*/}
	runtime=$(quote "$RUNTIME" --root "$1/state")
	case ${RUNTIME##*/} in
	runsc*) [ -n "$NAMESPACE" ] || runtime="$runtime --network=none" ;; # its own network namespace has only lo
	esac
}

# Sets `unfed`: words before `runtime` without a terminal. gVisor changes the owner of its standard input to nobody, which must not
# be the host's /dev/null.
leave_unfed() {
	unfed=
	case ${RUNTIME##*/} in
	runsc*)
		: >"$1/input"
		# shellcheck disable=SC2016 # the inner shell's words
		unfed=$(quote sh -c 'exec "$@" <"$0"' "$1/input")
		;;
	esac
}

# Each runtime is tried once.
prepare() {
	terminal=false
	file_name "$RUNTIME"
	tried=$PREPARED/oci.$name
	[ ! -d "$tried" ] || return 0
	mkdir "$tried" "$tried/files"
	FILES=$tried/files
	make_results "$tried"
	make_tree "$tried"
	choose "$tried"
	bundle "$tried" --version
	leave_unfed "$tried"
	eval "set -- $unfed $runtime"
	try "runtime=$RUNTIME" "$@" run --bundle "$tried" "$CONTAINER"
}

# Old versions of gVisor (such as 20221219) recognize the machine's own network namespace, which they do not enter, by a file that
# newer kernels (such as 6.18) have in every namespace.
leave_old_gvisor_out() {
	sign=/proc/sys/net/core/rmem_default
	case ${RUNTIME##*/}:$NAMESPACE in
	runsc*:?*) ;;
	*) return 0 ;;
	esac
	program=$(command -v "$RUNTIME")
	if grep -qF $sign "$program" && nsenter --net="$NAMESPACE" test -e $sign; then
		unreachable "this version of gVisor takes each network namespace for the machine's own, since all have $sign; use a newer one"
	fi
}

# put_together ARGUMENT...: makes the bundle of one start, in WORK.
put_together() {
	make_results "$WORK"
	make_tree "$WORK"
	choose "$WORK"
	bundle "$WORK" "$@"
	eval "set -- $runtime"
	leave "$@" delete --force "$CONTAINER"
}

run() {
	join_by_veth
	leave_old_gvisor_out
	put_together suite "$SUITE_INSIDE"
	tell_kernel_options
	tell engine "${RUNTIME##*/}"
	tell_own_kernel "$RUNTIME"
	tell_version "${RUNTIME##*/}" "$RUNTIME" --version
	tell_files tree "$BUILT/rootfs.tar"
	tell_programs runtime "$RUNTIME"
	tell memory_limit cgroup
	leave_unfed "$WORK"
	eval "set -- $unfed $runtime"
	SUBJECT='the container'
	# The host cannot see what runs on a kernel of its own.
	start --directory="$RESULTS" --below -- taskset -c "$CPU_LIST" "$@" run --bundle "$WORK" "$CONTAINER"
	keep_result
}

shell() {
	if [ -t 0 ]; then
		terminal=true
		note "a shell in a container; 'exit' or Ctrl-D ends it"
	fi
	put_together shell
	eval "set -- $runtime"
	status=0
	"$@" run --bundle "$WORK" "$CONTAINER" || status=$?
}
