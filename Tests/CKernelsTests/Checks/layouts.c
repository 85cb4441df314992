// Every layout and its way back, value by value.
#include <string.h>

#include "CKernels.h"
#include "check.h"

static void check_images(void) {
    size_t batch = draw(1, 4), channels = draw(1, 70), pixels = draw(1, 50);
    describe("images: batch %zu, %zu channels, %zu pixels", batch, channels, pixels);
    size_t count = batch * channels * pixels, blocked_count = batch * padded(channels) * pixels;
    float *plain = input(count), *blocked = output(blocked_count), *back = output(count);
    float *filled = output(blocked_count);
    double *wanted = expected(blocked_count), *wanted_back = expected(count), *wanted_filled = expected(blocked_count);
    for (size_t i = 0; i < count; i++) {
        wanted_back[i] = plain[i];
        wanted[image_at(i / pixels / channels, i / pixels % channels, channels, pixels, i % pixels)] = plain[i];
    }
    for (size_t i = 0; i < blocked_count; i++) {
        filled[i] = draw_value();
        size_t channel = i / 16 / pixels % (padded(channels) / 16) * 16 + i % 16;
        wanted_filled[i] = channel < channels ? filled[i] : 0;
    }
    seal_inputs();
    winnow_block_channels(plain, blocked, batch, channels, pixels);
    expect_near("blocked images", blocked, wanted, blocked_count, 0);
    winnow_unblock_channels(blocked, back, batch, channels, pixels);
    expect_near("images", back, wanted_back, count, 0);
    winnow_clear_padding(filled, batch, channels, pixels);
    expect_near("cleared images", filled, wanted_filled, blocked_count, 0);
}

// `few`: the layout of convolutions of few input channels.
static void check_weights(int few) {
    size_t outputs = draw(1, 50), inputs = draw(1, few ? 8 : 50), kernel = draw(1, 5), taps = kernel * kernel;
    describe("weights%s: %zu x %zu x %zu", few ? " of few inputs" : "", outputs, inputs, taps);
    size_t count = outputs * inputs * taps, blocked_count = padded(outputs) * (few ? inputs : padded(inputs)) * taps;
    float *plain = input(count), *blocked = output(blocked_count), *back = output(count);
    double *wanted = expected(blocked_count), *wanted_back = expected(count);
    for (size_t i = 0; i < count; i++) {
        size_t o = i / taps / inputs, c = i / taps % inputs, tap = i % taps;
        size_t at = few ? ((o / 16 * inputs + c) * taps + tap) * 16 + o % 16 : weight_at(o, c, inputs, taps, tap);
        wanted[at] = wanted_back[i] = plain[i];
    }
    seal_inputs();
    (few ? winnow_block_outputs : winnow_block_weights)(plain, blocked, outputs, inputs, taps);
    expect_near("blocked weights", blocked, wanted, blocked_count, 0);
    (few ? winnow_unblock_outputs : winnow_unblock_weights)(blocked, back, outputs, inputs, taps);
    expect_near("weights", back, wanted_back, count, 0);
}

void check_layouts(void) {
    switch (draw(0, 2)) {
    case 0: check_images(); break;
    case 1: check_weights(0); break;
    default: check_weights(1); break;
    }
}
