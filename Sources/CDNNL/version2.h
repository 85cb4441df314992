// The part of oneDNN 3's API that the shim uses, spoken by oneDNN 2. In 2.x a memory descriptor is a struct that the
// caller holds and a primitive starts from an operation descriptor; in 3.x the former is a handle and the latter is
// gone. The names and the order of the arguments are those of 3.x, so that the shim is written once, and this file
// goes when support of 2.x does.
#pragma once

#include <oneapi/dnnl/dnnl.h>
#include <stdlib.h>

// MARK: memory descriptors

typedef dnnl_memory_desc_t *winnow_layout_t;
typedef const dnnl_memory_desc_t *winnow_const_layout_t;

static inline dnnl_status_t dnnl_memory_desc_clone(winnow_layout_t *result, winnow_const_layout_t existing) {
    *result = (winnow_layout_t)malloc(sizeof **result);
    if (!*result) return dnnl_out_of_memory;
    **result = *existing;
    return dnnl_success;
}

static inline dnnl_status_t dnnl_memory_desc_create_with_tag(
    winnow_layout_t *result, int count, const dnnl_dim_t *dimensions, dnnl_data_type_t type, dnnl_format_tag_t tag
) {
    dnnl_memory_desc_t descriptor;
    dnnl_status_t status = dnnl_memory_desc_init_by_tag(&descriptor, count, dimensions, type, tag);
    return status == dnnl_success ? dnnl_memory_desc_clone(result, &descriptor) : status;
}

static inline dnnl_status_t dnnl_memory_desc_destroy(winnow_layout_t descriptor) {
    free(descriptor);
    return dnnl_success;
}

// MARK: convolutions

static inline dnnl_status_t dnnl_convolution_forward_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_prop_kind_t kind, dnnl_alg_kind_t algorithm,
    winnow_const_layout_t source, winnow_const_layout_t weights, winnow_const_layout_t bias,
    winnow_const_layout_t destination, const dnnl_dim_t *strides, const dnnl_dim_t *dilations,
    const dnnl_dim_t *padding_before, const dnnl_dim_t *padding_after, const_dnnl_primitive_attr_t attributes
) {
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
        &operation, kind, algorithm, source, weights, bias, destination, strides, dilations, padding_before,
        padding_after);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &operation, attributes, engine, NULL);
}

static inline dnnl_status_t dnnl_convolution_backward_data_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    winnow_const_layout_t source_gradient, winnow_const_layout_t weights, winnow_const_layout_t gradient,
    const dnnl_dim_t *strides, const dnnl_dim_t *dilations, const dnnl_dim_t *padding_before,
    const dnnl_dim_t *padding_after, const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes
) {
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
        &operation, algorithm, source_gradient, weights, gradient, strides, dilations, padding_before, padding_after);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &operation, attributes, engine, forward);
}

static inline dnnl_status_t dnnl_convolution_backward_weights_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm, winnow_const_layout_t source,
    winnow_const_layout_t weights_gradient, winnow_const_layout_t bias_gradient, winnow_const_layout_t gradient,
    const dnnl_dim_t *strides, const dnnl_dim_t *dilations, const dnnl_dim_t *padding_before,
    const dnnl_dim_t *padding_after, const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes
) {
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_backward_weights_desc_init(
        &operation, algorithm, source, weights_gradient, bias_gradient, gradient, strides, dilations, padding_before,
        padding_after);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &operation, attributes, engine, forward);
}
