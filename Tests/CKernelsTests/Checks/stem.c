// The first convolution, from row-major images to blocks of 16 channels.
#include "CKernels.h"
#include "check.h"

void check_stem(void) {
    winnow_convolution_shape s;
    size_t kernel, stride, padding;
    do {
        kernel = draw(1, 7), stride = draw(1, 3), padding = draw(0, kernel - 1);
        size_t least = kernel > 2 * padding ? kernel - 2 * padding : 1;
        s = (winnow_convolution_shape){
            .batch = draw(1, 4), .inputs = draw(1, 8), .height = draw(least, 22), .width = draw(least, 22),
            .outputs = draw(1, 70), .kernel = kernel, .stride = stride, .padding = padding,
        };
        s.out_height = (s.height + 2 * padding - kernel) / stride + 1;
        s.out_width = (s.width + 2 * padding - kernel) / stride + 1;
        if (one_in(3)) s.out_height = draw(1, s.out_height), s.out_width = draw(1, s.out_width);
    } while (s.batch * s.inputs * s.outputs * s.out_height * s.out_width * kernel * kernel > 4000000);
    describe(
        "batch %zu, %zu x %zu x %zu to %zu x %zu x %zu, kernel %zu, stride %zu, padding %zu", s.batch, s.inputs,
        s.height, s.width, s.outputs, s.out_height, s.out_width, kernel, stride, padding);

    size_t in = s.height * s.width, out = s.out_height * s.out_width, taps = kernel * kernel;
    size_t y_count = s.batch * padded(s.outputs) * out, weight_count = padded(s.outputs) * s.inputs * taps;
    float *x = input(s.batch * s.inputs * in), *dy = input(y_count), *weights = input(weight_count);
    float *room = scratch(winnow_stem_scratch(&s)), *y = output(y_count), *dw = output(weight_count);
    double *wanted_y = expected(y_count), *wanted_dw = expected(weight_count);
    winnow_epilogue epilogue = {.relu = one_in(2)};
    if (one_in(2)) epilogue.scale = input(padded(s.outputs));
    if (one_in(2)) epilogue.shift = input(padded(s.outputs));
    clear_lanes(dy, s.batch, s.outputs, out);
    for (size_t o = s.outputs; o < padded(s.outputs); o++) {
        for (size_t t = 0; t < s.inputs * taps; t++) weights[(o / 16 * s.inputs * taps + t) * 16 + o % 16] = 0;
    }
    seal_inputs();

    for (size_t n = 0; n < s.batch; n++) {
        for (size_t o = 0; o < padded(s.outputs); o++) {
            for (size_t p = 0; p < out; p++) {
                size_t at = image_at(n, o, s.outputs, out, p);
                double v = 0;
                for (size_t t = 0; t < s.inputs * taps; t++) {
                    size_t row = p / s.out_width * stride + t % taps / kernel;
                    size_t column = p % s.out_width * stride + t % kernel;
                    if (row < padding || column < padding) continue;
                    row -= padding, column -= padding;
                    if (row >= s.height || column >= s.width) continue;
                    float value = x[(n * s.inputs + t / taps) * in + row * s.width + column];
                    size_t w = (o / 16 * s.inputs * taps + t) * 16 + o % 16;
                    v += (double)value * weights[w];
                    wanted_dw[w] += (double)value * dy[at];
                }
                if (epilogue.scale) v *= epilogue.scale[o];
                if (epilogue.shift) v += epilogue.shift[o];
                wanted_y[at] = epilogue.relu && v < 0 ? 0 : v;
            }
        }
    }
    winnow_stem_forward(&s, x, weights, y, &epilogue, room);
    expect_near_largest("y", y, wanted_y, y_count, 1e-4);
    winnow_stem_backward_weights(&s, x, dy, dw, room);
    expect_near_largest("dw", dw, wanted_dw, weight_count, 1e-4);
}
