// Copies of parts of A and B in the order in which the tiles read them.
#pragma once

#include "gemm_product.h"

// A panel [depth][16] of up to 16 columns of B, zeros in what is missing. Columns that are contiguous (a weight matrix
// [outputs][inputs] read as its transpose) are turned in squares of 8 x 8; the last square overlaps the one before it.
WINNOW_INLINE void gemm_pack_columns(const gemm_matrix *b, size_t depth, size_t columns, float *panel) {
    if (depth < 8) {
        for (size_t p = 0; p < depth; p++) {
            for (size_t j = 0; j < lanes; j++) {
                panel[p * lanes + j] = j < columns ? b->base[p * b->row + j * b->column] : 0;
            }
        }
        return;
    }
    for (size_t half = 0; half < lanes; half += 8) {
        size_t there = columns <= half ? 0 : min_size(columns - half, 8);
        const float *from = there ? b->base + half * b->column : b->base;
        for (size_t p = 0; p < depth; p += 8) {
            if (p > depth - 8) p = depth - 8;
            vec8 square[8];
            for (size_t j = 0; j < 8; j++) square[j] = j < there ? LOAD8(from + j * b->column + p) : (vec8){0};
            transpose8(square);
            for (size_t j = 0; j < 8; j++) STORE8(panel + (p + j) * lanes + half, square[j]);
        }
    }
}

// The same of a B whose rows are contiguous, `panels` at once, of which only the last may lack columns. A full vector
// is read as long as it stays within the matrix, of which `readable` floats follow from the first panel's first one on.
WINNOW_INLINE void gemm_pack_rows(
    const gemm_matrix *b, size_t depth, size_t columns, size_t panels, size_t readable, float *packed
) {
    size_t whole = columns / lanes, rest = columns - whole * lanes;
    for (size_t p = 0; p < depth; p++) {
        const float *row = b->base + p * b->row;
        for (size_t q = 0; q < whole; q++) STORE16(packed + (q * depth + p) * lanes, LOAD16(row + q * lanes));
    }
    if (whole == panels) return;
    mask16 wanted;
    first_lanes(&wanted, rest);
    for (size_t p = 0; p < depth; p++) {
        size_t at = p * b->row + whole * lanes;
        vec16 row;
        if (at + lanes <= readable) {
            row = KEEP16(wanted, LOAD16(b->base + at));
        } else {
            load_part(&row, b->base + at, rest);
        }
        STORE16(packed + (whole * depth + p) * lanes, row);
    }
}

// Rows of A that collide, to where they do not.
WINNOW_INLINE void gemm_copy_rows(const gemm_matrix *a, size_t depth, size_t rows, float *to) {
    for (size_t i = 0; i < rows; i++) {
        memcpy(to + i * gemm_copied_row(depth), a->base + i * a->row, depth * sizeof(float));
    }
}

// A strip [depth][step] of `rows` <= step rows of A whose columns are contiguous.
WINNOW_INLINE void gemm_pack_strip(const gemm_matrix *a, size_t depth, size_t rows, size_t step, float *strip) {
    if (rows == step && step == 6) {
        for (size_t p = 0; p < depth; p++) memcpy(strip + p * 6, a->base + p * a->column, 6 * sizeof(float));
    } else if (rows == step && step == 12) {
        for (size_t p = 0; p < depth; p++) memcpy(strip + p * 12, a->base + p * a->column, 12 * sizeof(float));
    } else {
        for (size_t p = 0; p < depth; p++) {
            for (size_t i = 0; i < rows; i++) strip[p * step + i] = a->base[i * a->row + p * a->column];
        }
    }
}
