// Comparisons of vectors, whose lanes are all ones where they hold, and choices by them. C has no ?: for vectors.
#pragma once

#include "clones.h"

typedef int32_t mask16 __attribute__((vector_size(64), aligned(4)));

// x where the mask is set, else 0.
#define KEEP16(mask, x) ((vec16)((mask) & (mask16)(x)))

// a where the mask is set, else b.
#define CHOOSE16(mask, a, b) ((vec16)(((mask) & (mask16)(a)) | (~(mask) & (mask16)(b))))

// max(x, 0). "Not below 0" rather than "above 0", so that NaN passes: a diverged run must be seen in its loss.
#define RELU16(x) KEEP16(~((x) < 0), x)
