// The first convolution of a model: x is the batch of images as it comes, row-major with one to a few channels; y is
// in blocks of 16 channels.
//
//     y[n,o,i,j] = the sum over c, k, l of w[o,c,k,l] x[n,c,si+k-p,sj+l-p]
//     dw[o,c,k,l] = the sum over n, i, j of dy[n,o,i,j] x[n,c,si+k-p,sj+l-p]
//
// Blocks of 16 input channels would be mostly zeros. Instead a window's runs are the rows of its kernel, `kernel`
// neighbouring values each; weights are [block of o][c][k][l][16]. Otherwise forward is the direct convolution's
// product (window_products.c) over bands (bands.h), and the weight gradient its counterpart (window_gradients.c), a
// kernel tap of a channel being an element. Both are limited by memory where the product is short: y, or dy, is large
// and the rest is small.
#include "include/convolution.h"

#include "window_products.h"

// Floats of a band's copied input.
enum { stem_copy_room = 8192 };

static winnow_band stem_band(const winnow_convolution_shape *s) {
    winnow_band all = {s->batch, s->out_height, s->out_width};
    return plan_band(all, s->stride, s->kernel, s->inputs, stem_copy_room);
}

size_t winnow_stem_scratch(const winnow_convolution_shape *s) {
    size_t gradient = blocks_of(s->outputs) * band_pixels * lanes;
    return max_size(gradient, window_sums) + band_copy(stem_band(s), s->stride, s->kernel, s->inputs);
}

// The part of x under a band: [channel][sample][row][column].
static void copy_images(
    float *to, const winnow_convolution_shape *s, const float *x, winnow_band band, size_t n, size_t i, size_t j
) {
    size_t rows = covered(band.rows, s->stride, s->kernel), columns = covered(band.columns, s->stride, s->kernel);
    for (size_t c = 0; c < s->inputs; c++) {
        for (size_t m = 0; m < band.samples; m++, to += rows * columns) {
            copy_box(
                to, rows, columns, x + ((n + m) * s->inputs + c) * s->height * s->width, s->height, s->width, 1,
                (ptrdiff_t)(i * s->stride) - (ptrdiff_t)s->padding, (ptrdiff_t)(j * s->stride) - (ptrdiff_t)s->padding,
                1);
        }
    }
}

void winnow_stem_forward(
    const winnow_convolution_shape *shape, const float *x, const float *weights, float *y,
    const winnow_epilogue *epilogue, float *scratch
) {
    winnow_convolution_shape s = *shape;
    size_t out_blocks = blocks_of(s.outputs), y_plane = s.out_height * s.out_width * lanes;
    float *copy = scratch + window_sums;
    size_t sources[table_length], targets[table_length];
    winnow_band most = stem_band(&s), band = {0, 0, 0};
    winnow_window_products work = {
        .x = copy, .sources = sources, .targets = targets,
        .planes = s.inputs, .rows = s.kernel, .columns = 1, .length = s.kernel,
        .weights = weights, .blocks = out_blocks, .y_stride = y_plane, .sums = scratch,
    };
    for (size_t n = 0; n < s.batch; n += band.samples) {
        for (size_t i = 0; i < s.out_height; i += band.rows) {
            for (size_t j = 0; j < s.out_width; j += band.columns) {
                winnow_band here = {
                    min_size(most.samples, s.batch - n), min_size(most.rows, s.out_height - i),
                    min_size(most.columns, s.out_width - j),
                };
                if (memcmp(&here, &band, sizeof band) != 0) {
                    band = here;
                    size_t columns = covered(band.columns, s.stride, s.kernel);
                    size_t plane = covered(band.rows, s.stride, s.kernel) * columns;
                    work.row_stride = columns;
                    work.plane_stride = band.samples * plane;
                    work.pixels = fill_table(sources, band, plane, s.stride * columns, s.stride, tile_pixels);
                    fill_table(targets, band, out_blocks * y_plane, s.out_width * lanes, lanes, tile_pixels);
                }
                copy_images(copy, &s, x, band, n, i, j);
                size_t start = n * out_blocks * y_plane + (i * s.out_width + j) * lanes;
                work.y = y + start;
                work.epilogue = *epilogue;
                if (epilogue->residual) work.epilogue.residual = epilogue->residual + start;
                winnow_multiply_windows(&work);
            }
        }
    }
}

void winnow_stem_backward_weights(
    const winnow_convolution_shape *shape, const float *x, const float *dy, float *dw, float *scratch
) {
    winnow_convolution_shape s = *shape;
    size_t out_blocks = blocks_of(s.outputs), taps = s.inputs * s.kernel * s.kernel;
    size_t y_plane = s.out_height * s.out_width * lanes;
    float *gradient = scratch, *copy = scratch + out_blocks * band_pixels * lanes;
    size_t sources[table_length];
    winnow_band most = stem_band(&s), here;
    winnow_window_gradients work = {
        .x = copy, .sources = sources, .blocks = out_blocks, .dw_stride = taps * lanes, .add = 0,
    };
    for (size_t n = 0; n < s.batch; n += here.samples) {
        here.samples = min_size(most.samples, s.batch - n);
        for (size_t i = 0; i < s.out_height; i += here.rows) {
            here.rows = min_size(most.rows, s.out_height - i);
            for (size_t j = 0; j < s.out_width; j += here.columns) {
                here.columns = min_size(most.columns, s.out_width - j);
                size_t columns = covered(here.columns, s.stride, s.kernel);
                size_t plane = covered(here.rows, s.stride, s.kernel) * columns;
                work.pixels = fill_table(sources, here, plane, s.stride * columns, s.stride, 1);
                copy_images(copy, &s, x, here, n, i, j);
                const float *from = dy + n * out_blocks * y_plane + (i * s.out_width + j) * lanes;
                work.dy = from;
                work.dy_stride = y_plane;
                if (here.samples > 1 || here.columns < s.out_width) {
                    work.dy = gradient;
                    work.dy_stride = pack_band(gradient, here, from, out_blocks, y_plane, s.out_width * lanes);
                }
                for (size_t tap = 0; tap < taps; tap += most_elements) {
                    work.count = min_size(taps - tap, most_elements);
                    for (size_t e = 0; e < work.count; e++) {
                        size_t t = tap + e, row = t / s.kernel;
                        work.elements[e] =
                            row / s.kernel * here.samples * plane + row % s.kernel * columns + t % s.kernel;
                    }
                    work.dw = dw + tap * lanes;
                    winnow_gather_gradients(&work);
                }
                work.add = 1;
            }
        }
    }
}
