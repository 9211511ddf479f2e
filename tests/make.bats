# What make offers to developers: help, completion, names of folders, permanent settings, single tests, a build for debugging.
# needs: nothing
load helper

setup() {
	make_dir
}

teardown() {
	forget_dir
}

# copy_tree: makes $dir/tree, with the repository's files
copy_tree() {
	mkdir "$dir/tree"
	git ls-files -co --exclude-standard -z | xargs -0 cp --parents -t "$dir/tree"
}

# bats test_tags=quick
@test "make help is one screen, and make help-all has all of it" {
	make help >"$dir/first"
	make help-all >"$dir/all"
	[ "$(wc -l <"$dir/first")" -le 24 ]
	[ "$(wc -L <"$dir/first")" -le 80 ]
	[ "$(grep -c '^  ' "$dir/first")" -ge 15 ]
	run ! grep '^Others' "$dir/all"
	sed -n 's/^  \([^ ]*\) .*/\1/p' "$dir/first" | sed '/^NAME-run$/d' | while read -r name; do
		grep -q "^  $name " "$dir/all"
	done
}

# bats test_tags=quick
@test "make with the name of a folder or an environment lists related targets" {
	local name target
	make help-all >"$dir/all"
	for name in $(git ls-files | sed -n 's|^\([a-z][^/]*\)/.*|\1|p' | sort -u | sed '/^fleet$/d; /^report$/d') out qemu podman; do
		# Not with `run`, which removes the blanks before the first line.
		status=0
		make "$name" >"$dir/output" 2>"$dir/said" || status=$?
		cat "$dir/said"
		[ "$status" = 2 ]
		[ ! -s "$dir/output" ]
		grep "samebits: $name is not a target; the nearest are above, make help-all lists all (status 2)" "$dir/said"
		grep '^  ' "$dir/said" >"$dir/near"
		sed -n "s/^near_$name *:= //p" scripts/near.mk | tr ' ' '\n' >"$dir/listed"
		while read -r target; do
			grep "^  $target " "$dir/near"
		done <"$dir/listed"
		run ! grep -vxFf "$dir/all" "$dir/near"
	done
}

@test "the output of make completion completes targets and variables in bash, only in this checkout" {
	cat >"$dir/try" <<-'SCRIPT'
		eval "$(make -s completion)"
		complete -p make
		try() {
			COMPREPLY=()
			_samebits make "$1" make
			echo "$1: ${COMPREPLY[*]}"
		}
		try docker-
		try GATE
		cd /
		try docker-
		_make() { COMPREPLY=(other); }
		try docker-
	SCRIPT
	run bash --norc "$dir/try"
	echo "$output"
	[[ ${lines[0]} == *'-F _samebits make' ]]
	[ "${lines[1]}" = 'docker-: docker-run docker-shell' ]
	[ "${lines[2]}" = 'GATE: GATE= GATE_STRICT=' ]
	[ "${lines[3]}" = 'docker-: ' ]
	[ "${lines[4]}" = 'docker-: other' ]
}

@test "the output of make completion works in zsh, too" {
	# A terminal of its own, in which a key is pressed.
	cat >"$dir/try" <<-'SCRIPT'
		zmodload zsh/zpty
		zpty shell zsh -f -i
		zpty -w shell 'PS1="> "; autoload -U compinit && compinit -u -D; eval "$(make -s completion)"; echo rea""dy'
		zpty -r shell said '*ready*'
		zpty -w -n shell $'make docker-\t\t'
		zpty -r shell said '*docker-shell*'
		print -r -- "$said"
		zpty -d shell
	SCRIPT
	run timeout 60 zsh -f "$dir/try"
	echo "$output"
	[[ $output == *docker-run*docker-shell* ]]
}

@test "config.mak has persistent settings: environment and command line take precedence, and nothing is expanded" {
	copy_tree
	cd "$dir/tree"
	unset SAMEBITS_CONFIG
	export OUT=$dir/out
	cat >config.mak <<-'FILE'
		# ours
		CPUS   = none   # processors
		ENVS = native native:again=1
		MEMORY = $(shell touch made)
	FILE
	run --separate-stderr make check-goal
	[[ $stderr == *'samebits: CPUS=none is not a positive whole number (status 2)'* ]]
	CPUS=1 run --separate-stderr make check-goal
	[[ $stderr == *'samebits: MEMORY=$(shell touch made) is not a size'* ]]
	run --separate-stderr make check-goal CPUS=1 MEMORY=lots
	[[ $stderr == *'samebits: MEMORY=lots is not a size'* ]]
	CPUS=none make check-goal CPUS=1 MEMORY=64M
	[ ! -e made ]
	run --separate-stderr make check-goal CPUS=1 MEMORY=64M ENVS=vmware
	[[ $stderr == *'environment vmware is unknown'* ]]
	echo 'OUT = a b' >config.mak
	run --separate-stderr env -u OUT make help
	[ "$status" = 2 ]
	[[ $stderr == *'samebits: OUT has a blank'* ]]
	echo 'ITERATON = 3' >config.mak
	run --separate-stderr make help
	[ "$status" = 2 ]
	[[ $stderr == *'samebits: config.mak sets the unknown variable ITERATON; make help-all lists all (status 2).'* ]]
	# It is ignored by git.
	[ "$(git -C "$TOP" check-ignore config.mak compile_commands.json | wc -l)" = 2 ]
}

# alone COMMAND...: without the variables of this bats, which would confuse another one
alone() {
	env -i PATH="${PATH//"$BATS_LIBEXEC:"/}" ${TESTS:+TESTS="$TESTS"} "$@"
}

