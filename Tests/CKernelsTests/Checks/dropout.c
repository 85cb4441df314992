// Dropout against Philox4x32-10 word by word.
#include "CKernels.h"
#include "check.h"

static uint32_t key[2], high[2];

static uint32_t word(uint64_t index) {
    uint32_t c[4] = {(uint32_t)(index / 4), (uint32_t)(index / 4 >> 32), high[0], high[1]}, k[2] = {key[0], key[1]};
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)c[0] * 0xD2511F53u, p1 = (uint64_t)c[2] * 0xCD9E8D57u;
        uint32_t next[4] = {
            (uint32_t)(p1 >> 32) ^ c[1] ^ k[0], (uint32_t)p1, (uint32_t)(p0 >> 32) ^ c[3] ^ k[1], (uint32_t)p0,
        };
        for (int i = 0; i < 4; i++) c[i] = next[i];
        k[0] += 0x9E3779B9u, k[1] += 0xBB67AE85u;
    }
    return c[index % 4];
}

static int is_kept(uint64_t index, float probability) { return (word(index) >> 8) * 0x1p-24 >= probability; }

static float probability_of(void) {
    for (int i = 0; i < 2; i++) key[i] = (uint32_t)draw(0, UINT32_MAX), high[i] = (uint32_t)draw(0, UINT32_MAX);
    return one_in(6) ? 0 : (draw_value() + 1) / 2.1f;
}

void check_dropout(void) {
    size_t count = draw(1, 300);
    float probability = probability_of(), scale = 1.25f;
    describe("%zu values, probability %g", count, probability);
    float *x = output(count), *gradient = output(count);
    uint8_t *kept = bytes(count), *wanted_kept = bytes(count);
    double *wanted = expected(count), *wanted_gradient = expected(count);
    for (size_t i = 0; i < count; i++) {
        x[i] = draw_value(), gradient[i] = draw_value();
        wanted_kept[i] = (uint8_t)is_kept(i, probability);
        wanted[i] = wanted_kept[i] ? x[i] * scale : 0;
        wanted_gradient[i] = wanted_kept[i] ? gradient[i] * scale : 0;
    }
    winnow_dropout_forward(x, kept, count, probability, scale, key, high);
    expect_bytes("kept", kept, wanted_kept, count);
    expect_near("y", x, wanted, count, 1e-7);
    winnow_dropout_backward(kept, gradient, count, scale);
    expect_near("the gradient", gradient, wanted_gradient, count, 1e-7);
}

void check_channel_dropout(void) {
    size_t batch = draw(1, 6), channels = draw(1, 70), pixels = draw(1, 20);
    size_t count = batch * padded(channels) * pixels;
    float probability = probability_of(), scale = 1.25f;
    describe("batch %zu, %zu channels, %zu pixels, probability %g", batch, channels, pixels, probability);
    float *x = output(count), *gradient = output(count);
    uint8_t *kept = bytes(batch * channels), *wanted_kept = bytes(batch * channels);
    double *wanted = expected(count), *wanted_gradient = expected(count);
    for (size_t i = 0; i < count; i++) x[i] = draw_value(), gradient[i] = draw_value();
    for (size_t i = 0; i < batch * channels; i++) {
        wanted_kept[i] = (uint8_t)is_kept(i, probability);
        for (size_t p = 0; p < pixels; p++) {
            size_t at = image_at(i / channels, i % channels, channels, pixels, p);
            wanted[at] = wanted_kept[i] ? x[at] * scale : 0;
            wanted_gradient[at] = wanted_kept[i] ? gradient[at] * scale : 0;
        }
    }
    winnow_channel_dropout_forward(x, kept, batch, channels, pixels, probability, scale, key, high);
    expect_bytes("kept", kept, wanted_kept, batch * channels);
    expect_near("y", x, wanted, count, 1e-7);
    winnow_channel_dropout_backward(kept, gradient, batch, channels, pixels, scale);
    expect_near("the gradient", gradient, wanted_gradient, count, 1e-7);
}
