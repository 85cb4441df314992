// A function of vectors over arrays of any length: whole vectors, then one with what is left and zeros behind it.
// The functions are constants where these are inlined, and so are inlined themselves.
#pragma once

#include "clones.h"

// x = f(x).
WINNOW_INLINE void map_vectors(float *x, size_t count, void (*f)(vec16 *)) {
    vec16 v;
    size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        v = LOAD16(x + i);
        f(&v);
        STORE16(x + i, v);
    }
    if (i < count) {
        load_part(&v, x + i, count - i);
        f(&v);
        store_part(x + i, &v, count - i);
    }
}

// y = f(x, y).
WINNOW_INLINE void combine_vectors(const float *x, float *y, size_t count, void (*f)(const vec16 *, vec16 *)) {
    vec16 v, w;
    size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        v = LOAD16(x + i), w = LOAD16(y + i);
        f(&v, &w);
        STORE16(y + i, w);
    }
    if (i < count) {
        load_part(&v, x + i, count - i);
        load_part(&w, y + i, count - i);
        f(&v, &w);
        store_part(y + i, &w, count - i);
    }
}
