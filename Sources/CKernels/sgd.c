// Stochastic gradient descent with momentum in PyTorch's form: a velocity that starts at zero is the gradient itself
// after the first step.
#include "clones.h"
#include "include/CKernels.h"

#pragma clang fp contract(fast)

WINNOW_CLONES void winnow_sgd(
    float *restrict w, const float *restrict gradient, float *restrict velocity, size_t count,
    float rate, float momentum, float decay
) {
    if (!velocity) {
        for (size_t i = 0; i < count; i++) w[i] -= rate * (gradient[i] + decay * w[i]);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        velocity[i] = momentum * velocity[i] + (gradient[i] + decay * w[i]);
        w[i] -= rate * velocity[i];
    }
}
