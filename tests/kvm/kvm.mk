# The product under a real KVM, in a machine that QEMU emulates: tests/kvm/outer. Its kernel is the one with which bench-kernels
# compares ours.

outer := $(OUT)/build/kvm/initramfs.cpio
outer_modules := ext4 virtio_pci virtio_blk virtiofs overlay kvm-amd

$(OUT)/build/kvm/init: tests/kvm/init.c tests/kvm/kvm.mk | $(installed)
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wpedantic -static -o $@.tmp $< && mv $@.tmp $@

$(outer): $(OUT)/build/kvm/init sources.lock environments/qemu/modules
	$(call say,CPIO,$@)
	$(Q)kernel-config/peers/kernel cloud
	$(Q)environments/qemu/modules $(OUT)/peers/cloud/vmlinuz $@.modules $(outer_modules) >/dev/null
	$(Q)printf '%s\n' '#mtree' './init type=file mode=0755 uid=0 gid=0 time=0 contents=$(abspath $<)' >$@.mtree
	$(Q)bsdtar --format=newc -cf $@.init @$@.mtree && cat $@.init $@.modules >$@.tmp && mv $@.tmp $@

##@ Test and change
.PHONY: check-kvm
check-kvm: ## test the KVM path in an emulated machine; part of check
	$(Q)$(MAKE) --no-print-directory check TESTS=kvm
