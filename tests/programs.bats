# The user's own programs: what is refused before anything is built, what comes along, and how bench runs them.
# bats file_tags=measures
# needs: all for-report
load helper

setup() {
	bench=$OUT/bin/bench
	make_dir
	RUN=test-$BATS_TEST_NUMBER-$$
	results=$OUT/results/$RUN
	latest=$(readlink "$OUT/results/latest" || :)
	export RUN
	# A static program, and data for it.
	printf '#include <stdio.h>\nint main(void) { puts("speed: 12.5 MB/s"); return 0; }\n' >"$dir/speed.c"
	gcc -static -o "$dir/speed" "$dir/speed.c"
	mkdir "$dir/data"
	seq 1000 >"$dir/data/a b"
}

teardown() {
	rm -rf "$results"
	forget_dir
	if [ -n "$latest" ]; then ln -sfn "$latest" "$OUT/results/latest"; else rm -f "$OUT/results/latest"; fi
}

@test "what cannot run is refused in one line before anything is built" {
	cp "$dir/speed" "$dir/plain" && chmod -x "$dir/plain"
	printf '\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\xb7\0' >"$dir/arm" && chmod +x "$dir/arm"
	printf '#!/nonesuch/python -x\n' >"$dir/script" && chmod +x "$dir/script"
	printf '#!/usr/bin/env -S python3\n' >"$dir/env" && chmod +x "$dir/env"
	echo text >"$dir/text" && chmod +x "$dir/text"
	echo 'int f(void) { return 0; }' >"$dir/f.c"
	gcc -shared -o "$dir/libsamebits-test.so" "$dir/f.c"
	gcc -o "$dir/lacks" "$dir/speed.c" -Wl,--no-as-needed "$dir/libsamebits-test.so"
	rm "$dir/libsamebits-test.so"
	while IFS='|' read -r status program text; do
		PROGRAM=$program refused "$status" "$text" scripts/check-settings native
		[ "${#stderr_lines[@]}" = 1 ]
	done <<-END
		3|$dir/nonesuch|program $dir/nonesuch does not exist
		3|samebits-nonesuch|program samebits-nonesuch is not in PATH
		2|$dir|is not a regular file
		2|$dir/plain|is not executable; run: chmod +x
		2|$dir/arm|is for another architecture; build it for x86-64
		3|$dir/script|needs the interpreter /nonesuch/python, which is not here
		2|$dir/env|gives options to env
		2|$dir/text|neither an ELF file nor a script
	END
	PROGRAM=$dir/lacks refused 3 'needs libraries that are not here:' scripts/check-settings native
	PROGRAM=$dir/speed ARGS='a # b' refused 2 '# has to be quoted' scripts/check-settings native
	PROGRAM=$dir/speed ARGS="a 'b" refused 2 'a quote has no end' scripts/check-settings native
	PROGRAM=$dir/speed ARGS=$'a\nb' refused 2 'control character' scripts/check-settings native
	PROGRAM=$dir/speed SUITE=full refused 2 'exclude each other' scripts/check-settings native
	ARGS=x refused 2 'give that, too' scripts/check-settings native
	TREE=$dir/data refused 2 'the suite has none' scripts/check-settings native
	PROGRAM=$dir/speed TREE=$dir/speed refused 2 'is not a directory' scripts/check-settings native
	mkfifo "$dir/data/fifo"
	PROGRAM=$dir/speed TREE=$dir/data refused 2 'cannot be used: it is not a readable file' scripts/check-settings native
	echo 'x command --time=1' >"$dir/x.suite"
	SUITE=$dir/x.suite refused 2 'a command without a program' scripts/check-settings native
	echo 'x command -- "a' >"$dir/x.suite"
	SUITE=$dir/x.suite refused 2 'line 1: a quote has no end' scripts/check-settings native
}

