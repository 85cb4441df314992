// What the three directions of the direct convolution share.
#pragma once

#include "bands.h"
#include "include/convolution.h"

// Floats of a band's copied input, 384 KB: what an L2 cache of 512 KB holds beside a block's weights and sums. Where a
// sample has few pixels and many channels, the more of them are done together, the less often all weights are read.
enum { direct_copy_room = 98304 };

// Distance of neighbouring windows in the copy of x.
WINNOW_INLINE size_t copy_stride(const winnow_convolution_shape *s) { return s->kernel == 1 ? 1 : s->stride; }

size_t direct_forward_scratch(const winnow_convolution_shape *s);
size_t direct_backward_data_scratch(const winnow_convolution_shape *s);
size_t direct_backward_weights_scratch(const winnow_convolution_shape *s);
