// Winograd's weight gradient; the mathematics and the layout are in winograd_layout.h.
//
// A block of the transformed gradient, up to 128 x 128 channels, is added up over blocks of tiles and transformed back
// once. 64 tiles are the inner dimension of the products: a plane of 64 channels of inputs and of gradients then fills
// L1, and reading and writing the sums costs little against it. Where there are few tiles, they are all transformed
// first, and no sum is written twice; blocks of 64 x 64 channels then come back from L2.
#include "winograd_product.h"
#include "winograd_tile.h"

enum { block_tiles = 64, few_tiles = 128 };

typedef struct {
    winograd_images in, out;
    winograd_tiles tiles;
    size_t padding;
    winograd_blocking block;
    const float *x, *dy;
    float *dw, *scratch;
} winograd_weight_gradient;

static winograd_weight_gradient work_of(const winnow_convolution_shape *s) {
    winograd_weight_gradient work = {
        .in = {blocks_of(s->inputs), s->height, s->width},
        .out = {blocks_of(s->outputs), s->out_height, s->out_width},
        .padding = s->padding,
    };
    work.tiles = tiles_of(&work.out, s->batch);
    int few = work.tiles.count <= few_tiles;
    size_t panels = few ? 4 : 8;
    work.block = (winograd_blocking){
        few ? work.tiles.count : block_tiles, min_size(panels, work.in.channels), min_size(panels, work.out.channels),
    };
    return work;
}

// Where the parts of the scratch memory begin, and how far apart planes are in them.
typedef struct {
    int once;  // whether all tiles are transformed before the first product
    size_t m_plane, v_plane, d_plane;
    size_t v, d, end;  // m is at 0
} winograd_memory;

WINNOW_INLINE winograd_memory memory_of(const winograd_weight_gradient *w) {
    winograd_memory memory = {.once = w->tiles.count <= w->block.tiles, .m_plane = filter_plane(&w->block)};
    memory.v_plane = tile_plane(w->block.tiles, memory.once ? w->in.channels : w->block.inputs);
    memory.d_plane = tile_plane(w->block.tiles, memory.once ? w->out.channels : w->block.outputs);
    memory.v = winograd_planes * memory.m_plane;
    memory.d = memory.v + winograd_planes * memory.v_plane;
    memory.end = memory.d + winograd_planes * memory.d_plane;
    return memory;
}

// The block of dw at panels (i, o).
WINNOW_INLINE void gather_block(
    const winograd_weight_gradient *w, const winograd_memory *memory, size_t i, size_t o, int wide
) {
    size_t inputs = min_size(w->block.inputs, w->in.channels - i);
    size_t outputs = min_size(w->block.outputs, w->out.channels - o);
    float *m = w->scratch;
    for (size_t first = 0; first < w->tiles.count; first += w->block.tiles) {
        size_t count = min_size(w->block.tiles, w->tiles.count - first);
        float *v = w->scratch + memory->v + (memory->once ? i * count * lanes : 0);
        float *d = w->scratch + memory->d + (memory->once ? o * count * lanes : 0);
        if (!memory->once || o == 0) {
            gather_images(
                wide, &w->in, &w->tiles, first, count, (ptrdiff_t)w->padding, i, inputs, w->x, v, memory->v_plane);
        }
        if (!memory->once || i == 0) {
            gather_gradients(wide, &w->out, &w->tiles, first, count, o, outputs, w->dy, d, memory->d_plane);
        }
        multiply_channels(
            wide, count, inputs, outputs, v, memory->v_plane, d, memory->d_plane, m, memory->m_plane, first > 0);
    }
    return_weights(wide, w->in.channels, i, inputs, o, outputs, m, memory->m_plane, w->dw);
}

WINNOW_INLINE void gather_weights(const winograd_weight_gradient *w, int wide) {
    winograd_memory memory = memory_of(w);
    for (size_t i = 0; i < w->in.channels; i += w->block.inputs) {
        for (size_t o = 0; o < w->out.channels; o += w->block.outputs) gather_block(w, &memory, i, o, wide);
    }
}

WINNOW_WIDE static void gather_wide(const winograd_weight_gradient *work) { gather_weights(work, 1); }
WINNOW_NARROW static void gather_narrow(const winograd_weight_gradient *work) { gather_weights(work, 0); }

size_t winnow_winograd_weight_gradient_scratch(const winnow_convolution_shape *shape) {
    winograd_weight_gradient work = work_of(shape);
    return memory_of(&work).end;
}

void winnow_winograd_backward_weights(
    const winnow_convolution_shape *shape, const float *x, const float *dy, float *dw, float *scratch
) {
    winograd_weight_gradient work = work_of(shape);
    work.x = x, work.dy = dy, work.dw = dw, work.scratch = scratch;
    if (has_wide_registers()) gather_wide(&work); else gather_narrow(&work);
}
