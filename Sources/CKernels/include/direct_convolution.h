// Direct convolutions of any kernel size, stride and padding between images in blocks of 16 channels.
#pragma once

#include <stddef.h>

#include "convolution.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Floats of scratch, enough for all three directions.
size_t winnow_direct_scratch(const winnow_convolution_shape *shape);

/// y = the convolution of x; see direct_forward.c.
void winnow_direct_forward(
    const winnow_convolution_shape *shape, const float *x, const float *weights, float *y,
    const winnow_epilogue *epilogue, float *scratch);

/// dx, of which every element is written, also those that no window covers; see direct_backward_data.c.
/// The epilogue is dx's: with dx as its residual, the gradient is added to dx.
void winnow_direct_backward_data(
    const winnow_convolution_shape *shape, const float *dy, const float *weights, float *dx,
    const winnow_epilogue *epilogue, float *scratch);

/// dw, laid out as the weights are, with zeros in the padding; see direct_backward_weights.c.
void winnow_direct_backward_weights(
    const winnow_convolution_shape *shape, const float *x, const float *dy, float *dw, float *scratch);

/// sums[c] = the sum of channel c over the batch and all pixels, c up to a multiple of 16: the bias' gradient.
void winnow_sum_channels(const float *dy, float *sums, size_t batch, size_t channels, size_t pixels);

#ifdef __cplusplus
}
#endif
