/*
 * usage: checked-call: a system call whose argument Docker's filter checks, 200,000 times. Linux
 * remembers which calls a filter always allows (since 5.11, action_cache in kernel/seccomp.c); for
 * this one it runs the filter each time.
 */
#include <stdint.h>
#include <sys/personality.h>

int
main(void)
{
	for (int i = 0; i < 200000; i++)
		if (personality(UINT32_MAX) < 0) /* only asks */
			return 1;
	return 0;
}
