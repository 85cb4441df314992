// What is done value by value: biases, activations, dropout; see elementwise.c and dropout.c. NaN passes through all of
// them.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Every row of the rows x columns matrix becomes `bias`.
void winnow_fill_rows(const float *bias, float *matrix, size_t rows, size_t columns);

/// sums[j] = the sum of column j of a rows x columns matrix.
void winnow_sum_columns(const float *matrix, float *sums, size_t rows, size_t columns);

/// sums[c] = the sum of channel c over the batch and all pixels, c up to a multiple of 16: the bias' gradient.
void winnow_sum_channels(const float *dy, float *sums, size_t batch, size_t channels, size_t pixels);

/// x = max(x, 0).
void winnow_relu_forward(float *x, size_t count);

/// gradient = 0 where y is not positive, y being ReLU's output.
void winnow_relu_backward(const float *y, float *gradient, size_t count);

/// x = slope x where x is negative; 0 <= slope <= 1.
void winnow_leaky_relu_forward(float *x, float slope, size_t count);

/// gradient = slope gradient where y, the output, is not positive.
void winnow_leaky_relu_backward(const float *y, float slope, float *gradient, size_t count);

/// x = 1 / (1 + exp(-x)).
void winnow_sigmoid_forward(float *x, size_t count);

/// gradient = gradient y (1 - y), y being the output.
void winnow_sigmoid_backward(const float *y, float *gradient, size_t count);

/// x = tanh x.
void winnow_tanh_forward(float *x, size_t count);

/// gradient = gradient (1 - y^2), y being the output.
void winnow_tanh_backward(const float *y, float *gradient, size_t count);

/// y = x P(x), with P the normal distribution function (1 + erf(x / sqrt 2)) / 2. y may be x, but the backward pass
/// needs x.
void winnow_gelu_forward(const float *x, float *y, size_t count);

/// gradient = gradient (P(x) + x p(x)), p being the normal density.
void winnow_gelu_backward(const float *x, float *gradient, size_t count);

/// y = y + x.
void winnow_add(float *y, const float *x, size_t count);

/// y = relu?(a + b). y may be a or b.
void winnow_add_relu(float *y, const float *a, const float *b, int relu, size_t count);

/// Zeroes x[i] where draw i of the random stream is below `probability`, scales the rest by `scale`, and notes in
/// kept[i] which it was.
void winnow_dropout_forward(
    float *x, uint8_t *kept, size_t count, float probability, float scale,
    const uint32_t key[2], const uint32_t counter_high[2]);

/// gradient[i] = kept[i] ? scale gradient[i] : 0.
void winnow_dropout_backward(const uint8_t *kept, float *gradient, size_t count, float scale);

/// The same for channel c of sample n of images blocked by 16 channels, by draw n * channels + c, noted in
/// kept [batch][channels].
void winnow_channel_dropout_forward(
    float *x, uint8_t *kept, size_t batch, size_t channels, size_t pixels, float probability, float scale,
    const uint32_t key[2], const uint32_t counter_high[2]);

void winnow_channel_dropout_backward(
    const uint8_t *kept, float *gradient, size_t batch, size_t channels, size_t pixels, float scale);

#ifdef __cplusplus
}
#endif
