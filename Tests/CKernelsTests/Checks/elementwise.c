// Activations, sums of arrays, and a bias over rows.
#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "check.h"

static float slope;

static double identity(double x) { return x; }
static double relu_of(double x) { return x < 0 ? 0 : x; }
static double leaky(double x) { return x < 0 ? slope * x : x; }
static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double gelu(double x) { return x * 0.5 * erfc(-x / sqrt(2)); }
static double relu_slope(double y) { return y > 0 ? 1 : 0; }
static double leaky_slope(double y) { return y > 0 ? 1 : slope; }
static double sigmoid_slope(double y) { return y * (1 - y); }
static double tanh_slope(double y) { return 1 - y * y; }
static double gelu_slope(double x) {
    return 0.5 * erfc(-x / sqrt(2)) + x * exp(-x * x / 2) / sqrt(2 * 3.14159265358979323846);
}

static void run_leaky(float *x, size_t count) { winnow_leaky_relu_forward(x, slope, count); }
static void run_gelu(float *x, size_t count) { winnow_gelu_forward(x, x, count); }
static void run_leaky_backward(const float *y, float *gradient, size_t count) {
    winnow_leaky_relu_backward(y, slope, gradient, count);
}

// f in place, and the gradient: g times the slope at the output, or at the input, as the kernel wants it.
static void check_activation(
    const char *what, void (*forward)(float *, size_t), double (*f)(double),
    void (*backward)(const float *, float *, size_t), double (*slope_at)(double), size_t count
) {
    float *x = output(count), *gradient = output(count), *held = input(count);
    double *wanted = expected(count), *wanted_gradient = expected(count);
    for (size_t i = 0; i < count; i++) {
        x[i] = 12 * held[i] * held[i] * held[i];
        if (one_in(20)) x[i] = NAN;
        wanted[i] = isnan(x[i]) ? NAN : f(x[i]);
        gradient[i] = draw_value();
        wanted_gradient[i] = gradient[i] * slope_at(held[i]);
    }
    seal_inputs();
    forward(x, count);
    expect_near(what, x, wanted, count, 1e-6);
    backward(held, gradient, count);
    expect_near(what, gradient, wanted_gradient, count, 1e-5);
}

void check_activations(void) {
    size_t count = draw(1, 200);
    slope = one_in(2) ? 0.01f : 0.3f;
    describe("%zu values, slope %g", count, slope);
    check_activation("ReLU", winnow_relu_forward, relu_of, winnow_relu_backward, relu_slope, count);
    check_activation("leaky ReLU", run_leaky, leaky, run_leaky_backward, leaky_slope, count);
    check_activation("sigmoid", winnow_sigmoid_forward, sigmoid, winnow_sigmoid_backward, sigmoid_slope, count);
    check_activation("tanh", winnow_tanh_forward, tanh, winnow_tanh_backward, tanh_slope, count);
    check_activation("GELU", run_gelu, gelu, winnow_gelu_backward, gelu_slope, count);
}

// y = y + x and y = relu?(a + b), beside a and b or over one of them.
static void check_additions(size_t count) {
    float *a = input(count), *b = input(count), *sum = output(count), *beside = output(count), *over = output(count);
    double *wanted = expected(count), *wanted_relu = expected(count);
    int relu = one_in(2);
    for (size_t i = 0; i < count; i++) {
        wanted[i] = a[i] + b[i];
        wanted_relu[i] = relu ? relu_of(wanted[i]) : identity(wanted[i]);
    }
    seal_inputs();
    memcpy(sum, a, count * sizeof(float));
    memcpy(over, b, count * sizeof(float));
    winnow_add(sum, b, count);
    winnow_add_relu(beside, a, b, relu, count);
    winnow_add_relu(over, a, over, relu, count);
    expect_near("the sum", sum, wanted, count, 1e-6);
    expect_near("the sum beside", beside, wanted_relu, count, 1e-6);
    expect_near("the sum over b", over, wanted_relu, count, 1e-6);
}

void check_sums(void) {
    size_t rows = draw(1, 40), columns = draw(1, 70);
    describe("%zu x %zu", rows, columns);
    check_additions(rows * columns);
    float *matrix = input(rows * columns), *bias = input(columns), *filled = output(rows * columns);
    float *sums = output(columns);
    double *wanted = expected(columns), *wanted_filled = expected(rows * columns), squares = 0;
    for (size_t i = 0; i < rows * columns; i++) {
        wanted[i % columns] += matrix[i];
        wanted_filled[i] = bias[i % columns];
        squares += (double)matrix[i] * matrix[i];
    }
    seal_inputs();
    winnow_sum_columns(matrix, sums, rows, columns);
    winnow_fill_rows(bias, filled, rows, columns);
    expect_near("columns' sums", sums, wanted, columns, 1e-5);
    expect_near("rows of the bias", filled, wanted_filled, rows * columns, 0);
    expect_number("the sum of squares", winnow_sum_of_squares(matrix, rows * columns), squares, 1e-12);
    expect_true("the instruction set's name", strlen(winnow_instruction_set()) > 0);
}
