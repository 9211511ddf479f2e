# A trace that kernel-config/peers/exits left of a row's events -> a line for each event of the table `names`, with tabs between:
# the row, the event, and how many exits one takes, by kind: what a run of `many` events has more than one of `few`, divided by
# their difference. Of `pairs` such differences it is the median: init says each second that it lives, and what happens now
# and then is in one run of a pair and not in the other.
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
function per_event(count, first,    pair, i, low, difference) {
	for (pair = 0; pair < pairs; pair++) {
		low = count[first + 2 * pair + 1] - count[first + 2 * pair]
		for (i = pair; i > 0 && difference[i - 1] > low; i--) difference[i] = difference[i - 1]
		difference[i] = low
	}
	return sprintf("%.2f", difference[int(pairs / 2)] / (many - few))
}
END {
	# A mark before an event's runs, and one behind each.
	for (i = 1; i <= events; i++) {
		first = (2 * pairs + 1) * (i - 1) + 1
		print row "\t" event[i] "\t" per_event(all, first) "\t" per_event(mmio, first) "\t" per_event(qemu, first) "\t" \
			per_event(hlt, first) "\t" per_event(msr, first) "\t" per_event(interrupts, first)
	}
}
