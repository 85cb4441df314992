// Poolings of any window, the largest value also among equal ones and NaN.
#include <math.h>

#include "CKernels.h"
#include "check.h"

static winnow_pooling_shape pooling_of(void) {
    size_t kernel = draw(1, one_in(3) ? 15 : 4), stride = one_in(2) ? kernel : draw(1, 15);
    size_t padding = draw(0, kernel / 2);
    size_t least = kernel > 2 * padding ? kernel - 2 * padding : 1;
    winnow_pooling_shape s = {
        .planes = draw(1, 4), .height = draw(least, least + 19), .width = draw(least, least + 19), .kernel = kernel,
        .stride = stride, .padding = padding,
    };
    s.out_height = (s.height + 2 * padding - kernel) / stride + 1;
    s.out_width = (s.width + 2 * padding - kernel) / stride + 1;
    if (one_in(4)) s.out_height = draw(1, s.out_height), s.out_width = draw(1, s.out_width);
    describe(
        "%zu planes, %zu x %zu to %zu x %zu, kernel %zu, stride %zu, padding %zu", s.planes, s.height, s.width,
        s.out_height, s.out_width, kernel, stride, padding);
    return s;
}

// The pixel of x under place (i, j) of output o's window, or SIZE_MAX where there is none.
static size_t pixel_under(const winnow_pooling_shape *s, size_t o, size_t i, size_t j) {
    size_t out = s->out_height * s->out_width;
    size_t row = o % out / s->out_width * s->stride + i, column = o % out % s->out_width * s->stride + j;
    if (row < s->padding || column < s->padding) return SIZE_MAX;
    row -= s->padding, column -= s->padding;
    if (row >= s->height || column >= s->width) return SIZE_MAX;
    return (o / out * s->height + row) * s->width + column;
}

void check_max_pool(void) {
    winnow_pooling_shape s = pooling_of();
    size_t in = s.planes * s.height * s.width, out = s.planes * s.out_height * s.out_width;
    int relu = one_in(2), notes = !one_in(4), few = one_in(3), strange = one_in(5);
    float *x = input(in * 16), *dy = input(out * 16), *y = output(out * 16), *dx = output(in * 16);
    uint8_t *place = notes ? bytes(out * 16) : NULL, *wanted_place = bytes(out * 16);
    for (size_t i = 0; few && i < in * 16; i++) x[i] = roundf(x[i] * 2);
    for (size_t i = 0; strange && i < in * 16; i++) x[i] = one_in(9) ? NAN : x[i];
    double *wanted_y = expected(out * 16), *wanted_dx = expected(in * 16);
    for (size_t o = 0; o < out; o++) {
        for (size_t lane = 0; lane < 16; lane++) {
            size_t taken = SIZE_MAX, noted = 0;
            double best = -INFINITY;
            for (size_t k = 0; k < s.kernel * s.kernel; k++) {
                size_t pixel = pixel_under(&s, o, k / s.kernel, k % s.kernel);
                if (pixel == SIZE_MAX) continue;
                float v = x[pixel * 16 + lane];
                if (taken == SIZE_MAX || v > best || isnan(v)) best = v, taken = pixel, noted = k;
            }
            int cut = relu && best <= 0;
            wanted_y[o * 16 + lane] = cut ? 0 : best;
            wanted_place[o * 16 + lane] = cut ? 255 : (uint8_t)noted;
            if (!cut) wanted_dx[taken * 16 + lane] += dy[o * 16 + lane];
        }
    }
    seal_inputs();
    winnow_max_pool_forward(&s, x, relu, y, place);
    expect_near("y", y, wanted_y, out * 16, 0);
    if (!notes) return;
    expect_bytes("place", place, wanted_place, out * 16);
    winnow_max_pool_backward(&s, dy, place, dx);
    expect_near("dx", dx, wanted_dx, in * 16, 1e-5);
}

void check_average_pool(void) {
    winnow_pooling_shape s = pooling_of();
    size_t in = s.planes * s.height * s.width, out = s.planes * s.out_height * s.out_width;
    float *x = input(in * 16), *dy = input(out * 16), *y = output(out * 16), *dx = output(in * 16);
    double *wanted_y = expected(out * 16), *wanted_dx = expected(in * 16), factor = 1.0 / (double)(s.kernel * s.kernel);
    for (size_t o = 0; o < out; o++) {
        for (size_t k = 0; k < s.kernel * s.kernel; k++) {
            size_t pixel = pixel_under(&s, o, k / s.kernel, k % s.kernel);
            for (size_t lane = 0; lane < 16 && pixel != SIZE_MAX; lane++) {
                wanted_y[o * 16 + lane] += x[pixel * 16 + lane] * factor;
                wanted_dx[pixel * 16 + lane] += dy[o * 16 + lane] * factor;
            }
        }
    }
    seal_inputs();
    winnow_average_pool_forward(&s, x, y);
    expect_near("y", y, wanted_y, out * 16, 1e-5);
    winnow_average_pool_backward(&s, dy, dx);
    expect_near("dx", dx, wanted_dx, in * 16, 1e-5);
}

void check_global_average(void) {
    size_t planes = draw(1, 8), pixels = draw(1, 60);
    describe("%zu planes of %zu pixels", planes, pixels);
    float *x = input(planes * pixels * 16), *dy = input(planes * 16);
    float *y = output(planes * 16), *dx = output(planes * pixels * 16);
    double *wanted_y = expected(planes * 16), *wanted_dx = expected(planes * pixels * 16);
    for (size_t i = 0; i < planes * pixels * 16; i++) {
        size_t at = i / 16 / pixels * 16 + i % 16;
        wanted_y[at] += x[i] / (double)pixels;
        wanted_dx[i] = dy[at] / (double)pixels;
    }
    seal_inputs();
    winnow_global_average_forward(x, y, planes, pixels);
    expect_near("y", y, wanted_y, planes * 16, 1e-5);
    winnow_global_average_backward(dy, dx, planes, pixels);
    expect_near("dx", dx, wanted_dx, planes * pixels * 16, 1e-6);
}
