// The transforms of whole tiles, `wide` choosing the vectors.
#pragma once

#include "winograd_layout.h"

#define winograd_lanes 8
#include "winograd_lines.h"
#define winograd_lanes 16
#include "winograd_lines.h"

WINNOW_INLINE ptrdiff_t within(ptrdiff_t x, ptrdiff_t least, ptrdiff_t most) {
    return x < least ? least : x > most ? most : x;
}

// The `size` x `size` pixels from (row, column) on of one panel of an image, with zeros where there is none:
// in place where all are there, otherwise in `copy`. Rows are `stride` apart.
WINNOW_INLINE const float *pixels_at(
    const winograd_images *images, const float *panel, ptrdiff_t row, ptrdiff_t column, ptrdiff_t size, float *copy,
    size_t *stride
) {
    ptrdiff_t height = (ptrdiff_t)images->height, width = (ptrdiff_t)images->width;
    if (row >= 0 && column >= 0 && row + size <= height && column + size <= width) {
        *stride = images->width * lanes;
        return panel + (row * width + column) * lanes;
    }
    *stride = (size_t)size * lanes;
    // The columns left ..< right are in the image. A tile may begin beyond the right edge: where a pooling leaves
    // columns out, the gradient has fewer than the tiles of dx cover.
    ptrdiff_t left = within(-column, 0, size), right = within(width - column, left, size);
    for (ptrdiff_t i = 0; i < size; i++) {
        float *to = copy + i * size * lanes;
        if (row + i < 0 || row + i >= height) {
            for (ptrdiff_t j = 0; j < size; j++) STORE16(to + j * lanes, (vec16){0});
            continue;
        }
        ptrdiff_t start = (row + i) * width + column;
        for (ptrdiff_t j = 0; j < left; j++) STORE16(to + j * lanes, (vec16){0});
        for (ptrdiff_t j = left; j < right; j++) STORE16(to + j * lanes, LOAD16(panel + (start + j) * lanes));
        for (ptrdiff_t j = right; j < size; j++) STORE16(to + j * lanes, (vec16){0});
    }
    return copy;
}

// v[36][channels][count][16] of `count` tiles from `first` on. A tile of inputs is two pixels larger than the
// tile of outputs that it belongs to, and begins `padding` pixels before it.
WINNOW_INLINE void gather_images(
    int wide, const winograd_images *images, const winograd_tiles *tiles, size_t first, size_t count, ptrdiff_t padding,
    size_t first_channel, size_t channels, const float *x, float *v, size_t plane
) {
    _Alignas(64) float copy[36 * lanes];
    size_t pixels = images->height * images->width * lanes;
    for (size_t c = 0; c < channels; c++) {
        winograd_place place = place_of(tiles, first);
        for (size_t t = 0; t < count; t++) {
            const float *panel = x + (place.image * images->channels + first_channel + c) * pixels;
            ptrdiff_t row = (ptrdiff_t)(tiles->first_row + place.row) * 4 - padding;
            ptrdiff_t column = (ptrdiff_t)(tiles->first_column + place.column) * 4 - padding;
            size_t stride;
            const float *d = pixels_at(images, panel, row, column, 6, copy, &stride);
            float *to = v + (c * count + t) * lanes;
            if (wide) {
                transform_image_16(d, stride, to, plane);
            } else {
                transform_image_8(d, stride, to, plane);
            }
            advance(tiles, &place);
        }
    }
}

// The same of the gradient of the outputs.
WINNOW_INLINE void gather_gradients(
    int wide, const winograd_images *images, const winograd_tiles *tiles, size_t first, size_t count,
    size_t first_channel, size_t channels, const float *dy, float *v, size_t plane
) {
    _Alignas(64) float copy[16 * lanes];
    size_t pixels = images->height * images->width * lanes;
    for (size_t c = 0; c < channels; c++) {
        winograd_place place = place_of(tiles, first);
        for (size_t t = 0; t < count; t++) {
            const float *panel = dy + (place.image * images->channels + first_channel + c) * pixels;
            ptrdiff_t row = (ptrdiff_t)place.row * 4, column = (ptrdiff_t)place.column * 4;
            size_t stride;
            const float *d = pixels_at(images, panel, row, column, 4, copy, &stride);
            float *to = v + (c * count + t) * lanes;
            if (wide) {
                transform_gradient_16(d, stride, to, plane);
            } else {
                transform_gradient_8(d, stride, to, plane);
            }
            advance(tiles, &place);
        }
    }
}

// The way back: products m[36][channels][count][16] become `count` tiles of outputs.
WINNOW_INLINE void scatter_outputs(
    int wide, const winograd_images *images, const winograd_tiles *tiles, size_t first, size_t count,
    size_t first_channel, size_t channels, const float *m, size_t plane, float *y, const winnow_epilogue *epilogue
) {
    size_t stride = images->width * lanes;
    for (size_t c = 0; c < channels; c++) {
        size_t channel = first_channel + c;
        winograd_output to = {
            .y = y, .stride = stride, .residual = epilogue->residual, .relu = epilogue->relu,
            .scale = epilogue->scale ? epilogue->scale + channel * lanes : 0,
            .shift = epilogue->shift ? epilogue->shift + channel * lanes : 0,
        };
        winograd_place place = place_of(tiles, first);
        for (size_t t = 0; t < count; t++) {
            size_t row = (tiles->first_row + place.row) * 4, column = (tiles->first_column + place.column) * 4;
            size_t panel = (place.image * images->channels + channel) * images->height * stride;
            size_t rows = images->height - row, columns = images->width - column;
            if (rows > 4) rows = 4;
            if (columns > 4) columns = 4;
            const float *from = m + (c * count + t) * lanes;
            if (wide) {
                transform_output_16(from, plane, &to, panel + row * stride + column * lanes, rows, columns);
            } else {
                transform_output_8(from, plane, &to, panel + row * stride + column * lanes, rows, columns);
            }
            advance(tiles, &place);
        }
    }
}
