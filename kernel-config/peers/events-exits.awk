# A trace that kernel-config/peers/exits made of a row's events -> a line for each event of the table `names`, with tabs:
# the row, the event, and how many exits one takes, by kind: the additional exits of a run of `many` events over one of `few`, divided
# by the difference in events. From `pairs` runs of each size the one with the fewest exits of that kind counts: init reports each
# second that it is alive, and the kernel has timers of its own, which only add to a run. On a slow host each longer run has such
# reports: so what is specific to one address, or to one reason to return to QEMU, counts only if a quarter of the events has it.
# Where a signal ended KVM_RUN ("restart"), the host interrupted, so that is no exit to QEMU.
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
/ kvm_mmio: / && match($0, / gpa 0x[0-9a-f]+/) {
	address = substr($0, RSTART, RLENGTH)
	addresses[address]
	mmio[part address]++
}
/ kvm_userspace_exit: / && !/ reason restart / && match($0, / reason [A-Za-z_0-9]+/) {
	reason = substr($0, RSTART, RLENGTH)
	reasons[reason]
	qemu[part reason]++
}
function fewest(count, from, name,    pair, low) {
	low = count[from name] + 0
	for (pair = 1; pair < pairs; pair++)
		if (count[from + 2 * pair name] + 0 < low) low = count[from + 2 * pair name] + 0
	return low
}
function sum_per_event(count, names, first,    name, more, sum) {
	for (name in names) {
		more = fewest(count, first + 1, name) - fewest(count, first, name)
		if (more * 4 >= many - few) sum += more
	}
	return sprintf("%.2f", sum / (many - few))
}
function per_event(count, first) {
	return sprintf("%.2f", (fewest(count, first + 1) - fewest(count, first)) / (many - few))
}
END {
	# A mark before an event's runs, and one after each.
	for (i = 1; i <= events; i++) {
		first = (2 * pairs + 1) * (i - 1) + 1
		print row "\t" event[i] "\t" per_event(all, first) "\t" sum_per_event(mmio, addresses, first) "\t" sum_per_event(qemu, reasons, first) "\t" \
			per_event(hlt, first) "\t" per_event(msr, first) "\t" per_event(interrupts, first)
	}
}
