/* SPDX-License-Identifier: GPL-3.0-or-later */
/* axis.c - exact search for non-overlapping pieces on a line.
 *
 * Pieces are laid from left to right. Once it is settled which kind comes next, its lowest free
 * start at or after the end of the last piece is as good as any other, so a state is (end of
 * the last piece, pieces left per kind) and a state that failed once fails always. Failed
 * states are kept in a small direct-mapped table with exact keys: losing one costs time, never
 * correctness. Choosing the positions asks the same search after each step whether the rest
 * still fits, which gives the first leaf of a backtracking search without backtracking. */
#include "models/axis.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

enum {
    FAILED_MAX = 1024 /* power of two */
};

struct search {
    int start[AXIS_KINDS_MAX][AXIS_STARTS_MAX]; /* [active_n][start_n] free starts */
    int start_n[AXIS_KINDS_MAX];
    int size[AXIS_KINDS_MAX];
    int left[AXIS_KINDS_MAX];
    uint64_t stride[AXIS_KINDS_MAX]; /* mixed radix: `code` numbers the vector `left` */
    uint64_t code;
    int active_n;
    int need; /* units of all pieces left */
    int end;  /* no piece ends after it */
    long steps;
    bool failed_ready;
    uint64_t failed[FAILED_MAX]; /* code x position + 1; 0 empty */
};

/* ---- Search ---- */

static uint64_t state_key(const struct search *s, int pos)
{
    return s->code * (AXIS_UNITS_MAX + 1) + (uint64_t)pos + 1;
}

static size_t state_home(uint64_t key)
{
    return (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 54) & (FAILED_MAX - 1);
}

static bool is_failed(const struct search *s, uint64_t key)
{
    return s->failed_ready && s->failed[state_home(key)] == key;
}

static void failed_add(struct search *s, uint64_t key)
{
    if (!s->failed_ready) {
        memset(s->failed, 0, sizeof s->failed);
        s->failed_ready = true;
    }
    s->failed[state_home(key)] = key;
}

/* Lowest free start of active kind k at or after pos, or -1. */
static int first_start(const struct search *s, int k, int pos)
{
    for (int i = 0; i < s->start_n[k]; i++) {
        if (s->start[k][i] >= pos) {
            return s->start[k][i];
        }
    }
    return -1;
}

static void take(struct search *s, int k)
{
    s->left[k]--;
    s->code -= s->stride[k];
    s->need -= s->size[k];
}

static void give(struct search *s, int k)
{
    s->left[k]++;
    s->code += s->stride[k];
    s->need += s->size[k];
}

/* Can all pieces left be laid at or after pos? Depth: pieces, at most AXIS_PIECES_MAX. */
static bool search_from(struct search *s, int pos)
{
    if (s->code == 0) {
        return true;
    }
    uint64_t key = state_key(s, pos);
    if (pos + s->need > s->end || is_failed(s, key) || ++s->steps > AXIS_STEPS_MAX) {
        return false;
    }
    int at[AXIS_KINDS_MAX];
    for (int k = 0; k < s->active_n; k++) {
        at[k] = s->left[k] > 0 ? first_start(s, k, pos) : -1;
        if (s->left[k] > 0 && at[k] < 0) {
            failed_add(s, key);
            return false;
        }
    }
    for (int k = 0; k < s->active_n; k++) {
        if (at[k] < 0) {
            continue;
        }
        take(s, k);
        bool ok = search_from(s, at[k] + s->size[k]);
        give(s, k);
        if (ok) {
            return true;
        }
    }
    failed_add(s, key);
    return false;
}

/* busy[u] counts the busy units below u. */
static bool is_free(const int *busy_below, int start, int size)
{
    return busy_below[start + size] == busy_below[start];
}

/* False when the pieces are too many to search for. */
static bool search_init(struct search *s, const struct axis *a, const unsigned char *count,
                        const int *busy_below)
{
    s->active_n = 0;
    s->need = 0;
    s->end = 0;
    s->steps = 0;
    s->code = 0;
    s->failed_ready = false;
    int pieces = 0;
    uint64_t stride = 1;
    for (int k = 0; k < a->kind_n; k++) {
        if (count[k] == 0) {
            continue;
        }
        pieces += count[k];
        if (pieces > AXIS_PIECES_MAX) {
            return false;
        }
        const struct axis_kind *kind = &a->kind[k];
        int n = s->active_n++;
        s->start_n[n] = 0;
        for (int i = 0; i < kind->starts_n; i++) {
            if (is_free(busy_below, kind->starts[i], kind->size)) {
                s->start[n][s->start_n[n]++] = kind->starts[i];
                int end = kind->starts[i] + kind->size;
                s->end = end > s->end ? end : s->end;
            }
        }
        s->size[n] = kind->size;
        s->left[n] = count[k];
        s->need += kind->size * count[k];
        /* A count c multiplies by c + 1 <= 2^c: the product stays within 2^AXIS_PIECES_MAX. */
        s->stride[n] = stride;
        s->code += stride * count[k];
        stride *= (uint64_t)count[k] + 1;
    }
    return true;
}

