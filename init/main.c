/*
 * The first process of the guest and of the container: prepares the place, runs /bin/bench with its
 * own arguments, and passes on the result and the exit status. It starts nothing else, so only
 * these two run: bench measures in a child process and sleeps meanwhile.
 *
 * Each file calls only files that follow it here: main, metal (with results and finish) and run,
 * place, guest, device, say.
 */
#include <stdlib.h>

#include "console.h"
#include "descriptors.h"
#include "guest.h"
#include "metal.h"
#include "place.h"
#include "run.h"
#include "say.h"

static void
prepare_guest(void)
{
	mount_file_systems();
	open_console();
	ask_kernel_clock();
	announce("looking for devices");
	load_modules();
	if (getenv("SAMEBITS_DISK"))
		metal(getenv("SAMEBITS_DISK"));
	open_port();
	allow_huge_pages();
	raise_loopback();
	raise_network(getenv("SAMEBITS_ADDRESS"));
	mount_scratch();
	if (!console_begin())
		leave(USAGE);
	drop_caches();
}

int
main(int argc, char *argv[])
{
	static char *quick[] = {"bench", "suite", "quick", NULL};
	char **arguments = argc > 1 ? argv : quick;
	int status;

	descriptors_fill();
	note_beginning();
	decide_world();
	if (is_guest())
		prepare_guest();
	state_identity();
	open_document(arguments[1]);
	start(arguments);
	status = supervise();
	hand_over_document();
	leave(status);
}
