// Gradient of a convolution's input, images being in blocks of 16 channels, of any kernel, stride and padding.
//
//     dx[n,c,i,j] = the sum over o, k, l with s | i+p-k, s | j+p-l of w[o,c,k,l] dy[n,o,(i+p-k)/s,(j+p-l)/s]
//
// Let i + p = s q + a. Then k = a + s t for t = 0, 1, ..., and dy's row is q - t: the rows with equal a, one of s
// classes, are a convolution of stride 1 with every s-th row of the kernel, as are columns. So for each of the s s
// classes of pixels dx is gathered from dy with a kernel of its own, without a wasted product, by the same code as the
// forward convolution (window_products.c). Bands (bands.h) are boxes of (q, r), common to all classes, which read the
// same copy of dy. A class without any k or l has windows of no run: its dx is the epilogue of zero.
//
// The classes' weights are laid out in scratch first, [block of c][block of o][t from last to first][16 o][16 c]:
// transposed blocks of 16x16, in the order in which a window's rows and columns ascend.
#include "include/convolution.h"

#include "direct.h"
#include "window_products.h"

// The grid of (q, r), and the most taps that a class has along one axis: the extent of a window in dy.
typedef struct {
    size_t first_row, first_column;
    winnow_band all;
    size_t taps;
} quotients;

static quotients quotients_of(const winnow_convolution_shape *s) {
    size_t row = s->padding / s->stride, column = s->padding / s->stride;
    return (quotients){
        .first_row = row, .first_column = column,
        .all = {
            s->batch, (s->height - 1 + s->padding) / s->stride + 1 - row,
            (s->width - 1 + s->padding) / s->stride + 1 - column,
        },
        .taps = ceil_divide(s->kernel, s->stride),
    };
}

// Kernel rows of class a.
static size_t taps_of(const winnow_convolution_shape *s, size_t a) {
    return a < s->kernel ? ceil_divide(s->kernel - a, s->stride) : 0;
}

static winnow_band backward_band(const winnow_convolution_shape *s) {
    quotients q = quotients_of(s);
    return plan_band(q.all, 1, q.taps, blocks_of(s->outputs) * lanes, direct_copy_room);
}

static size_t weights_size(const winnow_convolution_shape *s) {
    return blocks_of(s->inputs) * blocks_of(s->outputs) * s->kernel * s->kernel * lanes * lanes;
}

size_t winnow_direct_backward_data_scratch(const winnow_convolution_shape *s) {
    quotients q = quotients_of(s);
    return weights_size(s) + window_sums + band_copy(backward_band(s), 1, q.taps, blocks_of(s->outputs) * lanes);
}

// A block of 8x8 of a 16x16 matrix.
WINNOW_INLINE void transpose_8x8(const float *from, float *to) {
    vec8 square[8];
    for (size_t i = 0; i < 8; i++) square[i] = LOAD8(from + i * lanes);
    transpose8(square);
    for (size_t i = 0; i < 8; i++) STORE8(to + i * lanes, square[i]);
}

// Puts the weights in the classes' order.
WINNOW_CLONES static void transpose_weights(const winnow_convolution_shape *s, const float *weights, float *to) {
    size_t in_blocks = blocks_of(s->inputs), out_blocks = blocks_of(s->outputs), size = lanes * lanes;
    for (size_t a = 0; a < s->stride; a++) {
        for (size_t b = 0; b < s->stride; b++) {
            size_t rows = taps_of(s, a), columns = taps_of(s, b);
            for (size_t c = 0; c < in_blocks; c++) {
                for (size_t o = 0; o < out_blocks; o++) {
                    const float *kernel = weights + (o * in_blocks + c) * s->kernel * s->kernel * size;
                    for (size_t t = rows; t-- > 0;) {
                        for (size_t u = columns; u-- > 0; to += size) {
                            const float *from = kernel + ((a + s->stride * t) * s->kernel + b + s->stride * u) * size;
                            for (size_t i = 0; i < 2; i++) {
                                for (size_t j = 0; j < 2; j++) {
                                    transpose_8x8(from + i * 8 * lanes + j * 8, to + j * 8 * lanes + i * 8);
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

// The part of first..<first + count whose s q + a - p is an index below `size`.
typedef struct {
    size_t first, count;
} range;

static range valid(const winnow_convolution_shape *s, size_t a, size_t size, size_t first, size_t count) {
    size_t last = first + count, p = s->padding;
    size_t least_q = p > a ? ceil_divide(p - a, s->stride) : 0;
    size_t end_q = size + p > a ? (size + p - a - 1) / s->stride + 1 : 0;
    first = max_size(first, least_q);
    last = min_size(last, end_q);
    return (range){first, last > first ? last - first : 0};
}

void winnow_direct_backward_data(
    const winnow_convolution_shape *shape, const float *dy, const float *weights, float *dx,
    const winnow_epilogue *epilogue, float *scratch
) {
    winnow_convolution_shape s = *shape;
    size_t in_blocks = blocks_of(s.inputs), out_blocks = blocks_of(s.outputs);
    size_t dx_plane = s.height * s.width * lanes, dy_plane = s.out_height * s.out_width * lanes;
    quotients q = quotients_of(&s);
    float *packed = scratch + window_sums, *copy = packed + weights_size(&s);
    transpose_weights(&s, weights, packed);
    // Adding nothing changes nothing.
    int accumulates = epilogue->residual == dx && !epilogue->scale && !epilogue->shift && !epilogue->relu;
    size_t sources[table_length], targets[table_length];
    winnow_band most = backward_band(&s), here;
    for (size_t n = 0; n < s.batch; n += here.samples) {
        here.samples = min_size(most.samples, s.batch - n);
        for (size_t i = 0; i < q.all.rows; i += here.rows) {
            here.rows = min_size(most.rows, q.all.rows - i);
            for (size_t j = 0; j < q.all.columns; j += here.columns) {
                here.columns = min_size(most.columns, q.all.columns - j);
                size_t first_row = q.first_row + i, first_column = q.first_column + j;
                size_t rows = covered(here.rows, 1, q.taps), columns = covered(here.columns, 1, q.taps);
                size_t plane = rows * columns * lanes;
                float *to = copy;
                for (size_t o = 0; o < out_blocks; o++) {
                    for (size_t m = 0; m < here.samples; m++, to += plane) {
                        copy_box(
                            to, rows, columns, dy + ((n + m) * out_blocks + o) * dy_plane, s.out_height, s.out_width,
                            lanes, (ptrdiff_t)first_row - (ptrdiff_t)(q.taps - 1),
                            (ptrdiff_t)first_column - (ptrdiff_t)(q.taps - 1), 1);
                    }
                }
                const float *class_weights = packed;
                for (size_t a = 0; a < s.stride; a++) {
                    range valid_rows = valid(&s, a, s.height, first_row, here.rows);
                    for (size_t b = 0; b < s.stride; b++) {
                        range valid_columns = valid(&s, b, s.width, first_column, here.columns);
                        winnow_window_products work = {
                            .sources = sources, .targets = targets,
                            .planes = out_blocks, .rows = taps_of(&s, a), .columns = taps_of(&s, b), .length = lanes,
                            .plane_stride = here.samples * plane, .row_stride = columns * lanes,
                            .weights = class_weights, .blocks = in_blocks, .y_stride = dx_plane,
                            .epilogue = *epilogue, .sums = scratch,
                        };
                        size_t taps = work.rows * work.columns;
                        class_weights += in_blocks * out_blocks * taps * lanes * lanes;
                        if (valid_rows.count == 0 || valid_columns.count == 0 || (taps == 0 && accumulates)) continue;
                        winnow_band pixels = {here.samples, valid_rows.count, valid_columns.count};
                        work.pixels = fill_table(sources, pixels, plane, columns * lanes, lanes, tile_pixels);
                        fill_table(
                            targets, pixels, in_blocks * dx_plane, s.stride * s.width * lanes, s.stride * lanes,
                            tile_pixels);
                        // Without a run nothing is read, and the windows may begin beyond the copy.
                        size_t corner = (valid_rows.first - first_row + q.taps - work.rows) * columns
                            + valid_columns.first - first_column + q.taps - work.columns;
                        work.x = taps > 0 ? copy + corner * lanes : copy;
                        size_t start = n * in_blocks * dx_plane
                            + ((valid_rows.first * s.stride + a - s.padding) * s.width
                               + valid_columns.first * s.stride + b - s.padding) * lanes;
                        work.y = dx + start;
                        if (epilogue->residual) work.epilogue.residual = epilogue->residual + start;
                        winnow_multiply_windows(&work);
                    }
                }
            }
        }
    }
}
