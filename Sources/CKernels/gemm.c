// Which of three kernels multiplies: the shape and the strides alone decide, so that the same model takes the same way
// on every machine.
#include "include/gemm.h"

#include "gemm_product.h"

enum { few = 16 };

size_t winnow_gemm_scratch(size_t m, size_t n, size_t k) {
    return max_size(winnow_gemm_panels_scratch(m, k), n > m ? winnow_gemm_strips_scratch(m, n, k) : 0);
}

void winnow_gemm(
    size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column, const float *b, size_t b_row,
    size_t b_column, const float *bias, int relu, float *c, size_t ldc, float *scratch
) {
    gemm_product product = {
        .m = m, .n = n, .k = k, .a = {a, a_row, a_column}, .b = {b, b_row, b_column}, .bias = bias, .relu = relu,
        .c = c, .ldc = ldc, .scratch = scratch,
    };
    int along_depth = a_column == 1 && b_row == 1;
    if (along_depth && (n == 1 || (min_size(m, n) < few && k >= few))) {
        winnow_gemm_dots(&product);
    } else if (along_depth && n > m && k >= few) {
        winnow_gemm_strips(&product);
    } else {
        winnow_gemm_panels(&product);
    }
}
