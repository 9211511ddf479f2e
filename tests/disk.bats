# The disk image: machines start from it, measure, and keep their results whatever happens.
# needs: all disk-image for-report
load helper

setup() {
	make_dir
	export PATH=$PATH:/usr/sbin:/sbin
	guest=
}

teardown() {
	[ -z "$guest" ] || kill -KILL "$guest" 2>/dev/null || true
	forget_dir
	rm -rf "${elsewhere:-$dir}"
}

results_at=$((65 * 1048576))

# put FILE NAME: copies it to the ESP of $img
put() {
	MTOOLSRC=/dev/null mcopy -o -i "$img@@1M" "$1" "::/$2"
}

# order LINE...: makes $img a new copy of the image, with these lines as its samebits.conf, and a suite that takes no time. The
# kernel skips a check that an emulated timer fails on a busy host (see environments/qemu/table).
order() {
	local file
	img=$dir/disk.img
	[ -e "$img" ] || cp --sparse=always "$OUT/disk.img" "$img"
	for file in loader/entries/samebits.conf syslinux/syslinux.cfg; do
		MTOOLSRC=/dev/null mcopy -n -i "$img@@1M" "::/$file" - | sed 's/ panic=60/ no_timer_check&/' >"$dir/options"
		put "$dir/options" "$file"
	done
	printf '%s\n' "$@" >"$dir/samebits.conf"
	put "$dir/samebits.conf" samebits.conf
	printf '%s\n' 'one cpu --cpu-max-prime=100 --events=10' \
		'files fileio --file-num=4 --file-total-size=256K --file-test-mode=rndrw --events=20' >"$dir/short.suite"
	put "$dir/short.suite" short.suite
}

# machine OPTION...: starts one from $img, as $guest; its serial line is written to $dir/serial.
machine() {
	: >"$dir/serial"
	qemu-system-x86_64 -no-user-config -nodefaults -display none -no-reboot -accel tcg -machine q35 \
		-cpu max,-erms -smp 2 -m 512M -vga std -serial "file:$dir/serial" \
		-drive "file=$img,if=none,id=disk,format=raw" "$@" 3>&- &
	guest=$!
}

# What the disk is attached to.
nvme='-device nvme,serial=1,drive=disk'
ahci='-device ide-hd,drive=disk'
usb='-device qemu-xhci -device usb-storage,drive=disk'
sd='-device sdhci-pci -device sd-card,drive=disk'
uefi='-drive if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd -drive if=pflash,unit=1,format=raw,snapshot=on,file=/usr/share/OVMF/OVMF_VARS_4M.fd'
# Saves the seconds of firmware and loader; the loader's command line is read from the ESP.
direct() {
	echo "-kernel $OUT/metal/vmlinux -initrd $OUT/initramfs.cpio"
}

options() {
	MTOOLSRC=/dev/null mcopy -n -i "$img@@1M" ::/loader/entries/samebits.conf - | sed -n 's/^options //p'
}

# says TEXT: waits until the machine has printed it; fails when the machine ends without it, or after many minutes.
says() {
	for _ in $(seq 3000); do
		! grep -aqF "$1" "$dir/serial" || return 0
		kill -0 "$guest" 2>/dev/null || break
		sleep 0.2
	done
	grep -aqF "$1" "$dir/serial" || { tail -n 40 "$dir/serial" && false; }
}

# The machine ends by itself.
ends() {
	for _ in $(seq 3000); do
		kill -0 "$guest" 2>/dev/null || break
		sleep 0.2
	done
	! kill -0 "$guest" 2>/dev/null || { tail -n 40 "$dir/serial" && false; }
	wait "$guest"
	guest=
}

cut_power() {
	kill -KILL "$guest" 2>/dev/null || true
	wait "$guest" 2>/dev/null || true
	guest=
}

results_from() {
	OUT=$dir/out IMG=$img disk/results-from
}