static bool rest_fits(const struct axis *a, const unsigned char *count, const int *busy_below)
{
    struct search s;
    return search_init(&s, a, count, busy_below) && search_from(&s, 0);
}

/* ---- Positions ---- */

static void occupy(int *busy_below, int start, int size)
{
    for (int u = start + 1; u <= AXIS_UNITS_MAX; u++) {
        int done = u - start;
        busy_below[u] += done < size ? done : size;
    }
}

static void release(int *busy_below, int start, int size)
{
    for (int u = start + 1; u <= AXIS_UNITS_MAX; u++) {
        int done = u - start;
        busy_below[u] -= done < size ? done : size;
    }
}

/* (kind, start) pairs that stay free. */
static int openings(const struct axis *a, const int *busy_below)
{
    int n = 0;
    for (int k = 0; k < a->kind_n; k++) {
        for (int i = 0; i < a->kind[k].starts_n; i++) {
            n += is_free(busy_below, a->kind[k].starts[i], a->kind[k].size) ? 1 : 0;
        }
    }
    return n;
}

/* Lays one piece of kind k; `left` is what remains after it. Returns its start, or -1. */
static int lay(const struct axis *a, int k, const unsigned char *left, int *busy_below)
{
    const struct axis_kind *kind = &a->kind[k];
    int score[AXIS_STARTS_MAX];
    for (int i = 0; i < kind->starts_n; i++) {
        score[i] = -1;
        if (is_free(busy_below, kind->starts[i], kind->size)) {
            occupy(busy_below, kind->starts[i], kind->size);
            score[i] = openings(a, busy_below);
            release(busy_below, kind->starts[i], kind->size);
        }
    }
    for (;;) {
        int best = -1;
        for (int i = 0; i < kind->starts_n; i++) {
            if (score[i] >= 0 && (best < 0 || score[i] > score[best])) {
                best = i;
            }
        }
        if (best < 0) {
            return -1;
        }
        occupy(busy_below, kind->starts[best], kind->size);
        if (rest_fits(a, left, busy_below)) {
            return kind->starts[best];
        }
        release(busy_below, kind->starts[best], kind->size);
        score[best] = -1;
    }
}

static int longest_left(const struct axis *a, const unsigned char *left)
{
    int best = -1;
    for (int k = 0; k < a->kind_n; k++) {
        if (left[k] > 0 && (best < 0 || a->kind[k].size > a->kind[best].size)) {
            best = k;
        }
    }
    return best;
}

static void sort_ints(int *v, int n)
{
    for (int i = 1; i < n; i++) {
        int x = v[i];
        int j = i;
        for (; j > 0 && v[j - 1] > x; j--) {
            v[j] = v[j - 1];
        }
        v[j] = x;
    }
}

/* ---- Public ---- */

int axis_add(struct axis *a, const int *starts, int starts_n, int size)
{
    if (a->kind_n >= AXIS_KINDS_MAX || starts_n < 0 || starts_n > AXIS_STARTS_MAX || size < 1) {
        return -1;
    }
    for (int i = 0; i < starts_n; i++) {
        if (starts[i] < 0 || size > AXIS_UNITS_MAX || starts[i] > AXIS_UNITS_MAX - size ||
            (i > 0 && starts[i] <= starts[i - 1])) {
            return -1;
        }
    }
    a->kind[a->kind_n] =
        (struct axis_kind){.starts = starts, .starts_n = starts_n, .size = size};
    return a->kind_n++;
}

bool axis_fits(const struct axis *a, const unsigned char *count)
{
    int busy_below[AXIS_UNITS_MAX + 1] = {0};
    return rest_fits(a, count, busy_below);
}

bool axis_layout(const struct axis *a, const unsigned char *count, int *start)
{
    if (!axis_fits(a, count)) {
        return false;
    }
    int busy_below[AXIS_UNITS_MAX + 1] = {0};
    unsigned char left[AXIS_KINDS_MAX];
    int from[AXIS_KINDS_MAX]; /* first place of a kind in `start` */
    int n = 0;
    for (int k = 0; k < a->kind_n; k++) {
        left[k] = count[k];
        from[k] = n;
        n += count[k];
    }
    for (int k = longest_left(a, left); k >= 0; k = longest_left(a, left)) {
        left[k]--;
        int at = lay(a, k, left, busy_below);
        if (at < 0) {
            return false; /* the search gave up at AXIS_STEPS_MAX */
        }
        start[from[k] + left[k]] = at;
    }
    for (int k = 0; k < a->kind_n; k++) {
        sort_ints(start + from[k], count[k]);
    }
    return true;
}
