// C = A B + bias by panels of B: 16 columns stay in the L1 cache while all rows of A pass by.
//
// The depth k is cut into equal blocks of at most 256, so that a panel takes 16 KB. Four panels at a time are copied to
// where they lie one after the other, just before they are used, and while these are multiplied the next four are asked
// for: a B of many megabytes, a weight matrix say, passes once and needs no room of its own. Panels are read where they
// lie instead if B's rows are contiguous and copying would not pay: for few rows of A, a B that fits L1 as it is, or on
// AVX-512.
//
// A's block, up to 256 KB that stay in L2, is read where it lies if its rows are contiguous, and not so far apart that
// more than eight collide in L1. Otherwise it is copied, into strips [rows / 6][depth][6] or row by row, unless C has
// so few columns, or A so few rows, that this would not pay.
//
// If one block holds the whole depth, the last panels are moved to the left until they are full: some columns are
// computed twice, to the same bits, and there are no parts of vectors to be loaded and stored.
//
// Source of the scheme: Goto, van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008.
#include "gemm_packing.h"

enum {
    most_depth = 256,
    block_floats = 1 << 16,  // of A: 256 KB
    small_floats = 1 << 13,  // what fits L1 as it is
    group_columns = gemm_most_panels * lanes,
    fewest_columns = 64,     // of C for which A is copied
    fewest_rows = 4,
    most_fetched = 1 << 21,  // of a B that is not copied: 8 MB
    fewest_depth = 128,      // with which rows that were copied one by one need no more room than strips
};

static size_t group_floats(size_t k) { return group_columns * min_size(k, most_depth); }

static size_t block_rows(size_t depth) { return block_floats / depth / gemm_wide_rows * gemm_wide_rows; }

size_t winnow_gemm_panels_scratch(size_t m, size_t k) {
    size_t depth = min_size(k, most_depth);
    size_t strips = ceil_divide(min_size(m, block_rows(depth)), gemm_narrow_rows) * gemm_wide_rows * depth;
    return group_floats(k) + strips;
}

// A block of the depth, and what is done with it.
typedef struct {
    const gemm_product *product;
    gemm_matrix a, b;  // the block's columns and rows of them
    size_t depth;
    int first, last;
    int packs_a, copies_a;  // into strips, or row by row
    int copies_b, fetches_b;
    float *room_a, *room_b;
} block;

// Panels that are multiplied side by side, and the columns of C for which they stand.
typedef struct {
    size_t panels, first, columns;
    const float *b;
    size_t b_row, b_panel;
    float start[group_columns];
} unit;

// The panels from column j on, at most `beside` of them, copied to `room` if that pays. Returns how many columns
// further the next ones are.
WINNOW_INLINE size_t take_unit(const block *x, size_t j, size_t beside, float *room, unit *u) {
    const gemm_product *product = x->product;
    size_t n = product->n, left = max_size(n - j, lanes) / lanes;
    u->panels = left >= beside ? beside : left >= 2 && beside >= 2 ? 2 : 1;
    size_t width = u->panels * lanes, used = min_size(width, n - j);
    u->first = used < width && n >= width && x->first && x->last ? n - width : j;
    u->columns = min_size(width, n - u->first);
    memset(u->start, 0, width * sizeof(float));
    if (product->bias && x->first) memcpy(u->start, product->bias + u->first, u->columns * sizeof(float));

    gemm_matrix part = {x->b.base + u->first * x->b.column, x->b.row, x->b.column};
    if (!x->copies_b && part.column == 1 && u->columns == width) {
        u->b = part.base, u->b_row = part.row, u->b_panel = lanes;
        return used;
    }
    u->b = room, u->b_row = lanes, u->b_panel = x->depth * lanes;
    if (part.column == 1) {
        size_t readable = (x->depth - 1) * part.row + n - u->first;
        gemm_pack_rows(&part, x->depth, u->columns, u->panels, readable, room);
    } else {
        for (size_t q = 0; q < u->panels; q++) {
            gemm_matrix panel = {part.base + q * lanes * part.column, part.row, part.column};
            gemm_pack_columns(&panel, x->depth, min_size(lanes, u->columns - q * lanes), room + q * u->b_panel);
        }
    }
    return used;
}

// Asks for part `part` of `parts` of the panels from column j on.
WINNOW_INLINE void fetch_panels(const block *x, size_t j, size_t part, size_t parts) {
    size_t columns = min_size(group_columns, x->product->n - j);
    const float *base = x->b.base + j * x->b.column;
    size_t from = part * x->depth / parts, to = (part + 1) * x->depth / parts;
    if (x->b.column == 1) {
        for (size_t p = from; p < to; p++) {
            for (size_t l = 0; l < columns; l += lanes) __builtin_prefetch(base + p * x->b.row + l);
        }
    } else {
        for (size_t p = ceil_divide(from, lanes) * lanes; p < to; p += lanes) {
            for (size_t l = 0; l < columns; l++) __builtin_prefetch(base + l * x->b.column + p);
        }
    }
}