@test "every user and directory gives the same image, below 16 MB" {
	# Everyone can enter this directory, unlike $OUT.
	elsewhere=$(mktemp -d /var/tmp/samebits-test.XXXXXX)
	mkdir -p "$elsewhere/scripts" "$elsewhere/there/metal"
	cp -r disk "$elsewhere"
	cp scripts/lib.sh "$elsewhere/scripts"
	cp "$OUT/metal/vmlinuz" "$elsewhere/there/metal"
	cp -r "$OUT/initramfs.cpio" "$OUT/rootfs.manifest" "$OUT/bootloaders" "$elsewhere/there"
	somebody=
	if [ "$(id -u)" = 0 ]; then
		chown -R 65534:65534 "$elsewhere"
		somebody='setpriv --reuid=65534 --regid=65534 --clear-groups'
	fi
	(cd "$elsewhere" && umask 077 && $somebody env -i PATH="$PATH" HOME=/nonexistent TZ=Asia/Tokyo LC_ALL=C.UTF-8 \
		MTOOLS_LOWER_CASE=1 OUT=there disk/image there/disk.img)
	cmp "$OUT/disk.img" "$elsewhere/there/disk.img"
	cmp "$OUT/disk.img.bmap" "$elsewhere/there/disk.img.bmap"
	[ "$(ls "$elsewhere/there")" = "$(printf '%s\n' bootloaders disk.img disk.img.bmap initramfs.cpio metal rootfs.manifest)" ]
	[ "$(du -B1 "$OUT/disk.img" | cut -f 1)" -lt 16000000 ]
	# Other parts give another disk.
	cp disk/samebits.conf "$elsewhere/disk/samebits.conf.new"
	echo '# more' >>"$elsewhere/disk/samebits.conf.new"
	mv "$elsewhere/disk/samebits.conf.new" "$elsewhere/disk/samebits.conf"
	(cd "$elsewhere" && OUT=there disk/image there/other.img)
	for file in disk other; do sfdisk -J "$elsewhere/there/$file.img" | jq -r '.partitiontable | .id, .partitions[].uuid'; done >"$dir/uuids"
	[ "$(wc -l <"$dir/uuids")" = 6 ]
	[ -z "$(sort "$dir/uuids" | uniq -d)" ]
}

@test "flashed by its block map onto a disk full of other data, the image is whole, and its partitions are ours" {
	size=$(stat -c %s "$OUT/disk.img")
	head -c "$size" /dev/zero | tr '\0' '\377' >"$dir/disk.img"
	bmaptool -q copy --bmap "$OUT/disk.img.bmap" "$OUT/disk.img" "$dir/disk.img"
	sfdisk -V "$dir/disk.img"
	e2fsck -fn "$dir/disk.img?offset=$results_at"
	dd if="$dir/disk.img" of="$dir/esp" bs=1M skip=1 count=64 status=none
	fsck.fat -n "$dir/esp"
	export MTOOLSRC=/dev/null
	mcopy -i "$dir/esp" ::/vmlinuz ::/initramfs.cpio ::/samebits.conf "$dir"
	cmp "$dir/vmlinuz" "$OUT/metal/vmlinuz"
	cmp "$dir/initramfs.cpio" "$OUT/initramfs.cpio"
	cmp "$dir/samebits.conf" disk/samebits.conf
	# And a machine starts from it, as from a USB stick.
	order 'suite = short' 'iterations = 1'
	machine $uefi $usb
	ends
	results_from
	valid "$dir/out/results/metal/metal-1.json"
}

@test "BIOS machines measure quick; their results are copied off and appear in a report next to others" {
	order 'suite = quick' 'iterations = 1'
	machine $nvme
	ends
	grep -aqF '[1/1] metal-1.json: suite quick on 1 of 2 processors' "$dir/serial"
	grep -aqF 'bench: [4/4] fileio-async' "$dir/serial"
	order $'\xef\xbb\xbfsuite=short.suite\r' $'iterations = 1 # once\r' $'cpus=all\r' $'run = other\r' $'end = reboot\r'
	machine $ahci
	ends
	grep -aqF 'rebooting' "$dir/serial"
	results_from
	cd "$dir/out/results"
	[ "$(find . -type f | sort | tr '\n' ' ')" = './metal/metal-1.json ./other/metal-1.json ' ]
	valid metal/metal-1.json other/metal-1.json
	jq -e '.environment == "metal" and .status == "complete" and .platform.filesystem.type == "ext4" and .platform.processes == 2' \
		metal/metal-1.json other/metal-1.json
	[ "$(jq -c '[.run, .suite, .iteration, .platform.cpu.count]' metal/metal-1.json)" = '["metal","quick",1,1]' ]
	[ "$(jq -c '[.run, .suite, .iteration, .platform.cpu.count]' other/metal-1.json)" = '["other","short",1,2]' ]
	cd metal
	[ "$(jq -r .identity.rootfs metal-1.json)" = "sha256:$(sha256sum <"$OUT/rootfs.manifest" | cut -d ' ' -f 1)" ]
	# The guest's own files measured.
	for part in init bench; do
		[ "$(jq -r .identity.$part metal-1.json)" = "sha256:$(sha256sum <"$OUT/bin/$part" | cut -d ' ' -f 1)" ]
	done
	cd "$TOP"
	# No test files are left, and the file system is clean.
	[ "$(debugfs -R 'ls -p /' "$img?offset=$results_at" 2>/dev/null | awk -F / '$6 != "" && $6 !~ /^\.\.?$/ {print $6}' | sort | tr '\n' ' ')" = 'lost+found metal other ' ]
	e2fsck -n "$img?offset=$results_at" | grep 'clean'
	jq '.environment = "native" | .iteration = 1' "$dir/out/results/metal/metal-1.json" >"$dir/out/results/metal/native-1.json"
	scripts/report "$dir/out/results/metal" >"$dir/table"
	grep -E '^experiment .*native.*metal' "$dir/table"
	grep -q metal "$dir/out/results/metal/report.md"
}

