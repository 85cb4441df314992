// Which of a kernel's clones the loader has bound: the same question as its own, for a study's provenance.
#include "include/CKernels.h"

const char *winnow_instruction_set(void) {
#if defined(__x86_64__) && defined(__gnu_linux__)
    if (__builtin_cpu_supports("x86-64-v4")) return "x86-64-v4";
    if (__builtin_cpu_supports("x86-64-v3")) return "x86-64-v3";
#endif
    return "baseline";
}
