# Writing the disk image to a disk, DEV.

##@ Disks
FORCE      ?=                        ## yes: flash a disk that is not removable, too
CONFIRM    ?=                        ## name of the disk to flash, where nobody is there to type it
DRY_RUN    ?=                        ## 1: see whether flash would go well, and write nothing

.PHONY: flash
flash: $(OUT)/disk.img $(OUT)/disk.img.bmap ## write the disk image to DEV, and read it back
	$(Q)disk/flash $(OUT)/disk.img "$$DEV"
