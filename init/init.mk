# The first process of the guest and of the container: one static binary.

$(OUT)/bin/init: init/init.c bench/sha256.c bench/sha256.h bench/clock.h init/init.mk $(MUSL)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(MUSL_CC) $(MUSL_CFLAGS) -D_GNU_SOURCE -Ibench $(MUSL_LDFLAGS) -o $@.tmp init/init.c bench/sha256.c && mv $@.tmp $@
