#pragma once
#include <hdf5.h>
#include <hdf5_hl.h>
#include <string.h>

// Swift imports neither macros that run code (H5T_NATIVE_FLOAT opens the library) nor function-like macros that choose
// an API version. Here they are as functions; nothing else belongs in this file.

static inline hid_t chdf5_default(void) { return H5P_DEFAULT; }
static inline hid_t chdf5_whole_dataspace(void) { return H5S_ALL; }
static inline hid_t chdf5_c_string(void) { return H5T_C_S1; }

static inline hid_t chdf5_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t chdf5_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t chdf5_uint16(void) { return H5T_NATIVE_UINT16; }
static inline hid_t chdf5_uint64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t chdf5_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t chdf5_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t chdf5_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t chdf5_double(void) { return H5T_NATIVE_DOUBLE; }

static inline hid_t chdf5_file_access_class(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_file_create_class(void) { return H5P_FILE_CREATE; }
static inline hid_t chdf5_group_create_class(void) { return H5P_GROUP_CREATE; }
static inline hid_t chdf5_dataset_create_class(void) { return H5P_DATASET_CREATE; }
static inline hid_t chdf5_link_create_class(void) { return H5P_LINK_CREATE; }

static inline unsigned chdf5_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned chdf5_read_only(void) { return H5F_ACC_RDONLY; }

static inline hid_t chdf5_create_dataset(hid_t location, const char *name, hid_t type, hid_t space, hid_t links, hid_t creation) {
    return H5Dcreate(location, name, type, space, links, creation, H5P_DEFAULT);
}
static inline hid_t chdf5_open_dataset(hid_t location, const char *name) { return H5Dopen(location, name, H5P_DEFAULT); }
static inline hid_t chdf5_create_group(hid_t location, const char *name, hid_t links, hid_t creation) {
    return H5Gcreate(location, name, links, creation, H5P_DEFAULT);
}
static inline hid_t chdf5_open_group(hid_t location, const char *name) { return H5Gopen(location, name, H5P_DEFAULT); }
static inline hid_t chdf5_create_attribute(hid_t object, const char *name, hid_t type, hid_t space) {
    return H5Acreate(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
}

/// Calls `body` with the name of every link of `group`, in order of name.
typedef void (*chdf5_name_body)(const char *name, void *context);
struct chdf5_name_visit {
    chdf5_name_body body;
    void *context;
};
static inline herr_t chdf5_visit_link(hid_t group, const char *name, const H5L_info_t *info, void *visit) {
    (void)group;
    (void)info;
    ((struct chdf5_name_visit *)visit)->body(name, ((struct chdf5_name_visit *)visit)->context);
    return 0;
}
static inline herr_t chdf5_each_link(hid_t group, chdf5_name_body body, void *context) {
    struct chdf5_name_visit visit = {body, context};
    return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, chdf5_visit_link, &visit);
}

/// 1 where the link is one into another file, 0 where it is none, -1 where there is no such link.
static inline int chdf5_is_external_link(hid_t group, const char *name) {
    H5L_info_t info;
    if (H5Lget_info(group, name, &info, H5P_DEFAULT) < 0) return -1;
    return info.type == H5L_TYPE_EXTERNAL;
}
/// The name of the file that an external link leads to.
static inline herr_t chdf5_external_file(hid_t group, const char *name, char *file, size_t size) {
    H5L_info_t info;
    char value[4096];
    unsigned flags;
    const char *target, *object;
    if (H5Lget_info(group, name, &info, H5P_DEFAULT) < 0 || info.u.val_size > sizeof value) return -1;
    if (H5Lget_val(group, name, value, sizeof value, H5P_DEFAULT) < 0) return -1;
    if (H5Lunpack_elink_val(value, info.u.val_size, &flags, &target, &object) < 0) return -1;
    strncpy(file, target, size - 1);
    file[size - 1] = 0;
    return 0;
}

/// Automatic printing is a setting of each thread's own error stack, so it is switched off before every call.
static inline void chdf5_print_no_errors(void) { H5Eset_auto(H5E_DEFAULT, NULL, NULL); }

/// The innermost entry of this thread's error stack.
struct chdf5_error {
    int depth;
    hid_t major, minor;
    char major_text[128], minor_text[128], text[256];
};
static inline herr_t chdf5_take_first(unsigned n, const H5E_error_t *entry, void *out) {
    struct chdf5_error *error = (struct chdf5_error *)out;
    (void)n;
    if (error->depth++ > 0) return 0;
    error->major = entry->maj_num;
    error->minor = entry->min_num;
    H5Eget_msg(entry->maj_num, NULL, error->major_text, sizeof error->major_text);
    H5Eget_msg(entry->min_num, NULL, error->minor_text, sizeof error->minor_text);
    if (entry->desc) strncpy(error->text, entry->desc, sizeof error->text - 1);
    return 0;
}
static inline struct chdf5_error chdf5_innermost_error(void) {
    struct chdf5_error error;
    memset(&error, 0, sizeof error);
    // Walking must not disturb the stack that is walked: take a copy first. Taking it also clears the thread's own.
    hid_t stack = H5Eget_current_stack();
    H5Ewalk(stack, H5E_WALK_UPWARD, chdf5_take_first, &error);
    H5Eclose_stack(stack);
    return error;
}
