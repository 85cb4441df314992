// oneDNN's C API as the project uses it. What differs between 2.x and 3.x is decided here and nowhere else: in 2.x a
// memory descriptor is a struct and a primitive starts from an operation descriptor; in 3.x the descriptor is a handle
// and the operation descriptor is gone. Swift sees neither.
#pragma once


#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.h>
#include <oneapi/dnnl/dnnl_debug.h>
#include <stdlib.h>
#include <string.h>

#if DNNL_VERSION_MAJOR != 2
#error "this shim speaks oneDNN 2.x"
#endif

// MARK: memory descriptors, owned by the caller

typedef dnnl_memory_desc_t *winnow_layout_t;

static inline dnnl_status_t winnow_layout_copy(winnow_layout_t *layout, const dnnl_memory_desc_t *source) {
    *layout = (winnow_layout_t)malloc(sizeof **layout);
    if (!*layout) return dnnl_out_of_memory;
    **layout = *source;
    return dnnl_success;
}

static inline dnnl_status_t winnow_layout_create(
    winnow_layout_t *layout, int count, const dnnl_dim_t *dimensions, dnnl_format_tag_t tag
) {
    dnnl_memory_desc_t md;
    dnnl_status_t status = dnnl_memory_desc_init_by_tag(&md, count, dimensions, dnnl_f32, tag);
    return status == dnnl_success ? winnow_layout_copy(layout, &md) : status;
}

static inline void winnow_layout_destroy(winnow_layout_t layout) { free(layout); }

static inline int winnow_layout_equal(winnow_layout_t a, winnow_layout_t b) { return dnnl_memory_desc_equal(a, b); }

static inline size_t winnow_layout_size(winnow_layout_t layout) { return dnnl_memory_desc_get_size(layout); }

static inline dnnl_status_t winnow_memory_create(
    dnnl_memory_t *memory, winnow_layout_t layout, dnnl_engine_t engine, void *data
) {
    return dnnl_memory_create(memory, layout, engine, data);
}

// The layout that a primitive chose for one of its arguments; a zero-sized one where it has no such argument.
static inline dnnl_status_t winnow_chosen_layout(
    winnow_layout_t *layout, const_dnnl_primitive_desc_t primitive, dnnl_query_t what
) {
    const dnnl_memory_desc_t *md = dnnl_primitive_desc_query_md(primitive, what, 0);
    return md ? winnow_layout_copy(layout, md) : dnnl_invalid_arguments;
}

// Channels that lie side by side in a 4-dimensional tensor: 1 where it is row-major, 8 or 16 where it is nChw8c or
// nChw16c, 0 for any other layout.
static inline int winnow_layout_channel_block(winnow_layout_t layout) {
    const struct {
        dnnl_format_tag_t tag;
        int block;
    } known[] = {{dnnl_nchw, 1}, {dnnl_nChw8c, 8}, {dnnl_nChw16c, 16}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        dnnl_memory_desc_t md;
        dnnl_status_t status = dnnl_memory_desc_init_by_tag(
            &md, layout->ndims, layout->dims, layout->data_type, known[i].tag);
        if (status == dnnl_success && dnnl_memory_desc_equal(&md, layout)) return known[i].block;
    }
    return 0;
}

// MARK: primitive descriptors

// Whether oneDNN has nothing better for this primitive than its unoptimised reference implementation.
static inline int winnow_is_reference(const_dnnl_primitive_desc_t primitive) {
    const char *name = NULL;
    if (dnnl_primitive_desc_query(primitive, dnnl_query_impl_info_str, 0, &name) != dnnl_success || !name) return 0;
    return strncmp(name, "ref", 3) == 0;
}

static inline dnnl_status_t winnow_user_scratchpad(dnnl_primitive_attr_t *attributes) {
    dnnl_status_t status = dnnl_primitive_attr_create(attributes);
    if (status != dnnl_success) return status;
    return dnnl_primitive_attr_set_scratchpad_mode(*attributes, dnnl_scratchpad_mode_user);
}

