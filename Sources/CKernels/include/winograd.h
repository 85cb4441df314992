// Winograd convolutions: stride 1, kernel 3x3, padding 0 to 2; the mathematics is in winograd_layout.h.
#pragma once

#include "convolution.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Floats of scratch, 64-byte aligned, that are enough for all three directions.
/// Every `shape` is the forward convolution's, its kernel 3 and its stride 1.
size_t winnow_winograd_scratch(const winnow_convolution_shape *shape);

/// y = epilogue(x * weights).
void winnow_winograd_forward(
    const winnow_convolution_shape *shape, const float *x, const float *weights, float *y,
    const winnow_epilogue *epilogue, float *scratch);

/// dx = epilogue(dy * the weights, flipped and transposed).
void winnow_winograd_backward_data(
    const winnow_convolution_shape *shape, const float *dy, const float *weights, float *dx,
    const winnow_epilogue *epilogue, float *scratch);

/// dw = the gradient of the weights, laid out as they are.
void winnow_winograd_backward_weights(
    const winnow_convolution_shape *shape, const float *x, const float *dy, float *dw, float *scratch);

#ifdef __cplusplus
}
#endif
