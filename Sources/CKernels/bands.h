// How direct convolutions cut an image into pieces that stay in the caches.
//
// A band is a box of output pixels: some columns of some rows of one sample, or, where samples are small, all pixels
// of several. The part of the input that its windows cover is copied, with the zeros of the padding around it, so that
// the kernels know no borders; the copy is made once and read for every block of outputs. Pixels of a band are
// numbered through, and tables say where a pixel's window begins and where its result goes: so a block of pixels may
// run over the ends of rows and samples, and planes of 4x4 pixels are computed as efficiently as large ones.
#pragma once

#include "vectors.h"

// Pixels per band at most: enough for a block of weights to be worth loading, few enough for their sums to stay in L1.
// The tables have room for the rounding up to a whole block of pixels.
enum { band_pixels = 128, table_length = band_pixels + 8 };

typedef struct {
    size_t samples, rows, columns;
} winnow_band;

// The length of `total`'s pieces where they are as equal as can be, and none is longer than `most`.
WINNOW_INLINE size_t piece_of(size_t total, size_t most) {
    if (total <= most) return total;
    return ceil_divide(total, ceil_divide(total, most));
}

// Rows (or columns) of the input under `count` windows.
WINNOW_INLINE size_t covered(size_t count, size_t step, size_t extent) {
    return count > 0 ? (count - 1) * step + extent : 0;
}

// Floats of the copy of the input under a band, `depth` being the floats per pixel.
WINNOW_INLINE size_t band_copy(winnow_band band, size_t step, size_t extent, size_t depth) {
    return band.samples * covered(band.rows, step, extent) * covered(band.columns, step, extent) * depth;
}

// The largest band whose copy takes at most `room` floats, but at least a part of one row.
static inline winnow_band plan_band(winnow_band all, size_t step, size_t extent, size_t depth, size_t room) {
    winnow_band band = {1, 1, piece_of(all.columns, band_pixels)};
    size_t most = 1;
    while (most < all.rows) {
        winnow_band larger = {1, most + 1, band.columns};
        if (larger.rows * larger.columns > band_pixels || band_copy(larger, step, extent, depth) > room) break;
        most++;
    }
    band.rows = piece_of(all.rows, most);
    if (band.rows < all.rows || band.columns < all.columns) return band;
    most = min_size(band_pixels / (band.rows * band.columns), room / band_copy(band, step, extent, depth));
    band.samples = piece_of(all.samples, most > 0 ? most : 1);
    return band;
}

// The offsets of a band's pixels, filled up to a multiple of `multiple` by repeating the last; returns their number.
static inline size_t fill_table(
    size_t *table, winnow_band band, size_t sample_stride, size_t row_stride, size_t column_stride, size_t multiple
) {
    size_t count = 0;
    for (size_t m = 0; m < band.samples; m++) {
        for (size_t i = 0; i < band.rows; i++) {
            size_t start = m * sample_stride + i * row_stride;
            for (size_t j = 0; j < band.columns; j++) table[count++] = start + j * column_stride;
        }
    }
    for (; count % multiple != 0; count++) table[count] = table[count - 1];
    return count;
}

// to[i][j] = pixel (top + i step, left + j step) of a plane, zero outside of it; a pixel is `depth` floats.
static inline void copy_box(
    float *to, size_t rows, size_t columns, const float *plane, size_t height, size_t width, size_t depth,
    ptrdiff_t top, ptrdiff_t left, size_t step
) {
    // The columns that lie within the plane are first..<last.
    size_t first = left < 0 ? min_size(columns, ceil_divide((size_t)-left, step)) : 0;
    ptrdiff_t inside = (ptrdiff_t)width - left;
    size_t last = inside > 0 ? min_size(columns, ceil_divide((size_t)inside, step)) : 0;
    if (last < first) last = first;
    for (size_t i = 0; i < rows; i++, to += columns * depth) {
        ptrdiff_t row = top + (ptrdiff_t)(i * step);
        if (row < 0 || row >= (ptrdiff_t)height || first == last) {
            memset(to, 0, columns * depth * sizeof(float));
            continue;
        }
        const float *from = plane + ((size_t)row * width + (size_t)(left + (ptrdiff_t)(first * step))) * depth;
        memset(to, 0, first * depth * sizeof(float));
        if (step == 1) {
            memcpy(to + first * depth, from, (last - first) * depth * sizeof(float));
        } else {
            for (size_t j = first; j < last; j++) {
                memcpy(to + j * depth, from + (j - first) * step * depth, depth * sizeof(float));
            }
        }
        memset(to + last * depth, 0, (columns - last) * depth * sizeof(float));
    }
}

// Puts the band's pixels of each block of 16 channels side by side; returns the floats of a block.
static inline size_t pack_band(
    float *to, winnow_band band, const float *from, size_t blocks, size_t plane, size_t row_stride
) {
    size_t row_floats = band.columns * lanes;
    for (size_t b = 0; b < blocks; b++) {
        for (size_t m = 0; m < band.samples; m++) {
            const float *row = from + (m * blocks + b) * plane;
            for (size_t i = 0; i < band.rows; i++, to += row_floats) {
                memcpy(to, row + i * row_stride, row_floats * sizeof(float));
            }
        }
    }
    return band.samples * band.rows * row_floats;
}
