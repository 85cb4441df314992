// The one-dimensional transforms of F(4,3) and F(3,4), and the two-dimensional ones of a tile; included once for each
// width of vector, with `winograd_lanes` defined. See winograd_layout.h.
//
// A 6x6 tile of 16 channels is 36 AVX-512 registers, which nearly fits, but 72 of AVX2: there the transforms go over
// a tile twice, 8 lanes at a time, with what lies between rows and columns in L1. That is aligned, because `vec` itself
// is not: stores across cache lines made the transforms half as fast.

#define winograd_join_(name, width) name##_##width
#define winograd_join(name, width) winograd_join_(name, width)
#define WIDE(name) winograd_join(name, winograd_lanes)
#define vec WIDE(winograd_vec)
#define bits WIDE(winograd_bits)
#define AT(p) (*(vec *)(p))
#define FROM(p) (*(const vec *)(p))

typedef float vec __attribute__((vector_size(winograd_lanes * sizeof(float)), aligned(4)));
typedef int32_t bits __attribute__((vector_size(winograd_lanes * sizeof(float)), aligned(4)));

// r = B^T d.
WINNOW_INLINE void WIDE(image_line)(const vec *d, vec *r) {
    vec even_a = d[4] - b2 * d[2], odd_a = d[3] - b2 * d[1];
    vec even_b = d[4] - a2 * d[2], odd_b = d[3] - a2 * d[1];
    r[0] = a2b2 * d[0] + (d[4] - sum2 * d[2]);
    r[1] = even_a + a1 * odd_a;
    r[2] = even_a - a1 * odd_a;
    r[3] = even_b + b1 * odd_b;
    r[4] = even_b - b1 * odd_b;
    r[5] = a2b2 * d[1] + (d[5] - sum2 * d[3]);
}

// y = A^T m.
WINNOW_INLINE void WIDE(output_line)(const vec *m, vec *y) {
    vec sum_a = m[1] + m[2], sum_b = m[3] + m[4], difference_a = m[1] - m[2], difference_b = m[3] - m[4];
    y[0] = (m[0] + sum_a) + sum_b;
    y[1] = a1 * difference_a + b1 * difference_b;
    y[2] = a2 * sum_a + b2 * sum_b;
    y[3] = a3 * difference_a + (b3 * difference_b + m[5]);
}

// z = A y.
WINNOW_INLINE void WIDE(gradient_line)(const vec *y, vec *z) {
    vec even_a = y[0] + a2 * y[2], odd_a = y[1] + a2 * y[3];
    vec even_b = y[0] + b2 * y[2], odd_b = y[1] + b2 * y[3];
    z[0] = y[0];
    z[1] = even_a + a1 * odd_a;
    z[2] = even_a - a1 * odd_a;
    z[3] = even_b + b1 * odd_b;
    z[4] = even_b - b1 * odd_b;
    z[5] = y[3];
}

// u = G g.
WINNOW_INLINE void WIDE(filter_line)(const vec *g, vec *u) {
    vec even_a = g_a * g[0] + g_a_a2 * g[2], odd_a = g_a_a1 * g[1];
    vec even_b = g_b * g[0] + g_b_b2 * g[2], odd_b = g_b_b1 * g[1];
    u[0] = g_0 * g[0];
    u[1] = even_a + odd_a;
    u[2] = even_a - odd_a;
    u[3] = even_b + odd_b;
    u[4] = even_b - odd_b;
    u[5] = g[2];
}

// g = G^T u.
WINNOW_INLINE void WIDE(weight_line)(const vec *u, vec *g) {
    vec sum_a = u[1] + u[2], sum_b = u[3] + u[4], difference_a = u[1] - u[2], difference_b = u[3] - u[4];
    g[0] = g_0 * u[0] + (g_a * sum_a + g_b * sum_b);
    g[1] = g_a_a1 * difference_a + g_b_b1 * difference_b;
    g[2] = g_a_a2 * sum_a + (g_b_b2 * sum_b + u[5]);
}

// v[p] = (B^T d B)[p] for a tile d of 6x6 pixels; planes p are `plane` apart. The next tile, four pixels further, is
// fetched ahead: six short rows are too little for the hardware to see a stream. `whole` is a constant where this is
// inlined: of other tiles, the pixels outside the image are zeros, whose columns need no transform.
WINNOW_INLINE void WIDE(transform_image)(const winograd_window *d, int whole, float *v, size_t plane) {
    for (size_t half = 0; half < lanes; half += winograd_lanes) {
        _Alignas(64) vec between[6][6];
        for (ptrdiff_t j = 0; j < 6; j++) {
            vec in[6], out[6];
            if (!whole && (j < d->left || j >= d->right)) {
                for (size_t i = 0; i < 6; i++) between[i][j] = (vec){0};
                continue;
            }
            if (whole && half == 0) {
                for (ptrdiff_t i = 0; i < 6; i++) fetch(d->panel, (size_t)pixel_of(d, i, j + 4));
            }
            for (ptrdiff_t i = 0; i < 6; i++) {
                int is_zero = !whole && (i < d->top || i >= d->bottom);
                in[i] = is_zero ? (vec){0} : FROM(d->panel + pixel_of(d, i, j) + half);
            }
            WIDE(image_line)(in, out);
            for (size_t i = 0; i < 6; i++) between[i][j] = out[i];
        }
        for (size_t i = 0; i < 6; i++) {
            vec out[6];
            WIDE(image_line)(between[i], out);
            for (size_t j = 0; j < 6; j++) AT(v + (i * 6 + j) * plane + half) = out[j];
        }
    }
}

