#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/// `open` and `fcntl` are variadic, which Swift does not import.
static inline int posix_open_file(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

/// `errno` and `SIG_IGN` are macros, which Swift does not import either.
static inline int posix_error_number(void) { return errno; }
static inline void posix_ignore_broken_pipes(void) { signal(SIGPIPE, SIG_IGN); }

extern char **environ;
static inline char **posix_environment(void) { return environ; }
