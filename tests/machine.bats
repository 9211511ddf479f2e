# The machine that a document identifies.
# needs: for-native
load helper

setup() {
	make_dir
	[ "$(id -u)" = 0 ] || skip 'needs root to show another /sys'
	mkdir -p "$dir/dmi" "$dir/nvme/device" "$dir/virtual/slaves"
	printf 'Dell Inc.\n' >"$dir/dmi/sys_vendor"
	printf 'PowerEdge \033[31mR650\t\n' >"$dir/dmi/product_name"
	printf '  ABC1234  \n' >"$dir/dmi/product_serial"
	printf 'Dell Inc.\n' >"$dir/dmi/board_vendor"
	printf '%s\n' '0PJ\c7YJ' >"$dir/dmi/board_name"
	printf 'Dell Inc.\n' >"$dir/dmi/bios_vendor"
	printf '1.9.2\n' >"$dir/dmi/bios_version"
	printf '11/17/2022\n' >"$dir/dmi/bios_date"
	printf 'processor\t: 0\nmodel name\t: X\nmicrocode\t: 0xd000375\nflags\t\t: fpu\n\nprocessor\t: 1\nmicrocode\t: 0xd000376\n' >"$dir/cpuinfo"
	printf 'Samsung SSD 980 PRO 1TB                 \n' >"$dir/nvme/device/model"
	printf '5B2QGXA7\n' >"$dir/nvme/device/firmware_rev"
	hostname=$(cat /proc/sys/kernel/hostname)
}

teardown() {
	forget_dir
}

# there COMMAND...: runs it on a machine that looks like that of $dir
there() {
	unshare -m sh -c '
		mount -t tmpfs none /sys/class
		mkdir -p /sys/class/dmi
		ln -s "$1/dmi" /sys/class/dmi/id
		mount --bind "$1/cpuinfo" /proc/cpuinfo
		shift
		"$@"' sh "$dir" "$@"
}

# short TEXT: the beginning of its hash
short() {
	printf %s "$1" | sha256sum | cut -c 1-16
}

@test "a machine is identified by its firmware, microcode and disk, without characters that are not printable" {
	there environments/start/machine-id "$dir/nvme" >"$dir/id"
	cat "$dir/id"
	grep -x "hostname	$hostname" "$dir/id"
	diff <(sed 1d "$dir/id") - <<-'END'
		vendor	Dell Inc.
		product	PowerEdge ?[31mR650
		serial	ABC1234
		board	Dell Inc. 0PJ\c7YJ
		bios	Dell Inc. 1.9.2 11/17/2022
		microcode	0xd000375
		disk	Samsung SSD 980 PRO 1TB 5B2QGXA7
	END
}

@test "with ANONYMOUS=1 what names one machine is a sum, and the rest is unchanged" {
	there environments/start/machine-id "$dir/nvme" >"$dir/id"
	ANONYMOUS=1 there environments/start/machine-id "$dir/nvme" >"$dir/anonymous"
	cat "$dir/anonymous"
	diff "$dir/anonymous" <(sed "s/^hostname	.*/hostname	$(short "$hostname")/; s/^serial	.*/serial	$(short ABC1234)/" "$dir/id")
	[[ $(cat "$dir/anonymous") != *ABC1234* ]]
}

@test "what cannot be read, or what a maker did not fill in, is absent" {
	printf 'To Be Filled By O.E.M.\n' >"$dir/dmi/product_serial"
	printf 'Default string\n' >"$dir/dmi/board_name"
	printf '\n' >"$dir/dmi/sys_vendor"
	rm "$dir/dmi"/bios_* "$dir/dmi/product_name"
	: >"$dir/cpuinfo"
	for anonymous in '' 1; do
		ANONYMOUS=$anonymous there environments/start/machine-id '' >"$dir/id"
		[ "$(cut -f 1 "$dir/id" | paste -sd ' ')" = 'hostname board' ]
	done
	[ "$(sed -n 's/^board	//p' "$dir/id")" = 'Dell Inc.' ]
}

@test "the disk below a mapping is found if there is only one" {
	mkdir -p "$dir/nvme/part" "$dir/other"
	echo 1 >"$dir/nvme/part/partition"
	ln -s "$dir/nvme/part" "$dir/virtual/slaves/part"
	there environments/start/machine-id "$dir/virtual" | grep -x 'disk	Samsung SSD 980 PRO 1TB 5B2QGXA7'
	ln -s "$dir/other" "$dir/virtual/slaves/other"
	there environments/start/machine-id "$dir/virtual" >"$dir/id"
	[[ $(cat "$dir/id") != *disk* ]]
}

@test "the facts of a host have the machine's identity in the schema's format" {
	there environments/start/host-facts 0 "$dir" >"$dir/facts"
	jq .machine_id "$dir/facts"
	jq -e --arg hostname "$hostname" '.machine_id | .hostname == $hostname and .serial == "ABC1234" and .product == "PowerEdge ?[31mR650"' "$dir/facts"
	jq '.["$defs"] + {schema: .properties.host.properties.machine_id} | .schema + {"$defs": .}' bench/result.schema.json >"$dir/schema"
	jq .machine_id "$dir/facts" >"$dir/id"
	/usr/bin/python3 -W ignore -m jsonschema -i "$dir/id" "$dir/schema"
	jq '.color = "red"' "$dir/id" >"$dir/wrong"
	refused_by_schema "$dir/wrong"
	jq '.serial = "\u001b[31m"' "$dir/id" >"$dir/wrong"
	refused_by_schema "$dir/wrong"
}

refused_by_schema() {
	run /usr/bin/python3 -W ignore -m jsonschema -i "$1" "$dir/schema"
	[ "$status" = 1 ]
}

# bats test_tags=measures
@test "a result document says which machine it is from, by name or by sum" {
	printf 'one cpu --cpu-max-prime=100 --events=1\n' >"$dir/one.suite"
	export SUITE=$dir/one.suite ITERATIONS=1 RUN=machine-$$
	latest=$(readlink "$OUT/results/latest" || :)
	there scripts/measure native
	RUN=$RUN-b ANONYMOUS=1 there scripts/measure native
	mv "$OUT/results/$RUN/native-1.json" "$dir/named.json"
	mv "$OUT/results/$RUN-b/native-1.json" "$dir/anonymous.json"
	rm -rf "$OUT/results/$RUN" "$OUT/results/$RUN-b"
	if [ -n "$latest" ]; then ln -sfn "$latest" "$OUT/results/latest"; else rm -f "$OUT/results/latest"; fi
	valid "$dir/named.json" "$dir/anonymous.json"
	[ "$(jq -r '.host.machine_id | "\(.hostname) \(.serial)"' "$dir/named.json")" = "$hostname ABC1234" ]
	[ "$(jq -r '.host.machine_id | "\(.hostname) \(.serial)"' "$dir/anonymous.json")" = "$(short "$hostname") $(short ABC1234)" ]
	[[ $(cat "$dir/anonymous.json") != *ABC1234* ]]
}
