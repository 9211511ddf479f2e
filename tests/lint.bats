load helper

@test "make lint finds nothing" {
	make lint
}

@test "scripts stay under 200 lines" {
	run awk 'FNR == 200 && FILENAME !~ /\.c$/ {print FILENAME}' scripts/* rootfs/pack rootfs/manifest docker/image kernel-config/check bench/parity tests/run tests/lint
	[ -z "$output" ]
}
