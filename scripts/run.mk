# Starts the environments and measures them.

$(foreach e,$(environments),$(eval for_$e := $(patsubst $e=%,$(OUT)/%,$(filter $e=%,$(room_needs))) $(OUT)/rootfs.manifest $(host_tools)))

# scripts/help lists these, which come from environments/.
runs := $(environments:%=%-run)
shells := $(environments:%=%-shell)
##@ Measure
.PHONY: compare bench-self verify $(runs) $(shells)
$(foreach e,$(environments),$(eval $e-run $e-shell: $(for_$e)))
$(runs): %-run:
	$(Q)$(let_others_build) scripts/measure $*

$(shells): %-shell:
	$(Q)$(let_others_build) scripts/shell $*

for_envs := $(foreach e,$(ENVS),$(for_$(firstword $(subst :, ,$e))))
compare: $(for_envs) $(for_report) ##! run SUITE in all ENVS, interleaved, then report
	$(Q)$(let_others_build) scripts/compare $$ENVS

##@ More measurements
.PHONY: bench-density
bench-density: $(for_envs) ## start 1, 2, 4, 8, ... idle ENVS at once: memory of each, and time of the last start
	$(Q)$(let_others_build) scripts/density $$ENVS

REPETITIONS ?= 20                    ## comparisons of bench-self
bench-self: $(for_envs) $(for_report) ## compare ENVS with themselves, and count the significant rows
	$(Q)$(let_others_build) scripts/bench-self $$ENVS

##@ Measure
verify: $(for_envs) $(addprefix $(OUT)/,image.tar rootfs.tar initramfs.cpio rootfs.manifest bin/bench) ##! prove that ENVS hold identical bits
	$(Q)$(let_others_build) scripts/verify $$ENVS
