// The product at the heart of weight gradients; see window_gradients.c.
#pragma once

#include "bands.h"

// Elements of a window that are done in one call.
enum { most_elements = 48 };

/// dw[b][e][o] (+)= the sum over p of x[source(p) + element(e)] dy[b][p][o], for o < 16.
typedef struct {
    const float *x;
    const size_t *sources;
    size_t pixels;
    size_t elements[most_elements];
    size_t count;
    const float *dy;
    size_t dy_stride;  // floats between blocks of outputs
    float *dw;
    size_t dw_stride;
    size_t blocks;
    int add;
} winnow_window_gradients;

void winnow_gather_gradients(const winnow_window_gradients *work);
