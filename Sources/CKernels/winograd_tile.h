// The transforms of whole tiles, `wide` choosing the vectors.
#pragma once

#include "winograd_layout.h"

#define winograd_lanes 8
#include "winograd_lines.h"
#define winograd_lanes 16
#include "winograd_lines.h"

// v[36][channels][count][16] of `count` tiles from `first` on. A tile of inputs is two pixels larger than the
// tile of outputs that it belongs to, and begins `padding` pixels before it.
WINNOW_INLINE void gather_images(
    int wide, const winograd_images *images, const winograd_tiles *tiles, size_t first, size_t count, ptrdiff_t padding,
    size_t first_channel, size_t channels, const float *x, float *v, size_t plane
) {
    size_t pixels = images->height * images->width * lanes;
    for (size_t c = 0; c < channels; c++) {
        winograd_place place = place_of(tiles, first);
        for (size_t t = 0; t < count; t++) {
            const float *panel = x + (place.image * images->channels + first_channel + c) * pixels;
            ptrdiff_t row = (ptrdiff_t)(tiles->first_row + place.row) * 4 - padding;
            ptrdiff_t column = (ptrdiff_t)(tiles->first_column + place.column) * 4 - padding;
            winograd_window d = window_at(images, panel, row, column, 6);
            float *to = v + (c * count + t) * lanes;
            if (is_whole(&d, 6)) {
                if (wide) transform_image_16(&d, 1, to, plane); else transform_image_8(&d, 1, to, plane);
            } else {
                if (wide) transform_image_16(&d, 0, to, plane); else transform_image_8(&d, 0, to, plane);
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
    size_t pixels = images->height * images->width * lanes;
    for (size_t c = 0; c < channels; c++) {
        winograd_place place = place_of(tiles, first);
        for (size_t t = 0; t < count; t++) {
            const float *panel = dy + (place.image * images->channels + first_channel + c) * pixels;
            ptrdiff_t row = (ptrdiff_t)place.row * 4, column = (ptrdiff_t)place.column * 4;
            winograd_window d = window_at(images, panel, row, column, 4);
            float *to = v + (c * count + t) * lanes;
            if (is_whole(&d, 4)) {
                if (wide) transform_gradient_16(&d, 1, to, plane); else transform_gradient_8(&d, 1, to, plane);
            } else {
                if (wide) transform_gradient_16(&d, 0, to, plane); else transform_gradient_8(&d, 0, to, plane);
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
