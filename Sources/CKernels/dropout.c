// Dropout whose mask is a pure function of (key, counter): any step can be replayed.
//
// Element i is dropped when word i of the Philox4x32-10 stream, as a number in [0, 1) with 24 bits, is below the
// probability: words 4b ... 4b+3 are block b, whose counter is (b low, b high, counter_high). Eight blocks are made
// at once, one per lane; the multiplications 32 x 32 -> 64 are what AVX2 and AVX-512 have an instruction for.
//
// Whole channels of images are dropped by the same draws, one for each (sample, channel) in that order.
//
// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC'11. Random's Philox4x32 is the same
// function.
#include "vectors.h"
#include "include/elementwise.h"

enum { blocks_at_once = 8, words_at_once = 4 * blocks_at_once };

// One block's word in the lower half of each lane. What stands in the upper halves is never looked at: the
// multiplications take the lower ones, so a product needs no unpacking before the next round.
typedef uint64_t wvec8 __attribute__((vector_size(64)));

#define LOWER(x) ((x) & 0xFFFFFFFFu)

// Words 4 * first_block ... + 31, in the stream's order.
WINNOW_INLINE void philox_words(
    uint64_t first_block, const uint32_t key[2], const uint32_t counter_high[2], uint32_t words[words_at_once]
) {
    wvec8 x = first_block + (wvec8){0, 1, 2, 3, 4, 5, 6, 7};
    wvec8 y = x >> 32;
    wvec8 z = counter_high[0] + (wvec8){0};
    wvec8 w = counter_high[1] + (wvec8){0};
    uint32_t key0 = key[0], key1 = key[1];
    for (int round = 0; round < 10; round++) {
        wvec8 p0 = LOWER(x) * 0xD2511F53u;
        wvec8 p1 = LOWER(z) * 0xCD9E8D57u;
        x = (p1 >> 32) ^ y ^ key0;
        y = p1;
        z = (p0 >> 32) ^ w ^ key1;
        w = p0;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    // Lanes of two words each, then the blocks' two lanes side by side.
    wvec8 xy = LOWER(x) | y << 32, zw = LOWER(z) | w << 32;
    wvec8 first = __builtin_shufflevector(xy, zw, 0, 8, 1, 9, 2, 10, 3, 11);
    wvec8 second = __builtin_shufflevector(xy, zw, 4, 12, 5, 13, 6, 14, 7, 15);
    memcpy(words, &first, sizeof first);
    memcpy(words + 16, &second, sizeof second);
}

// u < p for u = word * 2^-24 is word < ceil(p * 2^24): the product is exact.
WINNOW_INLINE uint32_t threshold_of(float probability) {
    float scaled = probability * 0x1p24f;
    uint32_t threshold = (uint32_t)scaled;
    return threshold + ((float)threshold < scaled);
}

WINNOW_INLINE void draw_words(const uint32_t *words, uint8_t *kept, size_t count, uint32_t threshold) {
    for (size_t i = 0; i < count; i++) kept[i] = (int32_t)(words[i] >> 8) >= (int32_t)threshold;
}

WINNOW_INLINE void apply_words(
    const uint32_t *words, float *x, uint8_t *kept, size_t count, uint32_t threshold, float scale
) {
    for (size_t i = 0; i < count; i++) {
        int keep = (int32_t)(words[i] >> 8) >= (int32_t)threshold;
        x[i] = keep ? x[i] * scale : 0;
        kept[i] = (uint8_t)keep;
    }
}

WINNOW_CLONES void winnow_dropout_forward(
    float *restrict x, uint8_t *restrict kept, size_t count, float probability, float scale,
    const uint32_t key[2], const uint32_t counter_high[2]
) {
    uint32_t threshold = threshold_of(probability), words[words_at_once];
    size_t i = 0;
    for (; i + words_at_once <= count; i += words_at_once) {
        philox_words(i / 4, key, counter_high, words);
        apply_words(words, x + i, kept + i, words_at_once, threshold, scale);
    }
    if (i < count) {
        philox_words(i / 4, key, counter_high, words);
        apply_words(words, x + i, kept + i, count - i, threshold, scale);
    }
}

WINNOW_CLONES void winnow_dropout_backward(
    const uint8_t *restrict kept, float *restrict gradient, size_t count, float scale
) {
    for (size_t i = 0; i < count; i++) gradient[i] = kept[i] ? gradient[i] * scale : 0;
}

// Image x channel (sample, c) = kept ? scale x : 0, a block of 16 channels at a time; the padding stays zero.
WINNOW_INLINE void scale_channels(
    const uint8_t *kept, float *x, size_t batch, size_t channels, size_t pixels, float scale
) {
    for (size_t n = 0; n < batch; n++, kept += channels) {
        for (size_t c = 0; c < channels; c += lanes) {
            mask16 keep = {0};
            for (size_t lane = 0; lane < lanes && c + lane < channels; lane++) keep[lane] = kept[c + lane] ? -1 : 0;
            for (size_t i = 0; i < pixels; i++, x += lanes) STORE16(x, KEEP16(keep, LOAD16(x) * scale));
        }
    }
}

WINNOW_CLONES void winnow_channel_dropout_forward(
    float *x, uint8_t *kept, size_t batch, size_t channels, size_t pixels, float probability, float scale,
    const uint32_t key[2], const uint32_t counter_high[2]
) {
    uint32_t threshold = threshold_of(probability), words[words_at_once];
    size_t count = batch * channels;
    for (size_t i = 0; i < count; i += words_at_once) {
        philox_words(i / 4, key, counter_high, words);
        draw_words(words, kept + i, min_size(count - i, words_at_once), threshold);
    }
    scale_channels(kept, x, batch, channels, pixels, scale);
}

WINNOW_CLONES void winnow_channel_dropout_backward(
    const uint8_t *kept, float *gradient, size_t batch, size_t channels, size_t pixels, float scale
) {
    scale_channels(kept, gradient, batch, channels, pixels, scale);
}
