# The release: a folder with everything, its hashes, and the origin of all parts.

##@ Release
VERSION         ?=                   ## version of the release; default: by git describe
SIGN_KEY        ?=                   ## SSH key that signs the release's checksums
DIST            ?=                   ## folder that dist-verify checks; default: the newest release
ALLOWED_SIGNERS ?=                   ## file of the keys that dist-verify accepts (see man ssh-keygen)

static   := $(addprefix $(OUT)/static/,watch tsc stats)
released := $(addprefix $(OUT)/,vmlinux vmlinuz initramfs.cpio image.tar rootfs.tar rootfs.manifest bin/bench bench.1 build.json disk.img.xz disk.img.bmap) $(static)

# What runs on the measuring machine itself. A release's must not depend on that machine: it may be another distribution, without GSL.
$(OUT)/static/watch: $(watch_parts)
$(OUT)/static/watch $(OUT)/static/tsc: $(OUT)/static/%: watch/%.c bench/clock.h release/release.mk $(MUSL)
	$(call compile_static,-Ibench)

# Debian's libgsl.a and libjansson.a are made for glibc.
$(OUT)/static/stats: $(stats_sources) $(stats_headers) release/release.mk | $(installed)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)gcc -std=c11 -D_GNU_SOURCE -O2 -ffunction-sections -fdata-sections -ffile-prefix-map=$(CURDIR)=. -Wall -Wextra -Wpedantic -Ibench \
		-static -no-pie -s -Wl,--build-id=none,--gc-sections -o $@.tmp $(filter %.c,$^) $(stats_libs) && mv $@.tmp $@

# Nearly all of it is zeroes, and the rest is compressed already: the first level compresses as well as the ninth.
$(OUT)/disk.img.xz: $(OUT)/disk.img
	$(call say,XZ,$@)
	$(Q)xz -1 -T1 -c $< >$@.tmp && mv $@.tmp $@

.PHONY: dist dist-verify dist-sources reproduce
dist: $(released) ## build a release with checksums, SBOM and list of sources, in OUT/dist/samebits-VERSION
	$(Q)release/dist

dist-verify: ## check a release end to end, offline
	$(Q)release/verify

dist-sources: ## fetch the source that has to be offered with a release, into OUT/dist/sources-VERSION
	$(Q)release/gather

reproduce: ## rebuild a release from its source archive, as another user, elsewhere, at another time, and compare
	$(Q)release/reproduce
