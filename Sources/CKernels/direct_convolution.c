// The direct convolution's forward pass and weight gradient, and the scratch memory of all three directions; see
// direct_backward_data.c for the third.

#include "direct.h"
#include "include/convolution.h"
#include "window_products.h"

// Forward convolution between images in blocks of 16 channels, of any kernel, stride and padding.
//
//     y[n,o,i,j] = the sum over c, k, l of w[o,c,k,l] x[n,c,si+k-p,sj+l-p]
//
// Band by band (bands.h), what the windows cover of all blocks of x is copied, [block][sample][row][column][16], and
// multiplied with all weights (window_products.c). A window's runs are the pixels under the kernel: 16 floats each,
// kernel columns side by side, as the weights lie. A kernel of one pixel skips what its stride skips in copying.

// Distance of neighbouring windows in the copy of x.
static size_t copy_stride(const winnow_convolution_shape *s) { return s->kernel == 1 ? 1 : s->stride; }

static winnow_band forward_band(const winnow_convolution_shape *s) {
    winnow_band all = {s->batch, s->out_height, s->out_width};
    return plan_band(all, copy_stride(s), s->kernel, blocks_of(s->inputs) * lanes, direct_copy_room);
}

static size_t forward_scratch(const winnow_convolution_shape *s) {
    size_t depth = blocks_of(s->inputs) * lanes;
    return window_sums + band_copy(forward_band(s), copy_stride(s), s->kernel, depth);
}

void winnow_direct_forward(
    const winnow_convolution_shape *shape, const float *x, const float *weights, float *y,
    const winnow_epilogue *epilogue, float *scratch
) {
    winnow_convolution_shape s = *shape;
    size_t in_blocks = blocks_of(s.inputs), out_blocks = blocks_of(s.outputs);
    size_t x_plane = s.height * s.width * lanes, y_plane = s.out_height * s.out_width * lanes;
    size_t stride = copy_stride(&s), step = s.stride / stride;
    float *copy = scratch + window_sums;
    size_t sources[table_length], targets[table_length];
    winnow_band most = forward_band(&s), band = {0, 0, 0};
    winnow_window_products work = {
        .x = copy, .sources = sources, .targets = targets,
        .planes = in_blocks, .rows = s.kernel, .columns = s.kernel, .length = lanes,
        .weights = weights, .blocks = out_blocks, .y_stride = y_plane, .sums = scratch,
    };
    for (size_t n = 0; n < s.batch; n += band.samples) {
        for (size_t i = 0; i < s.out_height; i += band.rows) {
            for (size_t j = 0; j < s.out_width; j += band.columns) {
                winnow_band here = {
                    min_size(most.samples, s.batch - n), min_size(most.rows, s.out_height - i),
                    min_size(most.columns, s.out_width - j),
                };
                size_t rows = covered(here.rows, stride, s.kernel), columns = covered(here.columns, stride, s.kernel);
                size_t plane = rows * columns * lanes;
                if (memcmp(&here, &band, sizeof band) != 0) {
                    band = here;
                    work.row_stride = columns * lanes;
                    work.plane_stride = band.samples * plane;
                    work.pixels = fill_table(
                        sources, band, plane, stride * columns * lanes, stride * lanes, tile_pixels);
                    fill_table(targets, band, out_blocks * y_plane, s.out_width * lanes, lanes, tile_pixels);
                }
                float *to = copy;
                for (size_t c = 0; c < in_blocks; c++) {
                    for (size_t m = 0; m < band.samples; m++, to += plane) {
                        copy_box(
                            to, rows, columns, x + ((n + m) * in_blocks + c) * x_plane, s.height, s.width, lanes,
                            (ptrdiff_t)(i * s.stride) - (ptrdiff_t)s.padding,
                            (ptrdiff_t)(j * s.stride) - (ptrdiff_t)s.padding, step);
                    }
                }
                size_t start = n * out_blocks * y_plane + (i * s.out_width + j) * lanes;
                work.y = y + start;
                work.epilogue = *epilogue;
                if (epilogue->residual) work.epilogue.residual = epilogue->residual + start;
                winnow_multiply_windows(&work);
            }
        }
    }
}

