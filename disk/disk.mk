# The image for bare-metal machines: disk/image describes its content, disk/samebits.conf what such a machine does.

##@ Disks
IMG        ?=                        ## disk image to read results from
DEV        ?=                        ## disk to write or to read, such as /dev/sdX
LOG        ?=                        ## log of a serial line to read results from

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
disk-image: $(OUT)/disk.img $(OUT)/disk.img.bmap ##! build a disk image that boots a machine and runs a suite

##@ Disks
results-from: ## read the results from DEV, IMG or LOG into RUN; default: into runs with their own names
	$(Q)disk/results-from
