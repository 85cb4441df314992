// One step of each optimizer against its formula in double.
#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "check.h"

static size_t count;
static float *gradient;

// A vector that a step changes, and what it becomes.
typedef struct {
    float *values;
    double *wanted;
} changed;

static changed vector(double least, double most) {
    changed v = {output(count), expected(count)};
    for (size_t i = 0; i < count; i++) {
        v.values[i] = (float)(least + (most - least) * (draw_value() + 1) / 2);
        v.wanted[i] = v.values[i];
    }
    return v;
}

static void expect_change(const char *what, changed v) { expect_near(what, v.values, v.wanted, count, 1e-5); }

static void check_adam(void) {
    winnow_adam_step s = {
        .beta1_complement = 0.1f, .beta2 = 0.99f, .beta2_complement = 0.01f, .step_size = 0.01f,
        .inverse_correction2 = 1.5f, .epsilon = 1e-3f, .weight_decay = one_in(2) ? 0.1f : 0,
        .decoupled_decay = one_in(2) ? 0.01f : 0, .gradient_scale = 0.5f,
    };
    changed w = vector(-1, 1), m = vector(-1, 1), v = vector(0, 1);
    for (size_t i = 0; i < count; i++) {
        double decayed = w.wanted[i] - s.decoupled_decay * w.wanted[i];
        double g = s.gradient_scale * gradient[i] + s.weight_decay * decayed;
        m.wanted[i] += s.beta1_complement * (g - m.wanted[i]);
        v.wanted[i] = s.beta2 * v.wanted[i] + s.beta2_complement * g * g;
        w.wanted[i] =
            decayed - s.step_size * m.wanted[i] / (sqrt(v.wanted[i]) * s.inverse_correction2 + s.epsilon);
    }
    winnow_adam(&s, w.values, gradient, m.values, v.values, count);
    expect_change("Adam's weights", w);
    expect_change("Adam's m", m);
    expect_change("Adam's v", v);
}

static void check_sgd(void) {
    winnow_sgd_step s = {
        .learning_rate = 0.1f, .momentum = 0.9f, .weight_decay = 0.01f, .gradient_scale = 0.5f, .nesterov = one_in(2),
    };
    int has_velocity = !one_in(3);
    changed w = vector(-1, 1), velocity = vector(-1, 1);
    for (size_t i = 0; i < count; i++) {
        double g = s.gradient_scale * gradient[i] + s.weight_decay * w.wanted[i];
        double v = s.momentum * velocity.wanted[i] + g;
        if (has_velocity) velocity.wanted[i] = v;
        w.wanted[i] -= s.learning_rate * (!has_velocity ? g : s.nesterov ? g + s.momentum * v : v);
    }
    winnow_sgd(&s, w.values, gradient, has_velocity ? velocity.values : NULL, count);
    expect_change("SGD's weights", w);
    expect_change("SGD's velocity", velocity);
}

static void check_rmsprop(void) {
    winnow_rmsprop_step s = {
        .learning_rate = 0.1f, .alpha = 0.9f, .alpha_complement = 0.1f, .epsilon = 1e-2f, .momentum = 0.9f,
        .weight_decay = 0.01f, .gradient_scale = 0.5f,
    };
    int has_velocity = !one_in(3);
    changed w = vector(-1, 1), square = vector(0, 1), velocity = vector(-1, 1);
    for (size_t i = 0; i < count; i++) {
        double g = s.gradient_scale * gradient[i] + s.weight_decay * w.wanted[i];
        square.wanted[i] = s.alpha * square.wanted[i] + s.alpha_complement * g * g;
        double change = g / (sqrt(square.wanted[i]) + s.epsilon);
        if (has_velocity) change = velocity.wanted[i] = s.momentum * velocity.wanted[i] + change;
        w.wanted[i] -= s.learning_rate * change;
    }
    winnow_rmsprop(&s, w.values, gradient, square.values, has_velocity ? velocity.values : NULL, count);
    expect_change("RMSprop's weights", w);
    expect_change("RMSprop's squares", square);
    expect_change("RMSprop's velocity", velocity);
}

void check_optimizers(void) {
    count = draw(1, 150);
    describe("%zu parameters", count);
    gradient = input(count);
    seal_inputs();
    check_adam();
    check_sgd();
    check_rmsprop();
}
