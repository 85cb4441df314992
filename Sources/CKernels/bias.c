// A bias over the rows of a batch, and the gradients of biases: sums over rows, and over images.
#include "include/bias.h"

#include "vectors.h"

void winnow_fill_rows(const float *bias, float *matrix, size_t rows, size_t columns) {
    for (size_t i = 0; i < rows; i++) memcpy(matrix + i * columns, bias, columns * sizeof(float));
}

// Sixteen columns at a time, all rows of them: the sums stay in registers, and their order is fixed.
WINNOW_CLONES void winnow_sum_columns(const float *matrix, float *sums, size_t rows, size_t columns) {
    size_t j = 0;
    for (; j + lanes <= columns; j += lanes) {
        vec16 sum = {0};
        for (size_t i = 0; i < rows; i++) sum += LOAD16(matrix + i * columns + j);
        STORE16(sums + j, sum);
    }
    for (; j < columns; j++) {
        float sum = 0;
        for (size_t i = 0; i < rows; i++) sum += matrix[i * columns + j];
        sums[j] = sum;
    }
}

// The sum of each channel over a batch of images in blocks of 16 channels: the gradient of a convolution's bias.
//
// Limited by memory: dy is read once, in its order, into four sums that do not wait for each other. A plane's sum is
// added to the total when it is complete, which keeps rounding small.

WINNOW_CLONES void winnow_sum_channels(
    const float *dy, float *sums, size_t batch, size_t channels, size_t pixels
) {
    size_t blocks = blocks_of(channels);
    memset(sums, 0, blocks * lanes * sizeof(float));
    for (size_t n = 0; n < batch; n++) {
        for (size_t b = 0; b < blocks; b++, dy += pixels * lanes) {
            vec16 total[4] = {{0}, {0}, {0}, {0}};
            size_t p = 0;
            for (; p + 4 <= pixels; p += 4) {
                for (size_t i = 0; i < 4; i++) total[i] += LOAD16(dy + (p + i) * lanes);
            }
            for (; p < pixels; p++) total[0] += LOAD16(dy + p * lanes);
            float *sum = sums + b * lanes;
            STORE16(sum, LOAD16(sum) + ((total[0] + total[1]) + (total[2] + total[3])));
        }
    }
}
