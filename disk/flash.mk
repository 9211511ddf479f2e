# Writing the disk image to a disk, DEV.

##@ Disks
FORCE      ?=                        ## yes: flash even a disk that is not removable
CONFIRM    ?=                        ## name of the disk to flash, instead of typing it
DRY_RUN    ?=                        ## 1: check whether flash would succeed, and write nothing

.PHONY: flash
flash: $(OUT)/disk.img $(OUT)/disk.img.bmap ## write the disk image to DEV, and read it back
	$(Q)disk/flash $(OUT)/disk.img "$$DEV"
