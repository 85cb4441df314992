// A bias over the rows of a batch, and the gradients of biases: sums over rows, and over images.
#include "exponential.h"
#include "include/elementwise.h"
#include "vectors.h"

void winnow_fill_rows(const float *bias, float *matrix, size_t rows, size_t columns) {
    for (size_t i = 0; i < rows; i++) memcpy(matrix + i * columns, bias, columns * sizeof(float));
}

// Sixteen columns at a time, all rows of them: the sums stay in registers, and their order is fixed.
WINNOW_CLONES void winnow_sum_columns(const float *matrix, float *sums, size_t rows, size_t columns) {
    size_t j = 0;
    for (; j + lanes <= columns; j += lanes) {
        vec16 sum = {0};
        for (size_t i = 0; i < rows; i++) sum += LOAD16(matrix + i * columns + j);
        STORE16(sums + j, sum);
    }
    for (; j < columns; j++) {
        float sum = 0;
        for (size_t i = 0; i < rows; i++) sum += matrix[i * columns + j];
        sums[j] = sum;
    }
}

// The sum of each channel over a batch of images in blocks of 16 channels: the gradient of a convolution's bias.
//
// Limited by memory: dy is read once, in its order, into four sums that do not wait for each other. A plane's sum is
// added to the total when it is complete, which keeps rounding small.

WINNOW_CLONES void winnow_sum_channels(
    const float *dy, float *sums, size_t batch, size_t channels, size_t pixels
) {
    size_t blocks = blocks_of(channels);
    memset(sums, 0, blocks * lanes * sizeof(float));
    for (size_t n = 0; n < batch; n++) {
        for (size_t b = 0; b < blocks; b++, dy += pixels * lanes) {
            vec16 total[4] = {{0}, {0}, {0}, {0}};
            size_t p = 0;
            for (; p + 4 <= pixels; p += 4) {
                for (size_t i = 0; i < 4; i++) total[i] += LOAD16(dy + (p + i) * lanes);
            }
            for (; p < pixels; p++) total[0] += LOAD16(dy + p * lanes);
            float *sum = sums + b * lanes;
            STORE16(sum, LOAD16(sum) + ((total[0] + total[1]) + (total[2] + total[3])));
        }
    }
}

// Activations, value by value, and the addition where two branches join, with the ReLU that follows.

#pragma clang fp contract(fast)

// ReLU and leaky ReLU in place: what their backward passes need is the sign of the output, which the output itself
// keeps. Comparisons are written so that NaN passes: a diverged run must be seen in its loss.

WINNOW_CLONES void winnow_relu_forward(float *x, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] = x[i] < 0 ? 0 : x[i];
}

WINNOW_CLONES void winnow_relu_backward(const float *restrict y, float *restrict gradient, size_t count) {
    for (size_t i = 0; i < count; i++) gradient[i] = y[i] > 0 ? gradient[i] : 0;
}

WINNOW_CLONES void winnow_leaky_relu_forward(float *x, float slope, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] = x[i] < 0 ? slope * x[i] : x[i];
}

WINNOW_CLONES void winnow_leaky_relu_backward(
    const float *restrict y, float slope, float *restrict gradient, size_t count
) {
    for (size_t i = 0; i < count; i++) gradient[i] = y[i] > 0 ? gradient[i] : slope * gradient[i];
}

// A function of vectors over arrays of any length: whole vectors, then one with what is left and zeros behind it.
// The functions are constants where these are inlined, and so are inlined themselves.

// x = f(x).
WINNOW_INLINE void map_vectors(float *x, size_t count, void (*f)(vec16 *)) {
    vec16 v;
    size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        v = LOAD16(x + i);
        f(&v);
        STORE16(x + i, v);
    }
    if (i < count) {
        load_part(&v, x + i, count - i);
        f(&v);
        store_part(x + i, &v, count - i);
    }
}

// y = f(x, y).
WINNOW_INLINE void combine_vectors(const float *x, float *y, size_t count, void (*f)(const vec16 *, vec16 *)) {
    vec16 v, w;
    size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        v = LOAD16(x + i), w = LOAD16(y + i);
        f(&v, &w);
        STORE16(y + i, w);
    }
    if (i < count) {
        load_part(&v, x + i, count - i);
        load_part(&w, y + i, count - i);
        f(&v, &w);
        store_part(y + i, &w, count - i);
    }
}

// The logistic function and the hyperbolic tangent, which is one in another scale: tanh x = 2 s(2x) - 1. Near 0 that
// difference would lose what it is made of; there tanh x = x + x^3 p(x^2), p with a greatest relative error of 4e-9.

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

// GELU in its exact form, x P(x), with P the distribution function of the normal distribution and p its density.
//
// For a = |x|, P(-a) = exp(-a^2 / 2) g(t), t = 1 / (1 + 0.21 a), with g a polynomial of degree 9 without constant term
// whose greatest relative error is 2e-8; P(a) = 1 - P(-a). So P keeps its digits for negative x, where 1 + erf loses
// them, and the exponential serves the derivative P(x) + x p(x) too. The form, of lower degree, is Hastings's.
//
// Source: Hendrycks, Gimpel, "Gaussian error linear units", 2016; Abramowitz, Stegun, "Handbook of mathematical
// functions", 7.1.26.

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

// Sums of two arrays: where two branches join, and where their gradients do.

WINNOW_INLINE void add16(const vec16 *x, vec16 *y) { *y += *x; }

WINNOW_CLONES void winnow_add(float *y, const float *x, size_t count) { combine_vectors(x, y, count, add16); }

WINNOW_INLINE void add_vectors(float *y, const float *a, const float *b, size_t count, int relu) {
    vec16 v, w;
    size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        v = LOAD16(a + i) + LOAD16(b + i);
        if (relu) v = RELU16(v);
        STORE16(y + i, v);
    }
    if (i < count) {
        load_part(&v, a + i, count - i);
        load_part(&w, b + i, count - i);
        v += w;
        if (relu) v = RELU16(v);
        store_part(y + i, &v, count - i);
    }
}

WINNOW_CLONES void winnow_add_relu(float *y, const float *a, const float *b, int relu, size_t count) {
    if (relu) {
        add_vectors(y, a, b, count, 1);
    } else {
        add_vectors(y, a, b, count, 0);
    }
}
