# A goal's variables are checked before anything is built or waited for.

$(foreach e,$(environments),$(eval check_$e-run := check-words-$e)$(eval check_$e-shell := check-words-$e))
check_compare      := check-goal
check_bench-self   := check-envs
check_verify       := check-envs
check_report       := check-gate
check_fleet        := check-gate
check_flash        := check-device

.PHONY: check-envs check-gate check-goal check-device $(environments:%=check-words-%)
$(environments:%=check-words-%): check-words-%:
	$(Q)scripts/check-settings $*
check-envs:
	$(Q)set -f; scripts/check-settings $$ENVS
check-gate:
	$(Q)[ -z "$$GATE" ] || scripts/gate "$$GATE"
check-goal: check-envs
	$(Q)set -f; [ -z "$$BASELINE" ] || scripts/check-baseline $$ENVS
	$(Q)set -f; [ -z "$$GATE" ] || scripts/gate "$$GATE" -- $$ENVS
check-device: | $(installed)
	$(Q)disk/check-device "$$DEV"
