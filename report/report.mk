# The report: what the measured figures say, and how far they can be trusted.

# Linked with GSL, which is under the GPL: this program is built where it is used, and never given away.
stats_sources := $(sort $(wildcard report/stats/*.c)) bench/histogram.c
stats_headers := $(wildcard report/stats/*.h) bench/histogram.h
stats_libs    := $$(pkg-config --cflags --libs gsl jansson) -lm

$(OUT)/bin/stats: $(stats_sources) $(stats_headers) report/report.mk | $(SETUP)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wpedantic -Werror -Ibench -o $@.tmp $(filter %.c,$^) $(stats_libs) && mv $@.tmp $@
