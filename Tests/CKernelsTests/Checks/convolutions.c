// Convolutions in their three directions, with every part of the epilogue, against sums over all windows.
#include <string.h>

#include "CKernels.h"
#include "check.h"

typedef struct {
    winnow_convolution_shape shape;
    float *x, *dy, *weights, *room;
    size_t x_count, y_count, weight_count;
    double *y, *dx, *dw;
} convolution;

typedef void direction(
    const winnow_convolution_shape *shape, const float *from, const float *weights, float *to,
    const winnow_epilogue *epilogue, float *scratch);

// Adds the products of output (n, o, i, j).
static void add_window(convolution *c, size_t n, size_t o, size_t i, size_t j) {
    const winnow_convolution_shape *s = &c->shape;
    size_t in = s->height * s->width, out = s->out_height * s->out_width, taps = s->kernel * s->kernel;
    size_t at = image_at(n, o, s->outputs, out, i * s->out_width + j);
    for (size_t tap = 0; tap < taps; tap++) {
        size_t row = i * s->stride + tap / s->kernel, column = j * s->stride + tap % s->kernel;
        if (row < s->padding || column < s->padding) continue;
        if (row - s->padding >= s->height || column - s->padding >= s->width) continue;
        size_t pixel = (row - s->padding) * s->width + column - s->padding;
        for (size_t ch = 0; ch < s->inputs; ch++) {
            size_t from = image_at(n, ch, s->inputs, in, pixel), w = weight_at(o, ch, s->inputs, taps, tap);
            c->y[at] += (double)c->x[from] * c->weights[w];
            c->dx[from] += (double)c->dy[at] * c->weights[w];
            c->dw[w] += (double)c->dy[at] * c->x[from];
        }
    }
}

static convolution convolution_of(winnow_convolution_shape s, size_t room) {
    size_t in = s.height * s.width, out = s.out_height * s.out_width, taps = s.kernel * s.kernel;
    convolution c = {
        .shape = s, .x_count = s.batch * padded(s.inputs) * in, .y_count = s.batch * padded(s.outputs) * out,
        .weight_count = padded(s.inputs) * padded(s.outputs) * taps,
    };
    c.x = input(c.x_count), c.dy = input(c.y_count), c.weights = input(c.weight_count), c.room = scratch(room);
    clear_lanes(c.x, s.batch, s.inputs, in);
    clear_lanes(c.dy, s.batch, s.outputs, out);
    for (size_t o = 0; o < padded(s.outputs); o++) {
        for (size_t ch = 0; ch < padded(s.inputs); ch++) {
            for (size_t tap = 0; tap < taps && (o >= s.outputs || ch >= s.inputs); tap++) {
                c.weights[weight_at(o, ch, s.inputs, taps, tap)] = 0;
            }
        }
    }
    c.y = expected(c.y_count), c.dx = expected(c.x_count), c.dw = expected(c.weight_count);
    for (size_t n = 0; n < s.batch; n++) {
        for (size_t o = 0; o < s.outputs; o++) {
            for (size_t i = 0; i < s.out_height; i++) {
                for (size_t j = 0; j < s.out_width; j++) add_window(&c, n, o, i, j);
            }
        }
    }
    return c;
}

// One direction with a drawn epilogue: `sums` are the products' sums, of `channels` in planes of `pixels`.
static void check_direction(
    const char *what, direction *run, const convolution *c, const float *from, const double *sums, size_t count,
    size_t channels, size_t pixels
) {
    float *to = output(count);
    double *wanted = expected(count);
    winnow_epilogue epilogue = {.relu = one_in(2)};
    if (one_in(2)) epilogue.scale = input(padded(channels));
    if (one_in(2)) epilogue.shift = input(padded(channels));
    int in_place = one_in(3);
    if (in_place || one_in(3)) {
        float *residual = input(count);
        clear_lanes(residual, c->shape.batch, channels, pixels);
        epilogue.residual = residual;
    }
    for (size_t i = 0; i < count; i++) {
        size_t channel = i / 16 / pixels % (padded(channels) / 16) * 16 + i % 16;
        double v = sums[i];
        if (epilogue.scale) v *= epilogue.scale[channel];
        if (epilogue.shift) v += epilogue.shift[channel];
        if (epilogue.residual) v += epilogue.residual[i];
        wanted[i] = epilogue.relu && v < 0 ? 0 : v;
    }
    if (in_place) {
        memcpy(to, epilogue.residual, count * sizeof(float));
        epilogue.residual = to;
    }
    seal_inputs();
    run(&c->shape, from, c->weights, to, &epilogue, c->room);
    expect_near_largest(what, to, wanted, count, 1e-4);
}

