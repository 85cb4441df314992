// Dropout of values and of whole channels; see dropout.c.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Zeroes x[i] where draw i of the random stream is below `probability`, scales the rest by `scale`, and notes in
/// kept[i] which it was.
void winnow_dropout_forward(
    float *x, uint8_t *kept, size_t count, float probability, float scale,
    const uint32_t key[2], const uint32_t counter_high[2]);

/// gradient[i] = kept[i] ? scale gradient[i] : 0.
void winnow_dropout_backward(const uint8_t *kept, float *gradient, size_t count, float scale);

/// The same for channel c of sample n of images blocked by 16 channels, by draw n * channels + c, noted in
/// kept [batch][channels].
void winnow_channel_dropout_forward(
    float *x, uint8_t *kept, size_t batch, size_t channels, size_t pixels, float probability, float scale,
    const uint32_t key[2], const uint32_t counter_high[2]);

void winnow_channel_dropout_backward(
    const uint8_t *kept, float *gradient, size_t batch, size_t channels, size_t pixels, float scale);

#ifdef __cplusplus
}
#endif
