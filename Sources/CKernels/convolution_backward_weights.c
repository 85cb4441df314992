// The weight gradient of a convolution with few input channels: the first layer of most image models, for which
// oneDNN's AVX2 code has a kernel for 3 channels only, and otherwise falls back to its reference, which takes a
// thousand times as long.
//
//     dW[o,c,k,l] = the sum over n, i, j of dy[n,o,i,j] x[n,c,si+k-p,sj+l-p],   db[o] = the sum over n, i, j of dy
//
// x is row-major; dy lies as oneDNN blocks it, [n][o / block][i][j][o % block]. Eight output channels are one vector:
// a pixel of dy is loaded once and multiplied by the neighbouring values of a row of x, one sum per kernel column.
// For one sample a plane of dy stays in L1 or L2 while all kernel rows and input channels walk over it.
#include "clones.h"
#include "include/CKernels.h"

#pragma clang fp contract(fast)

typedef float vec8 __attribute__((vector_size(32), aligned(4)));
enum { eight = 8, most_columns = 16 };

size_t winnow_convolution_scratch(const winnow_convolution *s) {
    return (s->inputs * s->kernel * s->kernel + 1) * s->outputs;
}

int winnow_convolution_supported(const winnow_convolution *s) {
    return s->block % eight == 0 && s->block > 0 && s->outputs % s->block == 0 && s->kernel <= most_columns;
}

// One row of dy against one row of x: sums[l] += dy[j] x[s j + l - p], `columns` being a constant where inlined.
WINNOW_INLINE void row_products(
    size_t columns, const winnow_convolution *s, const float *dy, const float *x, vec8 *sums
) {
    // Inside, all kernel columns fall into the row; at its ends, those that do not are left out.
    ptrdiff_t stride = (ptrdiff_t)s->stride, padding = (ptrdiff_t)s->padding, width = (ptrdiff_t)s->width;
    ptrdiff_t first = (padding + stride - 1) / stride;
    ptrdiff_t room = width - (ptrdiff_t)columns + padding;
    ptrdiff_t last = room < 0 ? 0 : room / stride + 1;
    ptrdiff_t out_width = (ptrdiff_t)s->out_width;
    if (last > out_width) last = out_width;
    if (first > last) first = last;
    for (ptrdiff_t j = first; j < last; j++) {
        vec8 pixel = *(const vec8 *)(dy + (size_t)j * s->block);
        const float *start = x + j * stride - padding;
        for (size_t l = 0; l < columns; l++) sums[l] += start[l] * pixel;
    }
    for (ptrdiff_t j = 0; j < out_width; j = j + 1 == first ? last : j + 1) {
        if (j >= first && j < last) continue;
        vec8 pixel = *(const vec8 *)(dy + (size_t)j * s->block);
        for (size_t l = 0; l < columns; l++) {
            ptrdiff_t column = j * stride + (ptrdiff_t)l - padding;
            if (column >= 0 && column < width) sums[l] += x[column] * pixel;
        }
    }
}

// One plane of dy (eight channels of one sample) against one input channel and one kernel row.
WINNOW_INLINE void plane_products(
    size_t columns, const winnow_convolution *s, const float *dy, const float *x, size_t row, float *total
) {
    vec8 sums[most_columns];
    for (size_t l = 0; l < columns; l++) sums[l] = (vec8){0};
    for (size_t i = 0; i < s->out_height; i++) {
        ptrdiff_t x_row = (ptrdiff_t)(i * s->stride + row) - (ptrdiff_t)s->padding;
        if (x_row < 0 || x_row >= (ptrdiff_t)s->height) continue;
        row_products(columns, s, dy + i * s->out_width * s->block, x + (size_t)x_row * s->width, sums);
    }
    for (size_t l = 0; l < columns; l++) *(vec8 *)(total + l * eight) += sums[l];
}

WINNOW_CLONES void winnow_convolution_backward_weights(
    const winnow_convolution *shape, const float *x, const float *dy,
    float *weight_gradient, float *bias_gradient, float *scratch
) {
    winnow_convolution s = *shape;
    size_t taps = s.inputs * s.kernel * s.kernel;
    size_t pixels = s.out_height * s.out_width;
    // Totals [o / 8][tap][8], the taps followed by the sum for the bias.
    memset(scratch, 0, winnow_convolution_scratch(&s) * sizeof(float));
    for (size_t n = 0; n < s.batch; n++) {
        for (size_t o = 0; o < s.outputs; o += eight) {
            const float *plane = dy + (n * s.outputs + o / s.block * s.block) * pixels + o % s.block;
            float *totals = scratch + o * (taps + 1);
            for (size_t c = 0; c < s.inputs; c++) {
                const float *channel = x + (n * s.inputs + c) * s.height * s.width;
                for (size_t k = 0; k < s.kernel; k++) {
                    float *total = totals + (c * s.kernel + k) * s.kernel * eight;
                    if (s.kernel == 3) {
                        plane_products(3, &s, plane, channel, k, total);
                    } else {
                        plane_products(s.kernel, &s, plane, channel, k, total);
                    }
                }
            }
            vec8 sum = {0};
            for (size_t p = 0; p < pixels; p++) sum += *(const vec8 *)(plane + p * s.block);
            *(vec8 *)(totals + taps * eight) += sum;
        }
    }
    for (size_t o = 0; o < s.outputs; o++) {
        const float *totals = scratch + o / eight * eight * (taps + 1) + o % eight;
        for (size_t tap = 0; tap < taps; tap++) weight_gradient[o * taps + tap] = totals[tap * eight];
        if (bias_gradient) bias_gradient[o] = totals[taps * eight];
    }
}
