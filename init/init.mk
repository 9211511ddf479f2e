# The first process of the guest, of the container and of a machine of its own: one static binary.
# Small, since it waits while something is measured.

init_sources := $(sort $(wildcard init/*.c)) bench/clock_mark.c bench/sha256.c
init_headers := $(wildcard init/*.h) $(addprefix bench/,clock.h clock_mark.h descriptors.h sha256.h tsc.h)
init_objects := $(init_sources:%.c=$(OUT)/build/init/%.o)

-include $(init_objects:.o=.d)
$(OUT)/build/init/%.o: %.c init/init.mk $(MUSL)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(MUSL_CC) $(MUSL_CFLAGS) -Os -Ibench -MMD -MP -c -o $@ $<

$(OUT)/bin/init: $(init_objects)
	$(Q)mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(MUSL_CC) $(MUSL_LDFLAGS) -o $@.tmp $^ && mv $@.tmp $@
