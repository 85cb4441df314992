// A model's first convolution: its input is the batch of plain images, row-major and with few channels.
#pragma once

#include <stddef.h>

#include "convolution.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Floats of scratch, enough for both directions.
size_t winnow_stem_scratch(const winnow_convolution_shape *shape);

/// y, in blocks of 16 channels, = the convolution of x, [batch][inputs][height][width]; see stem_convolution.c.
/// Weights are [outputs / 16, rounded up][inputs][kernel][kernel][16 outputs], with zeros in the padding.
void winnow_stem_forward(
    const winnow_convolution_shape *shape, const float *x, const float *weights, float *y,
    const winnow_epilogue *epilogue, float *scratch);

/// dw, laid out as the weights are, with zeros in the padding. There is no gradient of the images.
void winnow_stem_backward_weights(
    const winnow_convolution_shape *shape, const float *x, const float *dy, float *dw, float *scratch);

#ifdef __cplusplus
}
#endif