// v[p] = (A dy A^T)[p] for a tile of 4x4 pixels.
WINNOW_INLINE void WIDE(transform_gradient)(const winograd_window *dy, int whole, float *v, size_t plane) {
    for (size_t half = 0; half < lanes; half += winograd_lanes) {
        _Alignas(64) vec between[6][4];
        for (ptrdiff_t j = 0; j < 4; j++) {
            vec in[4], out[6];
            for (ptrdiff_t i = 0; i < 4; i++) {
                int is_zero = !whole && (i >= dy->bottom || j >= dy->right);
                in[i] = is_zero ? (vec){0} : FROM(dy->panel + pixel_of(dy, i, j) + half);
            }
            WIDE(gradient_line)(in, out);
            for (size_t i = 0; i < 6; i++) between[i][j] = out[i];
        }
        for (size_t i = 0; i < 6; i++) {
            vec out[6];
            WIDE(gradient_line)(between[i], out);
            for (size_t j = 0; j < 6; j++) AT(v + (i * 6 + j) * plane + half) = out[j];
        }
    }
}

// What is stored of one row of a tile, `columns` being a constant where the tile is whole.
WINNOW_INLINE void WIDE(store_row)(vec *row, size_t columns, const winograd_output *to, size_t place, size_t half) {
    if (to->scale) {
        for (size_t j = 0; j < 4; j++) row[j] *= FROM(to->scale + half);
    }
    if (to->shift) {
        for (size_t j = 0; j < 4; j++) row[j] += FROM(to->shift + half);
    }
    if (to->residual) {
        for (size_t j = 0; j < 4; j++) {
            if (j < columns) row[j] += FROM(to->residual + place + j * lanes);
        }
    }
    if (to->relu) {
        for (size_t j = 0; j < 4; j++) row[j] = (vec)((bits)row[j] & ~(row[j] < 0));
    }
    for (size_t j = 0; j < 4; j++) {
        if (j < columns) AT(to->y + place + j * lanes) = row[j];
    }
}

// The first `rows` rows and `columns` columns of A^T m A, to offset `place` of the output.
WINNOW_INLINE void WIDE(transform_output)(
    const float *m, size_t plane, const winograd_output *to, size_t place, size_t rows, size_t columns
) {
    for (size_t half = 0; half < lanes; half += winograd_lanes) {
        _Alignas(64) vec between[4][6];
        for (size_t j = 0; j < 6; j++) {
            vec in[6], out[4];
            for (size_t i = 0; i < 6; i++) in[i] = FROM(m + (i * 6 + j) * plane + half);
            WIDE(output_line)(in, out);
            for (size_t i = 0; i < 4; i++) between[i][j] = out[i];
        }
        for (size_t i = 0; i < 4; i++) {
            if (i >= rows) break;
            vec row[4];
            WIDE(output_line)(between[i], row);
            size_t start = place + i * to->stride + half;
            if (columns == 4) {
                WIDE(store_row)(row, 4, to, start, half);
            } else {
                WIDE(store_row)(row, columns, to, start, half);
            }
        }
    }
}

// u[p] = (G g G^T)[p] for 16 filters whose taps are `tap` apart, which may be negative: then the filter is flipped.
WINNOW_INLINE void WIDE(transform_filter)(const float *g, ptrdiff_t tap, float *u, size_t plane) {
    for (size_t half = 0; half < lanes; half += winograd_lanes) {
        _Alignas(64) vec between[6][3];
        for (ptrdiff_t j = 0; j < 3; j++) {
            vec in[3], out[6];
            for (ptrdiff_t i = 0; i < 3; i++) in[i] = FROM(g + (i * 3 + j) * tap + half);
            WIDE(filter_line)(in, out);
            for (size_t i = 0; i < 6; i++) between[i][j] = out[i];
        }
        for (size_t i = 0; i < 6; i++) {
            vec out[6];
            WIDE(filter_line)(between[i], out);
            for (size_t j = 0; j < 6; j++) AT(u + (i * 6 + j) * plane + half) = out[j];
        }
    }
}

// The taps of G^T u G, `tap` apart.
WINNOW_INLINE void WIDE(transform_weights)(const float *u, size_t plane, float *g, size_t tap) {
    for (size_t half = 0; half < lanes; half += winograd_lanes) {
        _Alignas(64) vec between[3][6];
        for (size_t j = 0; j < 6; j++) {
            vec in[6], out[3];
            for (size_t i = 0; i < 6; i++) in[i] = FROM(u + (i * 6 + j) * plane + half);
            WIDE(weight_line)(in, out);
            for (size_t i = 0; i < 3; i++) between[i][j] = out[i];
        }
        for (size_t i = 0; i < 3; i++) {
            vec out[3];
            WIDE(weight_line)(between[i], out);
            for (size_t j = 0; j < 3; j++) AT(g + (i * 3 + j) * tap + half) = out[j];
        }
    }
}

#undef winograd_join_
#undef winograd_join
#undef WIDE
#undef vec
#undef bits
#undef AT
#undef FROM
#undef winograd_lanes
