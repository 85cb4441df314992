// How the batch normalisation kernels walk over one block of 16 channels of the whole batch.
#pragma once

#include "vectors.h"
#include "include/batch_norm.h"

// Where a block's vectors lie: `runs` times `length` vectors that are `step` floats apart. Images have one run per
// sample; features, whose samples have one pixel each, are a single run over the batch.
typedef struct {
    size_t runs, run_stride, length, step;
    size_t part, group;  // a chunk is `part` vectors of each of `group` runs
    size_t width;        // lanes that are there
} channel_block;

// What is summed in single precision, before the sum goes to a double: few enough values that rounding does not show,
// enough that the conversion costs nothing.
enum { chunk_length = 128 };

WINNOW_INLINE channel_block block_of(const winnow_batch_norm_shape *shape, size_t first_channel) {
    channel_block block = {shape->batch, shape->sample_stride, shape->pixels, lanes, 0, 0, lanes};
    if (shape->pixels == 1) block = (channel_block){1, 0, shape->batch, shape->sample_stride, 0, 0, lanes};
    block.part = min_size(block.length, chunk_length);
    block.group = chunk_length / block.part;
    size_t rest = shape->channels - first_channel;
    if (!shape->padded && rest < lanes) block.width = rest;
    return block;
}

// A chunk's vectors: positions start ..< end of runs first ..< last.
typedef struct {
    size_t first, last, start, end;
} chunk;

WINNOW_INLINE chunk chunk_at(const channel_block *block, size_t first, size_t start) {
    size_t last = min_size(first + block->group, block->runs), end = min_size(start + block->part, block->length);
    return (chunk){first, last, start, end};
}

#define FOR_CHUNKS(c, block)                                                                    \
    for (size_t first_ = 0; first_ < (block)->runs; first_ += (block)->group)                   \
        for (size_t start_ = 0; start_ < (block)->length; start_ += (block)->part)              \
            for (chunk c = chunk_at((block), first_, start_), *once_ = &c; once_; once_ = NULL)

// `width` is the constant 16 where this is inlined for a whole block.
WINNOW_INLINE void load_lanes(vec16 *x, const float *p, size_t width) {
    if (width == lanes) {
        *x = LOAD16(p);
    } else {
        load_part(x, p, width);
    }
}

WINNOW_INLINE void store_lanes(float *p, const vec16 *x, size_t width) {
    if (width == lanes) {
        STORE16(p, *x);
    } else {
        store_part(p, x, width);
    }
}

// Lanes of a vector per channel that belong to channels.
WINNOW_INLINE size_t channels_in_block(const winnow_batch_norm_shape *shape, size_t first_channel) {
    return min_size(shape->channels - first_channel, lanes);
}
