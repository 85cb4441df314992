// Winograd's convolution F(4x4, 3x3), for stride 1: of the output, tiles of 4x4 pixels are computed from 6x6 of the
// input with 36 products where the direct sum takes 144,
//
//     y = A^T [ (G g G^T) . (B^T d B) ] A      forward; backward data is the same over dy, with the filter flipped
//     dg = G^T [ (A dy A^T) . (B^T d B) ] G    backward weights, summed over tiles before the outer transform
//
// The dots multiply plane by plane, 36 planes, and over channels (or tiles) each plane is a matrix product. The
// transforms evaluate polynomials at the points 0, +-a, +-b and infinity. a = 5/8, b = 3/2 make a quarter of the
// rounding error that the usual 1 and 2 make, at no cost, and all of A and B^T is exact in fp32:
//
//     B^T = a^2b^2   0     -a^2-b^2   0     1  0      G = 1/a^2b^2    0      0       A^T = 1  1    1    1    1    0
//           0      -ab^2    -b^2      a     1  0          ga        ga a   ga a^2          0  a   -a    b   -b    0
//           0       ab^2    -b^2     -a     1  0          ga       -ga a   ga a^2          0  a^2  a^2  b^2  b^2  0
//           0      -ba^2    -a^2      b     1  0          gb        gb b   gb b^2          0  a^3 -a^3  b^3 -b^3  1
//           0       ba^2    -a^2     -b     1  0          gb       -gb b   gb b^2
//           0       a^2b^2   0    -a^2-b^2  0  1          0          0      1
//
//     ga = 1 / 2a^2(a^2-b^2),  gb = 1 / 2b^2(b^2-a^2)
//
// Everything lies in panels of 16 channels: transformed tiles [36][channels / 16][tile][16], transformed filters
// [36][outputs / 16][inputs][16]. So a transform reads and writes whole cache lines, and a product walks through
// memory in order. Planes are a cache line more apart than their size: with a power of two between them the 36 lines
// of one tile would fall into the same set of the cache.
#pragma once

#include "vectors.h"
#include "include/convolution.h"

#pragma clang fp contract(fast)

enum { winograd_planes = 36, winograd_pad = 16, winograd_panel = lanes * lanes, winograd_taps = 9 };

static const float a1 = 0.625f, a2 = 0.390625f, a3 = 0.244140625f, b1 = 1.5f, b2 = 2.25f, b3 = 3.375f;
static const float a2b2 = 0.87890625f, sum2 = 2.640625f;
static const float g_0 = (float)(1 / 0.87890625);
static const float g_a = (float)(1 / (2 * 0.390625 * -1.859375)), g_b = (float)(1 / (2 * 2.25 * 1.859375));
static const float g_a_a1 = (float)(0.625 / (2 * 0.390625 * -1.859375)), g_a_a2 = (float)(0.5 / -1.859375);
static const float g_b_b1 = (float)(1.5 / (2 * 2.25 * 1.859375)), g_b_b2 = (float)(0.5 / 1.859375);

// Images of one size, in blocks of 16 channels.
typedef struct {
    size_t channels, height, width;  // channels / 16
} winograd_images;

// The tiles of 4x4 pixels that cover a rectangle of each image of a batch, and where one of them is.
typedef struct {
    size_t first_row, first_column, rows, columns, count;
    int thin_rows, thin_columns;  // see winograd_forward.c
} winograd_tiles;

typedef struct {
    size_t image, row, column;
} winograd_place;

// A square of pixels of one panel of an image. Those of the rows top ..< bottom and the columns left ..< right are in the
// image; the first pixel, whose offset is `start`, may lie before it.
typedef struct {
    const float *panel;
    ptrdiff_t start, width, top, bottom, left, right;
} winograd_window;

// Where one panel of outputs goes, and what happens to it before.
typedef struct {
    float *y;
    size_t stride;  // between rows
    const float *scale, *shift, *residual;
    int relu;
} winograd_output;

WINNOW_INLINE winograd_tiles tiles_of(const winograd_images *images, size_t batch) {
    size_t rows = ceil_divide(images->height, 4), columns = ceil_divide(images->width, 4);
    return (winograd_tiles){0, 0, rows, columns, batch * rows * columns, 0, 0};
}

WINNOW_INLINE winograd_place place_of(const winograd_tiles *tiles, size_t tile) {
    size_t row = tile / tiles->columns;
    return (winograd_place){row / tiles->rows, row % tiles->rows, tile % tiles->columns};
}

WINNOW_INLINE void advance(const winograd_tiles *tiles, winograd_place *place) {
    if (++place->column < tiles->columns) return;
    place->column = 0;
    if (++place->row < tiles->rows) return;
    place->row = 0;
    place->image++;
}

WINNOW_INLINE ptrdiff_t within(ptrdiff_t x, ptrdiff_t least, ptrdiff_t most) {
    return x < least ? least : x > most ? most : x;
}

// The `size` x `size` pixels from (row, column) on. They may begin beyond the right edge: where a pooling leaves columns
// out, the gradient has fewer than the tiles of dx cover.
WINNOW_INLINE winograd_window window_at(
    const winograd_images *images, const float *panel, ptrdiff_t row, ptrdiff_t column, ptrdiff_t size
) {
    ptrdiff_t height = (ptrdiff_t)images->height, width = (ptrdiff_t)images->width;
    winograd_window window = {
        .panel = panel, .start = row * width + column, .width = width,
        .top = within(-row, 0, size), .left = within(-column, 0, size),
    };
    window.bottom = within(height - row, window.top, size);
    window.right = within(width - column, window.left, size);
    return window;
}

WINNOW_INLINE int is_whole(const winograd_window *window, ptrdiff_t size) {
    return window->bottom - window->top == size && window->right - window->left == size;
}

WINNOW_INLINE ptrdiff_t pixel_of(const winograd_window *window, ptrdiff_t row, ptrdiff_t column) {
    return (window->start + row * window->width + column) * lanes;
}

// How much is done at a time: tiles, and panels of 16 input and of 16 output channels. See the two .c files.
typedef struct {
    size_t tiles, inputs, outputs;
} winograd_blocking;

// Floats between the planes of tiles, and of filters.
WINNOW_INLINE size_t tile_plane(size_t tiles, size_t channels) { return tiles * channels * lanes + winograd_pad; }
WINNOW_INLINE size_t filter_plane(const winograd_blocking *block) {
    return block->inputs * block->outputs * winograd_panel + winograd_pad;
}

size_t winnow_winograd_weight_gradient_scratch(const winnow_convolution_shape *shape);
