/* The floor: a PVH guest (XEN_ELFNOTE_PHYS32_ENTRY, 18) that leaves at once through isa-debug-exit, with status 3: QEMU's
 * own failures have 1. */
	.section .note.floor, "a", @note
	.long 4, 4, 18
	.asciz "Xen"
	.long _start

	.text
	.code32
	.globl _start
_start:
	movb $1, %al
	outb %al, $0xf4
1:	hlt
	jmp 1b

	.section .note.GNU-stack, "", @progbits
