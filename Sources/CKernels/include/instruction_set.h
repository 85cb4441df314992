// What the kernels run on.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// "x86-64-v4" (AVX-512), "x86-64-v3" (AVX2 with FMA), or "baseline": what the compiler assumes of every CPU.
const char *winnow_instruction_set(void);

#ifdef __cplusplus
}
#endif
