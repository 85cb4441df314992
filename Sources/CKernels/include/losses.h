// Losses over a batch, each with its gradient in the same pass; see losses.c.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The sum over rows i of -sum_c w[c] q[i,c] log p[i,c], where p[i] is the softmax of row i of the logits, q[i,c] is
/// `on` for c = classes[i] and `off` for all others; w is 1 where `weights` is null. `weight_sum` becomes the sum of
/// w[classes[i]], by which the mean divides, and so does `gradient` (where not null):
///
///     gradient[i,j] = (p[i,j] sum_c w[c] q[i,c] - w[j] q[i,j]) / weight_sum
///
/// `gradient` may be the memory of the logits.
double winnow_cross_entropy(
    const float *logits, const int32_t *classes, const float *weights, float on, float off, float *gradient,
    size_t rows, size_t columns, double *weight_sum);

/// The sum over rows of -sum_c t[i,c] log p[i,c] with the targets t [rows][columns];
/// gradient[i,j] = (p[i,j] sum_c t[i,c] - t[i,j]) * gradient_scale where not null.
double winnow_soft_cross_entropy(
    const float *logits, const float *targets, float *gradient, size_t rows, size_t columns, float gradient_scale);

/// The sum of (x - y)^2; gradient = 2 (x - y) * gradient_scale where not null.
double winnow_squared_error(
    const float *predicted, const float *expected, float *gradient, size_t count, float gradient_scale);

/// The sum of |x - y|; gradient = sign(x - y) * gradient_scale where not null, 0 where x = y.
double winnow_absolute_error(
    const float *predicted, const float *expected, float *gradient, size_t count, float gradient_scale);

/// The sum of d^2 / 2 where |d| <= delta, and delta (|d| - delta / 2) elsewhere, with d = x - y;
/// gradient = d, held within -delta ... delta, * gradient_scale where not null.
double winnow_huber(
    const float *predicted, const float *expected, float *gradient, size_t count, float gradient_scale, float delta);

/// The sum of -t log s(x) - (1 - t) log(1 - s(x)), with s(x) = 1 / (1 + exp(-x)) and targets t in 0 ... 1;
/// gradient = (s(x) - t) * gradient_scale where not null.
double winnow_binary_cross_entropy(
    const float *logits, const float *targets, float *gradient, size_t count, float gradient_scale);

#ifdef __cplusplus
}
#endif
