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
#include "clones.h"
#include "include/optimizers.h"

#pragma clang fp contract(fast)

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
