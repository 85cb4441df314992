// Which pixels a pooling window holds, and which windows hold a pixel.
#include "include/pooling.h"
#include "vectors.h"

// first ..< last.
typedef struct {
    size_t first, last;
} range;

// Where the first pixel of output (i, 0)'s window stands in a plane whose rows are `row_stride` floats apart. It may be
// outside of the image: then the number wraps around, and comes back with the offset of any pixel inside. A pointer may
// not do so.
WINNOW_INLINE size_t corner_of(const winnow_pooling_shape *s, size_t i, size_t row_stride) {
    return (i * s->stride - s->padding) * row_stride - s->padding * lanes;
}

// The positions of output `i`'s window, 0 ..< kernel, that are inside an image of `size`.
WINNOW_INLINE range positions_inside(const winnow_pooling_shape *s, size_t i, size_t size) {
    size_t start = i * s->stride, end = size + s->padding;
    return (range){
        start < s->padding ? s->padding - start : 0,
        start + s->kernel < end ? s->kernel : end - start,
    };
}

// The outputs, of `count`, whose windows are wholly inside.
WINNOW_INLINE range whole_windows(const winnow_pooling_shape *s, size_t size, size_t count) {
    size_t room = size + s->padding, last = room < s->kernel ? 0 : (room - s->kernel) / s->stride + 1;
    return (range){ceil_divide(s->padding, s->stride), min_size(last, count)};
}

WINNOW_INLINE int is_within(range r, size_t i) { return i >= r.first && i < r.last; }

// Asks for the pixels of the window below: they are a row of windows away, farther than the hardware's prefetching from
// so many streams reaches, and an image comes from memory.
WINNOW_INLINE void prefetch_below(const float *plane, size_t corner, size_t row_stride, size_t kernel) {
    for (size_t k = 0; k < kernel; k++) {
        for (size_t l = 0; l < 2; l++) fetch(plane, corner + (kernel + k) * row_stride + l * lanes);
    }
}

// The outputs, of `count`, whose windows hold position `i` of the image.
WINNOW_INLINE range windows_around(const winnow_pooling_shape *s, size_t i, size_t count) {
    size_t place = i + s->padding, last = place / s->stride + 1;
    return (range){
        place < s->kernel ? 0 : (place - s->kernel) / s->stride + 1,
        min_size(last, count),
    };
}

// The average of each window, of 16 channels at once. The padding counts as zeros, so every window has the same divisor
// and its pixels inside are all that is added. The backward pass gathers: every pixel of dx is written once.

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

// The largest value of each window, for 16 channels at once, and where it stood.
//
// A window is walked row by row, as PyTorch does it, and a value replaces the best so far when it is larger or NaN. The
// number of the place fits a byte, so that what the backward pass reads is a quarter of an image, and not the image
// itself: whether ReLU cut the value is noted in the same byte, and x may be overwritten. Windows of 2 and 3 that are
// wholly inside have loops of constant length.
//
// The backward pass gathers: every pixel of dx is written once, with the sum over the windows around it. Where windows
// do not overlap, a window writes its pixels directly.

typedef uint8_t bytes16 __attribute__((vector_size(16), aligned(1)));

// `notes` is constant where this is inlined, and for small windows `kernel`, `rows` and `columns`. `relu` is a mask.
WINNOW_INLINE void window_maximum(
    const float *plane, size_t corner, size_t row_stride, size_t kernel, range rows, range columns, int notes,
    int32_t relu, float *y, uint8_t *place
) {
    size_t start = rows.first * kernel + columns.first;
    vec16 best = LOAD16(plane + (corner + rows.first * row_stride + columns.first * lanes));
    mask16 best_place = (mask16){0} + (int32_t)start;
    for (size_t k = rows.first; k < rows.last; k++) {
        for (size_t l = columns.first; l < columns.last; l++) {
            if (k * kernel + l == start) continue;
            vec16 v = LOAD16(plane + (corner + k * row_stride + l * lanes));
            mask16 wins = (v > best) | (v != v);
            best = CHOOSE16(wins, v, best);
            if (notes) {
                mask16 here = (mask16){0} + (int32_t)(k * kernel + l);
                best_place = (wins & here) | (~wins & best_place);
            }
        }
    }
    // All ones are 255 in a byte.
    mask16 cut = (best <= 0) & relu;
    STORE16(y, KEEP16(~cut, best));
    if (notes) *(bytes16 *)place = __builtin_convertvector(best_place | cut, bytes16);
}

