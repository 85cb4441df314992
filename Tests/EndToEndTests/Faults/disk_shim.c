// Preloaded into a coordinator and its workers: writes down what they do to the disk below one folder, counts what the
// coordinator does, and kills it at one of these points.
//
// WINNOW_SHIM_FOLDER  the folder, absolute, with symbolic links resolved; without it the shim does nothing
// WINNOW_SHIM_LOG     a file that gets one record for each call
// WINNOW_SHIM_KILL    the number of the point, from 1, at which the process kills itself
//
// A point is the moment before a call; a write has a second one, when half of its bytes are written.
//
// A record is: kind, UInt8; length of the path, UInt32; path; offset, UInt64; length of the bytes, UInt32; bytes. A
// rename's and a link's bytes are the new path; a worker's kinds have their highest bit set. Numbers are little-endian. Messages of acknowledgement stand in it too, so that it can
// be told what had been promised at each point.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind {
    CREATE = 'c', WRITE = 'w', TRUNCATE = 't', SYNC = 's', RENAME = 'r', LINK = 'l', UNLINK = 'u', MKDIR = 'm', SAY = 'a'
};

static const char *folder;
static size_t folder_length;
static int log_descriptor = -1;
static int is_worker;
static long kill_at;
static long point;
// One call at a time: the order of the log is the order of what happened.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

// glibc hands the program's arguments to a library's constructors.
__attribute__((constructor)) static void start(int argc, char **argv) {
    const char *name = strrchr(argv[0], '/');
    name = name ? name + 1 : argv[0];
    const char *chosen = getenv("WINNOW_SHIM_FOLDER");
    if (!chosen || strcmp(name, "winnow") != 0) return;
    is_worker = argc > 1 && strcmp(argv[1], "worker") == 0;
    const char *at = getenv("WINNOW_SHIM_KILL");
    const char *log = getenv("WINNOW_SHIM_LOG");
    kill_at = at && !is_worker ? atol(at) : 0;
    if (log) log_descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    folder_length = strlen(chosen);
    folder = chosen;
}

static int is_ours(const char *path) {
    return folder && strncmp(path, folder, folder_length) == 0 &&
        (path[folder_length] == '/' || path[folder_length] == 0);
}

static int absolute(int base, const char *path, char *result) {
    if (!folder) return 0;
    char start[PATH_MAX] = "";
    if (path[0] != '/') {
        if (base == AT_FDCWD) {
            if (!getcwd(start, sizeof start)) return 0;
        } else {
            char link[64];
            snprintf(link, sizeof link, "/proc/self/fd/%d", base);
            ssize_t length = readlink(link, start, sizeof start - 1);
            if (length < 0) return 0;
            start[length] = 0;
        }
    }
    // A coordinator names what is in its folder by the folder's descriptor: /proc/self/fd/7/journal.
    if (strncmp(path, "/proc/self/fd/", 14) == 0) {
        size_t link_length = 14 + strspn(path + 14, "0123456789");
        char link[64];
        if (link_length >= sizeof link) return 0;
        memcpy(link, path, link_length);
        link[link_length] = 0;
        ssize_t length = readlink(link, start, sizeof start - 1);
        if (length < 0) return 0;
        start[length] = 0;
        path += link_length;
    }
    int length = snprintf(result, PATH_MAX, "%s%s%s", start, path[0] == '/' || path[0] == 0 ? "" : "/", path);
    return length < PATH_MAX && is_ours(result);
}

static int path_of(int descriptor, char *path) {
    if (!folder || descriptor < 0 || descriptor == log_descriptor) return 0;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_ours(path);
}

static void pass_point(void) {
    if (++point == kill_at) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
}

