# Starting the environments and measuring them.

host_tools := $(OUT)/bin/watch $(OUT)/bin/tsc
$(foreach e,$(environments),$(eval for_$e := $(patsubst $e=%,$(OUT)/%,$(filter $e=%,$(room_needs))) $(OUT)/rootfs.manifest $(host_tools)))

# These run on this machine only, so its own compiler and libc do.
watch_parts := $(addprefix scripts/,$(foreach part,command cputime die exits footprint outcome output port sampler,$(part).c $(part).h))
$(OUT)/bin/watch: $(watch_parts)
$(host_tools): $(OUT)/bin/%: scripts/%.c bench/clock.h | $(installed)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wpedantic -Ibench $(for_host) -o $@.tmp $(filter %.c,$^) && mv $@.tmp $@

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
compare: $(for_envs) $(for_report) ##! run SUITE in all ENVS in turns, then report
	$(Q)$(let_others_build) scripts/compare $$ENVS

##@ More measurements
.PHONY: bench-density
bench-density: $(for_envs) ## how many idle ENVS a host holds: memory of each, and time of the last start, for 1, 2, 4, 8, ... at once
	$(Q)$(let_others_build) scripts/density $$ENVS

REPETITIONS ?= 20                    ## how often bench-self compares
bench-self: $(for_envs) $(for_report) ## compare ENVS with themselves, and count the rows that are significant
	$(Q)$(let_others_build) scripts/bench-self $$ENVS

##@ Measure
verify: $(for_envs) $(addprefix $(OUT)/,image.tar rootfs.tar initramfs.cpio rootfs.manifest bin/bench) ##! prove that ENVS hold identical bits
	$(Q)$(let_others_build) scripts/verify $$ENVS
