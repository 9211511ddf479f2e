# The guest's kernel, from $(OUT)/src/linux.

fragments := $(sort $(wildcard kernel-config/*.config))
guest_fragments := $(fragments) $(wildcard kernel-config/guest/*.config)

# $(call kernel,DIRECTORY,CONFIG,FRAGMENTS): vmlinux and vmlinuz in DIRECTORY, of the configuration CONFIG, which contains everything
# in these fragments.
define kernel
$2: $3 kernel-config/check kernel-config/make $(OUT)/src/linux/.unpacked | $(installed)
	$$(call say,CONFIG,$(notdir $(basename $3)))
	$$(Q)mkdir -p $$(@D) && cat $3 >$1/build/asked.config
	$$(Q)kernel-config/make $$(@D) KCONFIG_ALLCONFIG=$(abspath $1)/build/asked.config allnoconfig >/dev/null
	$$(Q)kernel-config/check $$@ $3
	$$(Q)touch $$@

$1/vmlinux $1/vmlinuz &: $2 kernel-config/build
	$$(Q)kernel-config/build $$< $1
endef

$(eval $(call kernel,$(OUT),$(OUT)/build/linux/.config,$(guest_fragments)))

# Kept in the repository: it compares with Debian's configurations, which nothing else needs.
docs/kernel.md: $(OUT)/build/linux/.config kernel-config/perceptible.table kernel-config/table kernel-config/table.jq
	$(call say,TABLE,$@)
	$(Q)kernel-config/table >$(OUT)/kernel.md.tmp && mv $(OUT)/kernel.md.tmp $@
