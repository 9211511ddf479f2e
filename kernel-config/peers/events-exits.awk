# A trace that kernel-config/peers/exits made of a row's events -> a line for each event of the table `names`, with tabs:
# the row, the event, and how many exits one takes, by kind: the additional exits of a run of `many` events over one of `few`, divided
# by the difference in events. From `pairs` runs of each size the one with the fewest exits of that kind counts: init reports each
# second that it is alive, and the kernel has timers of its own, which only add to a run. On a slow host each longer run has such
# reports: so addresses, and reasons to return to QEMU, only count if a run has one for a quarter of its events or more. An event has
# several addresses if the device has a queue for each processor. If even the runs with the fewest have less than one for two
# additional events, the time that these took made them, and not the events: that is none. Where a signal ended KVM_RUN ("restart"),
# the host interrupted, so that is no exit to QEMU.
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
function fewest(count, from,    pair, low) {
	low = count[from] + 0
	for (pair = 1; pair < pairs; pair++)
		if (count[from + 2 * pair] + 0 < low) low = count[from + 2 * pair] + 0
	return low
}
function per_event(count, first) {
	return (fewest(count, first + 1) - fewest(count, first)) / (many - few)
}
# The most that a run of `many` events has of it.
function most(count, first, name,    pair, high) {
	for (pair = 0; pair < pairs; pair++)
		if (count[first + 1 + 2 * pair name] > high) high = count[first + 1 + 2 * pair name]
	return high
}
function frequent_per_event(count, names, first,    name, run, sums, result) {
	for (name in names)
		if (most(count, first, name) * 4 >= many)
			for (run = first; run < first + 2 * pairs; run++) sums[run] += count[run name]
	result = per_event(sums, first)
	return result < 0.5 ? 0 : result
}
END {
	# A mark before an event's runs, and one after each.
	for (i = 1; i <= events; i++) {
		first = (2 * pairs + 1) * (i - 1) + 1
		printf "%s\t%s\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\n", row, event[i], per_event(all, first),
			frequent_per_event(mmio, addresses, first), frequent_per_event(qemu, reasons, first),
			per_event(hlt, first), per_event(msr, first), per_event(interrupts, first)
	}
}
