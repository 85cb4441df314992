// The innermost part of a matrix product: a tile of C, of a few rows and one to four panels of 16 columns.
//
// All sums of the tile stay in registers while the depth is walked: each step loads a vector of every panel and
// multiplies it with one number of A per row. On AVX2 a panel's vector is two registers, and 6 rows by 1 panel make 12
// sums of the 16 registers: 8 loads for 12 multiplications, in 6 cycles. On AVX-512 it is 12 rows by 2 panels, 24 sums
// of 32. Fewer rows get more panels, for the multipliers need 8 or more independent sums to be kept busy.
#include "gemm_product.h"

#pragma clang fp contract(fast)

// Steps at a stretch: the end of so short a loop is foreseen by the processor, that of a long one costs it 20 cycles.
enum { run = 48 };

// `rows` and `panels` are constants where this is inlined, so that the sums become registers.
WINNOW_INLINE void multiply(size_t rows, size_t panels, const gemm_tile *t) {
    vec16 sums[gemm_wide_rows][gemm_most_panels];
    UNROLLED for (size_t q = 0; q < panels; q++) {
        UNROLLED for (size_t i = 0; i < rows; i++) sums[i][q] = LOAD16(t->start + q * lanes);
    }
    // Three rows' places are reached from one pointer. The compiler must not know how the pointers are related, or it
    // gets from row to row by a chain of additions that takes as long as the multiplications.
    const float *a[gemm_wide_rows / 3];
    UNROLLED for (size_t i = 0; i < rows; i += 3) {
        a[i / 3] = t->a.base + i * t->a.row;
        __asm__("" : "+r"(a[i / 3]));
    }
    const float *b = t->b;
    size_t row = t->a.row, column = t->a.column, b_row = t->b_row, b_panel = t->b_panel;
    // Asks for what will be added to, or stored into.
    if (t->depth >= run) {
        UNROLLED for (size_t i = 0; i < rows; i++) {
            UNROLLED for (size_t q = 0; q < panels; q++) {
                __builtin_prefetch(t->c + i * t->ldc + (q + 1) * lanes - 1);
            }
        }
    }
    size_t left = t->depth;
    do {
        size_t steps = min_size(left, run);
        left -= steps;
        do {
            vec16 vectors[gemm_most_panels];
            UNROLLED for (size_t q = 0; q < panels; q++) vectors[q] = LOAD16(b + q * b_panel);
            UNROLLED for (size_t i = 0; i < rows; i++) {
                float x = a[i / 3][i % 3 * row];
                UNROLLED for (size_t q = 0; q < panels; q++) sums[i][q] += x * vectors[q];
            }
            UNROLLED for (size_t i = 0; i < rows; i += 3) a[i / 3] += column;
            b += b_row;
        } while (--steps > 0);
    } while (left > 0);
    UNROLLED for (size_t i = 0; i < rows; i++) {
        float *c = t->c + i * t->ldc;
        UNROLLED for (size_t q = 0; q < panels; q++) {
            if (t->adds) sums[i][q] += LOAD16(c + q * lanes);
            STORE16(c + q * lanes, t->relu ? RELU16(sums[i][q]) : sums[i][q]);
        }
    }
}

// There are templates as far as `most_rows` and `most_sums` (with several panels, `most_beside`) go.
WINNOW_INLINE void multiply_rows(size_t most_rows, size_t most_sums, size_t rows, size_t panels, const gemm_tile *t) {
#define ROWS(count) \
    case count: \
        if (count <= most_rows && count * panels <= most_sums) multiply(count, panels, t); \
        break;
    switch (rows) {
        ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7) ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12)
    default: break;
    }
#undef ROWS
}

WINNOW_INLINE void multiply_panels(
    size_t most_rows, size_t most_sums, size_t most_beside, size_t rows, size_t panels, const gemm_tile *t
) {
    switch (panels) {
    case 1: multiply_rows(most_rows, most_sums, rows, 1, t); break;
    case 2: multiply_rows(most_rows, most_beside, rows, 2, t); break;
    case 4: multiply_rows(most_rows, most_beside, rows, 4, t); break;
    default: break;
    }
}

WINNOW_NARROW static void multiply_narrow(size_t rows, size_t panels, const gemm_tile *t) {
    multiply_panels(gemm_narrow_rows, gemm_narrow_sums, gemm_narrow_beside, rows, panels, t);
}

WINNOW_WIDE static void multiply_wide(size_t rows, size_t panels, const gemm_tile *t) {
    multiply_panels(gemm_wide_rows, gemm_wide_sums, gemm_wide_beside, rows, panels, t);
}

void winnow_gemm_multiply_tile(size_t rows, size_t panels, const gemm_tile *tile) {
    if (has_wide_registers()) {
        multiply_wide(rows, panels, tile);
    } else {
        multiply_narrow(rows, panels, tile);
    }
}

// A tile of its own in between: stores of parts among the templates' sums would keep these from being registers.
void winnow_gemm_multiply_narrow_tile(size_t rows, size_t columns, const gemm_tile *tile) {
    float whole[gemm_wide_rows * lanes];
    gemm_tile inner = *tile;
    inner.c = whole;
    inner.ldc = lanes;
    for (size_t i = 0; tile->adds && i < rows; i++) {
        vec16 old;
        load_part(&old, tile->c + i * tile->ldc, columns);
        STORE16(whole + i * lanes, old);
    }
    winnow_gemm_multiply_tile(rows, 1, &inner);
    for (size_t i = 0; i < rows; i++) store_part(tile->c + i * tile->ldc, (const vec16 *)(whole + i * lanes), columns);
}

size_t winnow_gemm_tile_rows(void) { return has_wide_registers() ? gemm_wide_rows : gemm_narrow_rows; }

size_t winnow_gemm_tile_panels(size_t rows) {
    size_t most = has_wide_registers() ? gemm_wide_beside : gemm_narrow_beside;
    return rows * 4 <= most ? 4 : rows * 2 <= most ? 2 : 1;
}
