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

/* What is asked of the solver. Rows: profiles, tenants, the number of GPUs. Columns: patterns,
 * then ways. */
struct programme {
    glp_prob *lp;
    const struct patterns *p;
    const struct cover_way *way;
    int way_n, tenant_n;
    const int *of; /* row of a profile, less one */
    int gpus_max;  /* 0: as few as do */
};

static void add_rows(const struct programme *m)
{
    int kinds = m->p->kind_n;
    glp_set_obj_dir(m->lp, GLP_MIN);
    glp_add_rows(m->lp, kinds + m->tenant_n + 1);
    for (int k = 0; k < kinds; k++) {
        glp_set_row_bnds(m->lp, k + 1, GLP_LO, 0.0, 0.0);
    }
    for (int t = 0; t < m->tenant_n; t++) {
        glp_set_row_bnds(m->lp, kinds + t + 1, GLP_FX, 1.0, 1.0);
    }
    glp_set_row_bnds(m->lp, kinds + m->tenant_n + 1, m->gpus_max > 0 ? GLP_UP : GLP_FR, 0.0,
                     m->gpus_max);
}

static void add_columns(const struct programme *m)
{
    int row[AXIS_KINDS_MAX + 2];
    double value[AXIS_KINDS_MAX + 2];
    int kinds = m->p->kind_n;
    glp_add_cols(m->lp, m->p->n + m->way_n);
    for (int i = 0; i < m->p->n; i++) {
        int len = 0;
        for (int k = 0; k < kinds; k++) {
            int n = m->p->count[(size_t)i * (size_t)kinds + (size_t)k];
            if (n > 0) {
                row[++len] = k + 1;
                value[len] = n;
            }
        }
        row[++len] = kinds + m->tenant_n + 1;
        value[len] = 1.0;
        glp_set_mat_col(m->lp, i + 1, len, row, value);
        glp_set_col_bnds(m->lp, i + 1, GLP_LO, 0.0, 0.0);
        glp_set_col_kind(m->lp, i + 1, GLP_IV);
        glp_set_obj_coef(m->lp, i + 1, m->gpus_max > 0 ? 0.0 : 1.0);
    }
    for (int w = 0; w < m->way_n; w++) {
        int column = m->p->n + w + 1;
        row[1] = m->of[m->way[w].kind] + 1;
        value[1] = -m->way[w].n;
        row[2] = kinds + m->way[w].tenant_ix + 1;
        value[2] = 1.0;
        glp_set_mat_col(m->lp, column, 2, row, value);
        glp_set_col_kind(m->lp, column, GLP_BV);
        if (m->way[w].misses > 0 && m->gpus_max == 0) {
            glp_set_col_bnds(m->lp, column, GLP_FX, 0.0, 0.0);
        }
        glp_set_obj_coef(m->lp, column, m->gpus_max > 0 ? m->way[w].misses : 0.0);
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

/* Solves the relaxation, then the programme. False where neither has an answer. */
static bool run_solver(glp_prob *lp, double *relaxed, bool *is_exact)
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
        return false;
    }
    *relaxed = glp_get_obj_val(lp);
    int status = glp_intopt(lp, &whole);
    int found = glp_mip_status(lp);
    *is_exact = status == 0 && found == GLP_OPT;
    return found == GLP_OPT || found == GLP_FEAS;
}

static void take_solution(struct cover *out, const struct programme *m)
{
    out->gpus = out->misses = 0;
    for (int i = 0; i < m->p->n; i++) {
        out->gpus += (int)lround(glp_mip_col_val(m->lp, i + 1));
    }
    for (int w = 0; w < m->way_n; w++) {
        if (glp_mip_col_val(m->lp, m->p->n + w + 1) > 0.5) {
            out->chosen[m->way[w].tenant_ix] = w;
            out->misses += m->way[w].misses;
        }
    }
}

/* The same once more: so many GPUs, and the least strain. */
static void ease(struct cover *out, const struct programme *m)
{
    double relaxed;
    bool is_exact;
    int row = m->p->kind_n + m->tenant_n + 1;
    glp_set_row_bnds(m->lp, row, GLP_UP, 0.0, out->gpus);
    for (int i = 0; i < m->p->n; i++) {
        glp_set_obj_coef(m->lp, i + 1, 0.0);
    }
    for (int w = 0; w < m->way_n; w++) {
        glp_set_obj_coef(m->lp, m->p->n + w + 1, m->way[w].strain);
    }
    if (run_solver(m->lp, &relaxed, &is_exact)) {
        take_solution(out, m);
    }
}

static void solve(struct cover *out, const struct programme *m)
{
    double relaxed = 0.0;
    bool has_answer = run_solver(m->lp, &relaxed, &out->is_exact);
    out->bound = m->gpus_max > 0 ? 0 : (int)ceil(relaxed - SLACK);
    if (!has_answer) {
        out->is_exact = false;
        return;
    }
    take_solution(out, m);
    if (m->gpus_max == 0) {
        ease(out, m);
    }
}

bool cover_solve(struct cover *out, struct arena *a, const struct mig_geometry *g,
                 const struct cover_way *way, int way_n, int tenant_n, int gpus_max)
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
    const struct programme m = {.lp = glp_create_prob(),
                                .p = &p,
                                .way = way,
                                .way_n = way_n,
                                .tenant_n = tenant_n,
                                .of = of,
                                .gpus_max = gpus_max};
    add_rows(&m);
    add_columns(&m);
    solve(out, &m);
    glp_delete_prob(m.lp);
    glp_free_env();
    return true;
}
