# Prints the loader that a 64-bit ELF file names (PT_INTERP of elf(5)), from the numbers of its first bytes as
# od -An -v -tu1 prints them; nothing when it names none.

function number(at, bytes,    value) {
	while (bytes-- > 0) value = value * 256 + byte[at + bytes]
	return value
}

{ for (i = 1; i <= NF; i++) byte[count++] = $i }

END {
	for (i = 0; i < number(56, 2); i++) {
		part = number(32, 8) + i * number(54, 2)
		if (number(part, 4) != 3) continue
		for (at = number(part + 8, 8); at < count && byte[at]; at++) printf "%c", byte[at]
		print ""
		exit
	}
}
