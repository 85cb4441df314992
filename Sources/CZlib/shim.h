#pragma once
#include <zlib.h>

// `inflateInit2` is a macro that passes the version and the size of the stream, which Swift does not import.
static inline int czlib_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
