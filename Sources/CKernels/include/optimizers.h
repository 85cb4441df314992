// One step of an optimizer over `count` parameters, in one pass over all memory; the formulas are PyTorch's. Every
// gradient is multiplied by `gradient_scale` before anything else is done: 1, or what clipping by norm asks for.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Adam and AdamW; see optimizers.c.
typedef struct {
    float beta1_complement;     // 1 - beta1, rounded once
    float beta2;
    float beta2_complement;     // 1 - beta2, rounded once
    float step_size;            // learning rate / (1 - beta1^t)
    float inverse_correction2;  // 1 / sqrt(1 - beta2^t)
    float epsilon;
    float weight_decay;         // Adam: added to the gradient, times w
    float decoupled_decay;      // AdamW: learning rate * weight decay, taken off w first, times w
    float gradient_scale;
} winnow_adam_step;

void winnow_adam(
    const winnow_adam_step *step, float *w, const float *gradient, float *m, float *v, size_t count);

/// SGD: g += weight_decay w; velocity = momentum velocity + g; w -= learning_rate velocity, with Nesterov's form
/// learning_rate (g + momentum velocity). A velocity of zeros makes PyTorch's first step.
typedef struct {
    float learning_rate;
    float momentum;
    float weight_decay;
    float gradient_scale;
    int nesterov;
} winnow_sgd_step;

/// `velocity` is null where there is no momentum.
void winnow_sgd(const winnow_sgd_step *step, float *w, const float *gradient, float *velocity, size_t count);

/// RMSprop, not centred: g += weight_decay w; mean_square = alpha mean_square + (1 - alpha) g^2;
/// velocity = momentum velocity + g / (sqrt(mean_square) + epsilon); w -= learning_rate velocity.
typedef struct {
    float learning_rate;
    float alpha;
    float alpha_complement;  // 1 - alpha, rounded once
    float epsilon;
    float momentum;
    float weight_decay;
    float gradient_scale;
} winnow_rmsprop_step;

/// `velocity` is null where there is no momentum.
void winnow_rmsprop(
    const winnow_rmsprop_step *step, float *w, const float *gradient, float *mean_square, float *velocity,
    size_t count);

/// The sum of the squares, in double: the square of a gradient's norm.
double winnow_sum_of_squares(const float *x, size_t count);

#ifdef __cplusplus
}
#endif
