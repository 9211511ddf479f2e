# The guest's kernel, and its headers for what runs on it; both from $(OUT)/src/linux.

kernel_src  := $(abspath $(OUT))/src/linux
kernel_out  := $(abspath $(OUT))/build/linux
headers_out := $(abspath $(OUT))/build/headers
fragments   := $(sort $(wildcard kernel-config/*.config))

# The environment is emptied: a LOCALVERSION, KCFLAGS, locale or umask of the user's must not change the kernel.
kernel_make = umask 022 && cc=gcc && { ! command -v ccache >/dev/null || cc='ccache gcc'; } && \
	env -i PATH="$$PATH" HOME="$$HOME" LC_ALL=C TZ=UTC $${CCACHE_DIR:+CCACHE_DIR="$$CCACHE_DIR"} \
	KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 1970' KBUILD_BUILD_VERSION=1 \
	KBUILD_BUILD_USER=samebits KBUILD_BUILD_HOST=samebits \
	$(MAKE) $(if $(filter 1,$(V)),V=1,-s) -j"$$(nproc)" CC="$$cc" -C $(kernel_src)
kernel_failed = { . scripts/lib.sh && die "$$MISSING" "$(1); the reason is above, V=1 shows the commands"; }

$(OUT)/headers/.installed: $(OUT)/src/linux/.unpacked | $(SETUP)
	$(call say,HEADERS,of the kernel for user space)
	$(Q)rm -rf $(headers_out) $(@D) && mkdir -p $(headers_out)
	$(Q)$(kernel_make) O=$(headers_out) INSTALL_HDR_PATH=$(abspath $(@D)) headers_install >/dev/null || \
		$(call kernel_failed,the kernel headers were not installed)
	$(Q)touch $@

# An unpacked file can be older than the object built from its predecessor: other sources start from nothing.
$(OUT)/build/linux/.config: $(fragments) kernel-config/check $(OUT)/src/linux/.unpacked | $(SETUP)
	$(call say,CONFIG,$(notdir $(basename $(fragments))))
	$(Q)cmp -s $(OUT)/sources/linux/used $(@D)/used || rm -rf $(@D)
	$(Q)mkdir -p $(@D) && cat $(fragments) >$(@D)/asked.config
	$(Q)$(kernel_make) O=$(kernel_out) KCONFIG_ALLCONFIG=$(kernel_out)/asked.config allnoconfig >/dev/null || \
		$(call kernel_failed,the kernel was not configured)
	$(Q)kernel-config/check $@ $(fragments)
	$(Q)cp $(OUT)/sources/linux/used $(@D)/used
	$(Q)touch $@

$(OUT)/vmlinux $(OUT)/vmlinuz &: $(OUT)/build/linux/.config
	$(call say,KERNEL,$(OUT)/vmlinux and $(OUT)/vmlinuz; takes some minutes)
	$(Q)$(kernel_make) O=$(kernel_out) vmlinux bzImage || $(call kernel_failed,the kernel was not built)
	$(Q)strip -s -o $(OUT)/vmlinux.tmp $(kernel_out)/vmlinux && chmod 644 $(OUT)/vmlinux.tmp
	$(Q)cp $(kernel_out)/arch/x86/boot/bzImage $(OUT)/vmlinuz.tmp && chmod 644 $(OUT)/vmlinuz.tmp
	$(Q)mv $(OUT)/vmlinux.tmp $(OUT)/vmlinux && mv $(OUT)/vmlinuz.tmp $(OUT)/vmlinuz
