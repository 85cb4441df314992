// Preloaded into a worker: lets its trials stand almost still for as long as a file exists, so that a test has all the
// time that it wants, on any machine, to do its harm in the middle of one.
//
// WINNOW_SLOW_MOTION  the file, absolute; without it the shim does nothing
//
// Training reads the clock between any two steps. While the file exists, each reading by a thread that trains takes
// as long as the shortest sleep, and 5 milliseconds once the worker has reported an epoch: the first epoch takes some
// tenths of a second at least, the next one half a minute, and orders are heeded in it as ever.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static const char *file;
static atomic_int has_reported;

// glibc hands the program's arguments to a library's constructors.
__attribute__((constructor)) static void start(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "worker") == 0) file = getenv("WINNOW_SLOW_MOTION");
}

// Of a worker's threads, all but the first one and those that train give themselves names.
static int trains(void) {
    static _Thread_local int kind;
    char name[16] = "";
    if (!kind && prctl(PR_GET_NAME, name) == 0)
        kind = gettid() != getpid() && strcmp(name, program_invocation_short_name) == 0 ? 1 : -1;
    return kind > 0;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    static _Atomic(int (*)(clockid_t, struct timespec *)) next;
    if (!next) next = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    if (file && trains() && access(file, F_OK) == 0) {
        struct timespec pause = {0, has_reported ? 5000000 : 1000};
        nanosleep(&pause, NULL);
    }
    return next(clock, time);
}

int zmq_send(void *socket, const void *bytes, size_t size, int flags) {
    static _Atomic(int (*)(void *, const void *, size_t, int)) next;
    if (!next) next = (int (*)(void *, const void *, size_t, int))dlsym(RTLD_NEXT, "zmq_send");
    // A row: its study's number, and then field 2.
    const unsigned char *header = bytes;
    if (size > 10 && size < 100000 && header[0] == 0x09 && header[9] == 0x12) has_reported = 1;
    return next(socket, bytes, size, flags);
}
