// Compute kernels in portable C: one file each, single-threaded, free of allocation.
// Every kernel is compiled for several instruction sets and the loader picks one by CPU, never by measurement.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Floats of scratch that winnow_gemm_small needs for a product over `k`.
size_t winnow_gemm_small_scratch(size_t k);

/// C = A B + bias for matrices that fit the caches; see gemm_small.c.
/// A is m x k with strides (a_row, a_column), B is k x n with strides (b_row, b_column), C is m x n, rows `ldc` apart.
/// `bias` has n values, or is null.
void winnow_gemm_small(
    size_t m, size_t n, size_t k,
    const float *a, size_t a_row, size_t a_column,
    const float *b, size_t b_row, size_t b_column,
    const float *bias, float *c, size_t ldc, float *scratch);

/// Every row of the rows x columns matrix becomes `bias`.
void winnow_fill_rows(const float *bias, float *matrix, size_t rows, size_t columns);

/// sums[j] = the sum of column j of a rows x columns matrix.
void winnow_sum_columns(const float *matrix, float *sums, size_t rows, size_t columns);

/// A convolution whose output's gradient is blocked by channels; see convolution_backward_weights.c.
typedef struct {
    size_t batch, inputs, height, width;
    size_t outputs, out_height, out_width;
    size_t kernel, stride, padding;
    size_t block;  // channels that lie side by side: 8 or 16
} winnow_convolution;

/// Whether the kernel can do it.
int winnow_convolution_supported(const winnow_convolution *shape);

/// Floats of scratch that it needs.
size_t winnow_convolution_scratch(const winnow_convolution *shape);

/// Weight gradient [outputs, inputs, kernel, kernel] and bias gradient [outputs], which may be null.
void winnow_convolution_backward_weights(
    const winnow_convolution *shape, const float *x, const float *dy,
    float *weight_gradient, float *bias_gradient, float *scratch);

/// x = max(x, 0); NaN stays NaN.
void winnow_relu_forward(float *x, size_t count);

/// gradient = 0 where y is not positive, y being ReLU's output.
void winnow_relu_backward(const float *y, float *gradient, size_t count);

/// Zeroes x[i] where draw i of the random stream is below `probability`, scales the rest by `scale`, and notes in
/// kept[i] which it was; see dropout.c.
void winnow_dropout_forward(
    float *x, uint8_t *kept, size_t count, float probability, float scale,
    const uint32_t key[2], const uint32_t counter_high[2]);

/// gradient[i] *= kept[i] ? scale : 0.
void winnow_dropout_backward(const uint8_t *kept, float *gradient, size_t count, float scale);

/// The sum over rows of -log softmax(x)[class]; gradient = (softmax(x) - onehot) * gradient_scale where not null.
double winnow_softmax_cross_entropy(
    const float *logits, const int32_t *classes, float *gradient, size_t rows, size_t columns, float gradient_scale);

/// The sum of (x - y)^2; gradient = 2 (x - y) * gradient_scale where not null.
double winnow_squared_error(
    const float *predicted, const float *expected, float *gradient, size_t count, float gradient_scale);

/// One step of Adam over `count` parameters in one pass; see adam.c.
typedef struct {
    float beta1_complement;     // 1 - beta1, rounded once
    float beta2;
    float beta2_complement;     // 1 - beta2, rounded once
    float step_size;            // learning rate / (1 - beta1^t)
    float inverse_correction2;  // 1 / sqrt(1 - beta2^t)
    float epsilon;
    float weight_decay;
} winnow_adam_step;

void winnow_adam(
    const winnow_adam_step *step, float *w, const float *gradient, float *m, float *v, size_t count);

/// One step of SGD: g += decay w; velocity = momentum velocity + g; w -= rate velocity.
/// `velocity` is null where there is no momentum.
void winnow_sgd(
    float *w, const float *gradient, float *velocity, size_t count,
    float rate, float momentum, float decay);

#ifdef __cplusplus
}
#endif
