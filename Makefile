# samebits: one root file system, packed for QEMU and for Docker, and compared with the bare host.
# The flow: sources.lock -> kernel-config, bench, init -> rootfs -> docker, disk -> environments start them, watch looks on -> results -> report.

# Checked first, in syntax that an old make understands. Grouped targets (&:) need 4.3.
system := $(shell uname -sm)
ifneq ($(filter-out Linux x86_64,$(system)),)
$(error samebits: this machine is $(system), and Linux x86_64 is needed: use another computer, a virtual machine or a CI runner (status 3))
endif
ifeq ($(filter grouped-target,$(.FEATURES)),)
$(error samebits: this is GNU make $(MAKE_VERSION), and 4.3 or later is needed (status 3))
endif

# Values from users are never expanded, and reach recipes only through the environment: as "$$RUN", never pasted.
# OUT comes first, since others depend on it.
variables := OUT CACHE SUITE PROGRAM ARGS TREE ITERATIONS MAX CPUS MEMORY ENVS ACCEL MACHINE KERNEL ENGINE SILENCE SCRATCH RUN RUNS GATE BASELINE GATE_STRICT MARGIN PAIRED UPDATE_LOCK BOOTS \
	FIRECRACKER_CONFIG RELEASE ANONYMOUS BUILD SETUP V REPETITIONS IMG DEV DIR LOG FORCE CONFIRM DRY_RUN VERSION SIGN_KEY DIST ALLOWED_SIGNERS FUZZ_SECONDS TESTS
from_file        = override $1 := $$(strip $$($1))
from_command     = override $1 := $$(value $1)
from_environment = $(from_command)
take = $(foreach v,$(variables),$(eval $(call from_$(firstword $(origin $v)),$v)))

# Precedence: command line, environment, config.mak, defaults.
# Values from config.mak are not expanded either; a single word loses the blanks before a comment, like the defaults.
$(take)
config := $(or $(value SAMEBITS_CONFIG),config.mak)
before := $(.VARIABLES) before
-include $(config)
unknown := $(filter-out $(before) $(variables),$(.VARIABLES))
ifneq ($(unknown),)
$(error samebits: $(config) sets the unknown variable $(firstword $(unknown)); make help-all lists all (status 2))
endif
as_it_is = $(if $(word 2,$(value $1)),$(value $1),$(strip $(value $1)))
$(foreach v,$(variables),$(if $(filter file,$(origin $v)),$(eval override $v := $$(call as_it_is,$v))))

# `##@` begins a group of make help-all; lines with `##!` are also in make help.
##@ Measure
SUITE      ?= quick                  ##! quick, seed, probe, net, full, or a file's path
PROGRAM    ?=                        ## your own program to measure instead of SUITE: a path, or a name in PATH
ARGS       ?=                        ## arguments of PROGRAM, quoted as in a shell
TREE       ?=                        ## directory of data for programs, which see it as tree/
ENVS       ?= native docker qemu     ##! environments to compare, or variants of them
ITERATIONS ?=                        ##! starts of each environment, or auto: until decided; default: 10
MAX        ?=                        ## most starts with ITERATIONS=auto; default: 30
RUN        ?=                        ##! name of the results; default: the time in UTC
RELEASE    ?=                        ## folder of an unpacked release to measure; nothing is built
##@ Environments
CPUS       ?= 1                      ##! processors for each environment
MEMORY     ?= 512M                   ##! memory for each environment
ACCEL      ?= auto                   ## QEMU's accelerator: auto, kvm, tcg
MACHINE    ?=                        ## QEMU's machine; default: q35 under KVM, else microvm
KERNEL     ?=                        ## kernel image to boot instead of ours
ENGINE     ?= auto                   ## container engine: auto, docker, podman
SILENCE    ?= 10                     ## seconds that a guest may be silent before it counts as lost
SCRATCH    ?= $(OUT)/scratch         ## directory for test files, on a real disk
##@ Report
RUNS       ?=                        ## runs that report compares
GATE       ?=                        ## file of thresholds that compare and report check
BASELINE   ?=                        ## earlier run, or a report.json, with which compare and report compare each environment
GATE_STRICT ?=                       ## 1: an undecided threshold counts as missed
MARGIN     ?= 3%                     ## difference that does not matter: within it, environments count as the same
PAIRED     ?=                        ## 1: compare within each iteration; decide before the run
ANONYMOUS  ?=                        ## 1: result documents have hashes of the machine's name and serial number
##@ Build
OUT        ?= out                    ## folder for everything that is built and measured
CACHE      ?= $(OUT)/cache           ## folder of fetched sources; may be shared between checkouts
UPDATE_LOCK ?=                       ## 1: take newer sources of the same series into sources.lock
BUILD      ?=                        ## container: build in a Debian 12 container, with the engine that works here
SETUP      ?= yes                    ## no: install nothing, and list what is missing in one line
V          ?=                        ## 1: show the commands
##@ More measurements
BOOTS      ?= 20                     ## boots of each kernel in bench-boot
FIRECRACKER_CONFIG ?=                ## Firecracker's guest configuration, for bench-boot
##@ Test and change
TESTS      ?=                        ## tests that check runs: names of files in tests/, then a pattern for names of tests; default: all

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
$(take)
export $(variables)
unexport CDPATH

