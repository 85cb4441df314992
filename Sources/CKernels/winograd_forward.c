// Winograd's forward and backward data convolutions; the mathematics and the layout are in winograd_layout.h.
//
// The blocking keeps what is used again in L2, and lets pass by in order what is not:
//
//   - Filters of up to 128 x 128 channels are transformed once. Then, block of tiles by block of tiles, the inputs are
//     transformed, multiplied and transformed back. A block has so few tiles that it stays in L2, and so many that the
//     filter, which comes from L3 for each of them, keeps up. Products of plane p are written into the slot before that
//     of the inputs of plane p, which is free by then: half the memory, so twice the tiles.
//   - Larger filters are transformed where they are used, some outputs at a time, for many tiles at once: with few
//     pixels and many channels, writing and reading the whole transformed filter (38 MB for 512 x 512) would cost more
//     than the products. Where even all tiles are few, inputs are cut as well, and products added up in L2.
#include "winograd_product.h"
#include "winograd_tile.h"

enum {
    whole_filter = 8 * 8,    // panels of inputs times panels of outputs
    block_panels = 144,      // tiles times panels of a block: 36 tiles of 64 channels, 340 KB
    many_tiles = 128,        // for one transform of a part of a large filter
    few_tiles = 64,          // at which that part has to stay in L2
};

typedef struct {
    winograd_images in, out;
    winograd_tiles tiles;
    size_t padding;
    winograd_blocking block;
    const float *x, *weights;
    float *y;
    const winnow_epilogue *epilogue;
    float *scratch;
} winograd_convolution;

static winograd_blocking blocking_of(size_t inputs, size_t outputs, size_t tiles) {
    if (inputs * outputs <= whole_filter) {
        size_t count = block_panels / max_size(inputs, outputs) / most_rows * most_rows;
        return (winograd_blocking){min_size(max_size(count, 2 * most_rows), tiles), inputs, outputs};
    }
    if (tiles > few_tiles) return (winograd_blocking){min_size(many_tiles, tiles), inputs, min_size(4, outputs)};
    return (winograd_blocking){tiles, min_size(4, inputs), min_size(2, outputs)};
}

// Where the parts of the scratch memory begin, and how far apart planes are in them.
typedef struct {
    int whole;
    size_t u_plane, v_plane, m_plane;
    size_t m, v, end;  // u is at 0
} winograd_memory;

WINNOW_INLINE winograd_memory memory_of(const winograd_blocking *block, size_t inputs, size_t outputs) {
    winograd_memory memory = {.whole = block->inputs == inputs && block->outputs == outputs};
    memory.u_plane = filter_plane(block);
    memory.m = winograd_planes * memory.u_plane;
    if (memory.whole) {
        memory.m_plane = memory.v_plane = tile_plane(block->tiles, max_size(inputs, outputs));
        memory.v = memory.m + memory.m_plane;
    } else {
        memory.m_plane = tile_plane(block->tiles, block->outputs);
        memory.v_plane = tile_plane(block->tiles, inputs);
        memory.v = memory.m + winograd_planes * memory.m_plane;
    }
    memory.end = memory.v + winograd_planes * memory.v_plane;
    return memory;
}

// All tiles fall into four parts: those in the last row, or the last column, where these are thin, and the others.
// Of a thin one, only the first row (or column) of the input is inside the image. B^T makes that row of pixels the
// first row of planes alone, so that 6 planes of 36 have to be multiplied, and one in the corner.
static winograd_tiles thin_tiles(const winograd_convolution *w, int thin_rows, int thin_columns) {
    size_t rows = w->in.height + w->padding <= 4 * (w->tiles.rows - 1) + 1;
    size_t columns = w->in.width + w->padding <= 4 * (w->tiles.columns - 1) + 1;
    size_t full_rows = w->tiles.rows - rows, full_columns = w->tiles.columns - columns;
    winograd_tiles tiles = {
        .first_row = thin_rows ? full_rows : 0, .rows = thin_rows ? rows : full_rows, .thin_rows = thin_rows,
        .first_column = thin_columns ? full_columns : 0, .columns = thin_columns ? columns : full_columns,
        .thin_columns = thin_columns,
    };
    tiles.count = w->tiles.count / (w->tiles.rows * w->tiles.columns) * tiles.rows * tiles.columns;
    return tiles;
}

