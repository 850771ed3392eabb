/* Lanes: what a sweep does for four or sixteen sources at once, in vectors of four that every machine has.
 *
 * One vector of 64 bytes would be no faster where registers are that wide, and far slower where they are not.
 */

#ifndef SUANLU_LANES_H
#define SUANLU_LANES_H

#include <stddef.h>
#include <stdint.h>

#define SUANLU_FAR 0x3FFFFFFF  /* unreachable; the sum of two of them is no overflow */

typedef int32_t suanlu_four __attribute__((vector_size(16)));
typedef struct { uint32_t above; int32_t cost; } suanlu_arc;

static inline suanlu_four suanlu_less(suanlu_four a, suanlu_four b) {
    suanlu_four less = a < b;
    return (a & less) | (b & ~less);
}

static inline suanlu_four suanlu_join(suanlu_four a, int32_t cost, int narrowest) {
    suanlu_four each = {cost, cost, cost, cost};
    if (!narrowest)
        return a + each;
    suanlu_four more = a > each;
    return (a & more) | (each & ~more);
}

/* Go up from the places that are `on`, the lowest first; all above them are on. */
static inline __attribute__((always_inline)) void suanlu_rise_by(
    uint32_t n, const uint8_t *on, const uint32_t *first, const suanlu_arc *arcs, suanlu_four *lanes,
    const int width, const int narrowest) {
    for (uint32_t v = 0; v < n; v++) {
        if (!on[v])
            continue;
        const suanlu_four *here = lanes + (size_t)v * width;
        for (uint32_t i = first[v]; i < first[v + 1]; i++) {
            suanlu_four *there = lanes + (size_t)arcs[i].above * width;
            for (int k = 0; k < width; k++)
                there[k] = suanlu_less(suanlu_join(here[k], arcs[i].cost, narrowest), there[k]);
        }
    }
}

/* Come down to the places listed, the highest first. */
static inline __attribute__((always_inline)) void suanlu_fall_by(
    uint32_t count, const uint32_t *places, const uint8_t *on, const uint32_t *first, const suanlu_arc *arcs,
    suanlu_four *lanes, const int width, const int narrowest) {
    const suanlu_four far = {SUANLU_FAR, SUANLU_FAR, SUANLU_FAR, SUANLU_FAR};
    for (uint32_t at = 0; at < count; at++) {
        const uint32_t v = places[at];
        suanlu_four *here = lanes + (size_t)v * width, best[4];
        for (int k = 0; k < width; k++)
            best[k] = on[v] ? here[k] : far;
        for (uint32_t i = first[v]; i < first[v + 1]; i++) {
            const suanlu_four *there = lanes + (size_t)arcs[i].above * width;
            for (int k = 0; k < width; k++)
                best[k] = suanlu_less(suanlu_join(there[k], arcs[i].cost, narrowest), best[k]);
        }
        for (int k = 0; k < width; k++)
            here[k] = best[k];
    }
}

static void suanlu_rise(uint32_t n, const uint8_t *on, const uint32_t *first, const suanlu_arc *arcs,
                        suanlu_four *lanes, int width, int narrowest) {
    if (narrowest)
        width == 4 ? suanlu_rise_by(n, on, first, arcs, lanes, 4, 1)
                   : suanlu_rise_by(n, on, first, arcs, lanes, 1, 1);
    else
        width == 4 ? suanlu_rise_by(n, on, first, arcs, lanes, 4, 0)
                   : suanlu_rise_by(n, on, first, arcs, lanes, 1, 0);
}

static void suanlu_fall(uint32_t count, const uint32_t *places, const uint8_t *on, const uint32_t *first,
                        const suanlu_arc *arcs, suanlu_four *lanes, int width, int narrowest) {
    if (narrowest)
        width == 4 ? suanlu_fall_by(count, places, on, first, arcs, lanes, 4, 1)
                   : suanlu_fall_by(count, places, on, first, arcs, lanes, 1, 1);
    else
        width == 4 ? suanlu_fall_by(count, places, on, first, arcs, lanes, 4, 0)
                   : suanlu_fall_by(count, places, on, first, arcs, lanes, 1, 0);
}

/* Write the lanes of `count` columns as doubles, a row a lane; return whether any is unreachable. */
static int suanlu_write(uint32_t count, const uint32_t *slots, const suanlu_four *lanes, int width,
                        uint32_t n_rows, double *const *rows) {
    typedef double doubles __attribute__((vector_size(32), aligned(8)));
    suanlu_four far = {0, 0, 0, 0};
    const suanlu_four limit = {SUANLU_FAR, SUANLU_FAR, SUANLU_FAR, SUANLU_FAR};
    uint32_t at = 0;
    for (; at + 4 <= count; at += 4) {
        const suanlu_four *p = lanes + (size_t)slots[at] * width, *q = lanes + (size_t)slots[at + 1] * width,
                          *r = lanes + (size_t)slots[at + 2] * width, *s = lanes + (size_t)slots[at + 3] * width;
        for (uint32_t k = 0; 4 * k < n_rows; k++) {
            far |= (p[k] == limit) | (q[k] == limit) | (r[k] == limit) | (s[k] == limit);
            const suanlu_four a = __builtin_shuffle(p[k], q[k], (suanlu_four){0, 4, 1, 5}),
                              b = __builtin_shuffle(p[k], q[k], (suanlu_four){2, 6, 3, 7}),
                              c = __builtin_shuffle(r[k], s[k], (suanlu_four){0, 4, 1, 5}),
                              d = __builtin_shuffle(r[k], s[k], (suanlu_four){2, 6, 3, 7});
            const suanlu_four turned[4] = {
                __builtin_shuffle(a, c, (suanlu_four){0, 1, 4, 5}), __builtin_shuffle(a, c, (suanlu_four){2, 3, 6, 7}),
                __builtin_shuffle(b, d, (suanlu_four){0, 1, 4, 5}), __builtin_shuffle(b, d, (suanlu_four){2, 3, 6, 7})};
            for (uint32_t lane = 0; lane < 4 && 4 * k + lane < n_rows; lane++)
                *(doubles *)(rows[4 * k + lane] + at) = __builtin_convertvector(turned[lane], doubles);
        }
    }
    int some = far[0] | far[1] | far[2] | far[3];
    for (; at < count; at++) {
        const int32_t *each = (const int32_t *)(lanes + (size_t)slots[at] * width);
        for (uint32_t lane = 0; lane < n_rows; lane++) {
            rows[lane][at] = each[lane];
            some |= each[lane] == SUANLU_FAR;
        }
    }
    return some != 0;
}

#endif
