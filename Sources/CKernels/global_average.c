// The mean over the pixels of each block of 16 channels: what stands between the last convolution and the classifier.
// Four sums run side by side for the latency of the addition.
#include "clones.h"
#include "include/pooling.h"

WINNOW_CLONES void winnow_global_average_forward(const float *x, float *y, size_t planes, size_t pixels) {
    float factor = 1 / (float)pixels;
    for (size_t plane = 0; plane < planes; plane++, y += lanes) {
        vec16 sums[4] = {0};
        size_t i = 0;
        for (; i + 4 <= pixels; i += 4, x += 4 * lanes) {
            for (size_t k = 0; k < 4; k++) sums[k] += LOAD16(x + k * lanes);
        }
        for (; i < pixels; i++, x += lanes) sums[0] += LOAD16(x);
        STORE16(y, ((sums[0] + sums[1]) + (sums[2] + sums[3])) * factor);
    }
}

WINNOW_CLONES void winnow_global_average_backward(const float *dy, float *dx, size_t planes, size_t pixels) {
    float factor = 1 / (float)pixels;
    for (size_t plane = 0; plane < planes; plane++, dy += lanes) {
        vec16 gradient = LOAD16(dy) * factor;
        for (size_t i = 0; i < pixels; i++, dx += lanes) STORE16(dx, gradient);
    }
}
