# samebits: one root file system, packed for QEMU and for Docker, measured beside the bare host.
# The flow: sources.lock -> kernel-config, bench, init -> rootfs -> docker -> scripts -> results.

SUITE      ?= quick                  ## suite to run: quick, seed, probe, full, or a file's path
ITERATIONS ?=                        ## starts of each environment; default: 10, of the suite seed 5
CPUS       ?= 1                      ## processors each environment gets
MEMORY     ?= 512M                   ## memory each environment gets
ENVS       ?= native docker qemu     ## environments that compare runs; with variants, as docker:seccomp=unconfined
ACCEL      ?= auto                   ## QEMU's accelerator: auto, kvm, tcg
MACHINE    ?=                        ## QEMU's machine; default: the best for the accelerator
KERNEL     ?=                        ## kernel image to boot instead of ours
ENGINE     ?= auto                   ## container engine: auto, docker, podman
SCRATCH    ?= $(OUT)/scratch         ## directory for test files, on a real disk
RUN        ?=                        ## name of the results; default: the time in UTC
RUNS       ?=                        ## names of results that report compares
GATE       ?=                        ## file of thresholds that compare and report hold the figures against
OUT        ?= out                    ## where everything built and measured goes
CACHE      ?= $(OUT)/cache           ## fetched sources; may be shared between checkouts
UPDATE_LOCK ?=                       ## 1: take newer sources of the same series into sources.lock
BOOTS      ?= 20                     ## boots of each row of bench-boot
FIRECRACKER_CONFIG ?=                ## path of Firecracker's guest configuration, for bench-boot
V          ?=                        ## 1: show the commands

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
# OUT first: the comments behind the values leave blanks, and others are built from it.
variables := OUT CACHE SUITE ITERATIONS CPUS MEMORY ENVS ACCEL MACHINE KERNEL ENGINE SCRATCH RUN RUNS GATE UPDATE_LOCK BOOTS FIRECRACKER_CONFIG V
$(foreach v,$(variables),$(eval override $(v) := $(strip $($(v)))))
export $(variables)

ifneq ($(words $(OUT)) $(words $(CACHE)) $(words $(SCRATCH)),1 1 1)
$(error OUT, CACHE and SCRATCH each name one directory, without blanks)
endif

Q   := $(if $(filter 1,$(V)),,@)
say  = $(if $(filter 1,$(V)),,@printf '  %-8s %s\n' '$(1)' '$(2)')

SETUP := $(OUT)/.setup
$(SETUP): scripts/setup
	$(Q)scripts/setup build
	$(Q)mkdir -p $(OUT) && touch $@

include scripts/sources.mk
include kernel-config/kernel.mk
include kernel-config/metal/metal.mk
include rootfs/toolchain.mk
include bench/bench.mk
include init/init.mk
include rootfs/rootfs.mk
include docker/docker.mk
include disk/disk.mk
include report/report.mk
include disk/flash.mk
include scripts/run.mk
include kernel-config/peers/peers.mk
include release/release.mk
include tests/tests.mk

.PHONY: help all clean distclean
help: ## this list
	@scripts/help $(MAKEFILE_LIST)

all: $(OUT)/vmlinux $(OUT)/vmlinuz $(OUT)/initramfs.cpio $(OUT)/image.tar $(OUT)/build.json $(OUT)/bench.1 ## kernel, root file system, initramfs, OCI image

clean: ## remove what was built (keeps the source cache and results)
	$(Q)scripts/clean

distclean: ## remove what was built, the source cache and results
	$(Q)scripts/clean all