// One block of tiles, whose transformed inputs are in v already.
WINNOW_INLINE void convolve_block(
    const winograd_convolution *w, const winograd_memory *memory, const winograd_tiles *tiles, size_t first,
    size_t count, int wide, int transposed
) {
    size_t inputs = w->in.channels, outputs = w->out.channels;
    float *u = w->scratch, *m = u + memory->m;
    for (size_t o = 0; o < outputs; o += w->block.outputs) {
        size_t some_outputs = min_size(w->block.outputs, outputs - o);
        for (size_t i = 0; i < inputs; i += w->block.inputs) {
            size_t some_inputs = min_size(w->block.inputs, inputs - i);
            if (!memory->whole) {
                transform_filters(
                    wide, transposed, w->weights, inputs, outputs, i, some_inputs, o, some_outputs, u,
                    memory->u_plane);
            }
            const float *v = w->scratch + memory->v + i * count * lanes;
            multiply_tiles(
                wide, tiles, count, some_inputs, some_outputs, v, memory->v_plane, u, memory->u_plane, m,
                memory->m_plane, i > 0);
        }
        scatter_outputs(
            wide, &w->out, tiles, first, count, o, some_outputs, m, memory->m_plane, w->y, w->epilogue);
    }
}

WINNOW_INLINE void convolve(const winograd_convolution *w, int wide, int transposed) {
    size_t inputs = w->in.channels, outputs = w->out.channels;
    winograd_memory memory = memory_of(&w->block, inputs, outputs);
    if (memory.whole) {
        transform_filters(
            wide, transposed, w->weights, inputs, outputs, 0, inputs, 0, outputs, w->scratch, memory.u_plane);
    }
    for (int part = 0; part < 4; part++) {
        winograd_tiles tiles = thin_tiles(w, part & 1, part >> 1);
        for (size_t first = 0; first < tiles.count; first += w->block.tiles) {
            size_t count = min_size(w->block.tiles, tiles.count - first);
            gather_images(
                wide, &w->in, &tiles, first, count, (ptrdiff_t)w->padding, 0, inputs, w->x, w->scratch + memory.v,
                memory.v_plane);
            convolve_block(w, &memory, &tiles, first, count, wide, transposed);
        }
    }
}

WINNOW_WIDE static void forward_wide(const winograd_convolution *work) { convolve(work, 1, 0); }
WINNOW_WIDE static void backward_wide(const winograd_convolution *work) { convolve(work, 1, 1); }
WINNOW_NARROW static void forward_narrow(const winograd_convolution *work) { convolve(work, 0, 0); }
WINNOW_NARROW static void backward_narrow(const winograd_convolution *work) { convolve(work, 0, 1); }

static winograd_convolution forward_of(const winnow_convolution_shape *s) {
    winograd_convolution work = {
        .in = {blocks_of(s->inputs), s->height, s->width},
        .out = {blocks_of(s->outputs), s->out_height, s->out_width},
        .padding = s->padding,
    };
    work.tiles = tiles_of(&work.out, s->batch);
    work.block = blocking_of(work.in.channels, work.out.channels, work.tiles.count);
    return work;
}

// The same convolution of dy: each pixel of dx is a sum over 3x3 of dy, around it.
static winograd_convolution backward_of(const winnow_convolution_shape *s) {
    winnow_convolution_shape turned = {
        .batch = s->batch, .inputs = s->outputs, .height = s->out_height, .width = s->out_width,
        .outputs = s->inputs, .out_height = s->height, .out_width = s->width, .padding = 2 - s->padding,
    };
    return forward_of(&turned);
}

size_t winnow_winograd_scratch(const winnow_convolution_shape *shape) {
    winograd_convolution forward = forward_of(shape), backward = backward_of(shape);
    size_t most = memory_of(&forward.block, forward.in.channels, forward.out.channels).end;
    size_t back = memory_of(&backward.block, backward.in.channels, backward.out.channels).end;
    size_t gradient = winnow_winograd_weight_gradient_scratch(shape);
    return max_size(max_size(most, back), gradient);
}

void winnow_winograd_forward(
    const winnow_convolution_shape *shape, const float *x, const float *weights, float *y,
    const winnow_epilogue *epilogue, float *scratch
) {
    winograd_convolution work = forward_of(shape);
    work.x = x, work.weights = weights, work.y = y, work.epilogue = epilogue, work.scratch = scratch;
    if (has_wide_registers()) forward_wide(&work); else forward_narrow(&work);
}

void winnow_winograd_backward_data(
    const winnow_convolution_shape *shape, const float *dy, const float *weights, float *dx,
    const winnow_epilogue *epilogue, float *scratch
) {
    winograd_convolution work = backward_of(shape);
    work.x = dy, work.weights = weights, work.y = dx, work.epilogue = epilogue, work.scratch = scratch;
    if (has_wide_registers()) backward_wide(&work); else backward_narrow(&work);
}