static inline dnnl_status_t winnow_convolution_forward(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, const_dnnl_primitive_attr_t attributes, dnnl_prop_kind_t kind,
    winnow_layout_t source, winnow_layout_t weights, winnow_layout_t bias, winnow_layout_t destination,
    const dnnl_dim_t *strides, const dnnl_dim_t *padding
) {
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_convolution_forward_desc_init(
        &operation, kind, dnnl_convolution_direct, source, weights, bias, destination, strides, padding, padding);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &operation, attributes, engine, NULL);
}

static inline dnnl_status_t winnow_convolution_backward_data(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, const_dnnl_primitive_attr_t attributes,
    const_dnnl_primitive_desc_t forward, winnow_layout_t source_gradient, winnow_layout_t weights,
    winnow_layout_t gradient, const dnnl_dim_t *strides, const dnnl_dim_t *padding
) {
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_convolution_backward_data_desc_init(
        &operation, dnnl_convolution_direct, source_gradient, weights, gradient, strides, padding, padding);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &operation, attributes, engine, forward);
}

static inline dnnl_status_t winnow_convolution_backward_weights(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, const_dnnl_primitive_attr_t attributes,
    const_dnnl_primitive_desc_t forward, winnow_layout_t source, winnow_layout_t weights_gradient,
    winnow_layout_t bias_gradient, winnow_layout_t gradient, const dnnl_dim_t *strides, const dnnl_dim_t *padding
) {
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_convolution_backward_weights_desc_init(
        &operation, dnnl_convolution_direct, source, weights_gradient, bias_gradient, gradient, strides, padding,
        padding);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &operation, attributes, engine, forward);
}

static inline dnnl_status_t winnow_max_pooling_forward(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, const_dnnl_primitive_attr_t attributes, dnnl_prop_kind_t kind,
    winnow_layout_t source, winnow_layout_t destination, const dnnl_dim_t *strides, const dnnl_dim_t *kernel
) {
    const dnnl_dim_t none[2] = {0, 0};
    dnnl_pooling_desc_t operation;
    dnnl_status_t status = dnnl_pooling_forward_desc_init(
        &operation, kind, dnnl_pooling_max, source, destination, strides, kernel, none, none);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &operation, attributes, engine, NULL);
}

static inline dnnl_status_t winnow_max_pooling_backward(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, const_dnnl_primitive_attr_t attributes,
    const_dnnl_primitive_desc_t forward, winnow_layout_t source_gradient, winnow_layout_t gradient,
    const dnnl_dim_t *strides, const dnnl_dim_t *kernel
) {
    const dnnl_dim_t none[2] = {0, 0};
    dnnl_pooling_desc_t operation;
    dnnl_status_t status = dnnl_pooling_backward_desc_init(
        &operation, dnnl_pooling_max, source_gradient, gradient, strides, kernel, none, none);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &operation, attributes, engine, forward);
}

static inline dnnl_status_t winnow_reorder(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, const_dnnl_primitive_attr_t attributes,
    winnow_layout_t source, winnow_layout_t destination
) {
    return dnnl_reorder_primitive_desc_create(result, source, engine, destination, engine, attributes);
}

// MARK: threads

typedef void (*winnow_set_threads_t)(int);

// glibc hides the name without _GNU_SOURCE, which would make the C library's types differ from other modules'.
#ifndef RTLD_DEFAULT
#define RTLD_DEFAULT ((void *)0)
#endif

// OpenMP's omp_set_num_threads where the loaded oneDNN brought OpenMP with it, else null. It is looked up at run time
// because oneDNN also comes with other thread pools, and then there is nothing to link.
static inline winnow_set_threads_t winnow_openmp_set_threads(void) {
    return (winnow_set_threads_t)dlsym(RTLD_DEFAULT, "omp_set_num_threads");
}
