// Losses over a batch, each with its gradient in the same pass. Sums are in double, in the order of the rows.
#include <math.h>

#include "clones.h"
#include "include/CKernels.h"

double winnow_softmax_cross_entropy(
    const float *logits, const int32_t *classes, float *gradient, size_t rows, size_t columns, float gradient_scale
) {
    double loss = 0;
    for (size_t i = 0; i < rows; i++) {
        const float *x = logits + i * columns;
        // The largest logit is taken off before the exponential, so that none overflows; NaN must survive it.
        float top = x[0];
        for (size_t j = 1; j < columns; j++) top = x[j] > top ? x[j] : top;
        double sum = 0;
        for (size_t j = 0; j < columns; j++) sum += exp((double)x[j] - top);
        double log_sum = log(sum) + top;
        loss += log_sum - x[classes[i]];
        if (gradient) {
            float *g = gradient + i * columns;
            for (size_t j = 0; j < columns; j++) g[j] = (float)(exp((double)x[j] - log_sum) * gradient_scale);
            g[classes[i]] -= gradient_scale;
        }
    }
    return loss;
}

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