@test "a static program is the same file everywhere, with the same command, and has its own metric" {
	cat >"$dir/own.suite" <<-SUITE
		speed  command --time=1 '--metric=speed=speed: ([0-9.]+) MB/s higher' -- $dir/speed
		time   command --events=3 -- $dir/speed
	SUITE
	local environments='native docker qemu'
	[ "$(id -u)" != 0 ] || environments="$environments oci:runtime=runsc"
	ITERATIONS=1 SUITE=$dir/own.suite ENVS=$environments run --separate-stderr make compare
	echo "$stderr" "$output"
	[ "$status" = 0 ]
	valid "$results"/*-1.json
	[ "$(compgen -G "$results/*-1.json" | wc -l)" = "$(wc -w <<<"$environments")" ]
	local sum
	sum=$(sha256sum <"$dir/speed")
	jq -es --arg sum "sha256:${sum%% *}" '(map(.identity.programs) | unique | length) == 1
		and all(.[]; .programs == [{path: "programs/bin/speed", sha256: $sum}]
			and (.experiments[0] | .primary == "speed" and .metrics[0].value == 12.5 and .metrics[0].better == "more" and .runs.count == 1)
			and (.experiments[1] | .primary == "time per run" and .events == 3 and .runs.count == 3 and .runs.max_rss_bytes > 0))' "$results"/*-1.json
	[[ $(tr -s ' \n' ' ' <<<"$output") == *'The same files ran everywhere: programs/bin/speed.'* ]]
}

@test "a dynamic program brings its loader and libraries, and TREE is its data" {
	local environments='native docker qemu'
	[ "$(id -u)" != 0 ] || environments="$environments oci:runtime=runsc"
	ITERATIONS=1 ENVS=$environments PROGRAM=sha256sum ARGS="--check tree/sums 'tree/a b'" TREE=$dir/data run --separate-stderr make compare
	[ "$status" != 0 ] # the hashes are missing
	[[ $stderr == *'the benchmark did not succeed: sha256sum: sha256sum ended with status 1; see '* ]]
	(cd "$dir" && ln -s data tree && sha256sum 'tree/a b' >data/sums)
	RUN=$RUN-2
	rm -rf "$results"
	results=$OUT/results/$RUN
	ITERATIONS=1 ENVS=$environments PROGRAM=sha256sum ARGS='--check tree/sums' TREE=$dir/data run --separate-stderr make compare
	echo "$stderr" "$output"
	[ "$status" = 0 ]
	valid "$results"/*-1.json
	jq -es --arg n "$(wc -w <<<"$environments")" 'length == ($n | tonumber) and (map(.identity.programs) | unique | length) == 1
		and all(.[]; .suite == "sha256sum" and .experiments[0].name == "sha256sum" and .experiments[0].events >= 1
			and ([.programs[].path] | index("programs/bin/sha256sum") and index("tree/a b") and (map(select(startswith("programs/lib/ld-"))) | length) == 1))' \
		"$results"/*-1.json
}

@test "a script runs with the interpreter that it names, which is copied, too" {
	printf '#!/bin/sh -u\n[ "$1" = "x  y" ] && read -r line <"tree/a b" && [ "$line" = 1 ]\n' >"$dir/script"
	chmod +x "$dir/script"
	PROGRAM=$dir/script ARGS="'x  y'" TREE=$dir/data ITERATIONS=1 run scripts/measure native
	[ "$status" = 0 ]
	jq -e '.experiments[0].exit == 0 and ([.programs[].path] | index("programs/bin/sh") and index("programs/bin/script"))' "$results/native-1.json"
}

@test "a program that fails makes its experiment fail, with the end of its output" {
	cat >"$dir/bad.suite" <<-'SUITE'
		fails    command -- sh -c 'echo what it said; exit 7'
		signal   command -- sh -c 'kill -SEGV $$'
		late     command --run-timeout=1 -- sh -c 'exec sleep 60'
		missing  command '--metric=n=never ([0-9]+) s lower' -- sh -c 'echo once'
		words    command '--metric=n=is (.*) s lower' -- sh -c 'echo is text'
		go       command --figures=go -- sh -c 'echo BenchmarkX'
		flood    command --run-timeout=1 -- sh -c 'while :; do echo 0123456789; done'
		left     command --events=2 -- sh -c 'sleep 777 & exit 0'
		fine     cpu --events=1
	SUITE
	cd "$dir"
	run --separate-stderr "$bench" suite ./bad.suite
	[ "$status" = 1 ]
	echo "$output" >document
	valid document
	jq -c '.experiments[] | [.name, .exit, .error, .output]' document
	jq -e '[.experiments[] | {(.name): .}] | add
		| .fails.error == "sh ended with status 7" and .fails.output == "what it said\n"
		and (.signal.error | test("^sh was ended by signal 11 ")) and (.late.error | test("took more than --run-timeout=1"))
		and (.missing.error | test("no line of the output matches")) and .missing.output == "once\n"
		and (.words.error == "the figure n: \u0027text\u0027 is not a number") and (.go.error | test("Go benchmark format"))
		and (.flood.output | length) > 100 and (.flood.output | length) <= 2000 and .left.exit == 0 and .fine.exit == 0' document
	gone -f '^sleep 777$'
}

@test "metrics in the Go benchmark format get names and units; several runs give the median" {
	cd "$dir"
	cat >go <<-'END'
		#!/bin/sh
		n=$(cat count 2>/dev/null || echo 0)
		echo $((n + 1)) >count
		echo goos: linux
		printf 'BenchmarkFib10-2   \t 100\t  %s0 ns/op\t   3 allocs/op\nBenchmarkCopy 5 2 MB/s\nBenchmarkHeading\nPASS\n' "$n"
	END
	chmod +x go
	"$bench" command --warmup-runs=0 --events=3 --figures=go --format=json run -- ./go >document
	valid document
	jq -c '.experiments[0].metrics[:3]' document
	jq -e '[.experiments[0].metrics[:3][] | [.name, .unit, .value, .better]] == [["Fib10-2", "ns/op", 10, "less"],
		["Fib10-2 allocs/op", "allocs/op", 3, "less"], ["Copy", "MB/s", 2, "more"]]' document
	"$bench" command --events=1 '--metric=a=x=([0-9]+) s lower' '--metric=b=y=([0-9]+) MB/s higher' --format=json run -- \
		sh -c 'echo x=1; echo x=2 y=3' >document
	jq -e '[.experiments[0].metrics[:2][] | [.name, .value]] == [["a", 2], ["b", 3]]' document
}

@test "errors in a command are reported before it runs" {
	cd "$dir"
	while IFS='|' read -r text option; do
		run "$bench" command "$option" run -- true
		echo "$option: $status $output"
		[ "$status" = 1 ]
		[[ $output == *"$text"* ]]
	done <<-'END'
		write NAME=REGEX UNIT higher|--metric=n=([0-9]+) s
		write NAME=REGEX UNIT higher|--metric=([0-9]+) s lower
		has to be in a group|--metric=n=[0-9]+ s lower
		not an extended regular|--metric=n=([0-9]+ s lower
		Invalid value for --figures|--figures=rust
		Invalid value for --run-timeout|--run-timeout=0
		Invalid value for --warmup-runs|--warmup-runs=-1
	END
	run "$bench" command run
	[[ $output == *'no program given'* ]]
	# Everything after -- belongs to the program, whatever it looks like.
	run "$bench" command --events=1 run -- echo --format=json --threads=0
	[ "$status" = 0 ]
	[[ $output == *'time per run'* ]]
	run "$bench" cpu run -- true
	[ "$status" = 1 ]
}

@test "a program that changes its own files is detected" {
	printf '#!/bin/sh\nchmod u+w "tree/a b" && echo more >>"tree/a b"\n' >"$dir/changer"
	chmod +x "$dir/changer"
	PROGRAM=$dir/changer TREE=$dir/data ITERATIONS=1 refused 1 'did not succeed: a program changed its own files or data; see' scripts/measure native
	jq -e '.status == "failed" and .error == "a program changed its own files or data"' "$results/native-1.json"
}

@test "another program needs another run" {
	cp "$dir/speed" "$dir/other"
	PROGRAM=$dir/other ITERATIONS=1 run scripts/measure native
	[ "$status" = 0 ]
	printf '#!/bin/sh\n' >"$dir/other"
	PROGRAM=$dir/other ITERATIONS=2 refused 2 'choose another name' scripts/measure native
}
