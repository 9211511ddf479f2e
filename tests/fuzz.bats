# Repeats inputs that fuzzing once reached or found.
# needs: for-fuzz

load helper

replay() {
	run timeout 120 "$OUT/build/fuzz/$1" -runs=0 -close_fd_mask=3 -timeout=10 \
		-exact_artifact_path=/dev/null "$TOP/tests/fuzz/corpus/$1" </dev/null
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *INITED* ]]
}

@test "command lines and configuration files that fuzzing found" {
	replay options
}

@test "suites that fuzzing found" {
	replay suite
}

@test "calls of the JSON writer that fuzzing found: its output says what was given, and nothing else" {
	replay json
}

@test "what a guest said on its port that fuzzing found: the events say just that, however it arrives" {
	replay port
}
