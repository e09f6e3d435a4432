/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact.c - covering by patterns: a pattern says how many seats of each class one GPU holds.
 *
 * Whatever a GPU holds it also holds with a seat less, so only contents that take no more are
 * patterns, and covering the demand is as good as meeting it. The linear relaxation, rounded
 * up, is the lower bound; it is nearly always met, so branch and bound has little to do. The
 * patterns come from the packer itself on one GPU, in descending lexicographic order, so both
 * know the same limits. GLPK has its own heap and ends the program when that is out. Source:
 * [Gilmore1961]. */
#include "sim/fleet/exact.h"

#include <assert.h>
#include <glpk.h>
#include <math.h>
#include <string.h>

enum {
    SEATS_MAX = 64 /* on one GPU: more than any limit of the packer */
};

static_assert((int)SEATS_MAX >= (int)SCHED_VGPUS_MAX, "a GPU of containers fits");

#define ROUNDING 1e-6 /* of a linear programme whose coefficients are small integers */

/* One GPU and what is on it. */
struct content {
    struct pack pack;
    struct pack_spot spot[SEATS_MAX];
    int n;
    int vm;     /* every seat is a VM of its own */
    int *count; /* [class_n] */
};

struct patterns {
    unsigned char *seats; /* [cap * class_n] */
    int n, cap;
    bool whole;
};

/* ---- Patterns ---- */

static bool can_take(const struct content *c, int k)
{
    return c->n < SEATS_MAX && c->count[k] < c->pack.terms->class[k].gpu_n &&
           pack_obstacle(&c->pack, k, 0) == WHY_NONE;
}

/* Adds seats of classes k and above, each as many as it takes. */
static void fill(struct content *c, int k)
{
    for (; k < c->pack.terms->class_n; k++) {
        while (can_take(c, k)) {
            pack_seat(&c->pack, k, 0, c->vm++, &c->spot[c->n]);
            c->n++;
            c->count[k]++;
        }
    }
}

/* The next content: a seat less of the last class but one that has any, and filled up again
 * behind it. False at the end. */
static bool step(struct content *c)
{
    int last = c->pack.terms->class_n - 1;
    int k = last - 1;
    while (k >= 0 && c->count[k] == 0) {
        k--;
    }
    if (k < 0) {
        return false;
    }
    bool taken = false;
    while (!taken) {
        const struct pack_spot *spot = &c->spot[--c->n];
        taken = spot->class_ix == k;
        c->count[spot->class_ix]--;
        pack_unseat(&c->pack, spot);
    }
    fill(c, k + 1);
    return true;
}

static bool is_full(const struct content *c)
{
    for (int k = 0; k < c->pack.terms->class_n; k++) {
        if (can_take(c, k)) {
            return false;
        }
    }
    return true;
}

/* False when memory is out. */
static bool collect(struct patterns *out, struct arena *a, const struct pack_terms *terms)
{
    size_t class_n = (size_t)terms->class_n;
    struct content c = {.count = arena_alloc(a, class_n, sizeof *c.count)};
    out->seats = arena_alloc(a, class_n * EXACT_PATTERNS_MAX, sizeof *out->seats);
    if (c.count == NULL || out->seats == NULL || !pack_init(&c.pack, a, terms, 1, SEATS_MAX)) {
        return false;
    }
    fill(&c, 0);
    bool more = true;
    for (int i = 0; more && i < EXACT_STEPS_MAX && out->n < EXACT_PATTERNS_MAX; i++) {
        if (is_full(&c)) {
            unsigned char *to = out->seats + class_n * (size_t)out->n++;
            for (size_t k = 0; k < class_n; k++) {
                to[k] = (unsigned char)c.count[k];
            }
        }
        more = step(&c);
    }
    out->whole = !more;
    return true;
}

/* ---- The programme ---- */

