// What the kernels of matrix products share: the product itself, how its rows are cut, and the tile of C.
#pragma once

#include "vectors.h"

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
    size_t parts = ceil_divide(count, most);
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

// A tile of C: a few of its rows and one to four panels of 16 columns, whose sums stay in registers; see gemm_tile.c.
enum {
    gemm_narrow_rows = 6,
    gemm_narrow_sums = 6,    // rows x panels
    gemm_narrow_beside = 4,  // the same with several panels, whose vectors take registers too
    gemm_wide_rows = 12,
    gemm_wide_sums = 24,
    gemm_wide_beside = 24,
    gemm_most_panels = 4,
};

typedef struct {
    size_t depth;
    gemm_matrix a;          // (row, p)
    const float *b;         // step p of panel q at b[p b_row + q b_panel], 16 floats
    size_t b_row, b_panel;
    const float *start;     // what the sums begin with, 16 floats a panel: the bias, or zeros
    int adds, relu;         // whether C is added to, and whether negative results become 0
    float *c;
    size_t ldc;
} gemm_tile;

// How many rows a tile has at most, and how many panels (1, 2 or 4) go with some number of rows.
size_t winnow_gemm_tile_rows(void);
size_t winnow_gemm_tile_panels(size_t rows);

void winnow_gemm_multiply_tile(size_t rows, size_t panels, const gemm_tile *tile);

// One panel, of which C has only `columns` < 16.
void winnow_gemm_multiply_narrow_tile(size_t rows, size_t columns, const gemm_tile *tile);
