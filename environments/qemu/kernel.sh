# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # see common.sh and runner.sh
# The kernel that a guest boots: ours, or KERNEL with the modules that it needs.

# Sets MODULES, those that KERNEL needs, and INITRAMFS when there are any: our root file system, followed by them.
choose_initramfs() {
	INITRAMFS='' MODULES=''
	export INITRAMFS
	[ -n "$KERNEL" ] || return 0
	environments/qemu/modules "$KERNEL" "$TMP/modules.cpio" >"$TMP/modules"
	MODULES=$(paste -sd ' ' "$TMP/modules")
	[ -n "$MODULES" ] || return 0
	configuration=$(readlink -f "$KERNEL" | sed 's|vmlinuz-\([^/]*\)$|config-\1|')
	if [ "$MACHINE" = microvm ] && grep -q '^# CONFIG_VIRTIO_MMIO_CMDLINE_DEVICES is not set' "$configuration" 2>/dev/null; then
		die "$USAGE" "KERNEL=$KERNEL cannot find microvm's devices; give MACHINE=q35 or MACHINE=pc"
	fi
	INITRAMFS=$TMP/initramfs.cpio
	cat "$BUILT/initramfs.cpio" "$TMP/modules.cpio" >"$INITRAMFS"
}

# Records the kernel's hash and the options that it was built with.
tell_kernel() {
	IMAGE=${KERNEL:-$BUILT/vmlinux}
	sha256sum "$IMAGE" >"$TMP/sum"
	read -r sum rest <"$TMP/sum"
	tell kernel_image.path "$IMAGE"
	tell kernel_image.sha256 "${sum#\\}"
	[ -z "$MODULES" ] || tell kernel_image.modules "$MODULES"
	tell_kernel_options "$IMAGE" "${sum#\\}"
}
