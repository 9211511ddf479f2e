# Fuzzing with libFuzzer, under ASan and UBSan. tests/fuzz/corpus/NAME holds inputs that together reach all that was
# ever reached, and those that once crashed; tests/fuzz.bats tries them all. After a longer run, new ones are had by
#   out/build/fuzz/NAME -set_cover_merge=1 NEW-DIRECTORY tests/fuzz/corpus/NAME out/fuzz/NAME

##@ Test and change
FUZZ_SECONDS ?= 60                   ## how long fuzz runs each fuzzer

fuzz_objects := $(patsubst bench/%.c,$(OUT)/build/fuzz/bench/%.o,$(filter-out bench/main.c,$(bench_sources)))
fuzzers := $(patsubst tests/fuzz/%.c,$(OUT)/build/fuzz/%,$(wildcard tests/fuzz/*.c))

$(OUT)/build/fuzz/bench/%.o: bench/%.c $(bench_headers) tests/tests.mk tests/fuzz/fuzz.mk
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(SANITIZE) -fsanitize=fuzzer-no-link,address,undefined -c -o $@ $<

# All are of bench, but for the port's protocol.
$(OUT)/build/fuzz/port: watch/port.c watch/port.h
$(filter-out %/port,$(fuzzers)): $(fuzz_objects)
$(fuzzers): $(OUT)/build/fuzz/%: tests/fuzz/%.c
	$(Q)mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(SANITIZE) -fsanitize=fuzzer,address,undefined -o $@ $(filter %.c %.o,$^) -lm -pthread

# The names of tests and options, for the fuzzers to play with.
$(OUT)/build/fuzz/words: $(OUT)/bin/bench tests/fuzz/fuzz.mk
	$(Q)mkdir -p $(@D)
	$(Q)$< --help | sed -n 's/^  \([a-z][^ ]*\) - .*/\1/p' >$@.tests
	$(Q)for test in --help $$(cat $@.tests); do $< $$test help; done | \
		sed -n 's/^  \(--[a-z0-9-]*\).*/"\1="/p' >$@.tmp
	$(Q)sed 's/.*/"&"/' $@.tests >>$@.tmp && mv $@.tmp $@

.PHONY: fuzz $(fuzzers:%=%.run)
fuzz: $(fuzzers:%=%.run) ## fuzz options, suites, JSON and the port for FUZZ_SECONDS each; finds and crashes go to OUT/fuzz

$(fuzzers:%=%.run): $(OUT)/build/fuzz/%.run: $(OUT)/build/fuzz/% $(OUT)/build/fuzz/words
	$(Q)mkdir -p $(OUT)/fuzz/$*
	$(call say,FUZZ,$*)
	$(Q)$< -max_total_time="$$FUZZ_SECONDS" -timeout=10 -max_len=4096 -dict=$(OUT)/build/fuzz/words \
		-close_fd_mask=3 -print_final_stats=1 -artifact_prefix=$(OUT)/fuzz/$*- $(OUT)/fuzz/$* tests/fuzz/corpus/$* </dev/null
