// Convolutions: direct ones of any kernel size, stride and padding, a model's first one, and Winograd's.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A two-dimensional convolution, y[n,o,i,j] = the sum over c, k, l of w[o,c,k,l] x[n,c,si+k-p,sj+l-p].
///
/// Images are blocked by 16 channels, [batch][channels / 16, rounded up][height][width][16], and the lanes beyond the
/// last channel are zero. Weights are blocked too, [outputs / 16][inputs / 16][kernel][kernel][16 inputs][16 outputs],
/// both rounded up, with zeros in what is added. Rows and columns of y beyond out_height and out_width are not
/// computed, even where the input would give them: a pooling after the convolution may not read them.
typedef struct {
    size_t batch;
    size_t inputs, height, width;
    size_t outputs, out_height, out_width;
    size_t kernel, stride, padding;
} winnow_convolution_shape;

/// What happens to the sum v of an output's products: relu(scale v + shift + residual), each part left out where its
/// pointer is null, or its flag 0. `scale` and `shift` have one value per channel, up to a multiple of 16;
/// `residual` lies as the output does, and may be the output itself: then the result is added to it.
typedef struct {
    const float *scale;
    const float *shift;
    const float *residual;
    int relu;
} winnow_epilogue;

// Direct convolutions of any kernel size, stride and padding between images in blocks of 16 channels.

/// Floats of scratch, enough for all three directions.
size_t winnow_direct_scratch(const winnow_convolution_shape *shape);

/// y = the convolution of x; see direct_convolution.c.
void winnow_direct_forward(
    const winnow_convolution_shape *shape, const float *x, const float *weights, float *y,
    const winnow_epilogue *epilogue, float *scratch);

/// dx, of which every element is written, also those that no window covers; see direct_backward_data.c.
/// The epilogue is dx's: with dx as its residual, the gradient is added to dx.
void winnow_direct_backward_data(
    const winnow_convolution_shape *shape, const float *dy, const float *weights, float *dx,
    const winnow_epilogue *epilogue, float *scratch);

/// dw, laid out as the weights are, with zeros in the padding; see direct_convolution.c.
void winnow_direct_backward_weights(
    const winnow_convolution_shape *shape, const float *x, const float *dy, float *dw, float *scratch);

// A model's first convolution: its input is the batch of plain images, row-major and with few channels.

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

// Winograd convolutions: stride 1, kernel 3x3, padding 0 to 2; the mathematics is in winograd_layout.h.

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
