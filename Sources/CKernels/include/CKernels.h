// Compute kernels in portable C: single-threaded, free of allocation.
// Every kernel is compiled for several instruction sets and the loader picks one by CPU, never by measurement.
#pragma once

#include "batch_norm.h"
#include "convolution.h"
#include "elementwise.h"
#include "gemm.h"
#include "layouts.h"
#include "losses.h"
#include "optimizers.h"
#include "pooling.h"

#ifdef __cplusplus
extern "C" {
#endif

/// "x86-64-v4" (AVX-512), "x86-64-v3" (AVX2 with FMA), or "baseline": what the compiler assumes of every CPU.
const char *winnow_instruction_set(void);

#ifdef __cplusplus
}
#endif
