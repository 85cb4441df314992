// ReLU and leaky ReLU in place: what their backward passes need is the sign of the output, which the output itself
// keeps. Comparisons are written so that NaN passes: a diverged run must be seen in its loss.
#include "clones.h"
#include "include/activations.h"

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
