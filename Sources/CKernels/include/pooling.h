// Pooling of images blocked by 16 channels: maximum, average, and the average of a whole plane.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Windows of kernel x kernel pixels, `stride` apart, the first `padding` pixels before the image's edge. `planes` is
/// the number of blocks of 16 channels in the batch, each height x width x 16 floats. Every window has pixels inside:
/// padding <= kernel / 2, and (out_height - 1) stride + kernel <= height + 2 padding, so also for the width.
typedef struct {
    size_t planes;
    size_t height, width;
    size_t out_height, out_width;
    size_t kernel, stride, padding;
} winnow_pooling_shape;

/// y = the largest value of each window inside the image; NaN counts as larger than all. With `relu` set, y = max of
/// that and 0.
///
/// `place`, one byte for each value of y, notes where in the window the first of the largest values stood (row * kernel
/// + column; of several NaN, the last), and 255 where ReLU made it zero. It may be null; else kernel <= 15.
void winnow_max_pool_forward(const winnow_pooling_shape *shape, const float *x, int relu, float *y, uint8_t *place);

/// dx = the sum over windows of dy where `place` says that this value was taken. All of dx is written.
void winnow_max_pool_backward(const winnow_pooling_shape *shape, const float *dy, const uint8_t *place, float *dx);

/// y = the sum of each window / kernel^2, the padding counting as zeros.
void winnow_average_pool_forward(const winnow_pooling_shape *shape, const float *x, float *y);

/// dx = the sum of dy over the windows that hold the pixel / kernel^2. All of dx is written.
void winnow_average_pool_backward(const winnow_pooling_shape *shape, const float *dy, float *dx);

/// y [planes][16] = the mean over each plane's pixels.
void winnow_global_average_forward(const float *x, float *y, size_t planes, size_t pixels);

/// dx = dy / pixels for each pixel.
void winnow_global_average_backward(const float *dy, float *dx, size_t planes, size_t pixels);

#ifdef __cplusplus
}
#endif
