// Losses of each value by itself, each with its gradient in the same pass. Sums are in double, in the values' order.
// Comparisons are written so that NaN reaches both the sum and the gradient.
#include <math.h>
#include "exponential.h"
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

// Cross-entropy of softmax, with smoothed labels and class weights, or with any targets.
//
// With d = x - max x and s = sum exp d, -log p[c] = log s - d[c]. A row whose targets are u[c] = w[c] q[c], with the
// total U, so has the loss U log s - sum u[c] d[c] and the gradient exp(d[c]) U / s - u[c]. Nothing overflows, and no
// difference of large numbers is taken. A class's target is (on - off) w[class] on top of off w[c] for all: that part
// is added as a number, and the vector part is left out where off is 0, so that a logit of minus infinity counts only
// where it is asked for, as in PyTorch.
//
// A row is walked three times in vectors of 16: largest logit; exponentials, kept in the gradient's memory; gradient.
// What is left at its end stays in registers throughout: with up to 16 classes there is nothing else. Sums are double.

#pragma clang fp contract(fast)

// What is to be learnt of a row: u[c] = off w[c] (+ extra at `class`), or u = targets.
typedef struct {
    const float *vector;  // w or the row's targets, or null: all ones
    float factor;         // u = factor * vector
    vec16 tail;           // the part of u beyond the last whole vector
    size_t class;
    double extra, total;
} row_target;

// `count` < 16 values; 16 are read where the matrix has them, for that is faster.
WINNOW_INLINE void load_tail(vec16 *x, const float *p, size_t count, size_t readable) {
    if (readable >= lanes) {
        mask16 there;
        first_lanes(&there, count);
        *x = KEEP16(there, LOAD16(p));
    } else {
        load_part(x, p, count);
    }
}

WINNOW_INLINE float largest_lane(const vec16 *x) {
    vec16 s = *x;
    for (int half = lanes / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) s[i] = s[i] > s[i + half] ? s[i] : s[i + half];
    }
    return s[0];
}

WINNOW_INLINE void load_target(vec16 *u, const row_target *target, size_t j) {
    *u = target->vector ? LOAD16(target->vector + j) * target->factor : (vec16){0} + target->factor;
}

// The loss of the row x, of which `readable` floats may be read. `smooth`: whether target's vector is not 0.
WINNOW_INLINE double row_loss(
    const float *x, size_t columns, size_t readable, const row_target *target, int smooth, float *gradient,
    double gradient_scale
) {
    size_t whole = columns / lanes * lanes, rest = columns - whole;
    mask16 there;
    first_lanes(&there, rest);
    float chosen = x[target->class];

    // NaN need not survive here: it is met again in the exponentials.
    vec16 top = (vec16){0} + x[0], tail, v;
    for (size_t j = 0; j < whole; j += lanes) {
        v = LOAD16(x + j);
        top = CHOOSE16(v > top, v, top);
    }
    load_tail(&tail, x + whole, rest, readable - whole);
    top = CHOOSE16(there & (tail > top), tail, top);
    float largest = largest_lane(&top);

    dvec16 sums = {0}, products = {0};
    for (size_t j = 0; j < whole; j += lanes) {
        v = LOAD16(x + j) - largest;
        if (smooth) {
            vec16 u;
            load_target(&u, target, j);
            products += TO_DOUBLE16(u) * TO_DOUBLE16(v);
        }
        exponential(&v);
        sums += TO_DOUBLE16(v);
        if (gradient) STORE16(gradient + j, v);
    }
    tail = KEEP16(there, tail - largest);
    if (smooth) products += TO_DOUBLE16(target->tail) * TO_DOUBLE16(tail);
    exponential(&tail);
    tail = KEEP16(there, tail);
    sums += TO_DOUBLE16(tail);

    double sum = sum_lanes(&sums), loss = target->total * log(sum);
    if (smooth) loss -= sum_lanes(&products);
    if (target->extra != 0) loss -= target->extra * ((double)chosen - largest);

    if (gradient) {
        float share = (float)(target->total / sum * gradient_scale), scale = (float)gradient_scale;
        for (size_t j = 0; j < whole; j += lanes) {
            vec16 u;
            load_target(&u, target, j);
            v = LOAD16(gradient + j) * share - u * scale;
            STORE16(gradient + j, v);
        }
        tail = tail * share - target->tail * scale;
        store_part(gradient + whole, &tail, rest);
        gradient[target->class] -= (float)(target->extra * gradient_scale);
    }
    return loss;
}

WINNOW_CLONES double winnow_cross_entropy(
    const float *logits, const int32_t *classes, const float *weights, float on, float off, float *gradient,
    size_t rows, size_t columns, double *weight_sum
) {
    double all = 0, present = 0, loss = 0;
    for (size_t j = 0; j < columns; j++) all += weights ? weights[j] : 1;
    for (size_t i = 0; i < rows; i++) present += weights ? weights[classes[i]] : 1;
    *weight_sum = present;

    size_t whole = columns / lanes * lanes;
    row_target target = {.vector = weights, .factor = off};
    for (size_t j = whole; j < columns; j++) target.tail[j - whole] = weights ? weights[j] * off : off;
    for (size_t i = 0; i < rows; i++) {
        target.class = (size_t)classes[i];
        target.extra = ((double)on - off) * (weights ? weights[target.class] : 1);
        target.total = off * all + target.extra;
        const float *x = logits + i * columns;
        float *g = gradient ? gradient + i * columns : NULL;
        size_t readable = (rows - i) * columns;
        if (off != 0) {
            loss += row_loss(x, columns, readable, &target, 1, g, 1 / present);
        } else {
            loss += row_loss(x, columns, readable, &target, 0, g, 1 / present);
        }
    }
    return loss;
}

WINNOW_CLONES double winnow_soft_cross_entropy(
    const float *logits, const float *targets, float *gradient, size_t rows, size_t columns, float gradient_scale
) {
    size_t whole = columns / lanes * lanes;
    double loss = 0;
    for (size_t i = 0; i < rows; i++) {
        row_target target = {.vector = targets + i * columns, .factor = 1};
        load_tail(&target.tail, target.vector + whole, columns - whole, (rows - i) * columns - whole);
        for (size_t j = 0; j < columns; j++) target.total += target.vector[j];
        float *g = gradient ? gradient + i * columns : NULL;
        loss += row_loss(logits + i * columns, columns, (rows - i) * columns, &target, 1, g, gradient_scale);
    }
    return loss;
}
