# The guest's kernel, and its headers for what runs on it; both from $(OUT)/src/linux.

fragments := $(sort $(wildcard kernel-config/*.config))
guest_fragments := $(fragments) $(wildcard kernel-config/guest/*.config)

$(OUT)/headers/.installed: $(OUT)/src/linux/.unpacked | $(installed)
	$(call say,HEADERS,of the kernel for user space)
	$(Q)rm -rf $(OUT)/build/headers $(@D)
	$(Q)kernel-config/make $(OUT)/build/headers INSTALL_HDR_PATH=$(abspath $(@D)) headers_install >/dev/null
	$(Q)touch $@

$(OUT)/build/linux/.config: $(guest_fragments) kernel-config/check kernel-config/make $(OUT)/src/linux/.unpacked | $(installed)
	$(call say,CONFIG,$(notdir $(basename $(guest_fragments))))
	$(Q)mkdir -p $(OUT)/build && cat $(guest_fragments) >$(OUT)/build/asked.config
	$(Q)kernel-config/make $(@D) KCONFIG_ALLCONFIG=$(abspath $(OUT))/build/asked.config allnoconfig >/dev/null
	$(Q)kernel-config/check $@ $(guest_fragments)
	$(Q)touch $@

$(OUT)/vmlinux $(OUT)/vmlinuz &: $(OUT)/build/linux/.config kernel-config/build
	$(Q)kernel-config/build $< $(OUT)

# Kept in the repository: its other side is Debian's configurations, which nothing else needs.
docs/kernel.md: $(OUT)/build/linux/.config kernel-config/felt.table kernel-config/table kernel-config/table.jq
	$(call say,TABLE,$@)
	$(Q)kernel-config/table >$(OUT)/kernel.md.tmp && mv $(OUT)/kernel.md.tmp $@
