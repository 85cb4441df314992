// Sums in double of values in single precision.
#pragma once

#include "clones.h"

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
