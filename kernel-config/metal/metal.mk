# The kernel of the disk image: the fragments that it shares with the guest's kernel, and its own.

metal_fragments := $(fragments) kernel-config/metal/metal.config

$(eval $(call kernel,$(OUT)/metal,$(OUT)/metal/build/asked/.config,$(metal_fragments)))