WINNOW_INLINE void pack_strips(const block *x, size_t row, const gemm_split *rows, size_t step) {
    for (size_t r = 0, count; r < rows->parts; r++, row += count) {
        count = gemm_part_size(rows, r);
        gemm_matrix part = {x->a.base + row * x->a.row, x->a.row, x->a.column};
        gemm_pack_strip(&part, x->depth, count, step, x->room_a + r * x->depth * step);
    }
}

// Rows from `row` on, cut as `rows` says, with all columns.
WINNOW_INLINE void multiply_rows(const block *x, size_t row, const gemm_split *rows) {
    const gemm_product *product = x->product;
    size_t step = winnow_gemm_tile_rows(), beside = winnow_gemm_tile_panels(gemm_part_size(rows, 0));
    gemm_matrix block_a = {x->a.base + row * x->a.row, x->a.row, x->a.column};
    if (x->packs_a) {
        pack_strips(x, row, rows, step);
    } else if (x->copies_a) {
        gemm_copy_rows(&block_a, x->depth, rows->parts * rows->size + rows->longer, x->room_a);
        block_a = (gemm_matrix){x->room_a, gemm_copied_row(x->depth), 1};
    }
    for (size_t j = 0; j < product->n;) {
        unit units[gemm_most_panels];
        size_t count = 0;
        for (size_t end = min_size(j + group_columns, product->n), panels = 0; j < end; count++) {
            j += take_unit(x, j, beside, x->room_b + panels * x->depth * lanes, &units[count]);
            panels += units[count].panels;
        }
        for (size_t q = 0; q < count; q++) {
            const unit *u = &units[q];
            gemm_tile tile = {
                .depth = x->depth, .b = u->b, .b_row = u->b_row, .b_panel = u->b_panel, .start = u->start,
                .adds = !x->first, .relu = product->relu && x->last, .ldc = product->ldc,
            };
            for (size_t r = 0, i = row, size; r < rows->parts; r++, i += size) {
                size = gemm_part_size(rows, r);
                tile.a = x->packs_a
                    ? (gemm_matrix){x->room_a + r * x->depth * step, 1, step}
                    : (gemm_matrix){block_a.base + (i - row) * block_a.row, block_a.row, block_a.column};
                tile.c = product->c + i * product->ldc + u->first;
                if (x->fetches_b && j < product->n) {
                    fetch_panels(x, j, q * rows->parts + r, count * rows->parts);
                }
                if (u->columns == u->panels * lanes) {
                    winnow_gemm_multiply_tile(size, u->panels, &tile);
                } else {
                    winnow_gemm_multiply_narrow_tile(size, u->columns, &tile);
                }
            }
        }
    }
}

WINNOW_CLONES void winnow_gemm_panels(const gemm_product *product) {
    size_t m = product->m, n = product->n, k = product->k;
    const gemm_matrix *a = &product->a, *b = &product->b;
    size_t tile_rows = winnow_gemm_tile_rows();
    // A row of AVX-512's two panels is two whole cache lines: reading them again where they lie costs less than
    // copying, and asking for them ahead pays as long as all of B can be in L3.
    int copies_b = m > 2 * tile_rows && n * k > small_floats && (b->column != 1 || tile_rows < gemm_wide_rows);
    block x = {
        .product = product,
        .packs_a = a->column != 1 && n >= fewest_columns && m >= fewest_rows && m * k > small_floats,
        .copies_a = a->column == 1 && gemm_rows_collide(a->row, min_size(m, tile_rows))
            && n >= fewest_columns && k >= fewest_depth,
        .copies_b = copies_b,
        .fetches_b = n * k > block_floats && (copies_b || n * k <= most_fetched),
        .room_a = product->scratch + group_floats(k),
        .room_b = product->scratch,
    };
    gemm_split depths = gemm_split_evenly(k, most_depth);
    for (size_t d = 0, p = 0; d < depths.parts; d++, p += x.depth) {
        x.depth = gemm_part_size(&depths, d);
        x.first = d == 0;
        x.last = d + 1 == depths.parts;
        x.a = (gemm_matrix){a->base + p * a->column, a->row, a->column};
        x.b = (gemm_matrix){b->base + p * b->row, b->row, b->column};
        for (size_t i = 0, limit = block_rows(gemm_part_size(&depths, 0)); i < m; i += limit) {
            gemm_split rows = gemm_split_evenly(min_size(limit, m - i), winnow_gemm_tile_rows());
            multiply_rows(&x, i, &rows);
        }
    }
}
