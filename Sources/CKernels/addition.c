// Sums of two arrays: where two branches join, and where their gradients do.
#include "elementwise.h"
#include "include/activations.h"
#include "masks.h"

WINNOW_INLINE void add16(const vec16 *x, vec16 *y) { *y += *x; }

WINNOW_CLONES void winnow_add(float *y, const float *x, size_t count) { combine_vectors(x, y, count, add16); }

WINNOW_INLINE void add_vectors(float *y, const float *a, const float *b, size_t count, int relu) {
    vec16 v, w;
    size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        v = LOAD16(a + i) + LOAD16(b + i);
        if (relu) v = RELU16(v);
        STORE16(y + i, v);
    }
    if (i < count) {
        load_part(&v, a + i, count - i);
        load_part(&w, b + i, count - i);
        v += w;
        if (relu) v = RELU16(v);
        store_part(y + i, &v, count - i);
    }
}

WINNOW_CLONES void winnow_add_relu(float *y, const float *a, const float *b, int relu, size_t count) {
    if (relu) {
        add_vectors(y, a, b, count, 1);
    } else {
        add_vectors(y, a, b, count, 0);
    }
}
