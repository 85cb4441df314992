// Forward convolution between images in blocks of 16 channels, of any kernel, stride and padding.
//
//     y[n,o,i,j] = the sum over c, k, l of w[o,c,k,l] x[n,c,si+k-p,sj+l-p]
//
// Band by band (bands.h), what the windows cover of all blocks of x is copied, [block][sample][row][column][16], and
// multiplied with all weights (window_products.c). A window's runs are the pixels under the kernel: 16 floats each,
// kernel columns side by side, as the weights lie. A kernel of one pixel skips what its stride skips in copying.
#include "include/direct_convolution.h"

#include "direct.h"
#include "window_products.h"

winnow_band direct_forward_band(const winnow_convolution_shape *s) {
    winnow_band all = {s->batch, s->out_height, s->out_width};
    return plan_band(all, copy_stride(s), s->kernel, blocks_of(s->inputs) * lanes, direct_copy_room);
}

size_t direct_forward_scratch(const winnow_convolution_shape *s) {
    size_t depth = blocks_of(s->inputs) * lanes;
    return window_sums + band_copy(direct_forward_band(s), copy_stride(s), s->kernel, depth);
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
    winnow_band most = direct_forward_band(&s), band = {0, 0, 0};
    winnow_window_products work = {
        .x = copy, .sources = sources, .targets = targets,
        .planes = in_blocks, .rows = s.kernel, .columns = s.kernel, .length = lanes,
        .weights = weights, .blocks = out_blocks, .y_stride = y_plane, .sums = scratch,
    };
    for (size_t n = 0; n < s.batch; n += band.samples) {
        for (size_t i = 0; i < s.out_height; i += band.rows) {
            for (size_t j = 0; j < s.out_width; j += band.columns) {
                winnow_band here = {
                    least(most.samples, s.batch - n), least(most.rows, s.out_height - i),
                    least(most.columns, s.out_width - j),
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
