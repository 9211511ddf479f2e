# What runs beside each start on the measuring machine: the supervisor, and what measures the pace of the time stamp counter.

watch_parts := $(sort $(filter-out watch/tsc.c,$(wildcard watch/*.[ch]))) bench/json.c bench/json.h
host_tools  := $(OUT)/bin/watch $(OUT)/bin/tsc

# They run on this machine only, so its own compiler and libc do.
$(OUT)/bin/watch: $(watch_parts)
$(host_tools): $(OUT)/bin/%: watch/%.c bench/clock.h watch/watch.mk | $(installed)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wpedantic -Ibench $(for_host) -o $@.tmp $(filter %.c,$^) && mv $@.tmp $@
