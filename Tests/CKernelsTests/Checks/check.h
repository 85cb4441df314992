// What the checks of the kernels share: drawn shapes, buffers between guards, and comparisons with plain loops.
#pragma once

#include <stddef.h>
#include <stdint.h>

// least ... most.
size_t draw(size_t least, size_t most);
// Whether one in `count` cases comes up.
int one_in(size_t count);
// -1 ... 1.
float draw_value(void);

// Buffers that end, or begin, at a page that cannot be touched; what is left of their own pages is poisoned for the
// address sanitizer. They live until the case ends.
float *output(size_t count);   // of NaN, so that what is not written shows
float *scratch(size_t count);  // the same, 64-byte aligned
float *input(size_t count);    // of drawn values
uint8_t *bytes(size_t count);
double *expected(size_t count);  // of zeros, without guards: the plain loops' own

// Makes the inputs drawn so far read-only.
void seal_inputs(void);

// Names the case, for the report of a failure and of the sanitizers.
void describe(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Ends the program unless |found - expected| <= tolerance (1 + |expected|) everywhere, both NaN being equal.
void expect_near(const char *what, const float *found, const double *expected, size_t count, double tolerance);
// The same beside the largest of the expected values: for sums that cancel.
void expect_near_largest(
    const char *what, const float *found, const double *expected, size_t count, double tolerance);
void expect_number(const char *what, double found, double expected, double tolerance);
void expect_bytes(const char *what, const uint8_t *found, const uint8_t *expected, size_t count);
void expect_true(const char *what, int holds);

// Images blocked by 16 channels, and weights blocked by 16 outputs and 16 inputs.
size_t padded(size_t channels);
size_t image_at(size_t n, size_t c, size_t channels, size_t pixels, size_t pixel);
size_t weight_at(size_t o, size_t c, size_t inputs, size_t taps, size_t tap);
// Zeroes the lanes beyond the last channel.
void clear_lanes(float *image, size_t batch, size_t channels, size_t pixels);

// One drawn case each.
void check_products(void);
void check_winograd(void);
void check_direct(void);
void check_stem(void);
void check_channel_sums(void);
void check_max_pool(void);
void check_average_pool(void);
void check_global_average(void);
void check_batch_norm(void);
void check_batch_norm_evaluation(void);
void check_activations(void);
void check_sums(void);
void check_cross_entropy(void);
void check_losses(void);
void check_optimizers(void);
void check_dropout(void);
void check_channel_dropout(void);
void check_layouts(void);
