// A bias over the rows of a batch, and the gradients of biases; see bias.c.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Every row of the rows x columns matrix becomes `bias`.
void winnow_fill_rows(const float *bias, float *matrix, size_t rows, size_t columns);

/// sums[j] = the sum of column j of a rows x columns matrix.
void winnow_sum_columns(const float *matrix, float *sums, size_t rows, size_t columns);

/// sums[c] = the sum of channel c over the batch and all pixels, c up to a multiple of 16: the bias' gradient.
void winnow_sum_channels(const float *dy, float *sums, size_t batch, size_t channels, size_t pixels);

#ifdef __cplusplus
}
#endif