/* GLPK counts rows and columns from 1. */
static void load(glp_prob *lp, const struct pack_terms *terms, const struct patterns *p)
{
    glp_set_obj_dir(lp, GLP_MIN);
    glp_add_rows(lp, terms->class_n);
    for (int k = 0; k < terms->class_n; k++) {
        glp_set_row_bnds(lp, k + 1, GLP_LO, terms->class[k].wanted_n, 0);
    }
    glp_add_cols(lp, p->n);
    for (int j = 0; j < p->n; j++) {
        const unsigned char *seats = p->seats + (size_t)j * (size_t)terms->class_n;
        int row[SEATS_MAX + 1];
        double value[SEATS_MAX + 1];
        int n = 0;
        for (int k = 0; k < terms->class_n; k++) {
            if (seats[k] > 0) {
                n++;
                row[n] = k + 1;
                value[n] = seats[k];
            }
        }
        glp_set_col_kind(lp, j + 1, GLP_IV);
        glp_set_col_bnds(lp, j + 1, GLP_LO, 0, 0);
        glp_set_obj_coef(lp, j + 1, 1);
        glp_set_mat_col(lp, j + 1, n, row, value);
    }
}

struct search {
    int nodes;
    int bound;
};

/* Ends the search at the bound, or at the limit of nodes. */
static void watch(glp_tree *tree, void *info)
{
    struct search *s = info;
    if (glp_ios_reason(tree) == GLP_ISELECT) {
        s->nodes++;
    }
    bool met = glp_mip_status(glp_ios_get_prob(tree)) == GLP_FEAS &&
               glp_mip_obj_val(glp_ios_get_prob(tree)) < s->bound + 0.5;
    if (met || s->nodes > EXACT_NODES_MAX) {
        glp_ios_terminate(tree);
    }
}

/* GPU by GPU, patterns in their order. False when memory is out. */
static bool write_plan(struct exact_plan *out, struct arena *a, glp_prob *lp,
                       const struct pack_terms *terms, const struct patterns *p)
{
    size_t class_n = (size_t)terms->class_n;
    int gpus = (int)lround(glp_mip_obj_val(lp));
    out->seats = arena_alloc(a, class_n * (size_t)gpus, sizeof *out->seats);
    for (int j = 0; out->seats != NULL && j < p->n; j++) {
        int times = (int)lround(glp_mip_col_val(lp, j + 1));
        for (int i = 0; i < times; i++) {
            assert(out->gpus < gpus);
            memcpy(out->seats + class_n * (size_t)out->gpus++, p->seats + class_n * (size_t)j,
                   class_n);
        }
    }
    return out->seats != NULL;
}

static bool solve(struct exact_plan *out, struct arena *a, glp_prob *lp,
                  const struct pack_terms *terms, const struct patterns *p, int most)
{
    glp_smcp simplex;
    glp_init_smcp(&simplex);
    simplex.msg_lev = GLP_MSG_OFF;
    load(lp, terms, p);
    if (glp_simplex(lp, &simplex) != 0 || glp_get_status(lp) != GLP_OPT) {
        out->whole = false;
        return true;
    }
    /* Without all patterns the relaxation is no bound. */
    int bound = (int)ceil(glp_get_obj_val(lp) - ROUNDING);
    out->bound = p->whole ? bound : 0;
    if (bound >= most) {
        return true;
    }
    struct search search = {.bound = bound};
    glp_iocp integer;
    glp_init_iocp(&integer);
    integer.msg_lev = GLP_MSG_OFF;
    integer.cb_func = watch;
    integer.cb_info = &search;
    int failed = glp_intopt(lp, &integer);
    int status = glp_mip_status(lp);
    bool found = status == GLP_OPT || status == GLP_FEAS;
    bool better = found && lround(glp_mip_obj_val(lp)) < most;
    out->whole = p->whole && ((failed == 0 && status == GLP_OPT) ||
                              (found && lround(glp_mip_obj_val(lp)) == bound));
    /* A search that has seen every node proves what it found, or `most` where that is less. */
    if (out->whole) {
        out->bound = better ? (int)lround(glp_mip_obj_val(lp)) : most;
    }
    return !better || write_plan(out, a, lp, terms, p);
}

bool exact_solve(struct exact_plan *out, struct arena *a, const struct pack_terms *terms,
                 int most)
{
    assert(terms->group_n == 1 && terms->class_n >= 1);
    *out = (struct exact_plan){0};
    struct patterns p = {0};
    if (!collect(&p, a, terms)) {
        return false;
    }
    out->whole = p.whole;
    glp_term_out(GLP_OFF);
    glp_prob *lp = glp_create_prob();
    bool ok = solve(out, a, lp, terms, &p, most);
    glp_delete_prob(lp);
    glp_free_env();
    return ok;
}

const char *exact_library(void)
{
    return glp_version();
}
