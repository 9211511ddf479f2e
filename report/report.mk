# The report: the results, how reliable they are, and plots of them.

for_report := $(OUT)/bin/stats

# Linked with GSL, which is under the GPL, and so is the program as a whole; a release contains it, and lists the source that must be offered.
stats_sources := $(sort $(wildcard report/stats/*.c)) bench/histogram.c
stats_headers := $(wildcard report/stats/*.h) bench/histogram.h
stats_libs    := $$(pkg-config --cflags --libs gsl jansson) -lm

$(OUT)/bin/stats: $(stats_sources) $(stats_headers) report/report.mk | $(installed)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wpedantic -Werror -Ibench $(for_host) -o $@.tmp $(filter %.c,$^) $(stats_libs) && mv $@.tmp $@

$(OUT)/build/simulate: report/stats/simulate/main.c $(filter-out %/main.c,$(stats_sources)) $(stats_headers) report/report.mk | $(installed)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wpedantic -Werror -Ibench -Ireport/stats -o $@.tmp $(filter %.c,$^) $(stats_libs) && mv $@.tmp $@

report/kinds.table: report/kinds.awk $(bench_sources)
	$(call say,TABLE,$@)
	$(Q)awk -f report/kinds.awk $(bench_sources) >$@.tmp && mv $@.tmp $@

##@ More measurements
.PHONY: bench-stats
bench-stats: $(OUT)/build/simulate ## simulate coverage, false positives and power of the statistics (two minutes)
	$(Q)$(OUT)/build/simulate

.PHONY: bench-report
bench-report: $(for_report) ## time the report of RUN or RUNS, and the version before it was in Python
	$(Q)$(let_others_build) report/bench/bench $${RUNS:-$${RUN:-latest}}

##@ Report
.PHONY: report
report: $(for_report) ##! write the report again, of RUN (default: the newest) or of RUNS
	$(Q)set -f; if [ -n "$$RUNS" ]; then scripts/report $$RUNS; else scripts/report "$${RUN:-latest}"; fi

.PHONY: history
history: $(for_report) ## show all runs below OUT over time: what changed, when, and by how much
	$(Q)scripts/history

DIR        ?=                        ## folder of result documents from many machines

.PHONY: fleet
fleet: $(for_report) ## compare each machine, from RUNS or DIR, with the others of its model; the worst first
	$(Q)set -f; scripts/fleet $$RUNS

.PHONY: audit
audit: ##! list all differences between the environments of RUN
	$(Q)/usr/bin/python3 -B -m report audit "$${RUN:-latest}"
