// Batch normalisation: y = gamma (x - mean) / sqrt(variance + eps) + beta, per channel, over samples and pixels.
//
// The kernel is limited by memory, so one block of 16 channels is finished before the next is begun: the statistics
// are taken of all samples of the block, and then y is computed of the same values, which are still in a cache (a
// block of 32 samples of 32 x 32 pixels is 2 MB). A residual and ReLU join the second pass.
//
// Statistics. Squares are summed of x - shift, where the shift is the mean of what has been seen: a mean that is large
// beside the deviation cancels nothing. Up to 128 vectors, a chunk, are summed in single precision; the chunk's
// n, mean and squared deviations M join the totals N, mean, M in double:
//
//     d = chunk mean - mean,   mean += d n / (N + n),   M += chunk M + d^2 N n / (N + n)
//
// The first shift is the mean of the first chunk, which is therefore read twice. The values are stored relative to
// the mean rounded to single precision, and what the rounding took goes into the shift that is added.
//
// Source: Ioffe, Szegedy, "Batch normalization", ICML 2015; Chan, Golub, LeVeque, "Algorithms for computing the sample
// variance", The American Statistician 37 (1983).
#include <math.h>
#include "channel_block.h"

#pragma clang fp contract(fast)

// Sums of x - shift and of its square over a chunk, in two interleaved halves for the latency of the addition.
WINNOW_INLINE void sum_deviations(
    const channel_block *block, const chunk *c, const float *x, const vec16 *shift, size_t width,
    vec16 *sum, vec16 *square_sum
) {
    vec16 s0 = {0}, s1 = {0}, q0 = {0}, q1 = {0}, k = *shift, v0, v1;
    for (size_t run = c->first; run < c->last; run++) {
        size_t at = run * block->run_stride + c->start * block->step, i = c->start;
        for (; i + 2 <= c->end; i += 2, at += 2 * block->step) {
            load_lanes(&v0, x + at, width);
            load_lanes(&v1, x + at + block->step, width);
            v0 -= k;
            v1 -= k;
            s0 += v0;
            s1 += v1;
            q0 += v0 * v0;
            q1 += v1 * v1;
        }
        if (i < c->end) {
            load_lanes(&v0, x + at, width);
            v0 -= k;
            s0 += v0;
            q0 += v0 * v0;
        }
    }
    *sum = s0 + s1;
    *square_sum = q0 + q1;
}

WINNOW_INLINE void block_statistics(
    const channel_block *block, const float *x, size_t width, dvec16 *mean, dvec16 *variance
) {
    vec16 shift, sum, square_sum;
    load_lanes(&shift, x, width);
    chunk first = chunk_at(block, 0, 0);
    sum_deviations(block, &first, x, &shift, width, &sum, &square_sum);
    shift += sum / (float)((first.last - first.first) * (first.end - first.start));

    double count = 0;
    dvec16 total_mean = {0}, total_squares = {0};
    FOR_CHUNKS(c, block) {
        sum_deviations(block, &c, x, &shift, width, &sum, &square_sum);
        double n = (double)((c.last - c.first) * (c.end - c.start));
        double share = n / (count + n);
        dvec16 s = TO_DOUBLE16(sum), k = TO_DOUBLE16(shift);
        dvec16 offset = s * (1 / n), d = k - total_mean + offset;
        total_mean += d * share;
        total_squares += TO_DOUBLE16(square_sum) - s * offset + d * d * (count * share);
        count += n;
        shift = TO_FLOAT16(total_mean);
    }
    *mean = total_mean;
    *variance = total_squares * (1 / count);
}

// y = relu?((x - mean) scale + shift + residual?); everything but the pointers is constant where this is inlined.
WINNOW_INLINE void transform_block(
    const channel_block *block, const float *x, const float *residual, float *y, const vec16 *mean, const vec16 *scale,
    const vec16 *shift, size_t width, int adds, int relu
) {
    vec16 m = *mean, a = *scale, b = *shift, v, r;
    for (size_t run = 0; run < block->runs; run++) {
        size_t at = run * block->run_stride;
        for (size_t i = 0; i < block->length; i++, at += block->step) {
            load_lanes(&v, x + at, width);
            v = (v - m) * a + b;
            if (adds) {
                load_lanes(&r, residual + at, width);
                v += r;
            }
            if (relu) v = RELU16(v);
            store_lanes(y + at, &v, width);
        }
    }
}

