// The products at the heart of direct convolutions and of their weight gradients; see window_products.c and
// window_gradients.c.
#pragma once

#include "bands.h"
#include "include/convolution.h"

enum { tile_pixels = 6, most_tile_blocks = 4 };

/// y[target(p)][o] = the epilogue of the sum over a, b, c, l of
/// x[source(p) + a A + b B + c C + l] w[o / 16][a][b][c][l][o % 16], where p is a pixel and o an output.
typedef struct {
    const float *x;
    const size_t *sources;
    const size_t *targets;
    size_t pixels;  // a multiple of tile_pixels, at most table_length
    size_t planes, rows, columns, length;
    size_t plane_stride, row_stride;  // A and B; C is the length
    const float *weights;
    size_t blocks;  // of 16 outputs
    float *y;
    size_t y_stride;           // floats between blocks of y, and of the residual
    winnow_epilogue epilogue;  // with the residual's first element where y's is
    float *sums;               // scratch of window_sums floats
} winnow_window_products;

enum { window_sums = table_length * most_tile_blocks * lanes };

void winnow_multiply_windows(const winnow_window_products *work);

// Elements of a window that one call of winnow_gather_gradients does at most.
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