static void note(enum kind kind, const char *path, uint64_t offset, const void *bytes, size_t size) {
    if (log_descriptor < 0) return;
    uint8_t code = is_worker ? kind | 0x80 : kind;
    uint32_t path_length = strlen(path), length = size;
    struct iovec parts[] = {
        {&code, 1}, {&path_length, 4}, {(void *)path, path_length}, {&offset, 8}, {&length, 4}, {(void *)bytes, size}};
    if (REAL(writev)(log_descriptor, parts, 6) < 0) abort();
}

// MARK: Files

static ssize_t put(int descriptor, const void *bytes, size_t size, off_t offset, int moves) {
    char path[PATH_MAX];
    if (!path_of(descriptor, path))
        return moves ? REAL(write)(descriptor, bytes, size) : REAL(pwrite)(descriptor, bytes, size, offset);
    pthread_mutex_lock(&lock);
    off_t place = moves ? lseek(descriptor, 0, SEEK_CUR) : offset;
    if (moves && (fcntl(descriptor, F_GETFL) & O_APPEND)) place = lseek(descriptor, 0, SEEK_END);
    pass_point();
    // The point in the middle comes first: a process that passes it writes everything at once.
    if (point + 1 == kill_at) {
        REAL(pwrite)(descriptor, bytes, size / 2, place);
        note(WRITE, path, place, bytes, size / 2);
    }
    pass_point();
    ssize_t result = moves ? REAL(write)(descriptor, bytes, size) : REAL(pwrite)(descriptor, bytes, size, offset);
    int code = errno;
    if (result > 0) note(WRITE, path, place, bytes, result);
    pthread_mutex_unlock(&lock);
    errno = code;
    return result;
}

ssize_t write(int descriptor, const void *bytes, size_t size) { return put(descriptor, bytes, size, 0, 1); }
ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset) {
    return put(descriptor, bytes, size, offset, 0);
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off64_t offset) {
    return put(descriptor, bytes, size, offset, 0);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    char path[PATH_MAX];
    if (!path_of(descriptor, path)) return REAL(writev)(descriptor, parts, count);
    ssize_t total = 0;
    for (int i = 0; i < count; i++) {
        ssize_t written = put(descriptor, parts[i].iov_base, parts[i].iov_len, 0, 1);
        if (written < 0) return total ? total : written;
        total += written;
        if ((size_t)written < parts[i].iov_len) break;
    }
    return total;
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    char path[PATH_MAX];
    if (!path_of(descriptor, path)) return REAL(pwritev)(descriptor, parts, count, offset);
    ssize_t total = 0;
    for (int i = 0; i < count; i++) {
        ssize_t written = put(descriptor, parts[i].iov_base, parts[i].iov_len, offset + total, 0);
        if (written < 0) return total ? total : written;
        total += written;
        if ((size_t)written < parts[i].iov_len) break;
    }
    return total;
}

// What is one call, and changes one file or folder: counted before it, noted when it has succeeded.
#define CHANGE(kind, path, offset, bytes, size, call)     \
    ({                                                    \
        pthread_mutex_lock(&lock);                        \
        pass_point();                                     \
        int result = (call), code = errno;                \
        if (result >= 0) note(kind, path, offset, bytes, size); \
        pthread_mutex_unlock(&lock);                      \
        errno = code;                                     \
        result;                                           \
    })

int fsync(int descriptor) {
    char path[PATH_MAX];
    if (!path_of(descriptor, path)) return REAL(fsync)(descriptor);
    return CHANGE(SYNC, path, 0, "", 0, REAL(fsync)(descriptor));
}

int fdatasync(int descriptor) {
    char path[PATH_MAX];
    if (!path_of(descriptor, path)) return REAL(fdatasync)(descriptor);
    return CHANGE(SYNC, path, 0, "", 0, REAL(fdatasync)(descriptor));
}

int ftruncate(int descriptor, off_t size) {
    char path[PATH_MAX];
    if (!path_of(descriptor, path)) return REAL(ftruncate)(descriptor, size);
    return CHANGE(TRUNCATE, path, size, "", 0, REAL(ftruncate)(descriptor, size));
}

int ftruncate64(int descriptor, off64_t size) { return ftruncate(descriptor, size); }