WINNOW_INLINE void transform_any(
    const channel_block *block, const float *x, const float *residual, float *y, const vec16 *mean, const vec16 *scale,
    const vec16 *shift, int relu
) {
    if (block->width < lanes) {
        transform_block(block, x, residual, y, mean, scale, shift, block->width, residual != NULL, relu);
    } else if (residual && relu) {
        transform_block(block, x, residual, y, mean, scale, shift, lanes, 1, 1);
    } else if (residual) {
        transform_block(block, x, residual, y, mean, scale, shift, lanes, 1, 0);
    } else if (relu) {
        transform_block(block, x, NULL, y, mean, scale, shift, lanes, 0, 1);
    } else {
        transform_block(block, x, NULL, y, mean, scale, shift, lanes, 0, 0);
    }
}

WINNOW_CLONES void winnow_batch_norm_forward(
    const winnow_batch_norm_shape *shape, const float *x, const float *gamma, const float *beta,
    const float *residual, int relu, float eps, float momentum, float *running_mean, float *running_variance,
    float *mean, float *inverse_deviation, float *y
) {
    double values = (double)shape->batch * (double)shape->pixels;
    double unbiased = values > 1 ? values / (values - 1) : 1;
    double momentum_complement = 1 - (double)momentum;
    for (size_t channel = 0; channel < shape->channels; channel += lanes) {
        size_t at = channel / lanes * shape->block_stride, there = channels_in_block(shape, channel);
        channel_block block = block_of(shape, channel);
        dvec16 block_mean, variance;
        if (block.width == lanes) {
            block_statistics(&block, x + at, lanes, &block_mean, &variance);
        } else {
            block_statistics(&block, x + at, block.width, &block_mean, &variance);
        }
        vec16 m = TO_FLOAT16(block_mean), inverse = {0}, scale = {0}, shift = {0};
        for (size_t lane = 0; lane < there; lane++) {
            size_t c = channel + lane;
            double inverse_lane = 1 / sqrt(variance[lane] + eps), scale_lane = gamma[c] * inverse_lane;
            inverse[lane] = (float)inverse_lane;
            scale[lane] = (float)scale_lane;
            shift[lane] = (float)(beta[c] + (m[lane] - block_mean[lane]) * scale_lane);
            running_mean[c] = (float)(momentum_complement * running_mean[c] + momentum * block_mean[lane]);
            running_variance[c] =
                (float)(momentum_complement * running_variance[c] + momentum * (variance[lane] * unbiased));
        }
        STORE16(mean + channel, m);
        STORE16(inverse_deviation + channel, inverse);
        transform_any(&block, x + at, residual ? residual + at : NULL, y + at, &m, &scale, &shift, relu);
    }
}

void winnow_batch_norm_fold(
    const float *gamma, const float *beta, const float *running_mean, const float *running_variance, float eps,
    size_t channels, float *scale, float *shift
) {
    for (size_t c = 0; c < channels; c++) {
        double exact = gamma[c] / sqrt((double)running_variance[c] + eps);
        scale[c] = (float)exact;
        shift[c] = (float)(beta[c] - running_mean[c] * exact);
    }
    for (size_t c = channels; c % lanes; c++) scale[c] = shift[c] = 0;
}

WINNOW_CLONES void winnow_batch_norm_apply(
    const winnow_batch_norm_shape *shape, const float *x, const float *scale, const float *shift,
    const float *residual, int relu, float *y
) {
    vec16 none = {0};
    for (size_t channel = 0; channel < shape->channels; channel += lanes) {
        size_t at = channel / lanes * shape->block_stride;
        channel_block block = block_of(shape, channel);
        vec16 a = LOAD16(scale + channel), b = LOAD16(shift + channel);
        transform_any(&block, x + at, residual ? residual + at : NULL, y + at, &none, &a, &b, relu);
    }
}

// The gradients of batch normalisation. With xhat = (x - mean) inverse, y = gamma xhat + beta, N values per channel and
// dz the gradient by y after ReLU's mask:
//
//     dbeta = sum dz,   dgamma = sum dz xhat,   dx = gamma inverse (dz - dbeta / N - xhat dgamma / N)
//
// the last being dx = a dz + b (x - mean) + c with three numbers per channel. As in the forward pass, the sums and then
// dx are computed of one block of 16 channels before the next, so that the second pass finds x, dy and y in a cache.
// Sums are single within a chunk of 128 vectors, then double. The mask is taken anew in the second pass: reading y
// again costs less than writing the masked gradient, unless that is wanted for the residual; then it is read instead.

#pragma clang fp contract(fast)

typedef struct {
    const float *x, *y, *dy;
    float *masked_dy, *dx;
} tensors;

// Loads dz; `relu` is constant where this is inlined.
WINNOW_INLINE void load_gradient(vec16 *dz, const tensors *t, size_t at, size_t width, int relu) {
    load_lanes(dz, t->dy + at, width);
    if (relu) {
        vec16 y;
        load_lanes(&y, t->y + at, width);
        *dz = KEEP16(~(y <= 0), *dz);
    }
}

