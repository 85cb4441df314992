// The filter's transform, after the transpose that backward data needs, and the way back of the filter's gradient.
#pragma once

#include "winograd_tile.h"

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