// `inside` is the constant 2 or 3 for a kernel of that size, and 0 for any.
WINNOW_INLINE void plane_maxima(
    const winnow_pooling_shape *s, const float *x, size_t inside, int notes, int32_t relu, float *y, uint8_t *place
) {
    size_t row_stride = s->width * lanes;
    range whole_rows = whole_windows(s, s->height, s->out_height);
    range whole_columns = whole_windows(s, s->width, s->out_width);
    for (size_t i = 0; i < s->out_height; i++) {
        int whole_row = inside && is_within(whole_rows, i);
        size_t corner = corner_of(s, i, row_stride);
        for (size_t j = 0; j < s->out_width; j++, corner += s->stride * lanes) {
            if (whole_row && is_within(whole_columns, j)) {
                range all = {0, inside};
                prefetch_below(x, corner, row_stride, inside);
                window_maximum(x, corner, row_stride, inside, all, all, notes, relu, y, place);
            } else {
                range rows = positions_inside(s, i, s->height), columns = positions_inside(s, j, s->width);
                window_maximum(x, corner, row_stride, s->kernel, rows, columns, notes, relu, y, place);
            }
            y += lanes;
            if (notes) place += lanes;
        }
    }
}

WINNOW_INLINE void maxima(
    const winnow_pooling_shape *s, const float *x, size_t inside, int32_t relu, float *y, uint8_t *place
) {
    size_t in = s->height * s->width * lanes, out = s->out_height * s->out_width * lanes;
    for (size_t plane = 0; plane < s->planes; plane++, x += in, y += out) {
        if (!place) {
            plane_maxima(s, x, inside, 0, relu, y, NULL);
        } else {
            plane_maxima(s, x, inside, 1, relu, y, place + plane * out);
        }
    }
}

WINNOW_CLONES void winnow_max_pool_forward(
    const winnow_pooling_shape *shape, const float *x, int relu, float *y, uint8_t *place
) {
    winnow_pooling_shape s = *shape;
    int32_t mask = relu ? -1 : 0;
    if (s.kernel == 2) {
        maxima(&s, x, 2, mask, y, place);
    } else if (s.kernel == 3) {
        maxima(&s, x, 3, mask, y, place);
    } else {
        maxima(&s, x, 0, mask, y, place);
    }
}

#define PLACES_AT(place) __builtin_convertvector(*(const bytes16 *)(place), mask16)

// Each window writes its own pixels; what lies beyond the last window is cleared.
WINNOW_INLINE void scatter_plane(
    const winnow_pooling_shape *s, size_t kernel, const float *dy, const uint8_t *place, float *dx
) {
    size_t row_stride = s->width * lanes, covered = s->out_width * kernel * lanes;
    for (size_t i = 0; i < s->out_height; i++) {
        float *rows = dx + i * kernel * row_stride;
        for (size_t j = 0; j < s->out_width; j++, dy += lanes, place += lanes) {
            vec16 gradient = LOAD16(dy);
            mask16 taken = PLACES_AT(place);
            for (size_t k = 0; k < kernel; k++) {
                for (size_t l = 0; l < kernel; l++) {
                    STORE16(rows + k * row_stride + (j * kernel + l) * lanes,
                        KEEP16(taken == (int32_t)(k * kernel + l), gradient));
                }
            }
        }
        for (size_t k = 0; k < kernel && covered < row_stride; k++) {
            memset(rows + k * row_stride + covered, 0, (row_stride - covered) * sizeof(float));
        }
    }
    size_t rest = s->out_height * kernel * row_stride;
    memset(dx + rest, 0, (s->height * row_stride - rest) * sizeof(float));
}

WINNOW_INLINE void gather_plane(
    const winnow_pooling_shape *s, const float *dy, const uint8_t *place, float *dx
) {
    for (size_t i = 0; i < s->height; i++) {
        range rows = windows_around(s, i, s->out_height);
        for (size_t j = 0; j < s->width; j++, dx += lanes) {
            range columns = windows_around(s, j, s->out_width);
            vec16 sum = {0};
            for (size_t k = rows.first; k < rows.last; k++) {
                size_t row = (i + s->padding - k * s->stride) * s->kernel;
                for (size_t l = columns.first; l < columns.last; l++) {
                    size_t output = (k * s->out_width + l) * lanes;
                    int32_t here = (int32_t)(row + j + s->padding - l * s->stride);
                    sum += KEEP16(PLACES_AT(place + output) == here, LOAD16(dy + output));
                }
            }
            STORE16(dx, sum);
        }
    }
}

WINNOW_CLONES void winnow_max_pool_backward(
    const winnow_pooling_shape *shape, const float *dy, const uint8_t *place, float *dx
) {
    winnow_pooling_shape s = *shape;
    size_t in = s.height * s.width * lanes, out = s.out_height * s.out_width * lanes;
    int disjoint = s.kernel == s.stride && s.padding == 0;
    for (size_t plane = 0; plane < s.planes; plane++, dy += out, place += out, dx += in) {
        if (disjoint && s.kernel == 2) {
            scatter_plane(&s, 2, dy, place, dx);
        } else if (disjoint) {
            scatter_plane(&s, s.kernel, dy, place, dx);
        } else {
            gather_plane(&s, dy, place, dx);
        }
    }
}
