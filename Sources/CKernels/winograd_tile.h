// The transforms of whole tiles and of filters, `wide` choosing the vectors.
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
            size_t rows = min_size(images->height - row, 4), columns = min_size(images->width - column, 4);
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

// The 9 blocks of 16x16 of a filter, each transposed. Loads of whole rows, stores of columns: a block is in L1.
WINNOW_INLINE void transpose_taps(const float *from, float *to) {
    for (size_t tap = 0; tap < winograd_taps; tap++, from += winograd_panel, to += winograd_panel) {
        for (size_t i = 0; i < lanes; i++) {
            for (size_t j = 0; j < lanes; j++) to[j * lanes + i] = from[i * lanes + j];
        }
    }
}

// One of the 16 rows of a block, `offset` floats after `block`, of each tap; called for the block after the one in
// work. These are nine streams at a distance of a kilobyte, which the hardware does not see in time; it took a third
// longer at 512 x 512 channels.
WINNOW_INLINE void fetch_row(const float *block, size_t offset) {
    for (size_t tap = 0; tap < winograd_taps; tap++) fetch(block, offset + tap * winograd_panel);
}

// u[36][outputs][inputs * 16][16] of `inputs` x `outputs` panels of the filter. `transposed`: what is called an input
// here is an output of the weights, and the filter is flipped.
WINNOW_INLINE void transform_filters(
    int wide, int transposed, const float *weights, size_t all_inputs, size_t all_outputs, size_t first_input,
    size_t inputs, size_t first_output, size_t outputs, float *u, size_t plane
) {
    _Alignas(64) float turned[winograd_taps * winograd_panel];
    for (size_t o = 0; o < outputs; o++) {
        for (size_t i = 0; i < inputs; i++) {
            size_t input = first_input + i, output = first_output + o;
            size_t block = transposed ? input * all_outputs + output : output * all_inputs + input;
            const float *g = weights + block * winograd_taps * winograd_panel;
            const float *here = g;
            size_t ahead = winograd_taps * winograd_panel * (transposed ? all_outputs : 1);
            ptrdiff_t tap = winograd_panel;
            if (transposed) {
                transpose_taps(g, turned);
                g = turned + (winograd_taps - 1) * winograd_panel;
                tap = -winograd_panel;
            }
            float *to = u + (o * inputs + i) * winograd_panel;
            for (size_t r = 0; r < lanes; r++) {
                fetch_row(here, ahead + r * lanes);
                if (wide) {
                    transform_filter_16(g + r * lanes, tap, to + r * lanes, plane);
                } else {
                    transform_filter_8(g + r * lanes, tap, to + r * lanes, plane);
                }
            }
        }
    }
}

// dw of `inputs` x `outputs` panels from m[36][outputs][inputs * 16][16].
WINNOW_INLINE void return_weights(
    int wide, size_t all_inputs, size_t first_input, size_t inputs, size_t first_output, size_t outputs,
    const float *m, size_t plane, float *dw
) {
    for (size_t o = 0; o < outputs; o++) {
        for (size_t i = 0; i < inputs; i++) {
            const float *from = m + (o * inputs + i) * winograd_panel;
            float *to = dw + ((first_output + o) * all_inputs + first_input + i) * winograd_taps * winograd_panel;
            for (size_t r = 0; r < lanes; r++) {
                fetch_row(to, winograd_taps * winograd_panel + r * lanes);
                if (wide) {
                    transform_weights_16(from + r * lanes, plane, to + r * lanes, winograd_panel);
                } else {
                    transform_weights_8(from + r * lanes, plane, to + r * lanes, winograd_panel);
                }
            }
        }
    }
}
