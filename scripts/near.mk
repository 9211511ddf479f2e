# Names of folders and of environments are not targets: each suggests related targets.

near_bench         := native-run bench-parity all
near_disk          := disk-image flash results-from
near_docs          := help-all
near_environments  := compare verify
near_init          := all qemu-shell
near_kernel-config := all bench-boot
near_out           := all clean
near_packages      := deps
near_programs      := compare
near_release       := dist dist-verify
near_rootfs        := all verify
near_scripts       := help-all compare
near_sources       := all dist-sources
near_tests         := check check-fast lint
near_watch         := all compare
$(foreach e,$(environments),$(eval near_$e := $e-run $e-shell))

near := $(foreach v,$(filter near_%,$(.VARIABLES)),$(if $(filter file,$(origin $v)),$(v:near_%=%)))
.PHONY: $(near)
$(near):
	@scripts/help near '$@ $(near_$@)' $(documented)
