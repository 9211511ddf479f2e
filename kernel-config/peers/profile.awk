# System.map (sorted) on standard input, then the plugin's log: the instructions of a start by purpose, and
# the functions that take most. Addresses below the kernel's belong to the firmware and to /mark.
function group(f) {
	if (f ~ /^(insn_|inat_|apply_|__?text_poke|text_poke|__static_call|__x86_|optimize_nops|add_nop|sort_r|jump_label|arch_jump)/)
		return "code patched: alternatives, retpolines, return thunks, jump labels"
	if (f ~ /APIC_clock|apic_timer|calibrate/)
		return "APIC timer calibrated"
	if (f ~ /memblock|memmap|init_single_page|init_range|free_reserved|clear_bss|e820|free_pages|memset|clear_page|change_page|lookup_address|rmqueue|free_unref|prep_new/)
		return "memory: its map, clearing it, page tables"
	if (f ~ /kernfs|sysfs|kobject|idr_|kmem_cache|allocate_slab|strlen|strcmp|format_decode|vsnprintf/)
		return "sysfs, slab, strings"
	if (f ~ /cpio|newc|unpack|initramfs|ramfs|copy_from|copy_user|iov_iter/)
		return "initramfs unpacked"
	if (f ~ /serial8250|io_serial|console|uart|wait_for_xmitr/)
		return "serial console"
	return "all else"
}

FILENAME == "-" {
	if ($2 ~ /[tTwW]/) {
		address[++n] = $1
		name[n] = $3
	}
	next
}
$1 == "block" && $2 < address[1] {
	sum["(not the kernel)"] += $3
	next
}
$1 == "block" {
	low = 1
	high = n
	while (low < high) {
		middle = int((low + high + 1) / 2)
		if (address[middle] <= $2) low = middle
		else high = middle - 1
	}
	sum[name[low]] += $3
}
END {
	for (f in sum) groups[group(f)] += sum[f]
	for (g in groups) printf "1\t%d\t%s\n", groups[g], g
	for (f in sum) printf "2\t%d\t%s\n", sum[f], f
}
