// The supervisor is forked from a process of many threads and never runs another program itself: from the fork on, only
// what signal-safety(7) lists and plain system calls may be used, and no memory may be allocated.
//
// It is a "child subreaper" (prctl(2)): whatever the program starts and lets go becomes the supervisor's child, so that
// it can find and end all of it without a control group.
#define _GNU_SOURCE
#include "include/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { milliseconds_to_end = 10000 };

static void tell(int reports, int32_t kind, int32_t value, const struct rusage *usage) {
    winnow_report report = {.kind = kind, .value = value};
    if (usage) {
        report.resident = usage->ru_maxrss;
        report.time = (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * INT64_C(1000000) + usage->ru_utime.tv_usec +
                      usage->ru_stime.tv_usec;
    }
    // Less than PIPE_BUF, so that it is written as a whole; nobody may be left to read it.
    ssize_t written = write(reports, &report, sizeof report);
    (void)written;
}

static void close_range_of(unsigned first, unsigned last) {
    if (first > last) return;
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, last, 0) == 0) return;
#endif
    struct rlimit limit;
    unsigned most = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? (unsigned)limit.rlim_cur : 65536;
    for (unsigned fd = first; fd <= last && fd < most; fd++) close((int)fd);
}

// Closes all descriptors from 3 on but these.
static void close_all_but(const int *kept, int count) {
    unsigned first = 3;
    for (;;) {
        unsigned next = ~0u;
        for (int i = 0; i < count; i++) {
            if (kept[i] >= 0 && (unsigned)kept[i] >= first && (unsigned)kept[i] < next) next = (unsigned)kept[i];
        }
        if (next == ~0u) break;
        if (next > first) close_range_of(first, next - 1);
        first = next + 1;
    }
    close_range_of(first, ~0u);
}

// What the program's process does before it is the program.
static void become(const winnow_program *program, int reports, pid_t supervisor) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != supervisor) _exit(127);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_NAME, "winnow-program");
    if (program->processors_size) {
        syscall(SYS_sched_setaffinity, 0, program->processors_size, program->processors);
    }
    // Of itself, whatever its number is where the group is looked at from.
    int is_bounded = program->memory_group >= 0 && write(program->memory_group, "0", 1) == 1;
    // It is supervised without this group as well.
    ssize_t joined = program->group >= 0 ? write(program->group, "0", 1) : 0;
    (void)joined;
    if (program->memory && !(is_bounded && program->group_bounds_memory)) {
        struct rlimit limit = {program->memory, program->memory};
        setrlimit(RLIMIT_DATA, &limit);
    }
    if (dup2(program->output, 1) == 1 && dup2(program->errors, 2) == 2 && chdir(program->folder) == 0) {
        // Another supervisor that was forked while the file was written holds it open until it has closed what it inherited.
        struct timespec while_it_is_held = {0, 10 * 1000 * 1000};
        int tries = 0;
        do {
            execve(program->path, program->arguments, program->environment);
        } while (errno == ETXTBSY && tries++ < 200 && nanosleep(&while_it_is_held, NULL) == 0);
    }
    tell(reports, winnow_program_refused, errno, NULL);
    _exit(127);
}

// Sends SIGKILL to all children, as /proc lists them.
static void kill_children(void) {
    int list = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    if (list < 0) return;
    char text[4096];
    long number = 0;
    ssize_t count;
    while ((count = read(list, text, sizeof text)) > 0) {
        for (ssize_t i = 0; i < count; i++) {
            if (text[i] >= '0' && text[i] <= '9') {
                number = number * 10 + (text[i] - '0');
            } else if (number > 0) {
                kill((pid_t)number, SIGKILL);
                number = 0;
            }
        }
    }
    if (number > 0) kill((pid_t)number, SIGKILL);
    close(list);
}

typedef struct {
    pid_t process;
    int has_ended, status;
    struct rusage usage;
} main_process;

// Reaps what has ended; whether there is any child left.
static int reap(main_process *main) {
    for (;;) {
        int status;
        struct rusage usage;
        pid_t ended = wait4(-1, &status, WNOHANG, &usage);
        if (ended == 0) return 1;
        if (ended < 0) return errno == EINTR;
        if (ended == main->process) {
            main->has_ended = 1;
            main->status = status;
            main->usage = usage;
        }
    }
}

// Ends the group and all descendants: those of a child that dies become children themselves, and are found next time.
static void end_all(main_process *main) {
    for (int waited = 0; waited < milliseconds_to_end; waited++) {
        if (main->process > 0) kill(-main->process, SIGKILL);
        kill_children();
        if (!reap(main)) return;
        // A process that hangs in the kernel cannot be waited for without end.
        poll(NULL, 0, 1);
    }
}

static void supervise(const winnow_program *program, int control, int reports) {
    setsid();
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_NAME, "winnow-trial");
    int kept[] = {control, reports, program->output, program->errors, program->memory_group, program->group};
    close_all_but(kept, 6);
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; fd++) {
        if (nothing >= 0) dup2(nothing, fd);
    }
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    int endings = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    main_process main = {0};
    pid_t self = getpid();
    // The program shares this process's memory until it is the program: nothing need be copied.
    main.process = vfork();
    if (main.process == 0) become(program, reports, self);
    if (main.process < 0 || endings < 0) {
        tell(reports, winnow_program_refused, errno, NULL);
        end_all(&main);
        _exit(0);
    }
    // The child does the same: whoever comes first, a signal finds the group.
    setpgid(main.process, main.process);
    tell(reports, winnow_program_started, main.process, NULL);
    // The program's own copies are its own: a reader sees their end with the program.
    close(program->output);
    close(program->errors);
    struct pollfd waited[] = {{.fd = control, .events = POLLIN}, {.fd = endings, .events = POLLIN}};
    while (!main.has_ended) {
        if (poll(waited, 2, -1) < 0 && errno != EINTR) break;
        if (waited[0].revents) {
            int32_t number = SIGKILL;
            ssize_t count = read(control, &number, sizeof number);
            if (count == sizeof number && number != SIGKILL) {
                kill(-main.process, number);
            } else if (count != -1) {
                end_all(&main);
                if (count == 0) _exit(0);
            }
        }
        if (waited[1].revents) {
            struct signalfd_siginfo info;
            while (read(endings, &info, sizeof info) > 0) {
            }
            reap(&main);
        }
    }
    end_all(&main);
    tell(reports, winnow_program_ended, main.status, &main.usage);
    _exit(0);
}

int winnow_supervise(const winnow_program *program, int *control, int *reports) {
    int down[2], up[2];
    if (pipe2(down, O_CLOEXEC) != 0) return -errno;
    if (pipe2(up, O_CLOEXEC) != 0) {
        int code = errno;
        close(down[0]);
        close(down[1]);
        return -code;
    }
    pid_t supervisor = fork();
    if (supervisor == 0) {
        close(down[1]);
        close(up[0]);
        supervise(program, down[0], up[1]);
        _exit(0);
    }
    int code = errno;
    close(down[0]);
    close(up[1]);
    if (supervisor < 0) {
        close(down[1]);
        close(up[0]);
        return -code;
    }
    *control = down[1];
    *reports = up[0];
    return supervisor;
}
