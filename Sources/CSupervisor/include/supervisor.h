// Runs a program so that nothing it starts outlives it, nor the process that asked for it.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// What is to be run.
typedef struct {
    /// The program's file; no folder is searched.
    const char *path;
    /// Its arguments and its environment, null at the end.
    char *const *arguments;
    char *const *environment;
    /// Its working folder.
    const char *folder;
    /// Descriptors that become its standard output and standard error.
    int output, errors;
    /// The processors that it may run on, as sched_setaffinity(2) takes them; of 0 bytes, those of this process.
    const unsigned long *processors;
    size_t processors_size;
    /// Bytes of memory that each of its processes may have for itself (RLIMIT_DATA); 0 without a limit.
    uint64_t memory;
    /// The `cgroup.procs` of control groups that it joins, or -1; whether the first bounds its memory instead.
    int memory_group, group;
    int group_bounds_memory;
} winnow_program;

enum {
    /// The program's process is there; `value` is its number, which is its group's as well.
    winnow_program_started = 1,
    /// It could not be started; `value` is the errno.
    winnow_program_refused = 2,
    /// It has ended, and all that it started is gone; `value` is what waitpid(2) told.
    winnow_program_ended = 3,
};

/// What a supervisor tells.
typedef struct {
    int32_t kind, value;
    /// The most memory that the program's process had, in KiB.
    int64_t resident;
    /// Its processor time in microseconds.
    int64_t time;
} winnow_report;

/// Starts a supervisor, a small process that starts the program, waits for it and ends whatever it leaves behind.
///
/// A number of four bytes written to `*control` is a signal for the program's process group; SIGKILL ends everything that
/// the program has started, in whatever group. When the last copy of `*control` is closed, as it is when the calling
/// process dies, the same happens. Reports, of one winnow_report each, are read from `*reports`.
///
/// The supervisor is a child of the caller, who has to wait for it when `*reports` has ended.
///
/// - Returns: the supervisor's process, or the errno, negative.
int winnow_supervise(const winnow_program *program, int *control, int *reports);
