// What the convolution kernels share: the shape of the work, and what is done to a value before it is stored.
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

#ifdef __cplusplus
}
#endif
