// The average of each window, of 16 channels at once. The padding counts as zeros, so every window has the same divisor
// and its pixels inside are all that is added. The backward pass gathers: every pixel of dx is written once.
#include "window.h"

WINNOW_INLINE void window_average(
    const float *plane, size_t corner, size_t row_stride, range rows, range columns, float factor, float *y
) {
    vec16 sum = {0};
    for (size_t k = rows.first; k < rows.last; k++) {
        for (size_t l = columns.first; l < columns.last; l++) {
            sum += LOAD16(plane + (corner + k * row_stride + l * lanes));
        }
    }
    STORE16(y, sum * factor);
}

// `inside` is the constant 2 for a kernel of that size, and 0 for any.
WINNOW_INLINE void plane_averages(const winnow_pooling_shape *s, size_t inside, const float *x, float *y) {
    size_t row_stride = s->width * lanes;
    float factor = 1 / (float)(s->kernel * s->kernel);
    range whole_rows = whole_windows(s, s->height, s->out_height);
    range whole_columns = whole_windows(s, s->width, s->out_width);
    for (size_t i = 0; i < s->out_height; i++) {
        int whole_row = inside && is_within(whole_rows, i);
        size_t corner = corner_of(s, i, row_stride);
        for (size_t j = 0; j < s->out_width; j++, corner += s->stride * lanes, y += lanes) {
            if (whole_row && is_within(whole_columns, j)) {
                prefetch_below(x, corner, row_stride, inside);
                window_average(x, corner, row_stride, (range){0, inside}, (range){0, inside}, factor, y);
            } else {
                range rows = positions_inside(s, i, s->height), columns = positions_inside(s, j, s->width);
                window_average(x, corner, row_stride, rows, columns, factor, y);
            }
        }
    }
}

WINNOW_CLONES void winnow_average_pool_forward(const winnow_pooling_shape *shape, const float *x, float *y) {
    winnow_pooling_shape s = *shape;
    size_t in = s.height * s.width * lanes, out = s.out_height * s.out_width * lanes;
    for (size_t plane = 0; plane < s.planes; plane++, x += in, y += out) {
        if (s.kernel == 2) {
            plane_averages(&s, 2, x, y);
        } else {
            plane_averages(&s, 0, x, y);
        }
    }
}

WINNOW_CLONES void winnow_average_pool_backward(const winnow_pooling_shape *shape, const float *dy, float *dx) {
    winnow_pooling_shape s = *shape;
    float factor = 1 / (float)(s.kernel * s.kernel);
    for (size_t plane = 0; plane < s.planes; plane++, dy += s.out_height * s.out_width * lanes) {
        for (size_t i = 0; i < s.height; i++) {
            range rows = windows_around(&s, i, s.out_height);
            for (size_t j = 0; j < s.width; j++, dx += lanes) {
                range columns = windows_around(&s, j, s.out_width);
                vec16 sum = {0};
                for (size_t k = rows.first; k < rows.last; k++) {
                    for (size_t l = columns.first; l < columns.last; l++) {
                        sum += LOAD16(dy + (k * s.out_width + l) * lanes);
                    }
                }
                STORE16(dx, sum * factor);
            }
        }
    }
}

// The mean over the pixels of each block of 16 channels: what stands between the last convolution and the classifier.
// Four sums run side by side for the latency of the addition.

WINNOW_CLONES void winnow_global_average_forward(const float *x, float *y, size_t planes, size_t pixels) {
    float factor = 1 / (float)pixels;
    for (size_t plane = 0; plane < planes; plane++, y += lanes) {
        vec16 sums[4] = {0};
        size_t i = 0;
        for (; i + 4 <= pixels; i += 4, x += 4 * lanes) {
            for (size_t k = 0; k < 4; k++) sums[k] += LOAD16(x + k * lanes);
        }
        for (; i < pixels; i++, x += lanes) sums[0] += LOAD16(x);
        STORE16(y, ((sums[0] + sums[1]) + (sums[2] + sums[3])) * factor);
    }
}

WINNOW_CLONES void winnow_global_average_backward(const float *dy, float *dx, size_t planes, size_t pixels) {
    float factor = 1 / (float)pixels;
    for (size_t plane = 0; plane < planes; plane++, dy += lanes) {
        vec16 gradient = LOAD16(dy) * factor;
        for (size_t i = 0; i < pixels; i++, dx += lanes) STORE16(dx, gradient);
    }
}
