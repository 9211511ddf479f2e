# The environments that there are, and what each starts: a file of this folder without a suffix is one, and so is a folder with
# environment.sh in it. They are written as README.md says.

room := $(foreach f,$(wildcard environments/*),$(if $(findstring .,$f),,$(if $(wildcard $f/.),$(wildcard $f/environment.sh),$f)))
environments := $(patsubst environments/%,%,$(room:/environment.sh=))
# Words ENVIRONMENT=FILE, each of which it starts from OUT.
room_needs := $(if $(room),$(shell scripts/needs $(environments)))