@test "a document says which machine it was; with anonymous = 1 the serial number is hashed" {
	local smbios=(-smbios 'type=1,manufacturer=Maker,product=Server 1,serial=S"1' -smbios 'type=2,manufacturer=Maker,product=N/A')
	order 'suite = short' 'iterations = 1'
	machine $(direct) -append "$(options)" $nvme "${smbios[@]}"
	ends
	order 'suite = short' 'iterations = 1' 'run = nameless' 'anonymous = 1'
	machine $(direct) -append "$(options)" $nvme "${smbios[@]}"
	ends
	results_from
	cd "$dir/out/results"
	valid metal/metal-1.json nameless/metal-1.json
	jq -c .host metal/metal-1.json nameless/metal-1.json
	jq -e '.host.machine_id | .vendor == "Maker" and .product == "Server 1" and .serial == "S\"1" and .board == "Maker"
		and (.bios | startswith("SeaBIOS ")) and (.disk | startswith("QEMU NVMe Ctrl ")) and (has("hostname") | not)' metal/metal-1.json
	jq -e --arg sum "$(printf 'S"1' | sha256sum | cut -c 1-16)" '.host.machine_id | .vendor == "Maker" and .serial == $sum' nameless/metal-1.json
}

@test "results-from: refuses other disks, can rename a run, and changes no document" {
	order 'suite = short' 'iterations = 2' 'run = night' 'label = rack3'
	run --separate-stderr results_from
	[ "$status" = 3 ]
	[[ $stderr == *'has no results yet'* ]]
	# The sizes of cards are powers of two: the image is smaller than its disk.
	truncate -s 1G "$img"
	machine $(direct) -append "$(options)" $sd
	ends
	grep -aqF '[2/2] metal.label=rack3-2.json' "$dir/serial"
	results_from
	valid "$dir/out/results/night/metal.label=rack3-2.json"
	jq -e '.environment == "metal:label=rack3" and .run == "night" and .iteration == 2' "$dir/out/results/night/metal.label=rack3-2.json"
	RUN=day results_from
	diff -r "$dir/out/results/night" "$dir/out/results/day"
	sed -i 's/"complete"/"changed!"/' "$dir/out/results/day/metal.label=rack3-1.json"
	RUN=day refused 2 'exists and differs' results_from
	OUT=$dir/out refused 2 'no disk and no log given' disk/results-from
	OUT=$dir/out IMG=$dir/none refused 2 'does not exist' disk/results-from
	OUT=$dir/out IMG=$TOP/README.md refused 2 'was not made by make disk-image' disk/results-from
	OUT=$dir/out DEV=$img refused 2 'is not a disk' disk/results-from
	RUN=a/b refused 2 'invalid RUN=' results_from
	# First a damaged document, then a damaged file system.
	printf '{' >"$dir/half.json"
	printf '%s\n' 'cd night' "write $dir/half.json metal-9.json" | debugfs -w -f - "$img?offset=$results_at"
	refused 3 'damaged: night/metal-9.json is not a result document' results_from
	dd if=/dev/urandom of="$img" bs=4096 seek=$((results_at / 4096 + 1)) count=40 conv=notrunc status=none
	refused 3 'the results partition of' results_from
}

@test "what is wrong with samebits.conf is reported and nothing is measured; no other disk is used" {
	order 'suite = nosuch' 'iterations = 0' 'cpus = 3' 'run = a/b' 'colour = red' 'end = reboot' 'label' 'anonymous = yes' 'report = screen'
	cp --sparse=always "$img" "$dir/second.img"
	machine $(direct) -append "$(options)" $ahci
	says 'nothing more is measured; rebooting in'
	for text in 'line 1: suite = nosuch: no such suite' 'line 2: iterations = 0: not a whole number' 'line 3: cpus = 3: neither all' \
		'line 4: run = a/b: not a name' 'line 5: colour = red: no such setting' 'line 7: label = : not a word' 'line 8: anonymous = yes: neither 0 nor 1' \
		'line 9: report = screen: neither serial'; do
		grep -aqF "$text" "$dir/serial"
	done
	run ! grep -a 'suite quick' "$dir/serial"
	cut_power
	machine $(direct) -append "$(options)" $ahci -drive "file=$dir/second.img,if=none,id=second,format=raw" -device nvme,serial=2,drive=second
	says '2 disks hold this image'
	cut_power
}

