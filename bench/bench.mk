# The benchmark: one static binary, the same file in the guest, in the container and on the host.

bench_sources := $(sort $(wildcard bench/*.c bench/probes/*.c))
# For what is compiled at once from all sources; an object has its own headers, as the compiler found them.
bench_headers := $(wildcard bench/*.h bench/probes/*.h)
bench_objects := $(bench_sources:bench/%.c=$(OUT)/build/bench/%.o)
# What prepares and reports is made small; what runs while something is measured, fast.
bench_cold    := allocate apart cgroup command counters document experiment fields figures fileset general histogram invocation json launch log main marks options platform \
		 programs report_json report_text sha256 suite usage words
# So is what does little between two system calls.
bench_cold    += fileio io_async io_mmap io_sync io_uring requests $(addprefix probes/,channel child exec fork fsync futex net net_peer pages pipe tcp thread_create timer \
		 tlb_shootdown unix)
$(bench_cold:%=$(OUT)/build/bench/%.o): bench_optimize := -Os
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
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(MUSL_CC) $(MUSL_CFLAGS) -O3 $(MUSL_LDFLAGS) -o $@.tmp $< && mv $@.tmp $@

.PHONY: bench-probes
bench-probes: $(OUT)/bin/bench $(OUT)/bin/by_hand ## compare each probe with the tool that defines its metric
	$(Q)scripts/setup measure
	$(Q)bench/reference/compare
