# Sources: fetched, checked against sources.lock, unpacked.

sources := linux linux-headers busybox musl
# Only for the disk image; build.json does not list them.
disk_sources := syslinux systemd-boot
all_sources := $(sources) $(disk_sources)

# `used` keeps its time while its content stays the same: a lock that changed for one source rebuilds only that one.
$(all_sources:%=$(OUT)/sources/%/.fetched): $(OUT)/sources/%/.fetched: sources.lock sources/fetch sources/apt.sh $(if $(UPDATE_LOCK),FORCE) | $(installed)
	$(call say,FETCH,$*)
	$(Q)sources/fetch $*
	$(Q)touch $@

$(all_sources:%=$(OUT)/sources/%/used): %/used: %/.fetched
	$(Q)test -s $@ || sources/fetch $(notdir $*)

# .unpacked identifies the tree for the rules that build in it.
linux_patches := $(sort $(wildcard kernel-config/patches/*.patch))
$(OUT)/src/linux/.unpacked: $(OUT)/sources/linux/used $(linux_patches)
	$(call say,UNPACK,linux)
	$(Q)rm -rf $(@D) $(@D).tmp $(@D).deb && mkdir -p $(@D).tmp $(@D).deb
	$(Q)sources/unpack $(@D).deb $<
	$(Q)tar -xJf $(@D).deb/usr/src/linux-source-*.tar.xz --no-same-owner --strip-components=1 -C $(@D).tmp
	$(Q)rm -rf $(@D).deb
	$(Q)for patch in $(linux_patches); do patch -s -p1 -d $(@D).tmp <$$patch || exit; done
	$(Q)cut -d ' ' -f 1 $< >$(@D).tmp/.parts && cat $(linux_patches) >>$(@D).tmp/.parts && sha256sum <$(@D).tmp/.parts >$(@D).tmp/.unpacked
	$(Q)rm $(@D).tmp/.parts
	$(Q)mv $(@D).tmp $(@D)

$(OUT)/src/busybox/.unpacked: $(OUT)/sources/busybox/used
	$(call say,UNPACK,busybox)
	$(Q)rm -rf $(@D) $(@D).tmp && mkdir -p $(@D).tmp
	$(Q)sources/unpack $(@D).tmp $<
	$(Q)touch $(@D).tmp/.unpacked && mv $(@D).tmp $(@D)

.PHONY: FORCE
FORCE:
