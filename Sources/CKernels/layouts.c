// Row-major tensors to blocks of 16 channels and back.
//
// All of it is one transposition: 16 rows of a row-major matrix, channels or outputs, become the lanes of vectors. It
// is done in squares of 8 x 8, three rounds of exchanges between registers, and element by element at the edges.
// Weights differ in the order of the vectors alone: column (input, tap) of the 16 outputs' rows becomes vector (tap,
// input) of the block of 16 inputs. Channels that are not there are rows of zeros.
#include "vectors.h"
#include "include/layouts.h"

// Where the vector of matrix column `column` stands: columns are (input, tap), vectors (tap, input). One tap keeps the
// order.
WINNOW_INLINE size_t vector_of(size_t column, size_t taps) {
    return taps == 1 ? column : column % taps * lanes + column / taps;
}

// `rows` (<= 16) rows of `columns` values, `stride` apart, become vectors of 16 lanes.
WINNOW_INLINE void rows_to_lanes(
    const float *plain, size_t stride, size_t rows, size_t columns, size_t taps, float *blocked
) {
    size_t whole = columns / 8 * 8;
    for (size_t half = 0; half < lanes; half += 8) {
        size_t there = rows <= half ? 0 : min_size(rows - half, 8);
        const float *from = there ? plain + half * stride : plain;
        for (size_t j = 0; j < whole; j += 8) {
            vec8 r[8];
            for (size_t i = 0; i < 8; i++) r[i] = i < there ? LOAD8(from + i * stride + j) : (vec8){0};
            transpose8(r);
            for (size_t i = 0; i < 8; i++) STORE8(blocked + vector_of(j + i, taps) * lanes + half, r[i]);
        }
        for (size_t j = whole; j < columns; j++) {
            float *to = blocked + vector_of(j, taps) * lanes + half;
            for (size_t i = 0; i < 8; i++) to[i] = i < there ? from[i * stride + j] : 0;
        }
    }
}

WINNOW_INLINE void lanes_to_rows(
    const float *blocked, size_t taps, float *plain, size_t stride, size_t rows, size_t columns
) {
    size_t whole = columns / 8 * 8;
    for (size_t half = 0; half < lanes && half < rows; half += 8) {
        size_t there = min_size(rows - half, 8);
        float *to = plain + half * stride;
        for (size_t j = 0; j < whole; j += 8) {
            vec8 r[8];
            for (size_t i = 0; i < 8; i++) r[i] = LOAD8(blocked + vector_of(j + i, taps) * lanes + half);
            transpose8(r);
            for (size_t i = 0; i < there; i++) STORE8(to + i * stride + j, r[i]);
        }
        for (size_t j = whole; j < columns; j++) {
            const float *from = blocked + vector_of(j, taps) * lanes + half;
            for (size_t i = 0; i < there; i++) to[i * stride + j] = from[i];
        }
    }
}

WINNOW_CLONES void winnow_block_channels(
    const float *plain, float *blocked, size_t batch, size_t channels, size_t pixels
) {
    for (size_t n = 0; n < batch; n++) {
        for (size_t c = 0; c < channels; c += lanes) {
            size_t rows = min_size(channels - c, lanes);
            rows_to_lanes(plain, pixels, rows, pixels, 1, blocked);
            plain += rows * pixels;
            blocked += lanes * pixels;
        }
    }
}

WINNOW_CLONES void winnow_unblock_channels(
    const float *blocked, float *plain, size_t batch, size_t channels, size_t pixels
) {
    for (size_t n = 0; n < batch; n++) {
        for (size_t c = 0; c < channels; c += lanes) {
            size_t rows = min_size(channels - c, lanes);
            lanes_to_rows(blocked, 1, plain, pixels, rows, pixels);
            plain += rows * pixels;
            blocked += lanes * pixels;
        }
    }
}

WINNOW_CLONES void winnow_clear_padding(float *image, size_t batch, size_t channels, size_t pixels) {
    size_t rest = channels % lanes, sample = blocks_of(channels) * pixels * lanes;
    if (rest == 0) return;
    mask16 there;
    first_lanes(&there, rest);
    for (size_t n = 0; n < batch; n++, image += sample) {
        float *block = image + channels / lanes * pixels * lanes;
        for (size_t i = 0; i < pixels * lanes; i += lanes) STORE16(block + i, KEEP16(there, LOAD16(block + i)));
    }
}

WINNOW_CLONES void winnow_block_weights(
    const float *plain, float *blocked, size_t outputs, size_t inputs, size_t taps
) {
    size_t row = inputs * taps;
    for (size_t o = 0; o < outputs; o += lanes) {
        for (size_t i = 0; i < inputs; i += lanes) {
            size_t there = min_size(inputs - i, lanes);
            rows_to_lanes(plain + o * row + i * taps, row, min_size(outputs - o, lanes), there * taps, taps, blocked);
            for (size_t tap = 0; tap < taps && there < lanes; tap++) {
                memset(blocked + (tap * lanes + there) * lanes, 0, (lanes - there) * lanes * sizeof(float));
            }
            blocked += taps * lanes * lanes;
        }
    }
}

WINNOW_CLONES void winnow_unblock_weights(
    const float *blocked, float *plain, size_t outputs, size_t inputs, size_t taps
) {
    size_t row = inputs * taps;
    for (size_t o = 0; o < outputs; o += lanes) {
        for (size_t i = 0; i < inputs; i += lanes) {
            float *to = plain + o * row + i * taps;
            lanes_to_rows(blocked, taps, to, row, min_size(outputs - o, lanes), min_size(inputs - i, lanes) * taps);
            blocked += taps * lanes * lanes;
        }
    }
}

// One sample whose pixels are the (input, tap) pairs.
void winnow_block_outputs(const float *plain, float *blocked, size_t outputs, size_t inputs, size_t taps) {
    winnow_block_channels(plain, blocked, 1, outputs, inputs * taps);
}

void winnow_unblock_outputs(const float *blocked, float *plain, size_t outputs, size_t inputs, size_t taps) {
    winnow_unblock_channels(blocked, plain, 1, outputs, inputs * taps);
}
