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

@test "command lines and configuration files found by fuzzing are handled" {
	replay options
}

@test "suites found by fuzzing are handled" {
	replay suite
}

@test "the JSON writer's output has exactly what it was given in the calls found by fuzzing" {
	replay json
}

@test "port data found by fuzzing gives the same correct events however it arrives" {
	replay port
}
