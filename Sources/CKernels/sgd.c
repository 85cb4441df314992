// Stochastic gradient descent with momentum in PyTorch's form: a velocity that starts at zero is the gradient itself
// after the first step. Nesterov's form looks one step of the velocity ahead.
//
// Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013.
#include "clones.h"
#include "include/optimizers.h"

#pragma clang fp contract(fast)

WINNOW_INLINE void momentum_step(
    const winnow_sgd_step *s, float *restrict w, const float *restrict gradient, float *restrict velocity,
    size_t count, int nesterov
) {
    for (size_t i = 0; i < count; i++) {
        float g = s->gradient_scale * gradient[i] + s->weight_decay * w[i];
        float v = s->momentum * velocity[i] + g;
        velocity[i] = v;
        w[i] -= s->learning_rate * (nesterov ? g + s->momentum * v : v);
    }
}

WINNOW_CLONES void winnow_sgd(
    const winnow_sgd_step *step, float *restrict w, const float *restrict gradient, float *restrict velocity,
    size_t count
) {
    winnow_sgd_step s = *step;
    if (!velocity) {
        for (size_t i = 0; i < count; i++) {
            w[i] -= s.learning_rate * (s.gradient_scale * gradient[i] + s.weight_decay * w[i]);
        }
    } else if (s.nesterov) {
        momentum_step(&s, w, gradient, velocity, count, 1);
    } else {
        momentum_step(&s, w, gradient, velocity, count, 0);
    }
}
