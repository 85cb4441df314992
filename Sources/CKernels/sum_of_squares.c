// The sum of squares in double, in which the square of a float is exact. Sixteen sums side by side, joined by halves:
// the order is the same on every CPU.
#include "doubles.h"
#include "include/optimizers.h"

#pragma clang fp contract(fast)

WINNOW_CLONES double winnow_sum_of_squares(const float *x, size_t count) {
    dvec16 sums = {0}, v;
    size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        v = TO_DOUBLE16(LOAD16(x + i));
        sums += v * v;
    }
    if (i < count) {
        vec16 rest;
        load_part(&rest, x + i, count - i);
        v = TO_DOUBLE16(rest);
        sums += v * v;
    }
    return sum_lanes(&sums);
}
