#include <spawn.h>

#ifndef __APPLE__
// Since glibc 2.34; the header shows it only to those who define _DEFAULT_SOURCE before anything is included.
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
#endif
