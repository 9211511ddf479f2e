# Starting the environments and measuring them.

host_tools := $(OUT)/bin/watch $(OUT)/bin/tsc
for_native := $(OUT)/bin/bench $(OUT)/rootfs.manifest $(host_tools)
for_docker := $(OUT)/image.tar $(OUT)/rootfs.manifest $(host_tools)
for_qemu   := $(OUT)/vmlinux $(OUT)/initramfs.cpio $(OUT)/rootfs.manifest $(host_tools)

# These run on this machine only, so its own compiler and libc do.
$(OUT)/bin/watch: $(addprefix scripts/,$(foreach part,command die outcome output port sampler,$(part).c $(part).h))
$(host_tools): $(OUT)/bin/%: scripts/%.c bench/clock.h | $(SETUP)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wpedantic -Ibench -o $@.tmp $(filter %.c,$^) && mv $@.tmp $@

.PHONY: qemu-run docker-run native-run compare bench-self verify qemu-shell docker-shell
qemu-run: $(for_qemu) ## run SUITE in QEMU, ITERATIONS times
	$(Q)$(let_others_build) scripts/measure qemu

docker-run: $(for_docker) ## run SUITE in a container, ITERATIONS times
	$(Q)$(let_others_build) scripts/measure docker

native-run: $(for_native) ## run SUITE on this machine itself, ITERATIONS times
	$(Q)$(let_others_build) scripts/measure native

for_envs := $(foreach e,$(ENVS),$(for_$(firstword $(subst :, ,$e)))) $(for_report)
compare: $(for_envs) ## run SUITE in all ENVS in turns, then report
	$(Q)$(let_others_build) scripts/compare $$ENVS

REPETITIONS ?= 20                    ## how often bench-self compares
bench-self: $(for_envs) ## compare ENVS with themselves, and count the rows told apart
	$(Q)$(let_others_build) scripts/bench-self $$ENVS

verify: $(for_qemu) $(for_docker) $(for_native) ## prove that the environments hold identical bits
	$(Q)$(let_others_build) scripts/verify

qemu-shell: $(for_qemu) ## an interactive shell in QEMU
	$(Q)$(let_others_build) scripts/shell qemu

docker-shell: $(for_docker) ## an interactive shell in a container
	$(Q)$(let_others_build) scripts/shell docker
