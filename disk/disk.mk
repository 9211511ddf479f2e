# The image for machines of their own: see disk/image for what is in it, disk/samebits.conf for what such a machine does.

##@ Disks
IMG        ?=                        ## file that is such an image, or was read from such a disk
DEV        ?=                        ## disk, as /dev/sdX
LOG        ?=                        ## log of a serial line that machines sent their results over

bootloaders := $(OUT)/bootloaders/.unpacked
$(bootloaders): $(OUT)/sources/syslinux/used $(OUT)/sources/systemd-boot/used
	$(call say,UNPACK,boot loaders)
	$(Q)rm -rf $(@D) $(@D).tmp && mkdir -p $(@D).tmp
	$(Q)sources/unpack $(@D).tmp $^
	$(Q)touch $(@D).tmp/.unpacked && mv $(@D).tmp $(@D)

for_disk := $(OUT)/metal/vmlinuz $(OUT)/initramfs.cpio $(OUT)/rootfs.manifest $(bootloaders)
$(OUT)/disk.img $(OUT)/disk.img.bmap &: $(for_disk) disk/image disk/layout.sh disk/samebits.conf disk/syslinux.cfg disk/loader.conf disk/entry.conf | $(installed)
	$(call say,DISK,$(OUT)/disk.img)
	$(Q)disk/image $(OUT)/disk.img

##@ Build
.PHONY: disk-image results-from
disk-image: $(OUT)/disk.img $(OUT)/disk.img.bmap ##! a disk image that machines start from, to run a suite

##@ Disks
results-from: ## take the results off DEV or IMG, or out of LOG; into RUN, or runs of the names that they have there
	$(Q)disk/results-from
