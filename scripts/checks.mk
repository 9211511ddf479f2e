# What is wrong with the words that a goal is given is said before anything is built, or waited for.

check_qemu-run     := check-qemu
check_qemu-shell   := check-qemu
check_docker-run   := check-docker
check_docker-shell := check-docker
check_native-run   := check-native
check_compare      := check-goal
check_bench-self   := check-envs
check_report       := check-gate
check_flash        := check-device

.PHONY: check-qemu check-docker check-native check-envs check-gate check-goal check-device
check-qemu check-docker check-native: check-%:
	$(Q)scripts/check-settings $*
check-envs:
	$(Q)set -f; scripts/check-settings $$ENVS
check-gate:
	$(Q)[ -z "$$GATE" ] || scripts/gate "$$GATE"
check-goal: check-envs
	$(Q)set -f; [ -z "$$GATE" ] || scripts/gate "$$GATE" -- $$ENVS
check-device: | $(SETUP)
	$(Q)disk/check-device "$$DEV"
