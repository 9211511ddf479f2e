# All tests, and what the compilers and linters say.

SANITIZE := clang -std=c11 -D_GNU_SOURCE -O1 -g -fno-sanitize-recover=all -Ibench

unit := $(OUT)/bin/test_bench $(OUT)/bin/test_workloads $(OUT)/bin/test_stats
$(OUT)/bin/test_bench: $(addprefix bench/,allocate.c histogram.c json.c log.c options.c report_json.c sha256.c words.c) $(bench_headers)
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

# The suite names it, so it is searched for in PATH.
checked_call := $(OUT)/build/known/checked-call
$(checked_call): tests/known/checked_call.c $(MUSL)
	$(call compile_static)

##@ More measurements
.PHONY: bench-known
bench-known: $(checked_call) $(for_native) $(for_docker) $(for_report) ## measure known differences, and check that the report finds them
	$(Q)$(let_others_build) tests/known/known

# The line `# needs:` in a file of tests names targets; `for-NAME` stands for what for_NAME lists.
for_bench      := $(OUT)/bin/bench $(OUT)/bench.1
for_unit       := $(unit)
for_sanitizers := $(sanitized) $(OUT)/build/asan/stats
for_fuzz       := $(fuzzers)
for_kvm        := $(for_qemu) $(outer) $(for_peers)
needed := $(foreach v,$(filter for_%,$(.VARIABLES)),$(if $(filter file,$(origin $v)),$(v:for_%=%)))
.PHONY: $(needed:%=for-%)
$(foreach n,$(needed),$(eval for-$n: $(for_$n)))

##@ Test and change
.PHONY: check check-fast lint debug compile_commands.json
check: ##! run all tests and lint, or only TESTS; CI calls it
	$(Q)tests/run --needs >/dev/null
	$(Q)scripts/setup check
	$(Q)goals=$$(tests/run --needs) && { [ -z "$$goals" ] || $(MAKE) --no-print-directory $$goals; }
	$(Q)tests/run

check-fast: ##! run quick tests (two minutes) and most of lint
	$(Q)scripts/setup check
	$(Q)$(MAKE) --no-print-directory $$(TESTS= tests/run --quick --needs)
	$(Q)tests/lint quick
	$(Q)TESTS= tests/run --quick

lint: ##! run compilers, clang-format, cppcheck, shellcheck, pyflakes
	$(Q)scripts/setup check
	$(Q)tests/lint

# With the machine's own libc, which the sanitizers need; so in no guest.
debug := $(OUT)/debug/bench $(OUT)/debug/init
$(OUT)/debug/bench: $(bench_sources) $(bench_headers)
$(OUT)/debug/init: $(init_sources) $(init_headers)
$(debug): tests/tests.mk | $(installed)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)gcc -std=c11 -D_GNU_SOURCE -O0 -g3 -fno-omit-frame-pointer -fsanitize=address,undefined -Ibench -o $@.tmp $(filter %.c,$^) -lm -pthread && mv $@.tmp $@

debug: $(debug) ## build bench and init with symbols and sanitizers, not optimised, in OUT/debug

# For editors and tools: made from the commands that make would run if nothing were built yet.
compile_commands.json: ## list how each C file is compiled, for editors
	$(call say,JSON,$@)
	$(Q)$(MAKE) -nB --no-print-directory V=1 $(for_bench) $(for_unit) $(for_fuzz) $(for_kvm) $(for_report) $(OUT)/bin/init $(OUT)/bin/by_hand $(checked_call) $(OUT)/build/simulate >$(OUT)/commands
	$(Q)jq -nR --arg directory "$(CURDIR)" -f tests/compile_commands.jq $(OUT)/commands >$@.tmp && mv $@.tmp $@
