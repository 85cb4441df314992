// Dropout whose mask is a pure function of (key, counter): any step can be replayed.
//
// Element i is dropped when word i of the Philox4x32-10 stream, as a number in [0, 1) with 24 bits, is below the
// probability: words 4b ... 4b+3 are block b, whose counter is (b low, b high, counter_high). Eight blocks are made
// at once, one per lane; the multiplications 32 x 32 -> 64 are what AVX2 and AVX-512 have an instruction for.
//
// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC'11. Random's Philox4x32 is the same
// function.
#include "clones.h"
#include "include/CKernels.h"

enum { blocks_at_once = 8, words_at_once = 4 * blocks_at_once };

typedef uint32_t uvec8 __attribute__((vector_size(32)));
typedef uint64_t wvec8 __attribute__((vector_size(64)));

#define HIGH_HALF(x) __builtin_convertvector((x) >> 32, uvec8)
#define LOW_HALF(x) __builtin_convertvector((x), uvec8)

// Words 4 * first_block ... + 31, in the stream's order.
WINNOW_INLINE void philox_words(
    uint64_t first_block, const uint32_t key[2], const uint32_t counter_high[2], uint32_t words[words_at_once]
) {
    uvec8 x, y, z, w;
    for (int lane = 0; lane < blocks_at_once; lane++) {
        uint64_t block = first_block + (uint64_t)lane;
        x[lane] = (uint32_t)block;
        y[lane] = (uint32_t)(block >> 32);
        z[lane] = counter_high[0];
        w[lane] = counter_high[1];
    }
    uint32_t key0 = key[0], key1 = key[1];
    for (int round = 0; round < 10; round++) {
        wvec8 p0 = __builtin_convertvector(x, wvec8) * 0xD2511F53u;
        wvec8 p1 = __builtin_convertvector(z, wvec8) * 0xCD9E8D57u;
        x = HIGH_HALF(p1) ^ y ^ key0;
        y = LOW_HALF(p1);
        z = HIGH_HALF(p0) ^ w ^ key1;
        w = LOW_HALF(p0);
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    // Four vectors of eight blocks become eight blocks of four words.
    typedef uint32_t uvec16 __attribute__((vector_size(64)));
    uvec16 xy = __builtin_shufflevector(x, y, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
    uvec16 zw = __builtin_shufflevector(z, w, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
    uvec16 low = __builtin_shufflevector(xy, zw, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
    uvec16 high = __builtin_shufflevector(xy, zw, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31);
    memcpy(words, &low, sizeof low);
    memcpy(words + 16, &high, sizeof high);
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
    // u < p for u = word * 2^-24 is word < ceil(p * 2^24): the product is exact.
    float scaled = probability * 0x1p24f;
    uint32_t threshold = (uint32_t)scaled;
    threshold += (float)threshold < scaled;
    uint32_t words[words_at_once];
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
