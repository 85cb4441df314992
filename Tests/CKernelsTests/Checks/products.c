// C = A B + bias, in every order of A and B, with rows that lie apart.
#include <math.h>

#include "CKernels.h"
#include "check.h"

void check_products(void) {
    size_t m, n, k;
    // Rows that are 4 KB apart collide in the caches, and are copied.
    size_t collide = one_in(8) ? 1024 : 0;
    do {
        m = one_in(4) ? draw(1, 400) : draw(1, 40);
        n = one_in(4) ? draw(1, 400) : draw(1, 80);
        k = one_in(4) ? draw(1, 900) : draw(1, 80);
        if (collide) k = one_in(2) ? collide : draw(1, collide);
    } while (m * n * k > 3000000);
    int a_along = one_in(2), b_along = one_in(2), relu = one_in(2), biased = one_in(2);
    // What is contiguous: A's row or column, B's column or row.
    size_t a_step = (a_along ? k : m) + draw(0, 1) * draw(0, 20), b_step = (b_along ? k : n) + draw(0, 1) * draw(0, 20);
    if (collide) a_step = b_step = collide;
    size_t ldc = n + draw(0, 1) * draw(0, 20);
    size_t a_row = a_along ? a_step : 1, a_column = a_along ? 1 : a_step;
    size_t b_row = b_along ? 1 : b_step, b_column = b_along ? b_step : 1;
    describe(
        "m %zu n %zu k %zu, a %zu %zu, b %zu %zu, ldc %zu%s%s", m, n, k, a_row, a_column, b_row, b_column, ldc,
        biased ? ", bias" : "", relu ? ", relu" : "");

    float *a = input((m - 1) * a_row + (k - 1) * a_column + 1), *b = input((k - 1) * b_row + (n - 1) * b_column + 1);
    float *bias = biased ? input(n) : NULL, *c = output((m - 1) * ldc + n);
    float *room = scratch(winnow_gemm_scratch(m, n, k));
    seal_inputs();
    winnow_gemm(m, n, k, a, a_row, a_column, b, b_row, b_column, bias, relu, c, ldc, room);

    double *wanted = expected(n);
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t p = 0; p < k; p++) sum += (double)a[i * a_row + p * a_column] * b[p * b_row + j * b_column];
            if (bias) sum += bias[j];
            wanted[j] = relu && sum < 0 ? 0 : sum;
        }
        expect_near("a row of the product", c + i * ldc, wanted, n, 1e-5 + 3e-8 * (double)k);
        for (size_t j = n; j < ldc && i + 1 < m; j++) {
            expect_true("nothing is written between the rows", isnan(c[i * ldc + j]));
        }
    }
}
