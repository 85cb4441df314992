// How a kernel asks to be compiled once per instruction set, and the vectors it is written in.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// x86-64-v4 is AVX-512, v3 is AVX2 with FMA. The loader binds the best that the CPU has, through an ifunc, which only
// ELF with glibc offers; elsewhere the compiler's baseline is used, and where tests define WINNOW_FORCE_WIDE, which
// compiles one form of all kernels for any CPU (see wide.h).
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(WINNOW_FORCE_WIDE)
#define WINNOW_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WINNOW_CLONES
#endif

#define WINNOW_INLINE static inline __attribute__((always_inline))

// Sixteen lanes: one AVX-512 register, two of AVX2, four of SSE or NEON. Alignment 4: loads may be unaligned.
typedef float vec16 __attribute__((vector_size(64), aligned(4)));
enum { lanes = 16 };

// Macros, and helpers that take pointers: a vector passed by value between functions of different instruction sets
// would change the calling convention, even where all is inlined.
#define LOAD16(p) (*(const vec16 *)(p))
#define STORE16(p, x) (*(vec16 *)(p) = (x))

// Asks for the cache line of p[offset], which need not exist: the address is a number, since a pointer outside of its
// array is undefined even where nobody follows it.
WINNOW_INLINE void fetch(const float *p, size_t offset) {
    __builtin_prefetch((const void *)((uintptr_t)p + offset * sizeof(float)));
}

// The first `count` (< 16) values of p, then zeros.
WINNOW_INLINE void load_part(vec16 *x, const float *p, size_t count) {
    float *to = (float *)x;
    *x = (vec16){0};
    for (size_t piece = 8; piece > 0; piece /= 2) {
        if (count & piece) {
            memcpy(to, p, piece * sizeof(float));
            to += piece;
            p += piece;
        }
    }
}

// In pieces of constant size, which become single stores: a call of memcpy would cost more than a small product's row.
WINNOW_INLINE void store_part(float *p, const vec16 *x, size_t count) {
    const float *from = (const float *)x;
    for (size_t piece = 8; piece > 0; piece /= 2) {
        if (count & piece) {
            memcpy(p, from, piece * sizeof(float));
            p += piece;
            from += piece;
        }
    }
}
