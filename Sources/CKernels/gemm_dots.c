// C = A B + bias where A and B are both contiguous along the depth, and one has fewer than 16 rows or columns.
//
// Neither makes full vectors then, but the depth does: every element of C is a dot product of two rows as they lie, 16
// numbers at a time, whose lanes are added at the end. A tile of 2 x 3 elements (AVX-512: 4 x 5) shares its loads; even
// a transposition of the smaller matrix alone would take longer than all its multiplications.
#include "gemm_product.h"

#pragma clang fp contract(fast)

enum {
    narrow_sums = 6,
    narrow_columns = 3,
    wide_sums = 20,
    wide_columns = 5,
    most_rows = 6,
    most_columns = wide_columns,
};

WINNOW_INLINE float sum_of_lanes(const vec16 *x) {
    typedef float vec4 __attribute__((vector_size(16), aligned(4)));
    const float *v = (const float *)x;
    vec8 eight = LOAD8(v) + LOAD8(v + 8);
    vec4 four = *(const vec4 *)&eight + *((const vec4 *)&eight + 1);
    return (four[0] + four[2]) + (four[1] + four[3]);
}

// The end of a row of k numbers that are no multiple of 16, and zeros: the last 16 without those that are `wanted` no
// more, for a copy of the rest would go through memory.
WINNOW_INLINE void load_end(vec16 *x, const float *row, size_t k, const mask16 *wanted) {
    if (k >= lanes) {
        *x = KEEP16(*wanted, LOAD16(row + k - lanes));
    } else {
        load_part(x, row, k);
    }
}

// `rows` and `columns` are constants where this is inlined.
WINNOW_INLINE void multiply_tile(
    size_t rows, size_t columns, const gemm_product *x, const float *a, const float *b, const float *bias, float *c
) {
    vec16 sums[most_rows][most_columns];
    UNROLLED for (size_t i = 0; i < rows; i++) {
        UNROLLED for (size_t j = 0; j < columns; j++) sums[i][j] = (vec16){0};
    }
    size_t whole = x->k / lanes * lanes, rest = x->k - whole;
    for (size_t p = 0; p < whole; p += lanes) {
        vec16 right[most_columns];
        UNROLLED for (size_t j = 0; j < columns; j++) right[j] = LOAD16(b + j * x->b.column + p);
        UNROLLED for (size_t i = 0; i < rows; i++) {
            vec16 left = LOAD16(a + i * x->a.row + p);
            UNROLLED for (size_t j = 0; j < columns; j++) sums[i][j] += left * right[j];
        }
    }
    if (rest) {
        mask16 wanted;
        for (int l = 0; l < lanes; l++) wanted[l] = l >= (int)(lanes - rest) ? -1 : 0;
        vec16 right[most_columns];
        UNROLLED for (size_t j = 0; j < columns; j++) load_end(&right[j], b + j * x->b.column, x->k, &wanted);
        UNROLLED for (size_t i = 0; i < rows; i++) {
            vec16 left;
            load_end(&left, a + i * x->a.row, x->k, &wanted);
            UNROLLED for (size_t j = 0; j < columns; j++) sums[i][j] += left * right[j];
        }
    }
    UNROLLED for (size_t i = 0; i < rows; i++) {
        UNROLLED for (size_t j = 0; j < columns; j++) {
            float sum = sum_of_lanes(&sums[i][j]) + (bias ? bias[j] : 0);
            c[i * x->ldc + j] = x->relu && sum < 0 ? 0 : sum;
        }
    }
}

WINNOW_INLINE void multiply_columns(size_t most_sums, size_t columns, const gemm_product *x, size_t j) {
    const float *b = x->b.base + j * x->b.column, *bias = x->bias ? x->bias + j : 0;
    gemm_split rows = gemm_split_evenly(x->m, min_size(most_sums / columns, most_rows));
    for (size_t r = 0, i = 0, count; r < rows.parts; r++, i += count) {
        count = gemm_part_size(&rows, r);
        const float *a = x->a.base + i * x->a.row;
        float *c = x->c + i * x->ldc + j;
#define ROWS(count) \
    case count: \
        if (count * columns <= most_sums) multiply_tile(count, columns, x, a, b, bias, c); \
        break;
        switch (count) {
            ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6)
        default: break;
        }
#undef ROWS
    }
}

WINNOW_INLINE void multiply(size_t most_sums, size_t widest, const gemm_product *x) {
    gemm_split columns = gemm_split_evenly(x->n, widest);
    for (size_t q = 0, j = 0, count; q < columns.parts; q++, j += count) {
        count = gemm_part_size(&columns, q);
#define COLUMNS(count) \
    case count: \
        if (count <= widest) multiply_columns(most_sums, count, x, j); \
        break;
        switch (count) {
            COLUMNS(1) COLUMNS(2) COLUMNS(3) COLUMNS(4) COLUMNS(5)
        default: break;
        }
#undef COLUMNS
    }
}

WINNOW_NARROW static void multiply_narrow(const gemm_product *x) { multiply(narrow_sums, narrow_columns, x); }
WINNOW_WIDE static void multiply_wide(const gemm_product *x) { multiply(wide_sums, wide_columns, x); }

void winnow_gemm_dots(const gemm_product *x) {
    if (has_wide_registers()) {
        multiply_wide(x);
    } else {
        multiply_narrow(x);
    }
}
