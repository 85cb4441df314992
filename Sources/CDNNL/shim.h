// oneDNN's C API as the project uses it, in the words of oneDNN 3; version2.h says the same to oneDNN 2. The one type
// that differs between them goes by the name of winnow_layout_t, so that Swift need not know which it is.
#pragma once

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.h>
#include <oneapi/dnnl/dnnl_debug.h>

#if DNNL_VERSION_MAJOR == 3
typedef dnnl_memory_desc_t winnow_layout_t;
typedef const_dnnl_memory_desc_t winnow_const_layout_t;
#elif DNNL_VERSION_MAJOR == 2
#include "version2.h"
#else
#error "this shim speaks oneDNN 2.x and 3.x"
#endif

// MARK: memory descriptors, owned by the caller

static inline dnnl_status_t winnow_layout_create(
    winnow_layout_t *layout, int count, const dnnl_dim_t *dimensions, dnnl_format_tag_t tag
) {
    return dnnl_memory_desc_create_with_tag(layout, count, dimensions, dnnl_f32, tag);
}

static inline void winnow_layout_destroy(winnow_layout_t layout) { (void)dnnl_memory_desc_destroy(layout); }

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
    winnow_const_layout_t chosen = dnnl_primitive_desc_query_md(primitive, what, 0);
    return chosen ? dnnl_memory_desc_clone(layout, chosen) : dnnl_invalid_arguments;
}

// MARK: primitive descriptors

static inline dnnl_status_t winnow_user_scratchpad(dnnl_primitive_attr_t *attributes) {
    dnnl_status_t status = dnnl_primitive_attr_create(attributes);
    if (status != dnnl_success) return status;
    return dnnl_primitive_attr_set_scratchpad_mode(*attributes, dnnl_scratchpad_mode_user);
}

// oneDNN counts the points that a dilated filter leaves out between two of its own; ours are of two dimensions.
static const dnnl_dim_t winnow_undilated[2] = {0, 0};

static inline dnnl_status_t winnow_convolution_forward(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, const_dnnl_primitive_attr_t attributes, dnnl_prop_kind_t kind,
    dnnl_alg_kind_t algorithm, winnow_layout_t source, winnow_layout_t weights, winnow_layout_t bias,
    winnow_layout_t destination, const dnnl_dim_t *strides, const dnnl_dim_t *padding
) {
    return dnnl_convolution_forward_primitive_desc_create(
        result, engine, kind, algorithm, source, weights, bias, destination, strides, winnow_undilated, padding,
        padding, attributes);
}

static inline dnnl_status_t winnow_convolution_backward_data(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, const_dnnl_primitive_attr_t attributes,
    dnnl_alg_kind_t algorithm, const_dnnl_primitive_desc_t forward, winnow_layout_t source_gradient,
    winnow_layout_t weights, winnow_layout_t gradient, const dnnl_dim_t *strides, const dnnl_dim_t *padding
) {
    return dnnl_convolution_backward_data_primitive_desc_create(
        result, engine, algorithm, source_gradient, weights, gradient, strides, winnow_undilated, padding, padding,
        forward, attributes);
}

static inline dnnl_status_t winnow_convolution_backward_weights(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, const_dnnl_primitive_attr_t attributes,
    dnnl_alg_kind_t algorithm, const_dnnl_primitive_desc_t forward, winnow_layout_t source,
    winnow_layout_t weights_gradient, winnow_layout_t bias_gradient, winnow_layout_t gradient,
    const dnnl_dim_t *strides, const dnnl_dim_t *padding
) {
    return dnnl_convolution_backward_weights_primitive_desc_create(
        result, engine, algorithm, source, weights_gradient, bias_gradient, gradient, strides, winnow_undilated,
        padding, padding, forward, attributes);
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