static void check_convolution(
    winnow_convolution_shape s, size_t room, direction *forward, direction *backward,
    void (*gradient)(const winnow_convolution_shape *, const float *, const float *, float *, float *)
) {
    describe(
        "batch %zu, %zu x %zu x %zu to %zu x %zu x %zu, kernel %zu, stride %zu, padding %zu", s.batch, s.inputs,
        s.height, s.width, s.outputs, s.out_height, s.out_width, s.kernel, s.stride, s.padding);
    convolution c = convolution_of(s, room);
    check_direction("y", forward, &c, c.x, c.y, c.y_count, s.outputs, s.out_height * s.out_width);
    check_direction("dx", backward, &c, c.dy, c.dx, c.x_count, s.inputs, s.height * s.width);
    float *dw = output(c.weight_count);
    seal_inputs();
    gradient(&s, c.x, c.dy, dw, c.room);
    expect_near_largest("dw", dw, c.dw, c.weight_count, 1e-4);
}

// Few outputs are left out as a pooling after the convolution leaves them out: one, or nearly all.
static winnow_convolution_shape shape_of(size_t kernel, size_t stride, size_t padding) {
    winnow_convolution_shape s = {.kernel = kernel, .stride = stride, .padding = padding};
    size_t work;
    do {
        int many = one_in(4);
        size_t least = kernel > 2 * padding ? kernel - 2 * padding : 1, most = least + (many ? 5 : 18);
        s.batch = draw(1, many ? 3 : 6);
        s.inputs = draw(1, many ? 300 : 70), s.outputs = draw(1, many ? 300 : 70);
        s.height = draw(least, most), s.width = draw(least, most);
        s.out_height = (s.height + 2 * padding - kernel) / stride + 1;
        s.out_width = (s.width + 2 * padding - kernel) / stride + 1;
        if (one_in(3)) s.out_height = draw(1, s.out_height), s.out_width = draw(1, s.out_width);
        work = s.batch * s.inputs * s.outputs * s.out_height * s.out_width * kernel * kernel;
    } while (work > 4000000);
    return s;
}

void check_winograd(void) {
    winnow_convolution_shape s = shape_of(3, 1, draw(0, 2));
    check_convolution(
        s, winnow_winograd_scratch(&s), winnow_winograd_forward, winnow_winograd_backward_data,
        winnow_winograd_backward_weights);
}

void check_direct(void) {
    size_t kernel = draw(1, 5);
    winnow_convolution_shape s = shape_of(kernel, draw(1, 3), draw(0, kernel - 1));
    check_convolution(
        s, winnow_direct_scratch(&s), winnow_direct_forward, winnow_direct_backward_data,
        winnow_direct_backward_weights);
}

void check_channel_sums(void) {
    size_t batch = draw(1, 5), channels = draw(1, 70), pixels = draw(1, 40);
    describe("batch %zu, %zu channels, %zu pixels", batch, channels, pixels);
    float *dy = input(batch * padded(channels) * pixels), *sums = output(padded(channels));
    clear_lanes(dy, batch, channels, pixels);
    seal_inputs();
    winnow_sum_channels(dy, sums, batch, channels, pixels);
    double *wanted = expected(padded(channels));
    for (size_t n = 0; n < batch; n++) {
        for (size_t c = 0; c < channels; c++) {
            for (size_t p = 0; p < pixels; p++) wanted[c] += dy[image_at(n, c, channels, pixels, p)];
        }
    }
    expect_near("sums", sums, wanted, padded(channels), 1e-5);
}
