# The container image: the root file system's archive as its only layer.

$(OUT)/image.tar: $(OUT)/rootfs.tar $(OUT)/rootfs.manifest docker/image
	$(call say,IMAGE,$@)
	$(Q)docker/image $(OUT)/rootfs.tar $(OUT)/rootfs.manifest $@

# What was built, and from what.
$(OUT)/build.json: $(sources:%=$(OUT)/sources/%/used) $(OUT)/vmlinux $(OUT)/vmlinuz $(OUT)/initramfs.cpio $(OUT)/image.tar \
		$(OUT)/rootfs.manifest scripts/build-info
	$(Q)scripts/build-info $(sources) >$@.tmp && mv $@.tmp $@
