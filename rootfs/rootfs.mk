# The root file system: one list, one archive. The container's layer is that archive, the initramfs is made from it.

# The environment is emptied: busybox would use the user's CFLAGS, and write the date into its configuration.
busybox_make = umask 022 && env -i PATH="$$PATH" LC_ALL=C KCONFIG_NOTIMESTAMP=1 SOURCE_DATE_EPOCH=0 \
	$(MAKE) $(if $(filter 1,$(V)),V=1,-s) -j"$$(nproc)" -C $(OUT)/src/busybox O=$(abspath $(OUT))/build/busybox \
	CC=$(MUSL_CC) CONFIG_EXTRA_CFLAGS=-ffile-prefix-map=$(abspath $(OUT))=out CONFIG_EXTRA_LDFLAGS=-Wl,--build-id=none,-z,noseparate-code,-z,norelro

# When an option occurs twice, kconfig takes the first value (and reports it at length).
$(OUT)/bin/busybox: rootfs/busybox.config kernel-config/check $(OUT)/src/busybox/.unpacked $(MUSL)
	$(call say,BUSYBOX,$@)
	$(Q)rm -rf $(OUT)/build/busybox && mkdir -p $(OUT)/build/busybox $(@D)
	$(Q)$(busybox_make) allnoconfig >/dev/null
	$(Q)cd $(OUT)/build/busybox && mv .config no.config && cat $(CURDIR)/$< no.config >.config
	$(Q)$(busybox_make) oldconfig </dev/null >/dev/null 2>&1
	$(Q)kernel-config/check $(OUT)/build/busybox/.config $<
	$(Q)$(busybox_make) busybox >$(OUT)/build/busybox/log 2>&1 || { tail -n 20 $(OUT)/build/busybox/log >&2; exit 1; }
	$(Q)cp $(OUT)/build/busybox/busybox $@.tmp && mv $@.tmp $@

# The directories are prerequisites, too: removing a file changes them.
$(OUT)/rootfs.tar: rootfs/rootfs.list rootfs/pack $(OUT)/bin/init $(OUT)/bin/bench $(OUT)/bin/busybox \
		rootfs/etc rootfs/suites $(wildcard rootfs/etc/* rootfs/suites/*.suite)
	$(call say,ROOTFS,$@)
	$(Q)rootfs/pack $< $@

# To a file, not a pipe, which bsdtar pads differently.
$(OUT)/initramfs.cpio: $(OUT)/rootfs.tar
	$(call say,CPIO,$@)
	$(Q)bsdtar --format=newc -cf $@.tmp @$< && mv $@.tmp $@

$(OUT)/rootfs.manifest: $(OUT)/rootfs.tar rootfs/manifest
	$(Q)rootfs/manifest $< >$@.tmp && mv $@.tmp $@
