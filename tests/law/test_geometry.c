/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_geometry.c - every MIG board of the catalogue against a second, blunt enumerator.
 *
 * Goal: legal and maximal layouts, "does this set fit, and where", what can be added, what is
 * stranded and which order creates a set are right for all sets of up to seven instances on
 * every board. Method: the reference takes all (profile, start) pairs of a board, switches each
 * on or off and keeps what breaks no rule; rules are written down here anew, over lists of
 * pairs, from the MIG User Guide and nvml.h. It shares only the table rows with the program.
 * Exact: no tolerance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/census.h"
#include "tests/unit/fixture.h"

enum {
    PAIRS_MAX = 60,
    SETS_MAX = 20000,
    INSTANCES_ASKED = 7,
    KEY_BITS = 4 /* an axis holds at most 12 instances */
};

/* ---- The second enumerator ---- */

struct pair {
    const struct mig_profile *p;
    int profile; /* number among the board's profiles, in the order of the table */
    int start;
};

/* All that may exist on one board: sets of pairs as bits. */
struct board {
    const struct gpu *gpu;
    struct pair pair[PAIRS_MAX];
    int pair_n, profile_n;
    uint64_t set[SETS_MAX]; /* [set_n] ascending */
    uint64_t key[SETS_MAX]; /* [set_n] instances of each profile, ascending */
    int set_n, maximal_n;
};

static bool breaks_media(const struct board *b, uint64_t set)
{
    int media = 0, all = 0, others = 0;
    for (int i = 0; i < b->pair_n; i++) {
        if ((set >> i & 1) == 0) {
            continue;
        }
        const char *mark = strpbrk(b->pair[i].p->name, "+-");
        if (mark != NULL && strcmp(mark, "+me.all") == 0) {
            all++;
        } else if (mark == NULL || strcmp(mark, "-me") != 0) {
            others++;
        }
        media += mark != NULL && strncmp(mark, "+me", 3) == 0 ? 1 : 0;
    }
    return media > 1 || (all > 0 && others > 0);
}

/* Sum of one column over the set, cells without a number not counted. */
static int sum_of(const struct board *b, uint64_t set, int column)
{
    int sum = 0;
    for (int i = 0; i < b->pair_n; i++) {
        const struct mig_profile *p = b->pair[i].p;
        const int cell[] = {p->compute_slices, p->copy_engines, p->decoders,
                            p->encoders,       p->jpeg,         p->ofa};
        if ((set >> i & 1) != 0 && cell[column] > 0) {
            sum += cell[column];
        }
    }
    return sum;
}

static bool breaks_pool(const struct board *b, uint64_t set)
{
    for (int column = 0; column < 6; column++) {
        int full = -1;
        for (int i = 0; i < b->pair_n; i++) {
            const struct mig_profile *p = b->pair[i].p;
            const int cell[] = {p->compute_slices, p->copy_engines, p->decoders,
                                p->encoders,       p->jpeg,         p->ofa};
            if (p->compute_slices == b->gpu->mig_slices && cell[column] > full) {
                full = cell[column];
            }
        }
        if (full >= 0 && sum_of(b, set, column) > full) {
            return true;
        }
    }
    return false;
}

static bool breaks_maximum(const struct board *b, uint64_t set)
{
    for (int profile = 0; profile < b->profile_n; profile++) {
        int n = 0, max = 0;
        for (int i = 0; i < b->pair_n; i++) {
            if (b->pair[i].profile == profile) {
                n += (int)(set >> i & 1);
                max = b->pair[i].p->max_instances;
            }
        }
        if (max > 0 && n > max) {
            return true;
        }
    }
    return false;
}

static bool overlaps(const struct board *b, uint64_t set, int with)
{
    const struct pair *x = &b->pair[with];
    for (int i = 0; i < b->pair_n; i++) {
        const struct pair *y = &b->pair[i];
        if ((set >> i & 1) != 0 && y->start < x->start + x->p->size &&
            x->start < y->start + y->p->size) {
            return true;
        }
    }
    return false;
}

static bool may_add(const struct board *b, uint64_t set, int i)
{
    const uint64_t with = set | UINT64_C(1) << i;
    return (set >> i & 1) == 0 && !overlaps(b, set, i) && !breaks_media(b, with) &&
           !breaks_maximum(b, with) && !breaks_pool(b, with);
}

