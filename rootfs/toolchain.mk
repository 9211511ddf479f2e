# A compiler for static binaries: the machine's gcc with musl and the headers of our kernel, nothing from the host's libraries.
# Whatever is built with it depends on $(MUSL).

MUSL    := $(OUT)/musl/musl-gcc
MUSL_CC := $(abspath $(MUSL))
# File names inside the binaries are relative: a checkout elsewhere gives the same bytes.
MUSL_CFLAGS  := -std=c11 -D_GNU_SOURCE -O2 -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables \
	-Wall -Wextra -Wpedantic -fno-pie \
	-ffile-prefix-map=$(abspath $(OUT))=out -ffile-prefix-map=$(CURDIR)=.
MUSL_LDFLAGS := -static -no-pie -s -Wl,--build-id=none,-z,noseparate-code,-z,norelro,--gc-sections,--sort-section=alignment

# $(call compile_static,FLAGS) is the recipe of a static program from its prerequisites in C.
define compile_static
$(Q)mkdir -p $(@D)
$(call say,CC,$@)
$(Q)$(MUSL_CC) $(MUSL_CFLAGS) $1 $(MUSL_LDFLAGS) -o $@.tmp $(filter %.c,$^) && mv $@.tmp $@
endef

# The kernel's headers, as its own make installs them, come after musl's. CPATH and the like would put the user's first.
$(MUSL): $(OUT)/sources/musl/used $(OUT)/sources/linux-headers/used rootfs/toolchain.mk | $(installed)
	$(call say,UNPACK,musl and the headers of the kernel)
	$(Q)rm -rf $(@D) $(@D).tmp && mkdir -p $(@D).tmp
	$(Q)sources/unpack $(@D).tmp $(filter %/used,$^)
	$(Q)sed 's|/usr/|$(abspath $(@D))/usr/|g' $(@D).tmp/usr/lib/*/musl-gcc.specs >$(@D).tmp/specs
	$(Q)printf '%s\n' '#!/bin/sh' \
		'unset CPATH C_INCLUDE_PATH LIBRARY_PATH COMPILER_PATH GCC_EXEC_PREFIX' \
		'here=$(abspath $(@D))' \
		'exec gcc "$$@" -specs "$$here/specs" -idirafter "$$here/usr/include" -idirafter "$$here/usr/include/x86_64-linux-gnu"' \
		>$(@D).tmp/musl-gcc
	$(Q)chmod +x $(@D).tmp/musl-gcc && mv $(@D).tmp $(@D)
