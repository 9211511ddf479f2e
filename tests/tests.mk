# All tests, and what the compilers and linters say.

SANITIZE := clang -std=c11 -D_GNU_SOURCE -O1 -g -fno-sanitize-recover=all -Ibench

unit := $(OUT)/bin/test_bench $(OUT)/bin/test_workloads $(OUT)/bin/test_stats
$(OUT)/bin/test_bench: $(addprefix bench/,histogram.c json.c log.c options.c report_json.c sha256.c words.c) $(bench_headers)
$(OUT)/bin/test_workloads: $(filter-out bench/main.c,$(bench_sources)) $(bench_headers)
$(OUT)/bin/test_stats: $(filter-out %/main.c,$(stats_sources)) $(stats_headers)
$(OUT)/bin/test_stats: unit_libs := $(stats_libs)
$(unit): $(OUT)/bin/%: tests/unit/%.c
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)gcc -std=c11 -D_GNU_SOURCE -g -fsanitize=address,undefined -Ibench -Ireport/stats -o $@ $(filter %.c,$^) -lcmocka $(unit_libs) -lm

# With the machine's own libc, which the sanitizers need.
sanitized := $(OUT)/build/asan/bench $(OUT)/build/tsan/bench
$(OUT)/build/asan/bench: sanitizers := address,undefined
$(OUT)/build/tsan/bench: sanitizers := thread
$(sanitized): $(bench_sources) $(bench_headers) tests/tests.mk
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(SANITIZE) -fsanitize=$(sanitizers) -o $@ $(filter %.c,$^) -lm -pthread

$(OUT)/build/asan/stats: $(stats_sources) $(stats_headers) tests/tests.mk
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(SANITIZE) -fsanitize=address,undefined -o $@ $(filter %.c,$^) $(stats_libs)

include tests/fuzz/fuzz.mk

.PHONY: bench-known check lint
bench-known: $(for_native) $(for_docker) $(for_report) ## measure what is known beforehand, and see whether the report finds it
	$(Q)$(let_others_build) tests/known/known

check: ## all tests and lint; what CI calls
	$(Q)scripts/setup check
	$(Q)$(MAKE) --no-print-directory all disk-image $(OUT)/bin/stats $(unit) $(sanitized) $(OUT)/build/asan/stats $(fuzzers) \
		$(outer) $(for_peers)
	$(Q)tests/run

lint: ## compilers' warnings, clang-format, cppcheck, shellcheck, pyflakes
	$(Q)scripts/setup check
	$(Q)tests/lint
