// GELU in its exact form, x P(x), with P the distribution function of the normal distribution and p its density.
//
// For a = |x|, P(-a) = exp(-a^2 / 2) g(t), t = 1 / (1 + 0.21 a), with g a polynomial of degree 9 without constant term
// whose greatest relative error is 2e-8; P(a) = 1 - P(-a). So P keeps its digits for negative x, where 1 + erf loses
// them, and the exponential serves the derivative P(x) + x p(x) too. The form, of lower degree, is Hastings's.
//
// Source: Hendrycks, Gimpel, "Gaussian error linear units", 2016; Abramowitz, Stegun, "Handbook of mathematical
// functions", 7.1.26.
#include "elementwise.h"
#include "exponential.h"
#include "include/activations.h"

#pragma clang fp contract(fast)

// The distribution function at x, and sqrt(2 pi) times the density.
WINNOW_INLINE void normal(const vec16 *x, vec16 *distribution, vec16 *density) {
    vec16 size = (vec16)((mask16)*x & INT32_MAX), e = -0.5f * *x * *x;
    exponential(&e);
    vec16 t = 1.0f / (1.0f + 0.21f * size);
    vec16 g = -0.07165634442f * t + 0.28358883555f;
    g = ((g * t - 0.33025410756f) * t + 0.34940199883f) * t - 0.09392598781f;
    g = (((g * t + 0.12487309763f) * t + 0.06919206629f) * t + 0.08506887375f) * t + 0.08371157465f;
    vec16 tail = e * (g * t);
    *distribution = CHOOSE16(*x < 0, tail, 1.0f - tail);
    *density = e;
}

WINNOW_INLINE void gelu16(const vec16 *x, vec16 *y) {
    vec16 distribution, density;
    normal(x, &distribution, &density);
    *y = *x * distribution;
}

WINNOW_INLINE void gelu_gradient16(const vec16 *x, vec16 *gradient) {
    vec16 distribution, density;
    normal(x, &distribution, &density);
    *gradient *= distribution + 0.3989422804f * *x * density;
}

WINNOW_CLONES void winnow_gelu_forward(const float *x, float *y, size_t count) {
    combine_vectors(x, y, count, gelu16);
}

WINNOW_CLONES void winnow_gelu_backward(const float *x, float *gradient, size_t count) {
    combine_vectors(x, gradient, count, gelu_gradient16);
}
