# The first process of the guest, of the container and of a machine of its own: one static binary.
# Small, since it waits while something is measured.

init_sources := $(sort $(wildcard init/*.c)) bench/sha256.c
init_headers := $(wildcard init/*.h) $(addprefix bench/,clock.h descriptors.h sha256.h tsc.h)

$(OUT)/bin/init: $(init_sources) $(init_headers) init/init.mk $(MUSL)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(MUSL_CC) $(MUSL_CFLAGS) -Os -D_GNU_SOURCE -Ibench $(MUSL_LDFLAGS) -o $@.tmp $(init_sources) && mv $@.tmp $@
