// Products of windows with the output's gradient, summed over pixels: a convolution's weight gradient.
//
// Windows are numbered and found as in window_products.c; an element of one, a kernel tap of one input channel, is a
// row of 16 weights per block of outputs. Six elements by 16 outputs are summed in registers (12 of AVX2's 16) while
// the band's pixels pass: per pixel two loads of dy, six broadcasts of x and a look-up of its address serve 12
// multiply-adds, 9 loads in the 6 cycles that the sums take. AVX-512 does 8 elements by 32 outputs, 11 loads in 8
// cycles. The elements of a call, up to 48, are shared out evenly, so that 16 channels are 6 + 5 + 5 and nothing is
// computed twice. For one block of outputs dy's pixels, 8 KB, stay in L1 while all elements pass.
#include "window_products.h"

#pragma clang fp contract(fast)

enum { most_gradient_elements = 8, most_gradient_blocks = 2 };

// `blocks` and `elements` are constants where this is inlined.
WINNOW_INLINE void gather_tile(
    size_t blocks, size_t elements, const winnow_window_gradients *work, size_t block, size_t element
) {
    const float *x[most_gradient_elements];
    UNROLLED for (size_t e = 0; e < elements; e++) x[e] = work->x + work->elements[element + e];
    vec16 total[most_gradient_elements][most_gradient_blocks];
    UNROLLED for (size_t e = 0; e < elements; e++) {
        UNROLLED for (size_t b = 0; b < blocks; b++) total[e][b] = (vec16){0};
    }
    const float *dy = work->dy + block * work->dy_stride;
    size_t pixels = work->pixels, stride = work->dy_stride;
    const size_t *sources = work->sources;
#define GATHER_PIXELS(pixels) \
    for (size_t p = 0; p < pixels; p++, dy += lanes) { \
        size_t source = sources[p]; \
        vec16 row[most_gradient_blocks]; \
        UNROLLED for (size_t b = 0; b < blocks; b++) row[b] = LOAD16(dy + b * stride); \
        UNROLLED for (size_t e = 0; e < elements; e++) { \
            UNROLLED for (size_t b = 0; b < blocks; b++) total[e][b] += x[e][source] * row[b]; \
        } \
    }
    // Two pixels at once hide the look-up's latency; beside 16 sums there are no registers for the numbers of two.
    if (elements * blocks < 16) {
        _Pragma("clang loop unroll_count(2)") GATHER_PIXELS(pixels)
    } else {
        _Pragma("clang loop unroll(disable)") GATHER_PIXELS(pixels)
    }
#undef GATHER_PIXELS
    UNROLLED for (size_t e = 0; e < elements; e++) {
        UNROLLED for (size_t b = 0; b < blocks; b++) {
            float *to = work->dw + (block + b) * work->dw_stride + (element + e) * lanes;
            STORE16(to, work->add ? LOAD16(to) + total[e][b] : total[e][b]);
        }
    }
}

WINNOW_INLINE void gather_elements(size_t blocks, size_t most, const winnow_window_gradients *work, size_t block) {
    size_t tiles = ceil_divide(work->count, most);
    for (size_t tile = 0; tile < tiles; tile++) {
        size_t first = tile * work->count / tiles, count = (tile + 1) * work->count / tiles - first;
        switch (count) {
        case 8: if (most >= 8) gather_tile(blocks, 8, work, block, first); break;
        case 7: if (most >= 7) gather_tile(blocks, 7, work, block, first); break;
        case 6: gather_tile(blocks, 6, work, block, first); break;
        case 5: gather_tile(blocks, 5, work, block, first); break;
        case 4: gather_tile(blocks, 4, work, block, first); break;
        case 3: gather_tile(blocks, 3, work, block, first); break;
        case 2: gather_tile(blocks, 2, work, block, first); break;
        default: gather_tile(blocks, 1, work, block, first); break;
        }
    }
}

WINNOW_CLONES static void gather_one_block(const winnow_window_gradients *work, size_t block) {
    gather_elements(1, 6, work, block);
}

WINNOW_WIDE static void gather_two_blocks(const winnow_window_gradients *work, size_t block) {
    gather_elements(2, 8, work, block);
}

void winnow_gather_gradients(const winnow_window_gradients *work) {
    size_t block = 0;
    if (has_wide_registers()) {
        for (; block + 2 <= work->blocks; block += 2) gather_two_blocks(work, block);
    }
    for (; block < work->blocks; block++) gather_one_block(work, block);
}
