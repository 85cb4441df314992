// exp for vectors, to about 1e-7 of its value.
//
// x = n log 2 + r with |r| <= log(2) / 2, and exp x = 2^n (1 + r + r^2 p(r)), p a polynomial whose greatest relative
// error is 3e-9. log 2 is taken off in two parts, the first exact in a product with n. n is rounded by adding
// 1.5 * 2^23, which leaves it in the low bits.
#pragma once

#include "vectors.h"

#define EXP_SMALLEST (-87.33654f)  // below: 0, where float has no normal number left
#define EXP_LARGEST 88.02969f      // above: as there, 1.7e38, which is as good as infinity for what is built on it

// x becomes exp(x); NaN stays NaN. Where this is inlined, contraction to fused operations is assumed to be on.
WINNOW_INLINE void exponential(vec16 *x) {
    mask16 vanishes = *x < EXP_SMALLEST;
    vec16 v = CHOOSE16(*x > EXP_LARGEST, (vec16){0} + EXP_LARGEST, KEEP16(~vanishes, *x));
    vec16 shifted = v * 1.44269504f + 12582912.0f;
    vec16 n = shifted - 12582912.0f;
    vec16 r = v - n * 0.693359375f + n * 2.12194440e-4f;
    vec16 p = (((0.00139506f * r + 0.008368954f) * r + 0.041666206f) * r + 0.16666518f) * r + 0.5f;
    vec16 power = (vec16)(((mask16)shifted << 23) + (127 << 23));
    *x = KEEP16(~vanishes, (p * (r * r) + r + 1.0f) * power);
}
