// Arithmetic of sizes.
#pragma once

#include <stddef.h>

#include "clones.h"

WINNOW_INLINE size_t min_size(size_t a, size_t b) { return a < b ? a : b; }
WINNOW_INLINE size_t max_size(size_t a, size_t b) { return a > b ? a : b; }

// a / b, rounded up.
WINNOW_INLINE size_t ceil_divide(size_t a, size_t b) { return (a + b - 1) / b; }
