# Other kernels, with which our kernel's start and sizes are compared; made only when bench-boot needs them.

peers_tools := $(OUT)/peers/boot $(OUT)/peers/plugin.so $(OUT)/peers/floor $(OUT)/peers/initramfs.cpio
for_peers   := $(OUT)/vmlinux $(OUT)/vmlinuz $(host_tools) $(peers_tools)

$(OUT)/peers/boot: kernel-config/peers/boot.c bench/clock.h kernel-config/peers/peers.mk | $(installed)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wpedantic -Ibench -o $@.tmp $< && mv $@.tmp $@

$(OUT)/peers/plugin.so: kernel-config/peers/plugin.c kernel-config/peers/peers.mk | $(installed)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wpedantic -fPIC -shared -o $@.tmp $< && mv $@.tmp $@

$(OUT)/peers/floor: kernel-config/peers/floor.S kernel-config/peers/peers.mk | $(installed)
	$(Q)mkdir -p $(@D)
	$(call say,AS,$@)
	$(Q)gcc -nostdlib -static -no-pie -Wl,-N,--no-warn-rwx-segments,--build-id=none,-Ttext=0x100000 -o $@.tmp $< && mv $@.tmp $@

$(OUT)/peers/mark: kernel-config/peers/mark.c kernel-config/peers/peers.mk $(MUSL)
	$(call compile_static)

# Our initramfs, unchanged, followed by a second archive: the kernel unpacks both.
$(OUT)/peers/initramfs.cpio: $(OUT)/initramfs.cpio $(OUT)/peers/mark
	$(call say,CPIO,$@)
	$(Q)printf '%s\n' '#mtree' './dev/kmsg type=char device=native,1,11 mode=0600 uid=0 gid=0 time=0' \
		'./mark type=file mode=0755 uid=0 gid=0 time=0 contents=$(abspath $(OUT))/peers/mark' >$@.mtree
	$(Q)bsdtar --format=newc -cf $@.mark @$@.mtree && cat $< $@.mark >$@.tmp && mv $@.tmp $@

##@ More measurements
.PHONY: bench-boot bench-exits bench-kernels bench-size count-exits count-instructions
bench-boot: $(for_peers) $(for_report) $(OUT)/src/linux/.unpacked ## boot our kernel and others BOOTS times each, interleaved, and compare
	$(Q)kernel-config/peers/bench-boot

bench-exits: $(for_peers) $(outer) $(OUT)/src/linux/.unpacked ## count exits to KVM of our guest and others, until init and per event
	$(Q)kernel-config/peers/bench-exits

count-exits: $(for_peers) $(outer) ## count the exits of a start again, and store the numbers in the repository
	$(Q)kernel-config/peers/count-exits keep

# On a machine with PCI: Debian's virtio-mmio driver cannot discover microvm's devices.
bench-kernels: $(for_qemu) $(for_report) ## run a suite on our kernel and Debian's cloud kernel, interleaved, and compare
	$(Q)kernel-config/peers/kernel cloud
	$(Q)export RUN=$${RUN:-$$(date -u +%Y%m%dT%H%M%SZ)} MACHINE=q35 SUITE=kernel-config/peers/kernels.suite && \
	scripts/measure qemu qemu:kernel=$(OUT)/peers/cloud/vmlinuz && scripts/report "$$RUN"

bench-size: $(for_peers) $(OUT)/image.tar $(OUT)/rootfs.manifest ## measure kernel, initramfs and image, and the memory that a guest needs
	$(Q)kernel-config/peers/bench-size

count-instructions: $(for_peers) ## count the instructions of a start again, and store the number in the repository
	$(Q)kernel-config/peers/count keep
