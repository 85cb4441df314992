// Losses of each value by itself, each with its gradient in the same pass. Sums are in double, in the values' order.
// Comparisons are written so that NaN reaches both the sum and the gradient.
#include <math.h>

#include "include/losses.h"

double winnow_squared_error(
    const float *predicted, const float *expected, float *gradient, size_t count, float gradient_scale
) {
    double loss = 0;
    for (size_t i = 0; i < count; i++) {
        float difference = predicted[i] - expected[i];
        loss += (double)difference * difference;
        if (gradient) gradient[i] = 2 * difference * gradient_scale;
    }
    return loss;
}

double winnow_absolute_error(
    const float *predicted, const float *expected, float *gradient, size_t count, float gradient_scale
) {
    double loss = 0;
    for (size_t i = 0; i < count; i++) {
        float difference = predicted[i] - expected[i];
        loss += fabs((double)difference);
        float sign = difference > 0 ? 1 : difference < 0 ? -1 : difference;
        if (gradient) gradient[i] = sign * gradient_scale;
    }
    return loss;
}

double winnow_huber(
    const float *predicted, const float *expected, float *gradient, size_t count, float gradient_scale, float delta
) {
    double loss = 0;
    for (size_t i = 0; i < count; i++) {
        float difference = predicted[i] - expected[i];
        double size = fabs((double)difference);
        loss += size > delta ? delta * (size - 0.5 * delta) : 0.5 * size * size;
        float held = difference > delta ? delta : difference < -delta ? -delta : difference;
        if (gradient) gradient[i] = held * gradient_scale;
    }
    return loss;
}

// -t log s(x) - (1 - t) log(1 - s(x)) = max(x, 0) - t x + log(1 + exp(-|x|)): no exponential overflows, and none is
// taken off a number it vanishes beside.
double winnow_binary_cross_entropy(
    const float *logits, const float *targets, float *gradient, size_t count, float gradient_scale
) {
    double loss = 0;
    for (size_t i = 0; i < count; i++) {
        double x = logits[i], t = targets[i], e = exp(-fabs(x));
        loss += (x < 0 ? 0 : x) - t * x + log1p(e);
        if (gradient) gradient[i] = (float)(((x < 0 ? e : 1) / (1 + e) - t) * gradient_scale);
    }
    return loss;
}