// MARK: Names

static int open_counted(int base, const char *name, int flags, mode_t mode) {
    char path[PATH_MAX];
    int changes = flags & O_CREAT || flags & O_TRUNC;
    if (!changes || !absolute(base, name, path)) return REAL(openat)(base, name, flags, mode);
    struct stat status;
    if (fstatat(base, name, &status, 0) == 0) {
        if (!(flags & O_TRUNC)) return REAL(openat)(base, name, flags, mode);
        return CHANGE(TRUNCATE, path, 0, "", 0, REAL(openat)(base, name, flags, mode));
    }
    return CHANGE(CREATE, path, 0, "", 0, REAL(openat)(base, name, flags, mode));
}

#define MODE(flags)                               \
    mode_t mode = 0;                              \
    if (flags & (O_CREAT | __O_TMPFILE)) {        \
        va_list rest;                             \
        va_start(rest, flags);                    \
        mode = va_arg(rest, mode_t);              \
        va_end(rest);                             \
    }

int open(const char *name, int flags, ...) { MODE(flags) return open_counted(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags) return open_counted(AT_FDCWD, name, flags, mode); }
int openat(int base, const char *name, int flags, ...) { MODE(flags) return open_counted(base, name, flags, mode); }
int openat64(int base, const char *name, int flags, ...) { MODE(flags) return open_counted(base, name, flags, mode); }

int renameat2(int old_base, const char *old, int new_base, const char *new, unsigned flags) {
    char from[PATH_MAX], to[PATH_MAX];
    if (!absolute(old_base, old, from) || !absolute(new_base, new, to))
        return REAL(renameat2)(old_base, old, new_base, new, flags);
    return CHANGE(RENAME, from, 0, to, strlen(to), REAL(renameat2)(old_base, old, new_base, new, flags));
}
int rename(const char *old, const char *new) { return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0); }
int renameat(int old_base, const char *old, int new_base, const char *new) {
    return renameat2(old_base, old, new_base, new, 0);
}

int linkat(int old_base, const char *old, int new_base, const char *new, int flags) {
    char from[PATH_MAX], to[PATH_MAX];
    if (!absolute(old_base, old, from) || !absolute(new_base, new, to))
        return REAL(linkat)(old_base, old, new_base, new, flags);
    return CHANGE(LINK, from, 0, to, strlen(to), REAL(linkat)(old_base, old, new_base, new, flags));
}
int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }

int unlinkat(int base, const char *name, int flags) {
    char path[PATH_MAX];
    if (!absolute(base, name, path)) return REAL(unlinkat)(base, name, flags);
    return CHANGE(UNLINK, path, 0, "", 0, REAL(unlinkat)(base, name, flags));
}
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }

int mkdir(const char *name, mode_t mode) {
    char path[PATH_MAX];
    if (!absolute(AT_FDCWD, name, path)) return REAL(mkdir)(name, mode);
    return CHANGE(MKDIR, path, 0, "", 0, REAL(mkdir)(name, mode));
}

// MARK: Words

// Whether it is a message of the coordinator's that says that a row, a file or an outcome is stored: its study's number
// comes first, then field 8, 10 or 14.
static int acknowledges(const unsigned char *bytes, size_t size) {
    return size > 10 && size < 100000 && bytes[0] == 0x09 && (bytes[9] == 0x42 || bytes[9] == 0x52 || bytes[9] == 0x72);
}

// What a worker is told to be durable: noted before it can reach anybody.
int zmq_send(void *socket, const void *bytes, size_t size, int flags) {
    static int (*send)(void *, const void *, size_t, int);
    if (!send) send = real("zmq_send");
    if (folder && !is_worker && acknowledges(bytes, size)) {
        pthread_mutex_lock(&lock);
        note(SAY, "", 0, bytes, size);
        pthread_mutex_unlock(&lock);
    }
    return send(socket, bytes, size, flags);
}
