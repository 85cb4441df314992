// Runs cases of every kernel: kernel-checks SEED [ROUNDS [NAME CASE]]. A failure names what runs it alone.
#include "check.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#endif

typedef struct {
    char *pages;    // with a guard page at either end
    size_t size;    // of all
    int is_input;
} buffer;

static buffer buffers[64];
static size_t buffer_count, expected_count;
static double *expectations[64];
static uint64_t state;
static char description[512];
static const char *check_name;
static unsigned long long check_seed, check_case;

static uint64_t next_random(void) {
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

size_t draw(size_t least, size_t most) { return least + next_random() % (most - least + 1); }
int one_in(size_t count) { return draw(1, count) == 1; }
float draw_value(void) { return (float)((double)(next_random() >> 11) * 0x1p-52 - 1); }

static void report_case(void) {
    fprintf(
        stderr, "kernel-checks %llu 1 %s %llu: %s\n", check_seed, check_name, check_case,
        description[0] ? description : "before its shape was drawn");
}

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    report_case();
    _exit(1);
}

void describe(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(description, sizeof description, format, arguments);
    va_end(arguments);
}

static char *guarded(size_t size, size_t alignment, int is_input) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE), inner = (size + page) / page * page;
    buffer *b = &buffers[buffer_count++];
    if (buffer_count > sizeof buffers / sizeof *buffers) fail("too many buffers");
    *b = (buffer){.size = inner + 2 * page, .is_input = is_input};
    b->pages = mmap(NULL, b->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (b->pages == MAP_FAILED) fail("no memory for %zu bytes", b->size);
    mprotect(b->pages, page, PROT_NONE);
    mprotect(b->pages + page + inner, page, PROT_NONE);
    char *first = b->pages + page, *last = first + inner;
    char *data = one_in(3) ? first : first + (inner - size) / alignment * alignment;
    ASAN_POISON_MEMORY_REGION(first, (size_t)(data - first));
    ASAN_POISON_MEMORY_REGION(data + size, (size_t)(last - data) - size);
    return data;
}

static float *filled(size_t count, size_t alignment) {
    float *x = (float *)guarded(count * sizeof(float), alignment, 0);
    for (size_t i = 0; i < count; i++) x[i] = NAN;
    return x;
}

float *output(size_t count) { return filled(count, sizeof(float)); }
float *scratch(size_t count) { return filled(count, 64); }

float *input(size_t count) {
    float *x = (float *)guarded(count * sizeof(float), sizeof(float), 1);
    for (size_t i = 0; i < count; i++) x[i] = draw_value();
    return x;
}

uint8_t *bytes(size_t count) {
    uint8_t *x = (uint8_t *)guarded(count, 1, 0);
    memset(x, 0xAA, count);
    return x;
}

double *expected(size_t count) {
    if (expected_count == sizeof expectations / sizeof *expectations) fail("too many expectations");
    double *x = calloc(count + 1, sizeof(double));
    expectations[expected_count++] = x;
    return x;
}

void seal_inputs(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t i = 0; i < buffer_count; i++) {
        if (buffers[i].is_input) mprotect(buffers[i].pages + page, buffers[i].size - 2 * page, PROT_READ);
    }
}

static void end_case(void) {
    for (size_t i = 0; i < buffer_count; i++) {
        ASAN_UNPOISON_MEMORY_REGION(buffers[i].pages, buffers[i].size);
        munmap(buffers[i].pages, buffers[i].size);
    }
    while (expected_count > 0) free(expectations[--expected_count]);
    buffer_count = 0;
    description[0] = 0;
}

static int is_near(double found, double wanted, double allowed) {
    if (isnan(wanted)) return isnan(found);
    return found == wanted || fabs(found - wanted) <= allowed;
}

void expect_near(const char *what, const float *found, const double *wanted, size_t count, double tolerance) {
    for (size_t i = 0; i < count; i++) {
        if (!is_near(found[i], wanted[i], tolerance * (1 + fabs(wanted[i])))) {
            fail("%s: value %zu of %zu is %.9g, not %.9g", what, i, count, found[i], wanted[i]);
        }
    }
}

