# A trace that kernel-config/peers/exits made of a row's boot -> a line with tabs: the row, all exits until the mark of the
# first process, the fixed ones, the kinds of these, and how many of all went to QEMU.
# What depends on the clock is not fixed: interrupts of the host and windows for the guest's, HLT, the timer's deadlines and counts
# (MSR 0x6e0, 0x838), ends of interrupts (MSR 0x80b), and those of the PIC (ports 0x20 and 0xa0).
/^#/ { next }
/ kvm_cpuid: func 5a000001 / { exit }
/ kvm_exit: / {
	match($0, / reason [a-z_0-9]+/)
	reason = substr($0, RSTART + 8, RLENGTH - 8)
	all++
	if (reason ~ /^(interrupt|vintr|nmi|hlt)$/) timed++
	else n[reason]++
	next
}
/ kvm_userspace_exit: / { qemu++; next }
/ kvm_msr: msr_[a-z]+ (6e0|838|80b) / { timed++; n["msr"]--; next }
/ kvm_pio: / {
	match($0, / at 0x[0-9a-f]+/)
	port = substr($0, RSTART + 6, RLENGTH - 6)
	if (port ~ /^(20|a0)$/) { timed++; n["io"]-- }
	else if (port ~ /^3f[89a-f]$/) { serial++; n["io"]-- }
	else if (port ~ /^cf[89a-f]$/) { pci++; n["io"]-- }
	next
}
/ kvm_mmio: / {
	n["npf"]--
	if (/ gpa 0xfec00/) ioapic++
	else mmio++
}
END {
	fixed = all - timed
	rest = fixed - n["cpuid"] - n["msr"] - pci - serial - n["io"] - ioapic - mmio - n["npf"]
	print row "\t" all + 0 "\t" fixed "\t" n["cpuid"] + 0 "\t" n["msr"] + 0 "\t" n["npf"] + 0 "\t" ioapic + 0 "\t" mmio + 0 "\t" \
		pci + 0 "\t" serial + 0 "\t" n["io"] + 0 "\t" rest "\t" qemu + 0
}