# small_tests: makes $dir/tree, with tests/run and three test files, whose tests and tags bats would otherwise take for ours.
small_tests() {
	mkdir -p "$dir/tree/scripts" "$dir/tree/tests"
	cp tests/run tests/run-file "$dir/tree/tests"
	cp scripts/lib.sh "$dir/tree/scripts"
	cd "$dir/tree"
	sed 's/^a test/@test/; s/^# tags/# bats/' >tests/one.bats <<-'FILE'
		# tags file_tags=measures
		# needs: for-bench all
		a test "it is (so)" {
			true
		}
	FILE
	sed 's/^a test/@test/; s/^# tags/# bats/' >tests/two.bats <<-'FILE'
		# needs: for-bench
		# tags test_tags=quick
		a test "it is that" {
			sleep 2
		}
		a test "it fails" {
			false
		}
		a test "it is skipped" {
			skip 'for a reason'
		}
	FILE
	sed 's/^a test/@test/; s/^# tags/# bats/' >tests/three.bats <<-'FILE'
		# needs: nothing
		a test "a third" {
			true
		}
	FILE
}

@test "tests/run ends with the files' times, slowest first, the skipped tests, and the totals" {
	small_tests
	run alone tests/run
	echo "$output"
	[ "$status" = 1 ]
	[ "$(sed -n 's/^ok [0-9]* \([^ ]*\).*/\1/p' <<<"$output" | sort | tr '\n' ' ')" = 'a it it it ' ]
	[ "${lines[-1]}" = '3 passed, 1 failed, 1 skipped' ]
	[ "${lines[-2]}" = 'skipped: it is skipped (for a reason)' ]
	printf '%s\n' "${lines[@]: -5:3}" >"$dir/times"
	[ "$(sed 's/^ *[0-9]* s  //' "$dir/times" | sort | tr '\n' ' ')" = 'one three two ' ]
	sort -sc -k 1,1rn "$dir/times"
}

@test "TESTS selects files and tests, and what these need" {
	small_tests
	[ "$(tests/run --needs | tr '\n' ' ')" = 'all for-bench ' ]
	[ "$(TESTS=two tests/run --needs)" = for-bench ]
	[ -z "$(TESTS=three tests/run --needs)" ]
	[ "$(TESTS='it fails' tests/run --needs)" = for-bench ]
	[ "$(tests/run --quick --needs)" = for-bench ]
	chosen() {
		run alone tests/run "$@"
		echo "$output"
		sed -n 's/^\(not \)\?ok [0-9]* \(.*\) in .*/\2/p' <<<"$output" | sort >"$dir/chosen"
	}
	TESTS='tests/three.bats one' chosen
	[ "$(paste -sd , "$dir/chosen")" = 'a third,it is (so)' ]
	TESTS='it is (t|[(])' chosen
	[ "$(paste -sd , "$dir/chosen")" = 'it is (so),it is that' ]
	TESTS='two three ^it is t' chosen --quick
	[ "$(cat "$dir/chosen")" = 'it is that' ]
	[ "${lines[-1]}" = '1 passed, 0 failed, 0 skipped' ]
	chosen three
	[ "$(cat "$dir/chosen")" = 'a third' ]
	TESTS=fuor refused 2 "TESTS=fuor: tests/ has no file fuor.bats, and no test there matches 'fuor'; files: one three two" tests/run
	TESTS='three fails' refused 2 "no test there matches 'fails'" tests/run
	TESTS='it (' refused 2 'is not a regular expression' tests/run
}

@test "make check refuses wrong TESTS first; each file of tests states what it needs, and make can build it" {
	run --separate-stderr make check OUT="$dir/out" TESTS=reprot
	echo "$output $stderr"
	[ "$status" = 2 ]
	[[ $stderr == *"samebits: TESTS=reprot: tests/ has no file reprot.bats"*' report '*'(status 2)'* ]]
	[ ! -e "$dir/out" ]
	for file in tests/*.bats; do
		grep '^# needs: ' "$file" || { echo "$file does not say what it needs" && false; }
	done
	make -n OUT="$dir/out" $(tests/run --needs) >/dev/null
	# The report needs no kernel, whose build takes minutes.
	make -n OUT="$dir/out" $(TESTS=report tests/run --needs) >"$dir/built"
	grep -q bin/stats "$dir/built"
	run ! grep kernel-config/build "$dir/built"
}

@test "make debug builds bench and init with symbols and sanitizers" {
	make debug
	for program in bench init; do
		readelf -S "$OUT/debug/$program" | grep '\.debug_info'
		nm "$OUT/debug/$program" | grep __asan_init
		nm "$OUT/debug/$program" | grep __ubsan_
	done
	# As the first process of a container, with the machine's libraries.
	run --separate-stderr bwrap --unshare-all --as-pid-1 --ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 \
		--proc /proc --dev /dev --tmpfs /scratch --ro-bind "$OUT/debug/bench" /bin/bench --ro-bind "$OUT/debug/init" /init \
		--setenv container bubblewrap /init cpu --cpu-max-prime=100 --events=1 run
	echo "$output $stderr"
	[ "$status" = 0 ]
	[[ $output == *'total number of events:              1'* ]]
}

@test "compile_commands.json has each C file as make compiles it" {
	copy_tree
	cd "$dir/tree"
	make OUT="$dir/out" compile_commands.json
	diff <(cd "$TOP" && git ls-files -co --exclude-standard '*.c' | sort) <(jq -r '.[].file' compile_commands.json | sort)
	eval "$(jq -r '.[] | select(.file == "watch/watch.c") | "cd \(.directory) && \(.arguments | join(" ")) -fsyntax-only"' compile_commands.json)"
}
