#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/// `open` and `fcntl` are variadic, which Swift does not import.
static inline int posix_open_file(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

static inline int posix_is_open(int descriptor) { return fcntl(descriptor, F_GETFD) != -1; }

/// `errno` and `SIG_IGN` are macros, which Swift does not import either.
static inline int posix_error_number(void) { return errno; }
static inline void posix_ignore_broken_pipes(void) { signal(SIGPIPE, SIG_IGN); }

extern char **environ;
static inline char **posix_environment(void) { return environ; }

/// A condition whose waits do not care when somebody sets the clock.
static inline int posix_make_condition(pthread_cond_t *condition) {
#ifdef __APPLE__
    return pthread_cond_init(condition, NULL);
#else
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    int result = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return result;
#endif
}

/// 0, or ETIMEDOUT when nobody has signalled for so long.
static inline int posix_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, long milliseconds) {
    struct timespec time;
#ifdef __APPLE__
    time.tv_sec = milliseconds / 1000;
    time.tv_nsec = milliseconds % 1000 * 1000000;
    return pthread_cond_timedwait_relative_np(condition, mutex, &time);
#else
    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += milliseconds / 1000;
    time.tv_nsec += milliseconds % 1000 * 1000000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_sec += 1;
        time.tv_nsec -= 1000000000;
    }
    return pthread_cond_timedwait(condition, mutex, &time);
#endif
}

enum posix_file_kind { posix_regular_file, posix_socket, posix_other_file };

/// The mode's macros are not imported either.
static inline enum posix_file_kind posix_kind(const struct stat *status) {
    if (S_ISREG(status->st_mode)) return posix_regular_file;
    return S_ISSOCK(status->st_mode) ? posix_socket : posix_other_file;
}

/// Neither blocks nor passes to children. `isStream`: else datagrams.
static inline int posix_open_socket(int family, int isStream) {
    int descriptor = socket(family, isStream ? SOCK_STREAM : SOCK_DGRAM, 0);
    if (descriptor < 0) return descriptor;
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
    int on = 1;
    // What is sent is whole entries: to wait for more would only delay the last.
    if (isStream) setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return descriptor;
}

/// The addresses of a name, for sockets of that kind; 0 or an error of `getaddrinfo`.
static inline int posix_look_up(const char *host, const char *port, int isStream, struct addrinfo **list) {
    struct addrinfo hints;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = isStream ? SOCK_STREAM : SOCK_DGRAM;
    hints.ai_flags = AI_NUMERICSERV;
    return getaddrinfo(host, port, &hints, list);
}

/// -1 with `errno`, also when the path is too long.
static inline int posix_connect_path(int descriptor, const char *path) {
    struct sockaddr_un address;
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    return connect(descriptor, (struct sockaddr *)&address, sizeof address);
}

#ifdef __APPLE__
static const int posix_no_signal = 0;
#else
/// A peer that has gone is an error of the call alone.
static const int posix_no_signal = MSG_NOSIGNAL;
#endif

static const int posix_no_more_writes = SHUT_WR;
