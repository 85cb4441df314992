// Batch normalisation in training, its gradient, and its evaluation form; see batch_norm.c.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A tensor of batch x channels x pixels: block b of 16 channels of sample n starts at
/// n * sample_stride + b * block_stride, and its pixels are 16 floats apart.
///
/// Images blocked by 16 channels have pixels = height * width, block_stride = pixels * 16, sample_stride = blocks *
/// block_stride, and are `padded`: all 16 lanes of the last block are there, zeros beyond the last channel, and stay
/// zero. Features [batch][channels] have pixels = 1, sample_stride = channels, block_stride = 16; nothing beyond a
/// row's last channel is touched.
///
/// Vectors per channel may end after the last channel where they are parameters or running statistics; `mean`,
/// `inverse_deviation`, `scale` and `shift` have room for a multiple of 16 and get zeros there.
typedef struct {
    size_t batch, channels, pixels;
    size_t sample_stride, block_stride;
    int padded;
} winnow_batch_norm_shape;

/// y = relu?(gamma (x - mean) / sqrt(variance + eps) + beta + residual?) with the batch's own mean and (biased)
/// variance over samples and pixels, which are left in `mean` and `inverse_deviation` = 1 / sqrt(variance + eps).
///
/// The running statistics become (1 - momentum) old + momentum new, the variance the unbiased one; a single value
/// per channel has none, and 0 is taken. `residual` lies as x does, or is null. y may be the memory of x or of
/// `residual`.
void winnow_batch_norm_forward(
    const winnow_batch_norm_shape *shape, const float *x, const float *gamma, const float *beta,
    const float *residual, int relu, float eps, float momentum, float *running_mean, float *running_variance,
    float *mean, float *inverse_deviation, float *y);

/// The gradients by x, gamma and beta from `dy`, the gradient by y.
///
/// Where `relu` is set, dy counts only where y, the forward pass's output, is above 0; y is not read otherwise.
/// `masked_dy`, where not null, receives what counted: the gradient by the residual. It may be dy's memory, and so
/// may dx, but not both.
void winnow_batch_norm_backward(
    const winnow_batch_norm_shape *shape, const float *x, const float *y, const float *dy, const float *gamma,
    const float *mean, const float *inverse_deviation, int relu, float *masked_dy, float *dgamma, float *dbeta,
    float *dx);

/// What evaluation does to a channel: scale = gamma / sqrt(running_variance + eps), shift = beta - running_mean scale.
void winnow_batch_norm_fold(
    const float *gamma, const float *beta, const float *running_mean, const float *running_variance, float eps,
    size_t channels, float *scale, float *shift);

/// y = relu?(scale x + shift + residual?). y may be the memory of x or of `residual`.
void winnow_batch_norm_apply(
    const winnow_batch_norm_shape *shape, const float *x, const float *scale, const float *shift,
    const float *residual, int relu, float *y);

#ifdef __cplusplus
}
#endif
