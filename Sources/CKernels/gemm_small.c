// C = A B + bias, for products so small that a library call's overhead shows: one step of a regressor has five.
//
// Sixteen columns of B at a time are packed into a panel [k][16], padded with zeros: B's strides (a transpose, say)
// and the ragged last columns are dealt with once, and the inner loop sees only whole vectors. Then, for every block
// of 6 rows, 6 x 16 sums stay in registers (12 of AVX2's 16, 6 of AVX-512's 32) while k is walked: per k one load of
// the panel's row and six broadcasts of A. There is no blocking of k: the caller keeps a panel within L1.
#include "clones.h"
#include "include/CKernels.h"

#pragma clang fp contract(fast)

enum { block_rows = 6 };

size_t winnow_gemm_small_scratch(size_t k) { return lanes * k; }

WINNOW_INLINE void pack_panel(
    size_t columns, size_t k, const float *b, size_t b_row, size_t b_column, float *panel
) {
    if (b_column == 1 && columns == lanes) {
        for (size_t p = 0; p < k; p++) STORE16(panel + p * lanes, LOAD16(b + p * b_row));
    } else {
        for (size_t p = 0; p < k; p++) {
            for (size_t j = 0; j < columns; j++) panel[p * lanes + j] = b[p * b_row + j * b_column];
            for (size_t j = columns; j < lanes; j++) panel[p * lanes + j] = 0;
        }
    }
}

// `rows` is a constant where this is inlined, so that the sums become registers.
WINNOW_INLINE void multiply_block(
    size_t rows, size_t columns, size_t k, const float *a, size_t a_row, size_t a_column,
    const float *panel, const vec16 *start, float *c, size_t ldc
) {
    vec16 sums[block_rows];
    for (size_t i = 0; i < rows; i++) sums[i] = *start;
    for (size_t p = 0; p < k; p++) {
        vec16 row = LOAD16(panel + p * lanes);
        for (size_t i = 0; i < rows; i++) sums[i] += a[i * a_row + p * a_column] * row;
    }
    if (columns == lanes) {
        for (size_t i = 0; i < rows; i++) STORE16(c + i * ldc, sums[i]);
    } else {
        for (size_t i = 0; i < rows; i++) store_part(c + i * ldc, &sums[i], columns);
    }
}

WINNOW_CLONES void winnow_gemm_small(
    size_t m, size_t n, size_t k,
    const float *a, size_t a_row, size_t a_column,
    const float *b, size_t b_row, size_t b_column,
    const float *bias, float *c, size_t ldc, float *scratch
) {
    for (size_t j = 0; j < n; j += lanes) {
        size_t columns = n - j < lanes ? n - j : lanes;
        pack_panel(columns, k, b + j * b_column, b_row, b_column, scratch);
        vec16 start = {0};
        if (bias) load_part(&start, bias + j, columns);
        size_t i = 0;
        for (; i + block_rows <= m; i += block_rows) {
            multiply_block(block_rows, columns, k, a + i * a_row, a_row, a_column, scratch, &start, c + i * ldc + j, ldc);
        }
        for (; i + 2 <= m; i += 2) {
            multiply_block(2, columns, k, a + i * a_row, a_row, a_column, scratch, &start, c + i * ldc + j, ldc);
        }
        for (; i < m; i++) {
            multiply_block(1, columns, k, a + i * a_row, a_row, a_column, scratch, &start, c + i * ldc + j, ldc);
        }
    }
}