WINNOW_INLINE void sum_block(
    const channel_block *block, const tensors *t, const vec16 *mean, size_t width, int relu, int keeps,
    dvec16 *sum, dvec16 *product_sum
) {
    vec16 m = *mean, dz, v;
    dvec16 total = {0}, product_total = {0};
    FOR_CHUNKS(c, block) {
        vec16 s0 = {0}, s1 = {0}, q0 = {0}, q1 = {0};
        for (size_t run = c.first; run < c.last; run++) {
            size_t at = run * block->run_stride + c.start * block->step, i = c.start;
            for (; i + 2 <= c.end; i += 2, at += 2 * block->step) {
                load_gradient(&dz, t, at, width, relu);
                load_lanes(&v, t->x + at, width);
                if (keeps) store_lanes(t->masked_dy + at, &dz, width);
                s0 += dz;
                q0 += dz * (v - m);
                load_gradient(&dz, t, at + block->step, width, relu);
                load_lanes(&v, t->x + at + block->step, width);
                if (keeps) store_lanes(t->masked_dy + at + block->step, &dz, width);
                s1 += dz;
                q1 += dz * (v - m);
            }
            if (i < c.end) {
                load_gradient(&dz, t, at, width, relu);
                load_lanes(&v, t->x + at, width);
                if (keeps) store_lanes(t->masked_dy + at, &dz, width);
                s0 += dz;
                q0 += dz * (v - m);
            }
        }
        total += TO_DOUBLE16(s0 + s1);
        product_total += TO_DOUBLE16(q0 + q1);
    }
    *sum = total;
    *product_sum = product_total;
}

WINNOW_INLINE void write_block(
    const channel_block *block, const tensors *t, const vec16 *mean, const vec16 factors[3], size_t width, int relu
) {
    vec16 m = *mean, a = factors[0], b = factors[1], c = factors[2], dz, v;
    for (size_t run = 0; run < block->runs; run++) {
        size_t at = run * block->run_stride;
        for (size_t i = 0; i < block->length; i++, at += block->step) {
            load_gradient(&dz, t, at, width, relu);
            load_lanes(&v, t->x + at, width);
            v = a * dz + (b * (v - m) + c);
            store_lanes(t->dx + at, &v, width);
        }
    }
}

WINNOW_CLONES void winnow_batch_norm_backward(
    const winnow_batch_norm_shape *shape, const float *x, const float *y, const float *dy, const float *gamma,
    const float *mean, const float *inverse_deviation, int relu, float *masked_dy, float *dgamma, float *dbeta,
    float *dx
) {
    double share = 1 / ((double)shape->batch * (double)shape->pixels);
    int keeps = masked_dy && (relu || masked_dy != dy);
    for (size_t channel = 0; channel < shape->channels; channel += lanes) {
        size_t at = channel / lanes * shape->block_stride, there = channels_in_block(shape, channel);
        channel_block block = block_of(shape, channel);
        tensors t = {x + at, relu ? y + at : NULL, dy + at, keeps ? masked_dy + at : NULL, dx + at};
        vec16 m = LOAD16(mean + channel);
        dvec16 sum, product_sum;
        if (block.width < lanes) {
            sum_block(&block, &t, &m, block.width, relu, keeps, &sum, &product_sum);
        } else if (relu && keeps) {
            sum_block(&block, &t, &m, lanes, 1, 1, &sum, &product_sum);
        } else if (relu) {
            sum_block(&block, &t, &m, lanes, 1, 0, &sum, &product_sum);
        } else {
            sum_block(&block, &t, &m, lanes, 0, keeps, &sum, &product_sum);
        }

        vec16 factors[3] = {0};
        for (size_t lane = 0; lane < there; lane++) {
            size_t c = channel + lane;
            double inverse = inverse_deviation[c], product = product_sum[lane] * inverse, a = gamma[c] * inverse;
            dbeta[c] = (float)sum[lane];
            dgamma[c] = (float)product;
            factors[0][lane] = (float)a;
            factors[1][lane] = (float)(-a * inverse * product * share);
            factors[2][lane] = (float)(-a * sum[lane] * share);
        }
        int masks = relu && !keeps;
        if (keeps) t.dy = t.masked_dy;
        if (block.width < lanes) {
            write_block(&block, &t, &m, factors, block.width, masks);
        } else if (masks) {
            write_block(&block, &t, &m, factors, lanes, 1);
        } else {
            write_block(&block, &t, &m, factors, lanes, 0);
        }
    }
}
