// What the directions of the direct convolution share.
#pragma once

#include "bands.h"
#include "include/convolution.h"

// Floats of a band's copied input, 384 KB: what an L2 cache of 512 KB holds beside a block's weights and sums. Where a
// sample has few pixels and many channels, the more of them are done together, the less often all weights are read.
enum { direct_copy_room = 98304 };

size_t winnow_direct_backward_data_scratch(const winnow_convolution_shape *shape);
