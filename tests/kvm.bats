# The product under a real KVM, in the machine of tests/kvm/outer, which boots once for all of these tests and runs
# tests/kvm/inside.
# needs: for-kvm for-report
load helper

setup_file() {
	mkdir -p "$OUT/scratch"
	kvm=$(mktemp -d "$OUT/scratch/kvm.XXXXXX")
	export kvm
	mkdir "$kvm/row"
	printf '%s\n' 'disk fileio --file-total-size=1M --file-num=2 --file-test-mode=rndrw --file-extra-flags=direct --events=20 --time=60' >"$kvm/row/row.suite"
	mke2fs -q -F -t ext4 -d "$kvm/row" "$kvm/row.img" 16M
	printf '%s\n' 'processor cpu --cpu-max-prime=100 --events=1' \
		'files fileio --file-total-size=1M --file-num=2 --file-test-mode=rndrw --events=20 --time=60' >"$kvm/small.suite"
	tests/kvm/outer "$kvm" "$TOP/tests/kvm/inside" >"$kvm.said" 2>&1 || {
		cat "$kvm.said" "$kvm/console" "$kvm"/*.err >&2 || :
		return 1
	}
}

teardown_file() {
	rm -rf "$kvm" "$kvm.said"
}

setup() {
	local version
	version=$(qemu-system-x86_64 --version | sed -n '1s/.*version \([^ ]*\).*/\1/p')
	[ -e "$kvm/svm" ] || skip "QEMU $version cannot emulate SVM with nested paging"
}

# went TRIAL STATUS: the trial ended with it; shows its output.
went() {
	cat "$kvm/$1.err" "$kvm/$1.out"
	[ "$(cat "$kvm/$1.status")" = "$2" ]
}

# row_runs MACHINE: with one and with two processors the guest ran under KVM, wrote and read its disk, and ended normally.
row_runs() {
	local cpus
	for cpus in 1 2; do
		went "row-$1-$cpus" 0
		valid "$kvm/row-$1-$cpus.json"
		jq -e --argjson cpus $cpus '.status == "complete" and .platform.virtualization.hypervisor == "KVMKVMKVM"
			and .platform.cpu.count == $cpus and .platform.filesystem.type == "ext4" and .experiments[0].events == 20' "$kvm/row-$1-$cpus.json"
	done
}

@test "each KVM row of the table is tested here" {
	[ "$(awk '$1 == "kvm" {print $2}' environments/qemu/table | sort | tr '\n' ' ')" = 'microvm pc q35 ' ]
}

@test "q35 runs under KVM, with one and two processors" {
	row_runs q35
}

@test "microvm runs under KVM, with one and two processors" {
	row_runs microvm
}

@test "microvm works without PIT and PIC on AMD, even if the flags lack the deadline timer" {
	run ! grep -w tsc_deadline_timer "$kvm/flags"
	grep 'microvm,.*pit=off,pic=off,' "$kvm/row-microvm-1.out"
	row_runs microvm
}

@test "pc runs under KVM, with one and two processors" {
	row_runs pc
}

@test "accel chooses KVM automatically, and the default is q35 over PCI" {
	went accel 0
	[ "$(cat "$kvm/accel.out")" = 'kvm our guest booted under KVM' ]
	[[ $(cat "$kvm/accel.err") == *'testing whether a guest boots under KVM on the machine q35'* ]]
	went measure 130
	jq -e '.host | .accelerator == "kvm" and .accelerator_reason == "our guest booted under KVM" and .machine == "q35" and .kvm == "works"
		and (.command | index("virtio-blk-pci,drive=scratch,serial=samebits-scratch,werror=report,rerror=report"))' "$kvm/out/results/measured/qemu-1.json"
}

@test "a suite with files is measured under KVM: a valid document of these bits that make verify accepts" {
	went measure 130
	valid "$kvm/out/results/measured/qemu-1.json"
	jq -e --arg rootfs "sha256:$(sha256sum <"$OUT/rootfs.manifest" | cut -d ' ' -f 1)" '.status == "complete" and .identity.rootfs == $rootfs
		and (.experiments | map(.events) == [1, 20])' "$kvm/out/results/measured/qemu-1.json"
}

@test "the first instruction in the time line is the guest's entry, though its time stamp counter started earlier" {
	went measure 130
	local document=$kvm/out/results/measured/qemu-1.json
	# Within a tenth of the time since QEMU's command began.
	awk -v told="$(jq .host.timeline_ms.first_instruction "$document")" '
		{for (i = 1; i < NF; i++) if ($i ~ /^[0-9]+\.[0-9]+:$/) {at = $i * 1000; what = $(i + 1)}}
		what == "sched_process_exec:" {began = at}
		what == "kvm_entry:" {entered = at - began; exit}
		END {
			printf "entered after %d ms, told %d ms\n", entered, told
			exit !(began && told < 1.1 * entered && told > 0.9 * entered)
		}' "$kvm/trace"
	jq -e '.host.timeline_ms | [.first_instruction, .kernel, .init, .benchmark, .result, .gone] | . == sort and all(. != null)' "$document"
	# The start of the guest's counter lies before that.
	jq -e '.platform.init_tsc / .platform.tsc_mhz / 1e3 > .host.timeline_ms.init - .host.timeline_ms.first_instruction' "$document"
}

@test "properties of the KVM host and the guest's own steal are recorded" {
	went measure 130
	jq -e '.host | (.kvm_parameters.kvm_amd.npt | IN("Y", "1")) and (.mitigations | length > 5) and .guest_huge_pages_bytes >= 0 and .emulator == "shared"' \
		"$kvm/out/results/measured/qemu-1.json"
	jq -e 'all(.experiments[]; .cpu.steal_s != null)' "$kvm/out/results/measured/qemu-1.json"
}

@test "a guest's exits are counted by reason, and the report shows them per event" {
	went measure 130
	local document=$kvm/out/results/measured/qemu-1.json
	jq -e '.host.exits | .exits > 0 and .io_exits != null and .halt_exits != null' "$document"
	mkdir -p "$kvm/report"
	cp "$document" "$kvm/report"
	scripts/report "$kvm/report"
	jq -r '.audit.notes[]' "$kvm/report/report.json" | grep '^qemu: [0-9.]* exits per event, .*: .*io [0-9.]*'
	jq -c 'del(.host.exits)' "$document" >"$kvm/report/qemu-1.json"
	scripts/report "$kvm/report"
	jq -r '.audit.notes[]' "$kvm/report/report.json" | grep '^qemu: exits per event unavailable: '
}

@test "a start has no more exits than before" {
	went exits 0
	kernel-config/peers/count-exits "$kvm/exits"
	printf '%s 1 1.02\n' ours-microvm ours-q35 >"$kvm/few"
	EXITS=$kvm/few refused 4 'run: make count-exits' kernel-config/peers/count-exits "$kvm/exits"
}

@test "on q35 a direct request costs one exit for its notification and none to QEMU" {
	went exits 0
	local trace=$kvm/exits/1.ours-q35.events
	grep -E -o 'kvm_cpuid: func 5a[0-9a-f]*|kvm_userspace_exit: reason [A-Za-z_0-9]*' "$trace" | uniq -c
	awk -v row=q35 -v names="$kvm/exits/events" -v few=20 -v many=60 -v pairs=5 -f kernel-config/peers/events-exits.awk "$trace" |
		tee /dev/stderr | cut -f 4,5 | diff - <(printf '1.00\t0.00\n')
}

@test "the shell works in a guest under KVM and passes on its status" {
	went shell 3
	[[ $(cat "$kvm/shell.out") == *samebits* ]]
	[[ $(cat "$kvm/shell.out") == *hypervisor* ]]
}

@test "a guest that hangs under KVM is detected, and a second try without quiet shows how far it got" {
	went hang 5
	[[ $(cat "$kvm/hang.err") == *'the guest had no output; starting it again'* ]]
	[[ $(tail -n 1 "$kvm/hang.err") == *'was lost: it was silent for 25 s; its last output: '*'Run /init as init process'* ]]
}

@test "Ctrl-C ends a measurement under KVM: finished results are kept, and nothing else is left behind" {
	went measure 130
	[[ $(tail -n 1 "$kvm/measure.err") == *'interrupted (status 130)' ]]
	[[ $(cat "$kvm/measure.out") == *'no QEMU is left'* ]]
	[[ $(cat "$kvm/measure.out") == *qemu-1.json* ]]
	[[ $(cat "$kvm/measure.out") != *qemu-2.json* ]]
	[[ $(cat "$kvm/measure.out") != *'samebits.'* ]]
}

@test "a failure of KVM is remembered until it is tried again on request, a success for good" {
	went remember 0
	[ "$(cat "$kvm/remember.out")" = 'tcg it failed once
kvm our guest booted under KVM
kvm our guest booted under KVM' ]
	[ "$(grep -c 'testing whether' "$kvm/remember.err")" = 1 ]
}
