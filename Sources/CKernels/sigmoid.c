// The logistic function and the hyperbolic tangent, which is one in another scale: tanh x = 2 s(2x) - 1. Near 0 that
// difference would lose what it is made of; there tanh x = x + x^3 p(x^2), p with a greatest relative error of 4e-9.
#include "elementwise.h"
#include "exponential.h"
#include "include/activations.h"

#pragma clang fp contract(fast)

WINNOW_INLINE void sigmoid16(vec16 *x) {
    *x = -*x;
    exponential(x);
    *x = 1.0f / (1.0f + *x);
}

WINNOW_INLINE void sigmoid_gradient16(const vec16 *y, vec16 *gradient) { *gradient *= *y * (1.0f - *y); }

WINNOW_INLINE void tanh16(vec16 *x) {
    mask16 sign = (mask16)*x & INT32_MIN;
    vec16 size = (vec16)((mask16)*x & INT32_MAX), square = *x * *x, e = size + size;
    vec16 p = -0.005717037f * square + 0.020650579f;
    p = ((p * square - 0.053743497f) * square + 0.13331491f) * square - 0.33333284f;
    vec16 near = *x + *x * square * p;
    exponential(&e);
    vec16 far = 1.0f - 2.0f / (1.0f + e);
    *x = CHOOSE16(size < 0.625f, near, (vec16)((mask16)far | sign));
}

WINNOW_INLINE void tanh_gradient16(const vec16 *y, vec16 *gradient) { *gradient *= 1.0f - *y * *y; }

WINNOW_CLONES void winnow_sigmoid_forward(float *x, size_t count) { map_vectors(x, count, sigmoid16); }

WINNOW_CLONES void winnow_sigmoid_backward(const float *y, float *gradient, size_t count) {
    combine_vectors(y, gradient, count, sigmoid_gradient16);
}

WINNOW_CLONES void winnow_tanh_forward(float *x, size_t count) { map_vectors(x, count, tanh16); }

WINNOW_CLONES void winnow_tanh_backward(const float *y, float *gradient, size_t count) {
    combine_vectors(y, gradient, count, tanh_gradient16);
}
