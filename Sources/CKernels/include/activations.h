// Activations, value by value. NaN passes through all of them.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif
