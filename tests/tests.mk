# All tests, and what the compilers and linters say.

unit := $(OUT)/bin/test_bench
$(unit): tests/unit/test_bench.c $(addprefix bench/,histogram.c json.c log.c options.c report_json.c sha256.c) $(wildcard bench/*.h)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)gcc -std=c11 -D_GNU_SOURCE -g -fsanitize=address,undefined -Ibench -o $@ $(filter %.c,$^) -lcmocka -lm

.PHONY: check lint
check: ## all tests and lint; what CI calls
	$(Q)scripts/setup check
	$(Q)$(MAKE) --no-print-directory all $(unit)
	$(Q)tests/run

lint: ## compilers' warnings, clang-format, cppcheck, shellcheck
	$(Q)scripts/setup check
	$(Q)tests/lint
