// How a kernel asks to be compiled once per instruction set.
#pragma once

#define WINNOW_INLINE static inline __attribute__((always_inline))

// WINNOW_CLONES compiles a function for every instruction set: x86-64-v4 is AVX-512, v3 is AVX2 with FMA. The loader
// binds the best that the CPU has, through an ifunc, which only ELF with glibc offers. Elsewhere the compiler's
// baseline is used.
//
// WINNOW_WIDE and WINNOW_NARROW are for a template with two instances: one for CPUs with AVX-512 alone, whose 32
// registers allow a larger block of sums, and one for all others. Without the vector width, clang would halve each
// vector of sixteen.
//
// WINNOW_FORCE_WIDE, 1 or 0, compiles one of the two for whatever the compiler's flags name, and takes it on every CPU:
// vectors of sixteen are made of smaller ones where need be. So Tests/CKernelsTests try both on any machine.
#if defined(WINNOW_FORCE_WIDE)
#define WINNOW_CLONES
#define WINNOW_WIDE
#define WINNOW_NARROW
WINNOW_INLINE int has_wide_registers(void) { return WINNOW_FORCE_WIDE; }
#elif defined(__x86_64__) && defined(__gnu_linux__)
#define WINNOW_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#define WINNOW_WIDE __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define WINNOW_NARROW __attribute__((target_clones("arch=x86-64-v3", "default")))
WINNOW_INLINE int has_wide_registers(void) { return __builtin_cpu_supports("x86-64-v4"); }
#else
#define WINNOW_CLONES
#define WINNOW_WIDE
#define WINNOW_NARROW
WINNOW_INLINE int has_wide_registers(void) { return 0; }
#endif

// Before each loop over the sums of a template, whose bounds are constants only where it is inlined. Left to itself,
// clang keeps such a loop where it is long, and then the sums lie on the stack: a third of the speed.
#define UNROLLED _Pragma("clang loop unroll(full)")
