#include "finish.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "say.h"

enum { TIME_TO_READ = 20 /* seconds that an error stays on the screen */ };

/* Runs a shell on each console until one of them exits. */
static void
offer_shells(void)
{
	char names[CONSOLES_SIZE], *rest = NULL;

	read_consoles(names);
	say("a shell on each of: %s; results are in " RESULTS ", leaving a shell ends this", names);
	for (char *name = strtok_r(names, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
		if (fork() != 0)
			continue;
		control_terminal(name);
		execl("/bin/busybox", "sh", "-l", (char *)NULL);
		_exit(1);
	}
	wait(NULL);
	kill(-1, SIGKILL);
}

static int
remove_one(const char *path, const struct stat *file, int type, struct FTW *place)
{
	(void)file, (void)type, (void)place;
	return remove(path);
}

void
remove_scratch(void)
{
	nftw(SCRATCH, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A read-only file system is clean, even if a process still uses it. */
_Noreturn void
finish(const struct conf *conf)
{
	if (conf->end == SHELL)
		offer_shells();
	if (chdir("/") == 0)
		umount2("/scratch", MNT_DETACH);
	remove_scratch();
	sync();
	mount(NULL, RESULTS, NULL, MS_REMOUNT | MS_RDONLY, NULL);
	say(conf->end == REBOOT ? "rebooting" : "powering off");
	sync();
	reboot(conf->end == REBOOT ? RB_AUTOBOOT : RB_POWER_OFF);
	say("the machine did not do so; it is safe to switch it off");
	for (;;)
		pause();
}

_Noreturn void
give_up(const struct conf *conf)
{
	const struct timespec pause = {.tv_sec = TIME_TO_READ};

	if (conf->end != SHELL) {
		say("nothing more is measured; %s in %d s",
		    conf->end == REBOOT ? "rebooting" : "powering off", TIME_TO_READ);
		nanosleep(&pause, NULL);
	}
	finish(conf);
}
