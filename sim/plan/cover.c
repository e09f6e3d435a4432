/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cover.c - patterns by enumeration, the programme by GLPK. */
#include "sim/plan/cover.h"

#include <glpk.h>
#include <math.h>
#include <string.h>

#include "models/census.h"

/* Rounding of the solver that must not cost a GPU. */
#define SLACK 1e-7

enum {
    PATTERNS_MAX = 20000
};

struct patterns {
    struct arena *arena;
    int kind_n;
    unsigned char *count; /* [n * kind_n] */
    int n, cap;
    bool failed;
};

/* A maximal layout counts once, whatever the starts of its instances. */
static void add_pattern(void *user, const struct layout *l, bool is_maximal)
{
    struct patterns *p = user;
    size_t kinds = (size_t)p->kind_n;
    if (!is_maximal || p->failed) {
        return;
    }
    for (int i = 0; i < p->n; i++) {
        if (memcmp(p->count + (size_t)i * kinds, l->count, kinds) == 0) {
            return;
        }
    }
    if (p->n == p->cap) {
        int cap = p->cap > 0 ? 2 * p->cap : 64;
        unsigned char *bigger = arena_alloc(p->arena, (size_t)cap * kinds, 1);
        p->failed = !bigger || cap > PATTERNS_MAX;
        if (p->failed) {
            return;
        }
        if (p->n > 0) {
            memcpy(bigger, p->count, (size_t)p->n * kinds);
        }
        p->count = bigger;
        p->cap = cap;
    }
    memcpy(p->count + (size_t)p->n++ * kinds, l->count, kinds);
}

/* The profiles that some way asks for; `of` [g->axis.kind_n] their new index or -1. */
static void keep_asked(struct mig_geometry *part, const struct mig_geometry *g,
                       const struct cover_way *way, int way_n, int *of)
{
    int n = 0;
    *part = *g;
    for (int k = 0; k < g->axis.kind_n; k++) {
        bool is_asked = false;
        for (int w = 0; w < way_n; w++) {
            is_asked |= way[w].kind == k;
        }
        of[k] = is_asked ? n : -1;
        if (is_asked) {
            part->axis.kind[n] = g->axis.kind[k];
            part->profile[n++] = g->profile[k];
        }
    }
    part->axis.kind_n = n;
}

/* Rows: profiles, then tenants. Columns: patterns, then ways. */
static void build(glp_prob *lp, const struct patterns *p, const struct cover_way *way,
                  int way_n, int tenant_n, const int *of)
{
    int row[AXIS_KINDS_MAX + 2];
    double value[AXIS_KINDS_MAX + 2];
    glp_set_obj_dir(lp, GLP_MIN);
    glp_add_rows(lp, p->kind_n + tenant_n);
    glp_add_cols(lp, p->n + way_n);
    for (int k = 0; k < p->kind_n; k++) {
        glp_set_row_bnds(lp, k + 1, GLP_LO, 0.0, 0.0);
    }
    for (int t = 0; t < tenant_n; t++) {
        glp_set_row_bnds(lp, p->kind_n + t + 1, GLP_FX, 1.0, 1.0);
    }
    for (int i = 0; i < p->n; i++) {
        int len = 0;
        for (int k = 0; k < p->kind_n; k++) {
            int n = p->count[(size_t)i * (size_t)p->kind_n + (size_t)k];
            if (n > 0) {
                row[++len] = k + 1;
                value[len] = n;
            }
        }
        glp_set_mat_col(lp, i + 1, len, row, value);
        glp_set_col_bnds(lp, i + 1, GLP_LO, 0.0, 0.0);
        glp_set_col_kind(lp, i + 1, GLP_IV);
        glp_set_obj_coef(lp, i + 1, 1.0);
    }
    for (int w = 0; w < way_n; w++) {
        row[1] = of[way[w].kind] + 1;
        value[1] = -way[w].n;
        row[2] = p->kind_n + way[w].tenant_ix + 1;
        value[2] = 1.0;
        glp_set_mat_col(lp, p->n + w + 1, 2, row, value);
        glp_set_col_bnds(lp, p->n + w + 1, GLP_DB, 0.0, 1.0);
        glp_set_col_kind(lp, p->n + w + 1, GLP_BV);
    }
}

/* Ends the search after so many nodes. */
static void count_node(glp_tree *tree, void *info)
{
    int *nodes = info;
    if (glp_ios_reason(tree) == GLP_ISELECT && ++*nodes > COVER_NODES_MAX) {
        glp_ios_terminate(tree);
    }
}

static void solve(struct cover *out, glp_prob *lp, int pattern_n, const struct cover_way *way,
                  int way_n)
{
    int nodes = 0;
    glp_smcp simplex;
    glp_iocp whole;
    glp_init_smcp(&simplex);
    glp_init_iocp(&whole);
    simplex.msg_lev = whole.msg_lev = GLP_MSG_OFF;
    whole.cb_func = count_node;
    whole.cb_info = &nodes;
    if (glp_simplex(lp, &simplex) != 0 || glp_get_status(lp) != GLP_OPT) {
        return;
    }
    out->bound = (int)ceil(glp_get_obj_val(lp) - SLACK);
    int status = glp_intopt(lp, &whole);
    int found = glp_mip_status(lp);
    if (found != GLP_OPT && found != GLP_FEAS) {
        return;
    }
    out->is_exact = status == 0 && found == GLP_OPT;
    out->gpus = (int)lround(glp_mip_obj_val(lp));
    for (int w = 0; w < way_n; w++) {
        if (glp_mip_col_val(lp, pattern_n + w + 1) > 0.5) {
            out->chosen[way[w].tenant_ix] = w;
        }
    }
}

bool cover_solve(struct cover *out, struct arena *a, const struct mig_geometry *g,
                 const struct cover_way *way, int way_n, int tenant_n)
{
    struct mig_geometry *part = arena_alloc(a, 1, sizeof *part);
    int of[AXIS_KINDS_MAX];
    *out = (struct cover){.chosen = arena_alloc(a, (size_t)tenant_n, sizeof *out->chosen)};
    if (!part || !out->chosen) {
        return false;
    }
    keep_asked(part, g, way, way_n, of);
    struct patterns p = {.arena = a, .kind_n = part->axis.kind_n};
    if (census_walk(part, add_pattern, &p) < 0 || p.failed) {
        return !p.failed;
    }
    glp_term_out(GLP_OFF);
    glp_prob *lp = glp_create_prob();
    build(lp, &p, way, way_n, tenant_n, of);
    solve(out, lp, p.n, way, way_n);
    glp_delete_prob(lp);
    glp_free_env();
    return true;
}
