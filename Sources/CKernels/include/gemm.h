// Matrix products of any size, by one of two kernels; the size alone decides which.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Floats of scratch that winnow_gemm needs.
size_t winnow_gemm_scratch(size_t m, size_t n, size_t k);

/// C = A B + bias, and where `relu` is not 0 the larger of that and 0 (NaN stays NaN).
///
/// A is m x k with element (i, p) at a[i a_row + p a_column], B is k x n with (p, j) at b[p b_row + j b_column], and one
/// of each one's steps is 1; C is m x n, row-major, its rows `ldc` apart. `bias` has n values, or is null.
void winnow_gemm(
    size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column, const float *b, size_t b_row,
    size_t b_column, const float *bias, int relu, float *c, size_t ldc, float *scratch);

#ifdef __cplusplus
}
#endif
