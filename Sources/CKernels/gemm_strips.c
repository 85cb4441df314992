// C = A B + bias where A and B are both contiguous along the depth, and B is the larger: y = x W^T of a batch x.
//
// Panels of B would be copied with a transposition of every weight. C^T = B^T A^T is computed instead: the weights take
// the place of A and are read where they lie (unless they collide there), 6 rows at a time that stay in the L1 cache
// while they meet all panels of the batch; these, up to 256 columns by 256 of the depth, are transposed once and stay
// in L2. At the end C^T is turned around.
#include "gemm_packing.h"

typedef int32_t mask8 __attribute__((vector_size(32), aligned(4)));

enum {
    most_depth = 256,
    most_width = 256,
    few_panels = 4,  // with fewer, rows are not copied: they are read too seldom
};

static size_t block_floats(size_t m, size_t k) {
    return ceil_divide(min_size(m, most_width), lanes) * lanes * min_size(k, most_depth);
}

static size_t rows_floats(size_t k) { return gemm_wide_rows * gemm_copied_row(min_size(k, most_depth)); }

size_t winnow_gemm_strips_scratch(size_t m, size_t n, size_t k) {
    return block_floats(m, k) + ceil_divide(m, lanes) * lanes * n + rows_floats(k);
}

// Asks for the next rows' share that falls to panel `part` of `parts`: each row is a short piece of a long one, too
// short for the processor to see where it goes on.
WINNOW_INLINE void fetch_rows(const gemm_matrix *a, size_t rows, size_t depth, size_t part, size_t parts) {
    size_t from = part * depth / parts, to = (part + 1) * depth / parts;
    for (size_t r = 0; r < rows; r++) {
        const float *row = a->base + r * a->row;
        for (size_t p = ceil_divide(from, lanes) * lanes; p < to; p += lanes) __builtin_prefetch(row + p);
    }
}

// C^T = the n x k matrix `a` times the k x m matrix `b`; rows of C^T are `ldc` apart, a multiple of 16. `room` is for
// some rows of a that collide.
WINNOW_INLINE void multiply(
    size_t n, size_t m, size_t k, const gemm_matrix *a, const gemm_matrix *b, float *packed, float *room, float *c,
    size_t ldc
) {
    static const float zeros[gemm_most_panels * lanes];
    gemm_split depths = gemm_split_evenly(k, most_depth);
    gemm_split rows = gemm_split_evenly(n, winnow_gemm_tile_rows());
    for (size_t d = 0, p = 0, depth; d < depths.parts; d++, p += depth) {
        depth = gemm_part_size(&depths, d);
        for (size_t j = 0; j < m; j += most_width) {
            size_t width = min_size(most_width, m - j), panels = ceil_divide(width, lanes);
            for (size_t q = 0; q < panels; q++) {
                gemm_matrix part = {b->base + p * b->row + (j + q * lanes) * b->column, b->row, b->column};
                gemm_pack_columns(&part, depth, min_size(lanes, width - q * lanes), packed + q * depth * lanes);
            }
            for (size_t r = 0, i = 0, count; r < rows.parts; r++, i += count) {
                count = gemm_part_size(&rows, r);
                gemm_tile tile = {
                    .depth = depth, .a = {a->base + i * a->row + p, a->row, 1}, .b_row = lanes,
                    .b_panel = depth * lanes, .start = zeros, .adds = p > 0, .ldc = ldc,
                };
                gemm_matrix here = tile.a;
                if (gemm_rows_collide(a->row, count) && panels >= few_panels) {
                    gemm_copy_rows(&here, depth, count, room);
                    tile.a = (gemm_matrix){room, gemm_copied_row(depth), 1};
                }
                size_t following = r + 1 < rows.parts ? gemm_part_size(&rows, r + 1) : 0;
                gemm_matrix next = {following ? here.base + count * a->row : here.base, a->row, 1};
                size_t beside = winnow_gemm_tile_panels(count);
                for (size_t q = 0, some; q < panels; q += some) {
                    some = panels - q >= beside ? beside : panels - q >= 2 && beside >= 2 ? 2 : 1;
                    tile.b = packed + q * tile.b_panel;
                    tile.c = c + i * ldc + j + q * lanes;
                    for (size_t part = q; part < q + some; part++) fetch_rows(&next, following, depth, part, panels);
                    winnow_gemm_multiply_tile(count, some, &tile);
                }
            }
        }
    }
}

// C = T^T + bias, T being n x m with rows `step` apart, a multiple of 16.
WINNOW_INLINE void turn(const float *t, size_t step, const gemm_product *x) {
    for (size_t j = 0; j < x->n; j += 8) {
        size_t columns = min_size(8, x->n - j);
        vec8 bias = {0};
        if (x->bias) memcpy(&bias, x->bias + j, columns * sizeof(float));
        for (size_t i = 0; i < x->m; i += 8) {
            vec8 square[8];
            for (size_t l = 0; l < 8; l++) square[l] = l < columns ? LOAD8(t + (j + l) * step + i) : (vec8){0};
            transpose8(square);
            for (size_t l = 0; l < min_size(8, x->m - i); l++) {
                vec8 sum = square[l] + bias;
                if (x->relu) sum = (vec8)(~(sum < 0) & (mask8)sum);
                float *c = x->c + (i + l) * x->ldc + j;
                if (columns == 8) {
                    STORE8(c, sum);
                } else {
                    memcpy(c, &sum, columns * sizeof(float));
                }
            }
        }
    }
}

WINNOW_CLONES void winnow_gemm_strips(const gemm_product *x) {
    float *turned = x->scratch + block_floats(x->m, x->k);
    size_t step = ceil_divide(x->m, lanes) * lanes;
    gemm_matrix weights = {x->b.base, x->b.column, x->b.row}, batch = {x->a.base, x->a.column, x->a.row};
    multiply(x->n, x->m, x->k, &weights, &batch, x->scratch, turned + step * x->n, turned, step);
    turn(turned, step, x);
}
