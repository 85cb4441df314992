// Products of windows with weights: forward convolutions, and backward data, which is one with other weights.
//
// A window is a list of runs of `length` floats: for a forward convolution, the 16 channels of each pixel under the
// kernel, of each block of channels. All windows of a band have the same runs, counted from where the window begins.
// Weights are [block of outputs][run][length][16], so one block of outputs reads them in sequence.
//
// Six pixels by 16 outputs are summed in registers (12 of AVX2's 16): per element of a run, two loads of weights and
// six broadcasts serve 12 multiply-adds, 8 loads in the 6 cycles that the sums take. AVX-512 has registers for 6
// pixels by 64 outputs, 10 loads in 12 cycles. The pixels' addresses come from a table; see bands.h.
//
// Runs are cut into chunks whose weights, 16 KB, stay in L1 while all pixels of the band pass; between chunks the
// sums wait in scratch. The last chunk applies the epilogue and stores. The last block of pixels is filled up with
// copies of the last pixel: all its residuals are read before any result is stored, so storing twice does no harm.
#include "window_products.h"

#pragma clang fp contract(fast)

// Runs per chunk, and floats of weights.
enum { most_runs = 16, chunk_weights = 4096 };

// A part of the runs, for one group of output blocks.
typedef struct {
    const winnow_window_products *work;
    size_t block;    // the group's first
    size_t offsets[most_runs];
    size_t runs, length;
    const float *weights;
    size_t weights_stride;  // between blocks of outputs
    int first, last;
} chunk;

// Asks for the lines that the tile's epilogue will meet, a tile's products ahead.
WINNOW_INLINE void fetch_tile(size_t blocks, const chunk *c, size_t pixel) {
    const winnow_window_products *work = c->work;
    const float *first = work->epilogue.residual ? work->epilogue.residual : work->y;
    const size_t *target = work->targets + pixel;
    for (size_t b = 0; b < blocks; b++) {
        const float *at = first + (c->block + b) * work->y_stride;
        for (size_t i = 0; i < tile_pixels; i++) __builtin_prefetch(at + target[i]);
    }
}

WINNOW_INLINE void finish_tile(size_t blocks, const chunk *c, size_t pixel, vec16 total[][most_tile_blocks]) {
    const winnow_window_products *work = c->work;
    winnow_epilogue epilogue = work->epilogue;
    size_t channel = c->block * lanes;
    if (epilogue.scale) {
        UNROLLED for (size_t b = 0; b < blocks; b++) {
            vec16 scale = LOAD16(epilogue.scale + channel + b * lanes);
            UNROLLED for (size_t i = 0; i < tile_pixels; i++) total[i][b] *= scale;
        }
    }
    if (epilogue.shift) {
        UNROLLED for (size_t b = 0; b < blocks; b++) {
            vec16 shift = LOAD16(epilogue.shift + channel + b * lanes);
            UNROLLED for (size_t i = 0; i < tile_pixels; i++) total[i][b] += shift;
        }
    }
    const size_t *target = work->targets + pixel;
    if (epilogue.residual) {
        UNROLLED for (size_t b = 0; b < blocks; b++) {
            const float *residual = epilogue.residual + (c->block + b) * work->y_stride;
            UNROLLED for (size_t i = 0; i < tile_pixels; i++) total[i][b] += LOAD16(residual + target[i]);
        }
    }
    if (epilogue.relu) {
        UNROLLED for (size_t b = 0; b < blocks; b++) {
            UNROLLED for (size_t i = 0; i < tile_pixels; i++) total[i][b] = RELU16(total[i][b]);
        }
    }
    UNROLLED for (size_t b = 0; b < blocks; b++) {
        float *y = work->y + (c->block + b) * work->y_stride;
        UNROLLED for (size_t i = 0; i < tile_pixels; i++) STORE16(y + target[i], total[i][b]);
    }
}

