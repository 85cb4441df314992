// Which pixels a pooling window holds, and which windows hold a pixel.
#pragma once

#include "vectors.h"
#include "include/pooling.h"

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
