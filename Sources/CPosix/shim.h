// What Swift's Glibc module map leaves out, and the variadic calls and macros that do not import.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// A descriptor that wakes a poll; counts, does not block, is not inherited.
static inline int winnow_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// Declared only for X/Open's programs.
char *strptime(const char *restrict text, const char *restrict format, struct tm *restrict time);

/// Seconds since 1970-01-01 00:00 UTC of a text that follows a format of strptime to its end; 0 where it does not.
static inline int winnow_parse_time(const char *text, const char *format, int64_t *seconds) {
    struct tm time = {.tm_mday = 1};
    const char *end = strptime(text, format, &time);
    if (end == NULL || *end != 0) return 0;
    *seconds = timegm(&time);
    return 1;
}

/// Whether a program listens on the Unix socket at `path`: 0 when one does, otherwise why not: ENOENT (no file is
/// there), ECONNREFUSED (its program is dead), ENOTSOCK (the file is no socket), ...
static inline int winnow_probe_unix_socket(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return ENAMETOOLONG;
    strcpy(address.sun_path, path);
    // connect() refuses a plain file with ECONNREFUSED, too.
    struct stat status;
    if (stat(path, &status) != 0) return errno;
    if (!S_ISSOCK(status.st_mode)) return ENOTSOCK;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return errno;
    int code = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
    close(fd);
    // EAGAIN: the listener's backlog is full, so there is one.
    return code == EAGAIN ? 0 : code;
}

/// The signals that ask the program to end: SIGINT, SIGTERM, and the SIGHUP of a terminal that closes.
static inline void winnow_termination_signals(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
}

/// A descriptor that becomes readable when a signal that asks for the end arrives; they must be blocked in every thread.
static inline int winnow_termination_fd(void) {
    sigset_t set;
    winnow_termination_signals(&set);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/// Blocks the signals that ask for the end in the calling thread and in all that it starts; ignores SIGPIPE.
///
/// Under nohup(1) SIGHUP is ignored from the start, and stays so: the kernel keeps a signal that is ignored *and* blocked,
/// so a descriptor would read it (signal(7)).
static inline int winnow_block_termination(void) {
    sigset_t set;
    winnow_termination_signals(&set);
    struct sigaction hangup;
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler == SIG_IGN) sigdelset(&set, SIGHUP);
    signal(SIGPIPE, SIG_IGN);
    return sigprocmask(SIG_BLOCK, &set, NULL);
}

/// Takes one pending signal from `fd`; 0 when there is none.
static inline int winnow_take_signal(int fd) {
    struct signalfd_siginfo info;
    return read(fd, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

/// Width of the terminal behind `fd` in columns, or 0.
static inline int winnow_terminal_columns(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/// Its height in lines, or 0.
static inline int winnow_terminal_rows(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

static inline int winnow_exit_status(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// A pipe whose ends are not inherited.
static inline int winnow_pipe_cloexec(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

/// Makes a file that was not there before, or, with `replacing`, empties the one that is; -1 and errno where it cannot.
static inline int winnow_create_file(const char *path, int mode, int replacing) {
    return open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (replacing ? O_TRUNC : O_EXCL), mode);
}

/// Opens a file for reading. It does not wait for a writer where the file is a pipe.
static inline int winnow_open_file(const char *path) { return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); }

/// Raises the number of descriptors that this process may have to what the system lets it.
static inline void winnow_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/// Has the calling thread wait for all others of the process where processors are scarce; this cannot be undone.
static inline void winnow_yield_to_others(void) { setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 10); }

/// What the kernel has counted on a TCP connection, in bytes: all that has come, and all that the peer has confirmed.
/// Returns 0, or -1 where `fd` is no TCP connection (any more).
static inline int winnow_tcp_counts(int fd, unsigned long long *received, unsigned long long *confirmed) {
    // The kernel's struct, of which the C library's own header lacks the later fields (linux/tcp.h).
    struct {
        unsigned char head[104];
        unsigned long long pacing_rate, max_pacing_rate, bytes_acked, bytes_received;
    } info;
    socklen_t size = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || size < sizeof info) return -1;
    *received = info.bytes_received;
    *confirmed = info.bytes_acked;
    return 0;
}

/// Bytes that were sent on a TCP connection and that its peer has not confirmed; -1 where `fd` is none.
static inline int winnow_tcp_unconfirmed(int fd) {
    int bytes = 0;
    return ioctl(fd, TIOCOUTQ, &bytes) == 0 ? bytes : -1;
}

/// Ends the connection behind `fd`, whoever owns it; a descriptor that is no connection is left alone.
static inline void winnow_end_connection(int fd) { shutdown(fd, SHUT_RDWR); }
/// Lets two names change places in one step (renameat2(2)), which glibc declares only with _GNU_SOURCE.
static inline int winnow_exchange(const char *one, const char *other) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, 2u /* RENAME_EXCHANGE */);
}

/// How many processors the calling process may run on (sched_getaffinity(2)); 1 where that cannot be told.
static inline int winnow_allowed_processors(void) {
    // The system call, which needs no _GNU_SOURCE, tells how many bytes of the mask it has written.
    unsigned long mask[1024];
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
    int count = 0;
    for (long word = 0; word < bytes / (long)sizeof mask[0]; word++) count += __builtin_popcountl(mask[word]);
    return count > 0 ? count : 1;
}

/// The signal that ended a process of which waitpid() told `status`; 0 where it ended by itself.
static inline int winnow_ending_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }
/// What statx(2) says of a file: its device, its number in it, and when it was made, in nanoseconds since 1970; 0 where the
/// file system does not keep that. The call is made by its number: its wrapper is there under _GNU_SOURCE alone.
typedef struct {
    uint64_t device, number, born;
} winnow_file_identity;

/// - Parameter path: null for the open file `descriptor` itself.
/// - Returns: 0, or the errno.
static inline int winnow_identify(int descriptor, const char *path, winnow_file_identity *identity) {
#if defined(__linux__) && defined(SYS_statx)
    unsigned char found[256] = {0};
    // AT_FDCWD is -100, AT_EMPTY_PATH 0x1000; STATX_INO 0x100, STATX_BTIME 0x800.
    if (syscall(SYS_statx, path ? -100 : descriptor, path ? path : "", path ? 0 : 0x1000, 0x100 | 0x800, found) == 0) {
        uint32_t mask, major, minor, nanoseconds;
        int64_t seconds;
        memcpy(&mask, found, sizeof mask);
        memcpy(&identity->number, found + 32, sizeof identity->number);
        memcpy(&seconds, found + 80, sizeof seconds);
        memcpy(&nanoseconds, found + 88, sizeof nanoseconds);
        memcpy(&major, found + 136, sizeof major);
        memcpy(&minor, found + 140, sizeof minor);
        identity->device = (uint64_t)major << 32 | minor;
        identity->born = mask & 0x800 ? (uint64_t)seconds * 1000000000 + nanoseconds : 0;
        return 0;
    }
    if (errno != ENOSYS && errno != EPERM) return errno;
#endif
    struct stat status;
    if ((path ? stat(path, &status) : fstat(descriptor, &status)) != 0) return errno;
    identity->device = (uint64_t)status.st_dev;
    identity->number = (uint64_t)status.st_ino;
    identity->born = 0;
    return 0;
}