// `blocks` and, but for the last instance, `length` are constants where this is inlined.
WINNOW_INLINE void multiply_chunk(size_t blocks, size_t length, const chunk *c) {
    const winnow_window_products *work = c->work;
    float *sums = work->sums;
    for (size_t pixel = 0; pixel < work->pixels; pixel += tile_pixels, sums += tile_pixels * blocks * lanes) {
        const float *window[tile_pixels];
        UNROLLED for (size_t i = 0; i < tile_pixels; i++) window[i] = work->x + work->sources[pixel + i];
        vec16 total[tile_pixels][most_tile_blocks];
        UNROLLED for (size_t i = 0; i < tile_pixels; i++) {
            UNROLLED for (size_t b = 0; b < blocks; b++) {
                total[i][b] = c->first ? (vec16){0} : LOAD16(sums + (i * blocks + b) * lanes);
            }
        }
        if (c->last) fetch_tile(blocks, c, pixel);
        const float *weights = c->weights;
        for (size_t r = 0; r < c->runs; r++) {
            const float *run[tile_pixels];
            UNROLLED for (size_t i = 0; i < tile_pixels; i++) run[i] = window[i] + c->offsets[r];
            for (size_t l = 0; l < length; l++, weights += lanes) {
                vec16 row[most_tile_blocks];
                UNROLLED for (size_t b = 0; b < blocks; b++) row[b] = LOAD16(weights + b * c->weights_stride);
                UNROLLED for (size_t i = 0; i < tile_pixels; i++) {
                    UNROLLED for (size_t b = 0; b < blocks; b++) total[i][b] += run[i][l] * row[b];
                }
            }
        }
        if (c->last) {
            finish_tile(blocks, c, pixel, total);
        } else {
            UNROLLED for (size_t i = 0; i < tile_pixels; i++) {
                UNROLLED for (size_t b = 0; b < blocks; b++) STORE16(sums + (i * blocks + b) * lanes, total[i][b]);
            }
        }
    }
}

WINNOW_INLINE void multiply_chunk_by_length(size_t blocks, const chunk *c) {
    switch (c->length) {
    case 16: multiply_chunk(blocks, 16, c); break;
    case 3: multiply_chunk(blocks, 3, c); break;
    default: multiply_chunk(blocks, c->length, c); break;
    }
}

WINNOW_CLONES static void multiply_one_block(const chunk *c) { multiply_chunk_by_length(1, c); }
WINNOW_WIDE static void multiply_two_blocks(const chunk *c) { multiply_chunk_by_length(2, c); }
WINNOW_WIDE static void multiply_four_blocks(const chunk *c) { multiply_chunk_by_length(4, c); }

void winnow_multiply_windows(const winnow_window_products *work) {
    size_t all_runs = work->planes * work->rows * work->columns;
    size_t run_weights = work->length * lanes;
    size_t widest = has_wide_registers() ? most_tile_blocks : 1;
    for (size_t block = 0, count; block < work->blocks; block += count) {
        size_t left = work->blocks - block;
        count = left >= 4 && widest >= 4 ? 4 : left >= 2 && widest >= 2 ? 2 : 1;
        size_t room = chunk_weights / (run_weights * count);
        size_t runs = piece_of(all_runs, room < 1 ? 1 : min_size(room, most_runs));
        chunk c = {
            .work = work, .block = block, .length = work->length,
            .weights = work->weights + block * all_runs * run_weights, .weights_stride = all_runs * run_weights,
            .first = 1,
        };
        size_t plane = 0, row = 0, column = 0;
        for (size_t done = 0; done < all_runs || c.first; done += runs) {
            c.runs = min_size(runs, all_runs - done);
            c.last = done + c.runs == all_runs;
            for (size_t r = 0; r < c.runs; r++) {
                c.offsets[r] = plane * work->plane_stride + row * work->row_stride + column * work->length;
                if (++column == work->columns) column = 0, row++;
                if (row == work->rows) row = 0, plane++;
            }
            switch (count) {
            case 4: multiply_four_blocks(&c); break;
            case 2: multiply_two_blocks(&c); break;
            default: multiply_one_block(&c); break;
            }
            c.weights += c.runs * run_weights;
            c.first = 0;
        }
    }
}
