# The benchmark: one static binary, the same file in the guest, in the container and on the host.

# The probes come first, and are so in help.
bench_sources := $(sort $(wildcard bench/probes/*.c)) $(sort $(wildcard bench/*.c))
# For what is compiled at once from all sources; an object has its own headers, as the compiler found them.
bench_headers := $(wildcard bench/*.h bench/probes/*.h)
bench_objects := $(bench_sources:bench/%.c=$(OUT)/build/bench/%.o)
# What prepares and reports is made small, and so is what does little between two system calls. Where the compiler's speed is
# part of what is measured, the file says so: -O2 in its first comment.
bench_fast    := $(shell grep -l '^[/ ]\*.* -O2' $(bench_sources))
$(patsubst bench/%.c,$(OUT)/build/bench/%.o,$(filter-out $(bench_fast),$(bench_sources))): bench_optimize := -Os
# The one test whose instructions have to be sysbench's.
$(OUT)/build/bench/cpu.o: bench_optimize := -fmath-errno

-include $(bench_objects:.o=.d)
$(OUT)/build/bench/%.o: bench/%.c bench/bench.mk $(MUSL)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(MUSL_CC) $(MUSL_CFLAGS) -D_GNU_SOURCE -Ibench -fno-math-errno $(bench_optimize) -MMD -MP -c -o $@ $<

$(OUT)/bin/bench: $(bench_objects)
	$(Q)mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(MUSL_CC) $(MUSL_LDFLAGS) -o $@.tmp $^ && mv $@.tmp $@

# The manual page, with the options from the same tables as bench itself.
$(OUT)/build/man: $(filter-out %/main.o,$(bench_objects)) bench/man/man.c
	$(call say,LINK,$@)
	$(Q)$(MUSL_CC) $(MUSL_CFLAGS) $(MUSL_LDFLAGS) -Ibench -o $@ $^

$(OUT)/bench.1: bench/man/bench.1.in $(OUT)/build/man
	$(call say,MAN,$@)
	$(Q)$(OUT)/build/man <$< >$@.tmp && mv $@.tmp $@

##@ More measurements
.PHONY: bench-parity
bench-parity: $(OUT)/bin/bench ## compare bench with the installed sysbench and fio, interleaved
	$(Q)scripts/setup measure
	$(Q)bench/parity

# With the same C library as bench, since another one makes threads and processes at another price; and with loops
# that the compiler may vectorize, as STREAM is built.
$(OUT)/bin/by_hand: bench/reference/by_hand.c $(MUSL)
	$(call compile_static,-O3)

.PHONY: bench-probes
bench-probes: $(OUT)/bin/bench $(OUT)/bin/by_hand ## compare each probe with the tool that defines its metric
	$(Q)scripts/setup measure
	$(Q)bench/reference/compare
