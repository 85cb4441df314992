// Between PyTorch's row-major layouts and those that the kernels work on; both sides are wholly written.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// [batch][channels][pixels] to images blocked by 16 channels, [batch][channels / 16, rounded up][pixels][16], with
/// zeros beyond the last channel; and back.
void winnow_block_channels(const float *plain, float *blocked, size_t batch, size_t channels, size_t pixels);
void winnow_unblock_channels(const float *blocked, float *plain, size_t batch, size_t channels, size_t pixels);

/// Zeroes the lanes beyond `channels` of blocked images, after a function that does not keep zeros: a sigmoid makes
/// them a half.
void winnow_clear_padding(float *image, size_t batch, size_t channels, size_t pixels);

/// Convolution weights [outputs][inputs][taps] to [outputs / 16][inputs / 16][taps][16 inputs][16 outputs], both
/// rounded up, with zeros in what is added; and back. `taps` is kernel * kernel.
void winnow_block_weights(const float *plain, float *blocked, size_t outputs, size_t inputs, size_t taps);
void winnow_unblock_weights(const float *blocked, float *plain, size_t outputs, size_t inputs, size_t taps);

/// The same to [outputs / 16, rounded up][inputs][taps][16 outputs], for convolutions of few input channels; and back.
void winnow_block_outputs(const float *plain, float *blocked, size_t outputs, size_t inputs, size_t taps);
void winnow_unblock_outputs(const float *blocked, float *plain, size_t outputs, size_t inputs, size_t taps);

#ifdef __cplusplus
}
#endif