@test "report = serial: each document on the disk is sent over the serial line before the next start" {
	order 'suite = short' 'iterations = 2' 'run = night' 'label = rack3' 'report = serial,lava'
	machine $(direct) -append "$(options)" $nvme
	ends
	results_from
	OUT=$dir/log LOG=$dir/serial disk/results-from
	diff -r "$dir/out/results" "$dir/log/results"
	[ "$(find "$dir/log" -name 'metal.label=rack3-[12].json' | wc -l)" = 2 ]
	[ "$(grep -aoE 'is on the disk|samebits document|samebits end of|TEST_CASE_ID=[a-z]+|init: \[2/2\]|powering off' "$dir/serial" | sed 's/.*=//' | paste -sd ,)" = \
		'is on the disk,samebits document,samebits end of,one,files,init: [2/2],is on the disk,samebits document,samebits end of,one,files,powering off' ]
	# The command line takes precedence.
	order 'suite = short' 'iterations = 1' 'run = other' 'report = serial'
	machine $(direct) -append "$(options) SAMEBITS_REPORT=lava" $nvme
	ends
	grep -a LAVA_SIGNAL_TESTCASE "$dir/serial"
	run ! grep -a 'samebits document' "$dir/serial"
}

@test "a full partition is reported, and no partial file is left" {
	order 'suite = short' 'iterations = 3'
	# A file without content, to which the free blocks are then added.
	: >"$dir/much"
	free=$(dumpe2fs -h "$img?offset=$results_at" 2>/dev/null | awk '/^Free blocks/ {print $3}')
	printf '%s\n' "write $dir/much much" "fallocate much 0 $((free - 100))" "sif much size $(((free - 99) * 4096))" |
		debugfs -w -f - "$img?offset=$results_at"
	machine $(direct) -append "$(options)" $nvme
	says 'the results partition is full; take the results off'
	cut_power
	refused 3 'has no results yet' results_from
}

@test "twenty power cuts lose no document on the disk and leave no partial one" {
	order 'suite = short' 'iterations = 1000' 'run = cuts'
	options=$(options)
	SEED=${SEED:-$RANDOM}
	echo "the same moments again: SEED=$SEED"
	RANDOM=$SEED
	for i in $(seq 20); do
		machine $(direct) -append "$options" $nvme
		[ $((i % 4)) = 0 ] || says 'init: [1/1000]'
		sleep "$((RANDOM % 2)).$((RANDOM % 1000))"
		cut_power
		grep -aoE 'cuts-|metal-[0-9]+\.json is on the disk' "$dir/serial" | sed 's/ .*//' >>"$dir/kept" || true
		[ ! -s "$dir/kept" ] || results_from
	done
	[ -s "$dir/kept" ]
	sort "$dir/kept" | uniq -d >"$dir/twice"
	[ ! -s "$dir/twice" ]
	while read -r name; do
		[ -s "$dir/out/results/cuts/$name" ]
	done <"$dir/kept"
	# Everything ever taken off is still on the disk, unchanged: results-from would not have overwritten it.
	mv "$dir/out/results/cuts" "$dir/before"
	results_from
	diff -r "$dir/before" "$dir/out/results/cuts"
	set -- "$dir"/before/*
	[ $# -ge "$(wc -l <"$dir/kept")" ]
	dd if="$img" of="$dir/fs" bs=1M skip=65 count=512 conv=sparse status=none
	e2fsck -fy -E journal_only "$dir/fs" || [ $? = 1 ]
	e2fsck -fn "$dir/fs"
	# The next start cleans up.
	order 'suite = short' 'iterations = 1' 'run = cuts'
	machine $(direct) -append "$options" $nvme
	ends
	run debugfs -R 'ls -p /cuts' "$img?offset=$results_at"
	[[ $output == */metal-1.json/* ]]
	[[ $output != *tmp/* ]]
	run debugfs -R 'ls -p /' "$img?offset=$results_at"
	[[ $output == */cuts/* ]]
	[[ $output != */.scratch/* ]]
}
