# The product under a real KVM, in the machine of tests/kvm/outer, which boots once for all of these tests: tests/kvm/inside is
# what it did there.
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

# went TRIAL STATUS: the trial ended so; shows what it said.
went() {
	cat "$kvm/$1.err" "$kvm/$1.out"
	[ "$(cat "$kvm/$1.status")" = "$2" ]
}

# row_runs MACHINE: with one processor and with two the guest ran under KVM, wrote and read its disk, and ended in order.
row_runs() {
	local cpus
	for cpus in 1 2; do
		went "row-$1-$cpus" 0
		valid "$kvm/row-$1-$cpus.json"
		jq -e --argjson cpus $cpus '.status == "complete" and .platform.virtualization.hypervisor == "KVMKVMKVM"
			and .platform.cpu.count == $cpus and .platform.filesystem.type == "ext4" and .experiments[0].events == 20' "$kvm/row-$1-$cpus.json"
	done
}

@test "each row of the table that is KVM's is tried here" {
	[ "$(awk '$1 == "kvm" {print $2}' scripts/qemu.table | sort | tr '\n' ' ')" = 'microvm pc q35 ' ]
}

@test "q35 runs under KVM, with one and two processors" {
	row_runs q35
}

@test "microvm runs under KVM, with one and two processors" {
	row_runs microvm
}

@test "pc runs under KVM, with one and two processors" {
	row_runs pc
}

@test "accel chooses KVM by itself, and the default is q35 over PCI" {
	went measure 0
	[[ $(cat "$kvm/measure.err") == *'testing whether a guest boots under KVM on the machine q35'* ]]
	jq -e '.host | .accelerator == "kvm" and .accelerator_reason == "a guest of ours arrived under KVM" and .machine == "q35" and .kvm == "works"
		and (.command | index("virtio-blk-pci,drive=scratch,serial=samebits-scratch,werror=report,rerror=report"))' "$kvm/out/results/measured/qemu-1.json"
}

@test "a suite with files is measured under KVM: a valid document of these bits, as make verify wants it" {
	went measure 0
	valid "$kvm/out/results/measured/qemu-1.json"
	jq -e --arg rootfs "sha256:$(sha256sum <"$OUT/rootfs.manifest" | cut -d ' ' -f 1)" '.status == "complete" and .identity.rootfs == $rootfs
		and (.experiments | map(.events) == [1, 20])' "$kvm/out/results/measured/qemu-1.json"
}

@test "the shell runs in a guest under KVM, and hands its status on" {
	went shell 3
	[[ $(cat "$kvm/shell.out") == *samebits* ]]
	[[ $(cat "$kvm/shell.out") == *hypervisor* ]]
}

@test "a guest that hangs under KVM is found, and a second try without quiet says how far it came" {
	went hang 5
	[[ $(cat "$kvm/hang.err") == *'the guest said nothing; starting it once more'* ]]
	[[ $(tail -n 1 "$kvm/hang.err") == *'was lost: it was silent for 25 s; the last that it said: '*'Run /init as init process'* ]]
}

@test "Ctrl-C ends a measurement under KVM, with nothing left behind" {
	went interrupt 0
	[[ $(cat "$kvm/interrupt.out") == *'status 130'* ]]
	[[ $(cat "$kvm/interrupt.out") == *'no QEMU is left'* ]]
	[[ $(cat "$kvm/interrupt.out") != *.json* ]]
}

@test "a failure of KVM is remembered until it is asked for, a success for good" {
	went remember 0
	[ "$(cat "$kvm/remember.out")" = 'tcg it failed once
kvm a guest of ours arrived under KVM
kvm a guest of ours arrived under KVM' ]
	[ "$(grep -c 'testing whether' "$kvm/remember.err")" = 1 ]
}