static uint64_t key_of(const struct board *b, uint64_t set)
{
    uint64_t key = 0;
    for (int i = 0; i < b->pair_n; i++) {
        key += (set >> i & 1) << (KEY_BITS * b->pair[i].profile);
    }
    return key;
}

/* Depth: pairs of the board. */
static void enumerate(struct board *b, int i, uint64_t set)
{
    if (i == b->pair_n) {
        bool is_maximal = true;
        for (int k = 0; k < b->pair_n; k++) {
            is_maximal = is_maximal && !may_add(b, set, k);
        }
        assert_true(b->set_n < SETS_MAX);
        b->key[b->set_n] = key_of(b, set);
        b->set[b->set_n++] = set;
        b->maximal_n += is_maximal ? 1 : 0;
        return;
    }
    enumerate(b, i + 1, set);
    if (may_add(b, set, i)) {
        enumerate(b, i + 1, set | UINT64_C(1) << i);
    }
}

static int by_value(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static bool has(const uint64_t *sorted, int n, uint64_t x)
{
    return bsearch(&x, sorted, (size_t)n, sizeof x, by_value) != NULL;
}

/* False for a GPU without profiles whose starts are known. */
static bool board_init(struct board *b, const struct catalog *c, int gpu_ix)
{
    *b = (struct board){.gpu = &c->gpu[gpu_ix]};
    for (int i = 0; i < c->mig_n; i++) {
        const struct mig_profile *p = &c->mig[i];
        if (p->gpu_ix != gpu_ix || p->starts_n == 0) {
            continue;
        }
        for (int k = 0; k < p->starts_n; k++) {
            assert_true(b->pair_n < PAIRS_MAX);
            b->pair[b->pair_n++] = (struct pair){p, b->profile_n, p->starts[k]};
        }
        b->profile_n++;
    }
    if (b->pair_n == 0) {
        return false;
    }
    assert_true(b->profile_n * KEY_BITS <= 64);
    enumerate(b, 0, 0);
    qsort(b->set, (size_t)b->set_n, sizeof b->set[0], by_value);
    qsort(b->key, (size_t)b->set_n, sizeof b->key[0], by_value);
    return true;
}

/* The pair that an instance is. */
static uint64_t bit_of(const struct board *b, const struct mig_geometry *g,
                       const struct layout_instance *at)
{
    for (int i = 0; i < b->pair_n; i++) {
        if (b->pair[i].p == g->profile[at->kind] && b->pair[i].start == at->start) {
            return UINT64_C(1) << i;
        }
    }
    fail_msg("%s has no %s at %d", b->gpu->key, g->profile[at->kind]->name, at->start);
    return 0;
}

static uint64_t set_of(const struct board *b, const struct mig_geometry *g,
                       const struct layout_instance *at, int n)
{
    uint64_t set = 0;
    for (int i = 0; i < n; i++) {
        const uint64_t bit = bit_of(b, g, &at[i]);
        assert_int_equal(set & bit, 0);
        set |= bit;
    }
    return set;
}

/* ---- Every layout ---- */

struct seen {
    const struct board *b;
    uint64_t set[SETS_MAX];
    int n, maximal_n;
};

static int most(const struct board *b, uint64_t set, int column)
{
    int best = 0;
    for (int i = 0; i < b->set_n; i++) {
        if ((b->set[i] & set) != set) {
            continue;
        }
        int sum = 0;
        for (int k = 0; k < b->pair_n; k++) {
            if ((b->set[i] >> k & 1) != 0) {
                sum += column == 0 ? b->pair[k].p->compute_slices : b->pair[k].p->size;
            }
        }
        best = sum > best ? sum : best;
    }
    return best;
}

/* What can be added at which start, and what is stranded, for one layout. */
static void check_rest(const struct board *b, const struct layout *l, uint64_t set)
{
    for (int i = 0; i < b->pair_n; i++) {
        const enum mig_fit fit = layout_can(l, b->pair[i].profile, b->pair[i].start);
        assert_int_equal(fit == MIG_FITS,
                         has(b->set, b->set_n, set | UINT64_C(1) << i) && (set >> i & 1) == 0);
    }
    struct layout_rest rest;
    layout_rest(l, &rest);
    assert_int_equal(rest.compute_stranded, b->gpu->mig_slices - most(b, set, 0));
    assert_int_equal(rest.memory_stranded, b->gpu->mig_axis - most(b, set, 1));
    assert_true(rest.fragmentation_frac >= 0 && rest.fragmentation_frac <= 1);
}

static void see(void *user, const struct layout *l, bool is_maximal)
{
    struct seen *s = user;
    const uint64_t set = set_of(s->b, l->g, l->instance, l->instance_n);
    assert_true(s->n < SETS_MAX);
    s->set[s->n++] = set;
    s->maximal_n += is_maximal ? 1 : 0;
    check_rest(s->b, l, set);
}

static void census_finds_every_layout_when_second_enumerator_looks(void **state)
{
    const struct fixture *f = *state;
    static struct board b;
    static struct seen s;
    int boards = 0;
    for (int i = 0; i < f->catalog->gpu_n; i++) {
        struct mig_geometry g;
        if (!board_init(&b, f->catalog, i)) {
            continue;
        }
        boards++;
        mig_geometry_init(&g, f->catalog, i);
        assert_int_equal(g.axis.kind_n, b.profile_n);
        s = (struct seen){.b = &b};
        assert_int_equal(census_walk(&g, see, &s), b.set_n);
        assert_int_equal(s.maximal_n, b.maximal_n);
        qsort(s.set, (size_t)s.n, sizeof s.set[0], by_value);
        assert_memory_equal(s.set, b.set, (size_t)b.set_n * sizeof b.set[0]);
    }
    assert_true(boards >= 24);
}

/* ---- Every set of up to seven instances ---- */

static void check_place(const struct board *b, const struct mig_geometry *g,
                        const unsigned char *count, uint64_t key)
{
    int start[AXIS_PIECES_MAX];
    struct layout_instance at[AXIS_PIECES_MAX];
    int n = 0;
    assert_true(mig_layout(g, count, start));
    for (int k = 0; k < g->axis.kind_n; k++) {
        for (int i = 0; i < count[k]; i++, n++) {
            at[n] = (struct layout_instance){k, start[n]};
        }
    }
    const uint64_t set = set_of(b, g, at, n);
    assert_true(has(b->set, b->set_n, set));
    assert_true(key_of(b, set) == key);
    /* The driver's own choice of starts reaches the set in some order. */
    struct layout_instance order[LAYOUT_MAX];
    assert_int_equal(census_order(g, count, NULL, order), n);
    assert_true(key_of(b, set_of(b, g, order, n)) == key);
}

static void check_set(const struct board *b, const struct mig_geometry *g,
                      const unsigned char *count, int *fit_n)
{
    uint64_t key = 0;
    for (int k = 0; k < g->axis.kind_n; k++) {
        key += (uint64_t)count[k] << (KEY_BITS * k);
    }
    const bool expected = has(b->key, b->set_n, key);
    if ((mig_fits(g, count) == MIG_FITS) != expected) {
        fail_msg("%s: set %llx should %sfit", b->gpu->key, (unsigned long long)key,
                 expected ? "" : "not ");
    }
    if (expected) {
        check_place(b, g, count, key);
        (*fit_n)++;
    }
}

/* The next vector whose sum is at most `most`; false after the last. */
static bool next_count(unsigned char *count, int n, int most_n)
{
    int sum = 0;
    for (int k = 0; k < n; k++) {
        sum += count[k];
    }
    for (int k = 0; k < n; k++) {
        if (sum < most_n) {
            count[k]++;
            return true;
        }
        sum -= count[k];
        count[k] = 0;
    }
    return false;
}

static void mig_answers_as_brute_force_when_sets_have_up_to_seven(void **state)
{
    const struct fixture *f = *state;
    static struct board b;
    for (int i = 0; i < f->catalog->gpu_n; i++) {
        struct mig_geometry g;
        if (!board_init(&b, f->catalog, i)) {
            continue;
        }
        mig_geometry_init(&g, f->catalog, i);
        unsigned char count[AXIS_KINDS_MAX] = {0};
        long asked = 0;
        int fit_n = 0;
        do {
            check_set(&b, &g, count, &fit_n);
            asked++;
        } while (next_count(count, g.axis.kind_n, INSTANCES_ASKED));
        /* Sets of at most 7 out of n kinds: (n + 7 choose 7). */
        long expected = 1;
        for (int k = 1; k <= INSTANCES_ASKED; k++) {
            expected = expected * (g.axis.kind_n + k) / k;
        }
        assert_int_equal(asked, expected);
        assert_true(fit_n > 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(census_finds_every_layout_when_second_enumerator_looks),
        cmocka_unit_test(mig_answers_as_brute_force_when_sets_have_up_to_seven),
    };
    return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