unknown := $(filter-out $(variables) SHELL MAKE MAKEFLAGS GNUMAKEFLAGS,$(foreach v,$(.VARIABLES),$(if $(filter command,$(origin $v)),$v)))
ifneq ($(unknown),)
$(error samebits: unknown variable $(firstword $(unknown)); make help-all lists all (status 2))
endif

# Directory names pass through make, sh, the kernel's build, and the command lines of engines and QEMU.
odd  := : ; , = % & | < > ( ) [ ] * ? ~ ` ' " \ \# $$
is_odd = $(filter-out 1,$(words $1))$(if $(filter-out |$(strip $1)|,|$1|),blank)$(filter -%,$1)$(foreach c,$(odd),$(findstring $c,$1))
$(foreach v,CURDIR OUT CACHE SCRATCH,$(if $(strip $(call is_odd,$($v))),$(error samebits: $(if $(filter CURDIR,$v),the \
	checkout,$v) has a blank or one of $(odd) in its path, or begins with -; $(if $(filter CURDIR,$v),move it,give another) (status 2))))

Q   := $(if $(filter 1,$(V)),,@)
say  = $(if $(filter 1,$(V)),,@printf '  %-8s %s\n' '$(1)' '$(2)')

# What to install: for a build, for measuring what was built in a container, or for the build in that container.
setup_for := $(if $(SAMEBITS_INSIDE),image,$(if $(BUILD),use,build))
installed := $(OUT)/.setup-$(setup_for)
$(installed): scripts/setup packages/system.sh packages/packages.table packages/names.table
	$(Q)scripts/setup $(setup_for)
	$(Q)mkdir -p $(OUT) && touch $@

include environments/environments.mk
include scripts/checks.mk
include scripts/near.mk

# Two makes that build in one OUT would disturb each other, so each locks it and the second one waits.
# Make restarts itself under the lock; it checks the variables before, since checks need not wait.
goals := $(or $(MAKECMDGOALS),help)
$(if $(filter-out help help-all completion,$(goals)),$(if $(filter-out yes no,$(SETUP)),$(error samebits: SETUP=$(SETUP) is neither yes nor no (status 2))))
$(if $(filter-out help help-all completion,$(goals)),$(if $(filter-out container,$(BUILD)),$(error samebits: BUILD=$(BUILD) is not container (status 2))))
in_container := $(strip $(BUILD))
building_nothing := help help-all completion $(near) deps check lint clean distclean dist-verify results-from check-%
ifeq ($(filter-out $(building_nothing),$(goals)),)
alone := not needed
unexport RELEASE
else ifneq ($(strip $(RELEASE)),)
use_release := yes
else ifeq ($(SAMEBITS_ALONE),$(abspath $(OUT)))
alone := yes
# Before long recipes that build nothing. set -f: words of ENVS, for example, are not expanded as patterns. A container only builds.
let_others_build := $(if $(SAMEBITS_INSIDE),:,set -f; exec scripts/unlocked)
# A host tool built there is static: the host's C library and GSL may differ.
for_host := $(if $(SAMEBITS_INSIDE),-static)
endif

ifdef alone
include sources/sources.mk
include kernel-config/kernel.mk
include kernel-config/metal/metal.mk
include rootfs/toolchain.mk
include bench/bench.mk
include init/init.mk
include watch/watch.mk
include rootfs/rootfs.mk
include docker/docker.mk
include disk/disk.mk
include report/report.mk
include disk/flash.mk
include scripts/run.mk
include tests/kvm/kvm.mk
include kernel-config/peers/peers.mk
include release/release.mk
include tests/tests.mk

.PHONY: help help-all completion deps all clean distclean
documented = $(filter-out $(config) %.d,$(MAKEFILE_LIST))
##@ Help
help: ## show the usual targets and variables on one screen
	@scripts/help first $(documented)

help-all: ## show this list
	@scripts/help all $(documented)

completion: ## complete targets and variables in bash and zsh: eval "$(make -s completion)"
	@scripts/help completion $(documented)

##@ Build
deps: ## list what would be installed on this machine, and why; install nothing
	$(Q)scripts/setup deps

all: $(OUT)/vmlinux $(OUT)/vmlinuz $(OUT)/initramfs.cpio $(OUT)/image.tar $(OUT)/build.json $(OUT)/bench.1 $(host_tools) ##! build kernel, root file system, initramfs, OCI image

clean: ##! remove what was built (keeps the source cache and results)
	$(Q)scripts/clean

distclean: ## remove what was built, the source cache and results
	$(Q)scripts/clean all

$(take)
else
ifneq ($(strip $(foreach c,$(odd),$(findstring $c,$(goals)))),)
$(error samebits: unknown target; make help-all lists all (status 2))
endif
.PHONY: again $(goals)
ifdef use_release
$(filter-out $(near),$(goals)): ; @exec setpriv --pdeathsig TERM scripts/use-release $@
else
$(filter-out $(near),$(goals)): again ; @:
again: $(foreach goal,$(goals),$(check_$(goal)))
	$(if $(in_container),@scripts/setup use)
	$(if $(in_container),@scripts/alone docker/build $(goals))
	@+SAMEBITS_ALONE=$(abspath $(OUT)) exec scripts/alone $(MAKE) --no-print-directory $(goals)
endif
endif
