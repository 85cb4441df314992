// What the kernels of matrix products share: the product itself, and how its rows are cut.
#pragma once

#include "clones.h"

// Element (i, j) stands at base[i row + j column].
typedef struct {
    const float *base;
    size_t row, column;
} gemm_matrix;

// C = A B + bias, and a ReLU where one follows; see include/gemm.h.
typedef struct {
    size_t m, n, k;
    gemm_matrix a, b;
    const float *bias;
    int relu;
    float *c;
    size_t ldc;
    float *scratch;
} gemm_product;

static inline size_t gemm_smaller(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t gemm_larger(size_t a, size_t b) { return a > b ? a : b; }
static inline size_t gemm_parts(size_t count, size_t most) { return (count + most - 1) / most; }

// Whether `count` rows that are `row` floats apart push each other out of an L1 cache while a tile walks along them:
// what is a multiple of 4 KB apart falls into the same set, which holds eight lines.
static inline int gemm_rows_collide(size_t row, size_t count) { return row % 1024 == 0 && count > 8; }

// Rows of `depth` numbers are copied so far apart.
static inline size_t gemm_copied_row(size_t depth) { return depth + 16; }

// `count` things in `parts` parts whose sizes differ by one at most: a last part of a few rows alone would leave most
// of the multipliers idle while it waits for its few sums.
typedef struct {
    size_t parts, size, longer;
} gemm_split;

static inline gemm_split gemm_split_evenly(size_t count, size_t most) {
    size_t parts = gemm_parts(count, most);
    return (gemm_split){parts, count / parts, count % parts};
}

static inline size_t gemm_part_size(const gemm_split *split, size_t part) {
    return split->size + (part < split->longer);
}

// The three roads; gemm.c chooses.
size_t winnow_gemm_panels_scratch(size_t m, size_t k);
void winnow_gemm_panels(const gemm_product *product);

size_t winnow_gemm_strips_scratch(size_t m, size_t n, size_t k);
void winnow_gemm_strips(const gemm_product *product);

void winnow_gemm_dots(const gemm_product *product);
