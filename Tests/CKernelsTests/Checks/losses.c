// Losses and their gradients, beside the logits or over them, against the formulas in double.
#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "check.h"

// Adds a row's loss, and writes its gradient: targets u, p (sum u) - u.
static double row_loss(const float *x, const double *u, size_t columns, double scale, double *gradient) {
    double largest = -INFINITY, sum = 0, total = 0, loss = 0;
    for (size_t j = 0; j < columns; j++) largest = fmax(largest, x[j]);
    for (size_t j = 0; j < columns; j++) sum += exp(x[j] - largest), total += u[j];
    for (size_t j = 0; j < columns; j++) {
        double log_p = x[j] - largest - log(sum);
        loss -= u[j] * log_p;
        gradient[j] = (exp(log_p) * total - u[j]) * scale;
    }
    return loss;
}

void check_cross_entropy(void) {
    size_t rows = draw(1, 20), columns = draw(2, one_in(3) ? 70 : 20);
    int weighted = one_in(2), smooth = one_in(2), soft = one_in(3), over = one_in(2), none = one_in(5);
    describe(
        "%zu x %zu%s%s%s%s%s", rows, columns, weighted ? ", weighted" : "", smooth ? ", smooth" : "",
        soft ? ", soft" : "", over ? ", over the logits" : "", none ? ", no gradient" : "");
    float off = smooth ? 0.1f / (float)columns : 0, on = smooth ? 0.9f + off : 1;
    float *logits = input(rows * columns), *targets = input(rows * columns), *weights = input(columns);
    int32_t *classes = (int32_t *)input(rows);
    double *u = expected(columns), *wanted = expected(rows * columns), loss = 0, weight_sum = 0;
    for (size_t i = 0; i < rows; i++) classes[i] = (int32_t)draw(0, columns - 1);
    for (size_t i = 0; i < rows * columns; i++) logits[i] *= 10, targets[i] = fabsf(targets[i]);
    for (size_t j = 0; j < columns; j++) weights[j] = weighted ? 1.5f + weights[j] : 1;
    for (size_t i = 0; i < rows; i++) weight_sum += weights[classes[i]];
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++) {
            u[j] = soft ? targets[i * columns + j] : weights[j] * ((size_t)classes[i] == j ? on : off);
        }
        loss += row_loss(logits + i * columns, u, columns, soft ? 0.25 : 1 / weight_sum, wanted + i * columns);
    }
    const float *from = logits;
    float *gradient = none ? NULL : output(rows * columns);
    if (gradient && over) {
        memcpy(gradient, logits, rows * columns * sizeof(float));
        from = gradient;
    }
    seal_inputs();
    double found_weight = weight_sum, found;
    if (soft) {
        found = winnow_soft_cross_entropy(from, targets, gradient, rows, columns, 0.25f);
    } else {
        found = winnow_cross_entropy(
            from, classes, weighted ? weights : NULL, on, off, gradient, rows, columns, &found_weight);
    }
    expect_number("the loss", found, loss, 1e-5);
    expect_number("the weights' sum", found_weight, weight_sum, 1e-6);
    if (gradient) expect_near("the gradient", gradient, wanted, rows * columns, 1e-5);
}

enum { squared, absolute, huber, binary, kinds };

// The loss of x beside y, and its slope.
static double loss_of(int kind, double x, double y, double delta, double *slope) {
    double d = x - y, p = 1 / (1 + exp(-x));
    switch (kind) {
    case squared: *slope = 2 * d; return d * d;
    case absolute: *slope = d > 0 ? 1 : d < 0 ? -1 : 0; return fabs(d);
    case huber:
        *slope = fmin(fmax(d, -delta), delta);
        return fabs(d) > delta ? delta * (fabs(d) - delta / 2) : d * d / 2;
    default: *slope = p - y; return -y * log(p) - (1 - y) * log1p(-p);
    }
}

void check_losses(void) {
    size_t count = draw(1, 100);
    int kind = (int)draw(0, kinds - 1), none = one_in(5);
    float scale = 0.125f, delta = 0.5f;
    describe("%zu values, loss %d%s", count, kind, none ? ", no gradient" : "");
    float *x = input(count), *y = input(count), *gradient = none ? NULL : output(count);
    double *wanted = expected(count), loss = 0, found = 0;
    for (size_t i = 0; i < count; i++) {
        if (kind == binary) x[i] *= 8, y[i] = fabsf(y[i]);
        if (kind != binary && one_in(10)) y[i] = x[i];
        loss += loss_of(kind, x[i], y[i], delta, &wanted[i]);
        wanted[i] *= scale;
    }
    seal_inputs();
    switch (kind) {
    case squared: found = winnow_squared_error(x, y, gradient, count, scale); break;
    case absolute: found = winnow_absolute_error(x, y, gradient, count, scale); break;
    case huber: found = winnow_huber(x, y, gradient, count, scale, delta); break;
    default: found = winnow_binary_cross_entropy(x, y, gradient, count, scale); break;
    }
    expect_number("the loss", found, loss, 1e-5);
    if (gradient) expect_near("the gradient", gradient, wanted, count, 1e-6);
}
