# Finds the environments and what each starts: a file of this folder without a suffix is one, and so is a folder that contains
# environment.sh. README.md describes their format.

room := $(foreach f,$(wildcard environments/*),$(if $(findstring .,$f),,$(if $(wildcard $f/.),$(wildcard $f/environment.sh),$f)))
environments := $(patsubst environments/%,%,$(room:/environment.sh=))
# Words ENVIRONMENT=FILE, one for each file of OUT that an environment starts.
room_needs := $(if $(room),$(shell scripts/needs $(environments)))
