// ReLU in place: what its backward pass needs is the sign of the output, which the output itself keeps.
#include "clones.h"
#include "include/CKernels.h"

// The comparison is written so that NaN passes: a diverged run must be seen in its loss.
WINNOW_CLONES void winnow_relu_forward(float *x, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] = x[i] < 0 ? 0 : x[i];
}

WINNOW_CLONES void winnow_relu_backward(const float *restrict y, float *restrict gradient, size_t count) {
    for (size_t i = 0; i < count; i++) gradient[i] = y[i] > 0 ? gradient[i] : 0;
}
