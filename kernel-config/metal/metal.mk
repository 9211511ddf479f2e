# The kernel of the disk image: the fragments that it shares with the guest's, and its own.

metal_fragments := $(fragments) kernel-config/metal/metal.config

$(OUT)/metal/build/asked/.config: $(metal_fragments) kernel-config/check kernel-config/make $(OUT)/src/linux/.unpacked | $(installed)
	$(call say,CONFIG,$(notdir $(basename $(metal_fragments))))
	$(Q)mkdir -p $(@D) && cat $(metal_fragments) >$(OUT)/metal/build/asked.config
	$(Q)kernel-config/make $(@D) KCONFIG_ALLCONFIG=$(abspath $(OUT))/metal/build/asked.config allnoconfig >/dev/null
	$(Q)kernel-config/check $@ $(metal_fragments)
	$(Q)touch $@

$(OUT)/metal/vmlinux $(OUT)/metal/vmlinuz &: $(OUT)/metal/build/asked/.config kernel-config/build
	$(Q)kernel-config/build $< $(OUT)/metal
