// A tile of C: a few of its rows and one to four panels of 16 columns, whose sums stay in registers; see gemm_tile.c.
#pragma once

#include "gemm_product.h"

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
