# Sources: fetched, checked against sources.lock, unpacked.

sources := linux busybox musl

# `used` keeps its time while its content stays the same: a lock that changed for one source rebuilds only that.
$(sources:%=$(OUT)/sources/%/.fetched): $(OUT)/sources/%/.fetched: sources.lock scripts/fetch scripts/apt.sh $(if $(UPDATE_LOCK),FORCE) | $(SETUP)
	$(call say,FETCH,$*)
	$(Q)scripts/fetch $*
	$(Q)touch $@

$(sources:%=$(OUT)/sources/%/used): %/used: %/.fetched
	$(Q)test -e $@ || scripts/fetch $(notdir $*)

$(OUT)/src/linux/.unpacked: $(OUT)/sources/linux/used
	$(call say,UNPACK,linux)
	$(Q)rm -rf $(@D) $(@D).tmp && mkdir -p $(@D).tmp
	$(Q)dpkg-deb --fsys-tarfile $(<D)/$$(awk '{print $$2}' $<) | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' | \
		tar -xJ --no-same-owner --strip-components=1 -C $(@D).tmp
	$(Q)touch $(@D).tmp/.unpacked && mv $(@D).tmp $(@D)

$(OUT)/src/busybox/.unpacked: $(OUT)/sources/busybox/used
	$(call say,UNPACK,busybox)
	$(Q)rm -rf $(@D) $(@D).tmp && mkdir -p $(@D:/busybox=)
	$(Q)dpkg-source --no-check -x $(<D)/$$(awk '$$2 ~ /\.dsc$$/ {print $$2}' $<) $(@D).tmp >/dev/null
	$(Q)touch $(@D).tmp/.unpacked && mv $(@D).tmp $(@D)

.PHONY: FORCE
FORCE:
