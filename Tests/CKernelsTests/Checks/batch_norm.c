// Batch normalisation of blocked images and of features, in place and beside, against the formulas in double.
#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "check.h"

typedef struct {
    winnow_batch_norm_shape shape;
    size_t count, values;  // floats of a tensor, and values of a channel
} norm;

static norm norm_of(void) {
    int features = one_in(2);
    size_t batch = draw(1, one_in(4) ? 300 : 12), channels = draw(1, 70), pixels = features ? 1 : draw(2, 60);
    winnow_batch_norm_shape s = {.batch = batch, .channels = channels, .pixels = pixels, .padded = !features};
    s.block_stride = features ? 16 : pixels * 16;
    s.sample_stride = features ? channels : padded(channels) * pixels;
    describe("batch %zu, %zu channels, %zu pixels%s", batch, channels, pixels, features ? ", features" : "");
    return (norm){s, batch * s.sample_stride, batch * pixels};
}

static size_t place(const norm *b, size_t n, size_t c, size_t p) {
    return n * b->shape.sample_stride + c / 16 * b->shape.block_stride + p * 16 + c % 16;
}

static float *tensor(const norm *b) {
    float *x = input(b->count);
    if (b->shape.padded) clear_lanes(x, b->shape.batch, b->shape.channels, b->shape.pixels);
    return x;
}

#define EACH_VALUE(b, c, at) \
    for (size_t n_ = 0; n_ < (b)->shape.batch; n_++) \
        for (size_t p_ = 0, at; p_ < (b)->shape.pixels && ((at) = place(b, n_, c, p_), 1); p_++)

typedef struct {
    double *mean, *inverse, *variance, *y;
} statistics;

static statistics forward_of(
    const norm *b, const float *x, const float *gamma, const float *beta, const float *residual, int relu, double eps
) {
    size_t channels = b->shape.channels;
    statistics s = {
        expected(padded(channels)), expected(padded(channels)), expected(channels), expected(b->count),
    };
    for (size_t c = 0; c < channels; c++) {
        double sum = 0, squares = 0;
        EACH_VALUE(b, c, at) sum += x[at];
        s.mean[c] = sum / (double)b->values;
        EACH_VALUE(b, c, at) squares += (x[at] - s.mean[c]) * (x[at] - s.mean[c]);
        s.variance[c] = squares / (double)b->values;
        s.inverse[c] = 1 / sqrt(s.variance[c] + eps);
        EACH_VALUE(b, c, at) {
            double v = gamma[c] * (x[at] - s.mean[c]) * s.inverse[c] + beta[c] + (residual ? residual[at] : 0);
            s.y[at] = relu && v < 0 ? 0 : v;
        }
    }
    return s;
}

// Of the gradient by y that `dz` is after the mask.
static void check_backward(
    const norm *b, const float *x, const float *gamma, const float *y, const float *mean, const float *inverse,
    int relu
) {
    size_t channels = b->shape.channels;
    float *dy = tensor(b), *dgamma = output(channels), *dbeta = output(channels);
    double *dz = expected(b->count), *dx = expected(b->count), *wanted_gamma = expected(channels);
    double *wanted_beta = expected(channels);
    for (size_t c = 0; c < channels; c++) {
        EACH_VALUE(b, c, at) {
            dz[at] = relu && y[at] <= 0 ? 0 : dy[at];
            wanted_beta[c] += dz[at];
            wanted_gamma[c] += dz[at] * ((double)x[at] - mean[c]) * inverse[c];
        }
        EACH_VALUE(b, c, at) {
            double xhat = ((double)x[at] - mean[c]) * inverse[c], count = (double)b->values;
            dx[at] = gamma[c] * inverse[c] * (dz[at] - wanted_beta[c] / count - xhat * wanted_gamma[c] / count);
        }
    }
    // The masked gradient is left out, beside, or over dy; so is dx, but not both over it.
    float *masked = one_in(2) ? output(b->count) : NULL, *to = output(b->count);
    if (masked && b->shape.padded) memset(masked, 0, b->count * sizeof(float));
    size_t over = draw(0, 2);
    if (over > 0) {
        float *copy = output(b->count);
        memcpy(copy, dy, b->count * sizeof(float));
        dy = copy;
        if (over == 1) masked = copy; else to = copy;
    }
    seal_inputs();
    winnow_batch_norm_backward(
        &b->shape, x, relu ? y : NULL, dy, gamma, mean, inverse, relu, masked, dgamma, dbeta, to);
    expect_near("dgamma", dgamma, wanted_gamma, channels, 1e-4);
    expect_near("dbeta", dbeta, wanted_beta, channels, 1e-4);
    expect_near("dx", to, dx, b->count, 2e-4);
    if (masked) expect_near("the masked gradient", masked, dz, b->count, 0);
}

void check_batch_norm(void) {
    norm b = norm_of();
    size_t channels = b.shape.channels;
    int relu = one_in(2), adds = one_in(2), over = one_in(3);
    float eps = 1e-3f, momentum = 0.1f;
    float *x = tensor(&b), *gamma = input(channels), *beta = input(channels), *residual = adds ? tensor(&b) : NULL;
    float *running_mean = output(channels), *running_variance = output(channels);
    float *mean = output(padded(channels)), *inverse = output(padded(channels)), *y = output(b.count);
    double *wanted_mean = expected(channels), *wanted_variance = expected(channels);
    statistics s = forward_of(&b, x, gamma, beta, residual, relu, eps);
    for (size_t c = 0; c < channels; c++) {
        running_mean[c] = draw_value(), running_variance[c] = 1 + draw_value();
        double unbiased = b.values > 1 ? s.variance[c] * (double)b.values / (double)(b.values - 1) : s.variance[c];
        wanted_mean[c] = 0.9 * running_mean[c] + 0.1 * s.mean[c];
        wanted_variance[c] = 0.9 * running_variance[c] + 0.1 * unbiased;
    }
    const float *from = x, *added = residual;
    if (over) {
        memcpy(y, residual ? residual : x, b.count * sizeof(float));
        if (residual) added = y; else from = y;
    }
    seal_inputs();
    winnow_batch_norm_forward(
        &b.shape, from, gamma, beta, added, relu, eps, momentum, running_mean, running_variance, mean, inverse, y);
    expect_near("the mean", mean, s.mean, padded(channels), 1e-5);
    expect_near("the inverse deviation", inverse, s.inverse, padded(channels), 1e-4);
    expect_near("the running mean", running_mean, wanted_mean, channels, 1e-5);
    expect_near("the running variance", running_variance, wanted_variance, channels, 1e-5);
    expect_near("y", y, s.y, b.count, 2e-4);
    check_backward(&b, x, gamma, y, mean, inverse, relu);
}

void check_batch_norm_evaluation(void) {
    norm b = norm_of();
    size_t channels = b.shape.channels;
    int relu = one_in(2);
    float *x = tensor(&b), *residual = one_in(2) ? tensor(&b) : NULL, *y = output(b.count);
    float *gamma = input(channels), *beta = input(channels), *mean = input(channels), *variance = input(channels);
    float *scale = output(padded(channels)), *shift = output(padded(channels));
    double *wanted_scale = expected(padded(channels)), *wanted_shift = expected(padded(channels));
    double *wanted = expected(b.count);
    for (size_t c = 0; c < channels; c++) {
        variance[c] = 1.5f + variance[c];
        wanted_scale[c] = gamma[c] / sqrt(variance[c] + 1e-5);
        wanted_shift[c] = beta[c] - mean[c] * wanted_scale[c];
        EACH_VALUE(&b, c, at) {
            double v = wanted_scale[c] * x[at] + wanted_shift[c] + (residual ? residual[at] : 0);
            wanted[at] = relu && v < 0 ? 0 : v;
        }
    }
    seal_inputs();
    winnow_batch_norm_fold(gamma, beta, mean, variance, 1e-5f, channels, scale, shift);
    expect_near("scale", scale, wanted_scale, padded(channels), 1e-6);
    expect_near("shift", shift, wanted_shift, padded(channels), 1e-6);
    winnow_batch_norm_apply(&b.shape, x, scale, shift, residual, relu, y);
    expect_near("y", y, wanted, b.count, 1e-5);
}
