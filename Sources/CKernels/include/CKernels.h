// Compute kernels in portable C: one file each, single-threaded, free of allocation.
// Every kernel is compiled for several instruction sets and the loader picks one by CPU, never by measurement.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "gemm.h"
#include "winograd.h"
#include "activations.h"
#include "batch_norm.h"
#include "dropout.h"
#include "instruction_set.h"
#include "layouts.h"
#include "losses.h"
#include "optimizers.h"
#include "pooling.h"
#include "direct_convolution.h"
#include "stem_convolution.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Every row of the rows x columns matrix becomes `bias`.
void winnow_fill_rows(const float *bias, float *matrix, size_t rows, size_t columns);

/// sums[j] = the sum of column j of a rows x columns matrix.
void winnow_sum_columns(const float *matrix, float *sums, size_t rows, size_t columns);

#ifdef __cplusplus
}
#endif
