// RMSprop in PyTorch's form: epsilon stands outside of the root, and the momentum carries what was already divided.
//
// Source: Hinton, "Neural networks for machine learning", lecture 6e, 2012.
#include "clones.h"
#include "include/optimizers.h"

#pragma clang fp contract(fast)

WINNOW_INLINE void rmsprop_step(
    const winnow_rmsprop_step *s, float *restrict w, const float *restrict gradient, float *restrict mean_square,
    float *restrict velocity, size_t count, int has_momentum
) {
    for (size_t i = 0; i < count; i++) {
        float g = s->gradient_scale * gradient[i] + s->weight_decay * w[i];
        float q = s->alpha * mean_square[i] + s->alpha_complement * g * g;
        mean_square[i] = q;
        float change = g / (__builtin_elementwise_sqrt(q) + s->epsilon);
        if (has_momentum) {
            change += s->momentum * velocity[i];
            velocity[i] = change;
        }
        w[i] -= s->learning_rate * change;
    }
}

WINNOW_CLONES void winnow_rmsprop(
    const winnow_rmsprop_step *step, float *restrict w, const float *restrict gradient, float *restrict mean_square,
    float *restrict velocity, size_t count
) {
    winnow_rmsprop_step s = *step;
    if (velocity) {
        rmsprop_step(&s, w, gradient, mean_square, velocity, count, 1);
    } else {
        rmsprop_step(&s, w, gradient, mean_square, NULL, count, 0);
    }
}
