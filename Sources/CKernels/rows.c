// A bias over the rows of a batch, and its gradient.
#include "clones.h"
#include "include/CKernels.h"

void winnow_fill_rows(const float *bias, float *matrix, size_t rows, size_t columns) {
    for (size_t i = 0; i < rows; i++) memcpy(matrix + i * columns, bias, columns * sizeof(float));
}

// Sixteen columns at a time, all rows of them: the sums stay in registers, and their order is fixed.
WINNOW_CLONES void winnow_sum_columns(const float *matrix, float *sums, size_t rows, size_t columns) {
    size_t j = 0;
    for (; j + lanes <= columns; j += lanes) {
        vec16 sum = {0};
        for (size_t i = 0; i < rows; i++) sum += LOAD16(matrix + i * columns + j);
        STORE16(sums + j, sum);
    }
    for (; j < columns; j++) {
        float sum = 0;
        for (size_t i = 0; i < rows; i++) sum += matrix[i * columns + j];
        sums[j] = sum;
    }
}
