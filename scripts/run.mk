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

# First of all prerequisites: a wrong word should not be found out after the build.
.PHONY: check-qemu check-docker check-native check-envs check-gate check-goal
check-qemu check-docker check-native: check-%:
	$(Q)scripts/check-settings $*
check-envs:
	$(Q)scripts/check-settings $(ENVS)
check-gate:
	$(if $(GATE),$(Q)scripts/gate '$(GATE)')
check-goal: check-envs
	$(if $(GATE),$(Q)scripts/gate '$(GATE)' -- $(ENVS))

.PHONY: qemu-run docker-run native-run compare bench-self verify qemu-shell docker-shell
qemu-run: check-qemu $(for_qemu) ## run SUITE in QEMU, ITERATIONS times
	$(Q)scripts/measure qemu

docker-run: check-docker $(for_docker) ## run SUITE in a container, ITERATIONS times
	$(Q)scripts/measure docker

native-run: check-native $(for_native) ## run SUITE on this machine itself, ITERATIONS times
	$(Q)scripts/measure native

compare: check-goal $(foreach e,$(ENVS),$(for_$(firstword $(subst :, ,$e)))) $(for_report) ## run SUITE in all ENVS in turns, then report
	$(Q)RUN=$${RUN:-$$(date -u +%Y%m%dT%H%M%SZ)} && export RUN && \
	scripts/measure $(ENVS) && scripts/report $$RUN$(if $(GATE), && scripts/gate '$(GATE)' $$RUN)

REPETITIONS ?= 20                    ## how often bench-self compares
bench-self: check-envs $(foreach e,$(ENVS),$(for_$(firstword $(subst :, ,$e)))) $(for_report) ## compare ENVS with themselves, and count the rows told apart
	$(Q)REPETITIONS=$(strip $(REPETITIONS)) scripts/bench-self $(ENVS)

verify: $(for_qemu) $(for_docker) $(for_native) ## prove that the environments hold identical bits
	$(Q)scripts/verify

qemu-shell: check-qemu $(for_qemu) ## an interactive shell in QEMU
	$(Q)scripts/shell qemu

docker-shell: check-docker $(for_docker) ## an interactive shell in a container
	$(Q)scripts/shell docker
