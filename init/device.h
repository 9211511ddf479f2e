/* Finds devices by their files in sysfs. */
#ifndef DEVICE_H
#define DEVICE_H

/* Opens the device for which a file of its directory below `devices`, in sysfs, contains
 * `value`. */
int open_device(const char *devices, const char *file, const char *value, int flags, char node[64]);

enum { CONSOLES_SIZE = 128 };

/* The kernel's consoles, separated by blanks, with /dev/console last; "" if unknown. */
void read_consoles(char names[CONSOLES_SIZE]);

/* Makes the terminal this process's standard streams and its controlling terminal. */
void control_terminal(const char *name);

#endif
