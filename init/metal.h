#ifndef METAL_H
#define METAL_H

/* `uuid` names the file system for results. */
_Noreturn void metal(const char *uuid);

#endif
