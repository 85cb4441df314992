// The matrix products, plane by plane. AVX2's 16 registers hold 6 rows of one panel of 16 columns (12 sums, two loads
// and six broadcasts for 12 multiplications), AVX-512's 32 hold 6 rows of four panels (24 sums).
#pragma once

#include "winograd_layout.h"

enum { most_rows = 6, most_panels = 4 };

// Whole panels of k: c[panel][row][16] (+)= the sum over k of a[k / 16][row][k % 16] b[panel][k][16]. Panels of a, b
// and c are a_panel, b_panel and c_panel apart; `rows` and `panels` are constants where this is inlined.
WINNOW_INLINE void tile_product(
    size_t rows, size_t panels, size_t k, const float *a, size_t a_panel, const float *b, size_t b_panel,
    float *c, size_t c_panel, int add
) {
    vec16 sums[most_panels][most_rows];
    UNROLLED for (size_t q = 0; q < panels; q++) {
        UNROLLED for (size_t r = 0; r < rows; r++) sums[q][r] = (vec16){0};
    }
    for (size_t block = 0; block < k; block++) {
        const float *left = a + block * a_panel, *right = b + block * winograd_panel;
#pragma clang loop unroll_count(4)
        for (size_t i = 0; i < lanes; i++) {
            vec16 row[most_panels];
            UNROLLED for (size_t q = 0; q < panels; q++) row[q] = LOAD16(right + q * b_panel + i * lanes);
            UNROLLED for (size_t r = 0; r < rows; r++) {
                UNROLLED for (size_t q = 0; q < panels; q++) sums[q][r] += left[r * lanes + i] * row[q];
            }
        }
    }
    UNROLLED for (size_t q = 0; q < panels; q++) {
        UNROLLED for (size_t r = 0; r < rows; r++) {
            float *to = c + q * c_panel + r * lanes;
            STORE16(to, add ? LOAD16(to) + sums[q][r] : sums[q][r]);
        }
    }
}

// The same for `count` rows, in strips that are as high as the registers allow: 13 rows are 6 + 4 + 3.
WINNOW_INLINE void tile_products(
    size_t panels, size_t count, size_t k, const float *a, size_t a_panel, const float *b, size_t b_panel,
    float *c, size_t c_panel, int add
) {
    while (count > 0) {
        size_t rows = count >= 9 || count == 6 ? 6 : count > 6 ? 4 : count;
#define STRIP(rows) tile_product(rows, panels, k, a, a_panel, b, b_panel, c, c_panel, add)
        switch (rows) {
        case 6: STRIP(6); break;
        case 5: STRIP(5); break;
        case 4: STRIP(4); break;
        case 3: STRIP(3); break;
        case 2: STRIP(2); break;
        default: STRIP(1); break;
        }
#undef STRIP
        a += rows * lanes;
        c += rows * lanes;
        count -= rows;
    }
}

// m[p][output panel][tile][16] (+)= v[p] u[p] for all planes, u being [36][output panels][inputs][16]. Planes that are
// zero in thin tiles are left out.
WINNOW_INLINE void multiply_tiles(
    int wide, const winograd_tiles *tiles, size_t count, size_t inputs, size_t outputs, const float *v, size_t v_plane,
    const float *u, size_t u_plane, float *m, size_t m_plane, int add
) {
    size_t a_panel = count * lanes, b_panel = inputs * winograd_panel;
    for (size_t p = 0; p < winograd_planes; p++) {
        const float *a = v + p * v_plane, *b = u + p * u_plane;
        float *c = m + p * m_plane;
        if ((tiles->thin_rows && p >= 6) || (tiles->thin_columns && p % 6 > 0)) {
            memset(c, 0, outputs * a_panel * sizeof(float));
            continue;
        }
        size_t o = 0;
        for (; wide && o + 4 <= outputs; o += 4) {
            tile_products(4, count, inputs, a, a_panel, b + o * b_panel, b_panel, c + o * a_panel, a_panel, add);
        }
        for (; wide && o + 2 <= outputs; o += 2) {
            tile_products(2, count, inputs, a, a_panel, b + o * b_panel, b_panel, c + o * a_panel, a_panel, add);
        }
        for (; o < outputs; o++) {
            tile_products(1, count, inputs, a, a_panel, b + o * b_panel, b_panel, c + o * a_panel, a_panel, add);
        }
    }
}

// c[panel][row][16] (+)= the sum over tiles of a[tile][row] b[panel][tile][16].
WINNOW_INLINE void channel_product(
    size_t rows, size_t panels, size_t tiles, const float *a, const float *b, size_t b_panel,
    float *c, size_t c_panel, int add
) {
    vec16 sums[most_panels][most_rows];
    UNROLLED for (size_t q = 0; q < panels; q++) {
        UNROLLED for (size_t r = 0; r < rows; r++) sums[q][r] = add ? LOAD16(c + q * c_panel + r * lanes) : (vec16){0};
    }
#pragma clang loop unroll_count(4)
    for (size_t t = 0; t < tiles; t++) {
        vec16 row[most_panels];
        UNROLLED for (size_t q = 0; q < panels; q++) row[q] = LOAD16(b + q * b_panel + t * lanes);
        UNROLLED for (size_t r = 0; r < rows; r++) {
            UNROLLED for (size_t q = 0; q < panels; q++) sums[q][r] += a[t * lanes + r] * row[q];
        }
    }
    UNROLLED for (size_t q = 0; q < panels; q++) {
        UNROLLED for (size_t r = 0; r < rows; r++) STORE16(c + q * c_panel + r * lanes, sums[q][r]);
    }
}

// 16 input channels are strips of 6, 6 and 4.
WINNOW_INLINE void channel_products(
    size_t panels, size_t inputs, size_t tiles, const float *a, const float *b, float *c, int add
) {
    size_t panel = tiles * lanes, c_panel = inputs * winograd_panel;
    for (size_t i = 0; i < inputs; i++, a += panel, c += winograd_panel) {
        channel_product(6, panels, tiles, a, b, panel, c, c_panel, add);
        channel_product(6, panels, tiles, a + 6, b, panel, c + 6 * lanes, c_panel, add);
        channel_product(4, panels, tiles, a + 12, b, panel, c + 12 * lanes, c_panel, add);
    }
}

// m[p][output panel][input][16] (+)= the transpose of v[p], times d[p].
WINNOW_INLINE void multiply_channels(
    int wide, size_t tiles, size_t inputs, size_t outputs, const float *v, size_t v_plane, const float *d,
    size_t d_plane, float *m, size_t m_plane, int add
) {
    size_t b_panel = tiles * lanes, c_panel = inputs * winograd_panel;
    for (size_t p = 0; p < winograd_planes; p++) {
        const float *a = v + p * v_plane, *b = d + p * d_plane;
        float *c = m + p * m_plane;
        size_t o = 0;
        for (; wide && o + 4 <= outputs; o += 4) {
            channel_products(4, inputs, tiles, a, b + o * b_panel, c + o * c_panel, add);
        }
        for (; wide && o + 2 <= outputs; o += 2) {
            channel_products(2, inputs, tiles, a, b + o * b_panel, c + o * c_panel, add);
        }
        for (; o < outputs; o++) channel_products(1, inputs, tiles, a, b + o * b_panel, c + o * c_panel, add);
    }
}