void expect_near_largest(
    const char *what, const float *found, const double *wanted, size_t count, double tolerance
) {
    double largest = 1e-30;
    for (size_t i = 0; i < count; i++) largest = fmax(largest, fabs(wanted[i]));
    for (size_t i = 0; i < count; i++) {
        if (!is_near(found[i], wanted[i], tolerance * largest)) {
            fail(
                "%s: value %zu of %zu is %.9g, not %.9g; the largest is %.9g", what, i, count, found[i], wanted[i],
                largest);
        }
    }
}

void expect_number(const char *what, double found, double wanted, double tolerance) {
    if (!is_near(found, wanted, tolerance * (1 + fabs(wanted)))) fail("%s is %.17g, not %.17g", what, found, wanted);
}

void expect_bytes(const char *what, const uint8_t *found, const uint8_t *wanted, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (found[i] != wanted[i]) fail("%s: byte %zu of %zu is %d, not %d", what, i, count, found[i], wanted[i]);
    }
}

void expect_true(const char *what, int holds) {
    if (!holds) fail("%s does not hold", what);
}

size_t padded(size_t channels) { return (channels + 15) / 16 * 16; }

size_t image_at(size_t n, size_t c, size_t channels, size_t pixels, size_t pixel) {
    return ((n * (padded(channels) / 16) + c / 16) * pixels + pixel) * 16 + c % 16;
}

size_t weight_at(size_t o, size_t c, size_t inputs, size_t taps, size_t tap) {
    return (((o / 16 * (padded(inputs) / 16) + c / 16) * taps + tap) * 16 + c % 16) * 16 + o % 16;
}

void clear_lanes(float *image, size_t batch, size_t channels, size_t pixels) {
    for (size_t n = 0; n < batch; n++) {
        for (size_t c = channels; c < padded(channels); c++) {
            for (size_t p = 0; p < pixels; p++) image[image_at(n, c, channels, pixels, p)] = 0;
        }
    }
}

static const struct {
    const char *name;
    void (*run)(void);
    size_t cases;  // in a round
} checks[] = {
    {"products", check_products, 60},
    {"winograd", check_winograd, 40},
    {"direct", check_direct, 40},
    {"stem", check_stem, 30},
    {"channel-sums", check_channel_sums, 10},
    {"max-pool", check_max_pool, 40},
    {"average-pool", check_average_pool, 30},
    {"global-average", check_global_average, 10},
    {"batch-norm", check_batch_norm, 40},
    {"batch-norm-evaluation", check_batch_norm_evaluation, 20},
    {"activations", check_activations, 20},
    {"sums", check_sums, 20},
    {"cross-entropy", check_cross_entropy, 40},
    {"losses", check_losses, 20},
    {"optimizers", check_optimizers, 20},
    {"dropout", check_dropout, 20},
    {"channel-dropout", check_channel_dropout, 20},
    {"layouts", check_layouts, 40},
};

int main(int count, char **arguments) {
#if __has_feature(address_sanitizer)
    __sanitizer_set_death_callback(report_case);
#endif
    check_seed = count > 1 ? strtoull(arguments[1], NULL, 10) : 1;
    size_t rounds = count > 2 ? strtoull(arguments[2], NULL, 10) : 1, ran = 0;
    const char *only = count > 3 ? arguments[3] : NULL, *only_case = count > 4 ? arguments[4] : NULL;
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        check_name = checks[i].name;
        if (only && strcmp(only, check_name) != 0) continue;
        for (check_case = 0; check_case < checks[i].cases * rounds; check_case++) {
            if (only_case && strtoull(only_case, NULL, 10) != check_case) continue;
            state = check_seed * 1000003 + i * 7919 + check_case * 104729;
            next_random();
            checks[i].run();
            end_case();
            ran++;
        }
    }
    if (ran == 0) fail("no such check: %s", only ? only : "");
    printf("%zu cases of seed %llu passed\n", ran, check_seed);
    return 0;
}
