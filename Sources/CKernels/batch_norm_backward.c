// The gradients of batch normalisation. With xhat = (x - mean) inverse, y = gamma xhat + beta, N values per channel and
// dz the gradient by y after ReLU's mask:
//
//     dbeta = sum dz,   dgamma = sum dz xhat,   dx = gamma inverse (dz - dbeta / N - xhat dgamma / N)
//
// the last being dx = a dz + b (x - mean) + c with three numbers per channel. As in the forward pass, the sums and then
// dx are computed of one block of 16 channels before the next, so that the second pass finds x, dy and y in a cache.
// Sums are single within a chunk of 128 vectors, then double. The mask is taken anew in the second pass: reading y
// again costs less than writing the masked gradient, unless that is wanted for the residual; then it is read instead.
#include "channel_block.h"

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
