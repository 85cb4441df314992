// The optimizers' steps, each one pass over all memory, and the square of a gradient's norm.
#include "include/optimizers.h"

#include "vectors.h"

#pragma clang fp contract(fast)

// Adam over all parameters in one pass: each of w, g, m, v is read once, and w, m, v written once.
//
//     w = w - decoupled_decay w,  g = scale g + decay w
//     m = m + (1 - beta1)(g - m),  v = beta2 v + (1 - beta2) g g,
//     w = w - step_size m / (sqrt(v) inverse_correction2 + epsilon)
//
// with the bias corrections folded into step_size and inverse_correction2 by the caller. Memory is what limits it: 28
// bytes for each parameter; the square root and the division fit in the time that takes.
//
// Source: Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015; Loshchilov, Hutter, "Decoupled weight
// decay regularization", ICLR 2019; the form is PyTorch's.

WINNOW_INLINE void adam_lanes(const winnow_adam_step *s, vec16 *w, const vec16 *gradient, vec16 *m, vec16 *v) {
    vec16 decayed = *w - s->decoupled_decay * *w;
    vec16 g = s->gradient_scale * *gradient + s->weight_decay * decayed;
    *m += s->beta1_complement * (g - *m);
    *v = s->beta2 * *v + s->beta2_complement * g * g;
    *w = decayed - s->step_size * *m / (__builtin_elementwise_sqrt(*v) * s->inverse_correction2 + s->epsilon);
}

WINNOW_CLONES void winnow_adam(
    const winnow_adam_step *step, float *w, const float *gradient, float *m, float *v, size_t count
) {
    winnow_adam_step s = *step;
    vec16 wi, gi, mi, vi;
    size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        wi = LOAD16(w + i), gi = LOAD16(gradient + i), mi = LOAD16(m + i), vi = LOAD16(v + i);
        adam_lanes(&s, &wi, &gi, &mi, &vi);
        STORE16(w + i, wi);
        STORE16(m + i, mi);
        STORE16(v + i, vi);
    }
    if (i < count) {
        size_t rest = count - i;
        load_part(&wi, w + i, rest);
        load_part(&gi, gradient + i, rest);
        load_part(&mi, m + i, rest);
        load_part(&vi, v + i, rest);
        adam_lanes(&s, &wi, &gi, &mi, &vi);
        store_part(w + i, &wi, rest);
        store_part(m + i, &mi, rest);
        store_part(v + i, &vi, rest);
    }
}

// Stochastic gradient descent with momentum in PyTorch's form: a velocity that starts at zero is the gradient itself
// after the first step. Nesterov's form looks one step of the velocity ahead.
//
// Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013.

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

// RMSprop in PyTorch's form: epsilon stands outside of the root, and the momentum carries what was already divided.
//
// Source: Hinton, "Neural networks for machine learning", lecture 6e, 2012.

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

// The sum of squares in double, in which the square of a float is exact. Sixteen sums side by side, joined by halves:
// the order is the same on every CPU.

WINNOW_CLONES double winnow_sum_of_squares(const float *x, size_t count) {
    dvec16 sums = {0}, v;
    size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        v = TO_DOUBLE16(LOAD16(x + i));
        sums += v * v;
    }
    if (i < count) {
        vec16 rest;
        load_part(&rest, x + i, count - i);
        v = TO_DOUBLE16(rest);
        sums += v * v;
    }
    return sum_lanes(&sums);
}
