/* Devices by what sysfs says of them. */
#ifndef DEVICE_H
#define DEVICE_H

/* Opens the device in whose directory below `devices`, in sysfs, a file says `value`. */
int open_device(const char *devices, const char *file, const char *value, int flags, char node[64]);

enum { CONSOLES_SIZE = 128 };

/* The kernel's consoles with blanks between them, the one that is /dev/console last; "" when that
 * is not known. */
void read_consoles(char names[CONSOLES_SIZE]);

/* The terminal is the standard streams of this process, and controls its session. */
void control_terminal(const char *name);

#endif
