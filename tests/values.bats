# Values that users give remain values: neither make nor a shell executes any part of them.
# needs: nothing
load helper

setup() {
	make_dir
	cd "$dir"
}

teardown() {
	forget_dir
}

# Creates a file `p` when make, or a shell that it is pasted into, with any quotes, executes it.
made=$BATS_RUN_TMPDIR/p
hostile="x; touch $made; \$(touch $made) \`touch $made\` '; touch $made; ' \"; touch $made; \" \$(shell touch $made)"
folded=$'x\n\ttouch '$made$'\n'

variables() {
	make -C "$TOP" --no-print-directory help-all | sed -n '/^Variables/,$s/^  \([A-Z_]*\) .*/\1/p'
}

# answers ARGUMENT...: make executes nothing of its arguments; it succeeds, or reports why not.
answers() {
	run --separate-stderr env OUT="$dir/out" make -C "$TOP" --no-print-directory "$@"
	echo "make $*: $output $stderr"
	[ ! -e "$made" ]
	[ "$status" = 0 ] || [[ $stderr == *'samebits: '*'(status '[0-9]*')'* ]]
}

@test "the test values are hostile: each way to paste them creates the file" {
	for word in "$hostile" "$folded"; do
		for command in "echo $word" "echo '$word'" "echo \"$word\""; do
			[ "$word" = "$hostile" ] || [ "$command" = "echo $word" ] || continue
			rm -f "$made"
			sh -c "$command" || true
			[ -e "$made" ]
		done
	done
	rm -f "$made"
	printf 'X = %s\nall: ; @: $(X)\n' "\$(shell touch $made)" >"$dir/Makefile"
	make -C "$dir"
	[ -e "$made" ]
	rm -f "$made"
}

@test "no variable's value is executed, from the command line or from the environment" {
	local variable all
	all=$(variables)
	[ "$(wc -w <<<"$all")" -ge 28 ]
	for variable in $all; do
		answers check-goal "$variable=$hostile"
		export "$variable=$hostile"
		answers check-goal
		unset "$variable"
	done
}

@test "no target executes values, even with all variables set" {
	local variable word goal all
	for word in "$hostile" "$folded"; do
		all=()
		for variable in $(variables); do
			case $variable in OUT | CACHE | SCRATCH | ENVS | GATE | BUILD | SETUP | RELEASE) ;; *) all+=("$variable=$word") ;; esac
		done
		for goal in report fleet compare bench-self qemu-run docker-shell flash results-from dist-verify check-gate; do
			answers "$goal" "${all[@]}"
			answers "$goal" "${all[@]}" "RELEASE=$word"
		done
		answers check-gate "GATE=$word"
		answers check-envs "ENVS=$word"
	done
}

@test "no makefile pastes a variable into a recipe" {
	cd "$TOP"
	local names
	names=$(variables | grep -vx 'OUT\|V' | paste -sd '|')
	run grep -nE '^	.*[$][({](strip |or )?[$({]*('"$names"')[),]' Makefile ./*/*.mk ./*/*/*.mk
	echo "$output"
	[ "$status" = 1 ]
}

@test "directories are refused at once if make, the kernel's build or an engine would split their names" {
	local variable word
	for variable in OUT CACHE SCRATCH; do
		# shellcheck disable=SC2088 # the tilde is one of them
		for word in "$hostile" "$folded" 'a b' ' a' a:b 'a#b' "it's" 'a"b' 'a\b' a,b 'a%b' 'a;b' 'a*' -x '$HOME' '~/x' $'a\tb'; do
			run --separate-stderr env "$variable=$word" make -C "$TOP" --no-print-directory help
			echo "$variable='$word': $output $stderr"
			[ "$status" = 2 ]
			[[ ${stderr_lines[0]} == *"samebits: $variable has a blank or one of "*'give another (status 2)'* ]]
			[ ${#stderr_lines[@]} = 1 ]
		done
		run --separate-stderr make -C "$TOP" --no-print-directory help "$variable=$hostile"
		[ "$status" = 2 ]
	done
	[ ! -e "$made" ]
}

@test "a checkout whose path has such characters is refused at once" {
	local name
	for name in 'my dir' a:b 'a#b' "it's" 'a$b' a,b; do
		mkdir "$dir/$name"
		(cd "$TOP" && cp --parents Makefile ./*/*.mk ./*/*/*.mk "$dir/$name")
		run --separate-stderr make -C "$dir/$name" --no-print-directory all
		echo "$stderr"
		[ "$status" = 2 ]
		[[ ${stderr_lines[0]} == *'samebits: the checkout has a blank or one of '*'move it (status 2)'* ]]
		[ ${#stderr_lines[@]} = 1 ]
	done
}

@test "an unknown variable is refused, and each one that make help-all lists is accepted" {
	local variable
	cd "$TOP"
	for variable in SUTE run CC FOO_BAR; do
		run --separate-stderr make help "$variable=1"
		echo "$stderr"
		[ "$status" = 2 ]
		[[ $stderr == *"samebits: unknown variable $variable; make help-all lists all (status 2)"* ]]
	done
	for variable in $(variables); do
		make help "$variable=1" >/dev/null
	done
	# The environment contains variables of others.
	SUTE=1 make help >/dev/null
}
