// The vectors that the kernels are written in: 16 floats, their masks, 16 doubles for sums, and 8 floats for squares.
//
// Macros, and helpers that take pointers: a vector passed by value between functions of different instruction sets
// would change the calling convention, even where all is inlined.
#pragma once

#include <stdint.h>
#include <string.h>

#include "clones.h"
#include "sizes.h"

// Sixteen lanes: one AVX-512 register, two of AVX2, four of SSE or NEON. Alignment 4: loads may be unaligned.
typedef float vec16 __attribute__((vector_size(64), aligned(4)));
enum { lanes = 16 };

#define LOAD16(p) (*(const vec16 *)(p))
#define STORE16(p, x) (*(vec16 *)(p) = (x))

// Blocks of 16 channels, rounded up.
WINNOW_INLINE size_t blocks_of(size_t channels) { return ceil_divide(channels, lanes); }

// Asks for the cache line of p[offset], which need not exist: the address is a number, since a pointer outside of its
// array is undefined even where nobody follows it.
WINNOW_INLINE void fetch(const float *p, size_t offset) {
    __builtin_prefetch((const void *)((uintptr_t)p + offset * sizeof(float)));
}

// The first `count` (< 16) values of p, then zeros. In pieces of constant size, which become single loads: a call of
// memcpy would cost more than a small product's row.
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

// Comparisons of vectors, whose lanes are all ones where they hold, and choices by them. C has no ?: for vectors.
typedef int32_t mask16 __attribute__((vector_size(64), aligned(4)));

// x where the mask is set, else 0.
#define KEEP16(mask, x) ((vec16)((mask) & (mask16)(x)))

// a where the mask is set, else b.
#define CHOOSE16(mask, a, b) ((vec16)(((mask) & (mask16)(a)) | (~(mask) & (mask16)(b))))

// max(x, 0). "Not below 0" rather than "above 0", so that NaN passes: a diverged run must be seen in its loss.
#define RELU16(x) KEEP16(~((x) < 0), x)

// The first `count` (<= 16) lanes.
WINNOW_INLINE void first_lanes(mask16 *mask, size_t count) {
    const mask16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    *mask = lane < (int32_t)count;
}

// Sums in double of values in single precision.
typedef double dvec16 __attribute__((vector_size(128), aligned(8)));

#define TO_DOUBLE16(x) __builtin_convertvector((x), dvec16)
#define TO_FLOAT16(x) __builtin_convertvector((x), vec16)

// The sum of the lanes, by halves: always in the same order.
WINNOW_INLINE double sum_lanes(const dvec16 *x) {
    dvec16 s = *x;
    for (int half = lanes / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) s[i] += s[i + half];
    }
    return s[0];
}

typedef float vec8 __attribute__((vector_size(32), aligned(4)));
#define LOAD8(p) (*(const vec8 *)(p))
#define STORE8(p, x) (*(vec8 *)(p) = (x))

// Transposes a square of 8 x 8 in three rounds of exchanges between registers.
WINNOW_INLINE void transpose8(vec8 r[8]) {
    vec8 s[8];
    for (int i = 0; i < 8; i += 2) {
        s[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        s[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int i = 0; i < 8; i += 4) {
        for (int k = 0; k < 2; k++) {
            r[i + k] = __builtin_shufflevector(s[i + k], s[i + k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
            r[i + k + 2] = __builtin_shufflevector(s[i + k], s[i + k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    }
    for (int k = 0; k < 4; k++) {
        s[k] = __builtin_shufflevector(r[k], r[k + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        s[k + 4] = __builtin_shufflevector(r[k], r[k + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
    for (int k = 0; k < 8; k++) r[k] = s[k];
}
