# shellcheck shell=sh
# shellcheck disable=SC2154 # see runner.sh
# What is known about OCI runtimes, by the name of their program.

# runtime_there PROGRAM: it is installed; otherwise this ends with the package to install.
runtime_there() {
	case $1 in
	runc | crun | runsc) need "$1" "$1" ;;
	*) command -v "$1" >/dev/null || die "$MISSING" "runtime=$1 is not a program here; give an installed one (runc, crun, runsc), or a path" ;;
	esac
}

# tell_own_kernel PROGRAM: gVisor answers system calls with its own kernel.
tell_own_kernel() {
	case ${1##*/} in
	runsc*) tell_json own_kernel true ;;
	esac
}
