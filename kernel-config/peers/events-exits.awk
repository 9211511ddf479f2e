# A trace that kernel-config/peers/exits left of a row's events -> a line for each event of the table `names`, with tabs between:
# the row, the event, and how many exits one takes, by kind: what `many` of it have more than `few`, by their difference.
BEGIN {
	while ((getline line <names) > 0)
		if (line !~ /^#/ && split(line, words, " ")) event[++events] = words[1]
}
/^#/ { next }
/ kvm_cpuid: func 5a0000/ { part++; next }
!part { next }
/ kvm_exit: / {
	all[part]++
	if (/ reason hlt /) hlt[part]++
	else if (/ reason msr /) msr[part]++
	else if (/ reason (interrupt|vintr) /) interrupts[part]++
	next
}
/ kvm_mmio: / { mmio[part]++ }
/ kvm_userspace_exit: / { qemu[part]++ }
function per_event(count, first) { return sprintf("%.2f", (count[first + 1] - count[first]) / (many - few)) }
END {
	# Three marks for each event: before, between and after its two runs.
	for (i = 1; i <= events; i++) {
		first = 3 * i - 2
		print row "\t" event[i] "\t" per_event(all, first) "\t" per_event(mmio, first) "\t" per_event(qemu, first) "\t" \
			per_event(hlt, first) "\t" per_event(msr, first) "\t" per_event(interrupts, first)
	}
}