// Gradient of a convolution's weights, images being in blocks of 16 channels, of any kernel, stride and padding.
//
//     dw[o,c,k,l] = the sum over n, i, j of dy[n,o,i,j] x[n,c,si+k-p,sj+l-p]
//
// For a band of output pixels (bands.h) and one block of x's channels, what the windows cover is copied; then a few
// kernel taps at a time meet all blocks of outputs (window_gradients.c), one block's dy and the taps' part of the copy
// being in L1. A band's dy is copied once where its pixels do not lie side by side, and stays in L2. Each band adds to
// dw, which may be larger than the caches: a band is as large as L1 allows, so that dw moves seldom. Sums of at most
// band_pixels products, added up band by band, also keep rounding small.

static winnow_band weights_band(const winnow_convolution_shape *s) {
    winnow_band all = {s->batch, s->out_height, s->out_width};
    return plan_band(all, copy_stride(s), s->kernel, lanes, direct_copy_room);
}

static size_t weights_scratch(const winnow_convolution_shape *s) {
    size_t copy = band_copy(weights_band(s), copy_stride(s), s->kernel, lanes);
    return copy + blocks_of(s->outputs) * band_pixels * lanes;
}

void winnow_direct_backward_weights(
    const winnow_convolution_shape *shape, const float *x, const float *dy, float *dw, float *scratch
) {
    winnow_convolution_shape s = *shape;
    size_t in_blocks = blocks_of(s.inputs), out_blocks = blocks_of(s.outputs), taps = s.kernel * s.kernel;
    size_t x_plane = s.height * s.width * lanes, y_plane = s.out_height * s.out_width * lanes;
    size_t stride = copy_stride(&s), step = s.stride / stride;
    winnow_band most = weights_band(&s), here;
    float *gradient = scratch, *copy = scratch + out_blocks * band_pixels * lanes;
    size_t sources[table_length];
    winnow_window_gradients work = {
        .x = copy, .sources = sources, .blocks = out_blocks, .dw_stride = in_blocks * taps * lanes * lanes, .add = 0,
    };
    for (size_t n = 0; n < s.batch; n += here.samples) {
        here.samples = min_size(most.samples, s.batch - n);
        for (size_t i = 0; i < s.out_height; i += here.rows) {
            here.rows = min_size(most.rows, s.out_height - i);
            for (size_t j = 0; j < s.out_width; j += here.columns) {
                here.columns = min_size(most.columns, s.out_width - j);
                size_t rows = covered(here.rows, stride, s.kernel), columns = covered(here.columns, stride, s.kernel);
                size_t plane = rows * columns * lanes;
                work.pixels = fill_table(sources, here, plane, stride * columns * lanes, stride * lanes, 1);
                const float *from = dy + n * out_blocks * y_plane + (i * s.out_width + j) * lanes;
                work.dy = from;
                work.dy_stride = y_plane;
                if (here.samples > 1 || here.columns < s.out_width) {
                    work.dy = gradient;
                    work.dy_stride = pack_band(gradient, here, from, out_blocks, y_plane, s.out_width * lanes);
                }
                for (size_t c = 0; c < in_blocks; c++) {
                    float *to = copy;
                    for (size_t m = 0; m < here.samples; m++, to += plane) {
                        copy_box(
                            to, rows, columns, x + ((n + m) * in_blocks + c) * x_plane, s.height, s.width, lanes,
                            (ptrdiff_t)(i * s.stride) - (ptrdiff_t)s.padding,
                            (ptrdiff_t)(j * s.stride) - (ptrdiff_t)s.padding, step);
                    }
                    for (size_t tap = 0; tap < taps; tap += most_elements / lanes) {
                        work.count = min_size(taps - tap, most_elements / lanes) * lanes;
                        for (size_t e = 0; e < work.count; e++) {
                            size_t t = tap + e / lanes;
                            work.elements[e] = (t / s.kernel * columns + t % s.kernel) * lanes + e % lanes;
                        }
                        work.dw = dw + (c * taps + tap) * lanes * lanes;
                        winnow_gather_gradients(&work);
                    }
                }
                work.add = 1;
            }
        }
    }
}

size_t winnow_direct_scratch(const winnow_convolution_shape *shape) {
    size_t data = winnow_direct_backward_data_scratch(shape);
    return max_size(max_size(forward_scratch(shape), data), weights_scratch(shape));
}
