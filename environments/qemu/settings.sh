# shellcheck shell=sh
# shellcheck disable=SC2154 # settings.sh sets the rest
# Checks the settings of a guest.

check_machine() {
	case $ACCEL in
	auto | kvm | tcg) ;;
	*) die "$USAGE" "ACCEL=$ACCEL is unknown; valid values: auto kvm tcg" ;;
	esac
	machines=$(awk '!/^#|^$/ && !($2 in there) {there[$2]; printf "%s ", $2}' environments/qemu/table)
	case " $machines" in
	*" ${MACHINE:-${machines%% *}} "*) ;;
	*) die "$USAGE" "MACHINE=$MACHINE is unknown; valid values: $machines" ;;
	esac
	[ -z "$KERNEL" ] || [ -f "$KERNEL" ] || die "$USAGE" "KERNEL=$KERNEL is not a file; give a kernel image"
}

# best_machine ACCELERATOR: prints the default machine, used when MACHINE has no value.
best_machine() {
	awk -v accelerator="$1" '$1 == accelerator {print $2; exit}' environments/qemu/table
}
