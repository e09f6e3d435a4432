/* SPDX-License-Identifier: GPL-3.0-or-later */
/* programme.c - rows, columns and entries handed over to GLPK. */
#include "sim/plan/programme.h"

#include <glpk.h>
#include <math.h>

bool programme_init(struct programme *p, struct arena *a, int rows, int columns, int entries)
{
    *p = (struct programme){.row = arena_alloc(a, (size_t)rows, sizeof *p->row),
                            .column = arena_alloc(a, (size_t)columns, sizeof *p->column),
                            .at_row = arena_alloc(a, (size_t)entries + 1, sizeof *p->at_row),
                            .at_column =
                                arena_alloc(a, (size_t)entries + 1, sizeof *p->at_column),
                            .value = arena_alloc(a, (size_t)entries + 1, sizeof *p->value)};
    return p->row && p->column && p->at_row && p->at_column && p->value;
}

int programme_add_row(struct programme *p, double lo, double hi)
{
    p->row[p->row_n] = (struct programme_row){lo, hi};
    return p->row_n++;
}

int programme_add_column(struct programme *p, double lo, double hi, double cost, bool is_whole)
{
    p->column[p->column_n] = (struct programme_column){lo, hi, cost, is_whole};
    return p->column_n++;
}

void programme_set(struct programme *p, int row, int column, double value)
{
    int i = ++p->entry_n; /* GLPK counts from 1 */
    p->at_row[i] = row + 1;
    p->at_column[i] = column + 1;
    p->value[i] = value;
}

static int kind_of_bounds(double lo, double hi)
{
    bool has_lo = isfinite(lo);
    bool has_hi = isfinite(hi);
    return has_lo && has_hi ? (lo < hi ? GLP_DB : GLP_FX)
           : has_lo         ? GLP_LO
           : has_hi         ? GLP_UP
                            : GLP_FR;
}

static void load(glp_prob *lp, const struct programme *p)
{
    glp_set_obj_dir(lp, GLP_MIN);
    glp_add_rows(lp, p->row_n);
    glp_add_cols(lp, p->column_n);
    for (int i = 0; i < p->row_n; i++) {
        const struct programme_row *r = &p->row[i];
        glp_set_row_bnds(lp, i + 1, kind_of_bounds(r->lo, r->hi), r->lo, r->hi);
    }
    for (int j = 0; j < p->column_n; j++) {
        const struct programme_column *c = &p->column[j];
        glp_set_col_kind(lp, j + 1, c->is_whole ? GLP_IV : GLP_CV);
        glp_set_col_bnds(lp, j + 1, kind_of_bounds(c->lo, c->hi), c->lo, c->hi);
        glp_set_obj_coef(lp, j + 1, c->cost);
    }
    glp_load_matrix(lp, p->entry_n, p->at_row, p->at_column, p->value);
}

struct watch {
    int nodes, nodes_max;
    double enough;
};

/* Ends the search after so many nodes, or with what will do. */
static void watch_node(glp_tree *tree, void *info)
{
    struct watch *w = info;
    glp_prob *lp = glp_ios_get_prob(tree);
    w->nodes += glp_ios_reason(tree) == GLP_ISELECT;
    bool is_near = glp_mip_status(lp) == GLP_FEAS && glp_mip_obj_val(lp) <= w->enough;
    if (is_near || w->nodes > w->nodes_max) {
        glp_ios_terminate(tree);
    }
}

static void run(glp_prob *lp, const struct programme *p, struct programme_answer *out)
{
    struct watch watch = {.nodes_max = p->nodes_max > 0 ? p->nodes_max : PROGRAMME_NODES_MAX};
    glp_smcp simplex;
    glp_iocp whole;
    glp_init_smcp(&simplex);
    glp_init_iocp(&whole);
    simplex.msg_lev = whole.msg_lev = GLP_MSG_OFF;
    whole.cb_func = watch_node;
    whole.cb_info = &watch;
    int status = glp_simplex(lp, &simplex);
    int found = status == 0 ? glp_get_status(lp) : GLP_UNDEF;
    if (found == GLP_NOFEAS) {
        out->is_exact = true;
        out->relaxed = out->least = (double)INFINITY;
    }
    if (found != GLP_OPT) {
        return;
    }
    out->relaxed = out->least = glp_get_obj_val(lp);
    if (p->is_relaxed) {
        out->is_found = out->is_exact = true;
        return;
    }
    watch.enough = p->near > 0.0 ? out->relaxed + p->near : -(double)INFINITY;
    status = glp_intopt(lp, &whole);
    found = glp_mip_status(lp);
    out->is_found = found == GLP_OPT || found == GLP_FEAS;
    out->is_exact = status == 0 && (found == GLP_OPT || found == GLP_NOFEAS);
    if (out->is_exact) {
        out->least = out->is_found ? glp_mip_obj_val(lp) : (double)INFINITY;
    }
}

bool programme_solve(const struct programme *p, struct arena *a, struct programme_answer *out)
{
    *out = (struct programme_answer){.relaxed = -(double)INFINITY,
                                     .least = -(double)INFINITY,
                                     .x = arena_alloc(a, (size_t)p->column_n, sizeof *out->x)};
    if (!out->x) {
        return false;
    }
    glp_term_out(GLP_OFF);
    glp_prob *lp = glp_create_prob();
    load(lp, p);
    run(lp, p, out);
    for (int j = 0; out->is_found && j < p->column_n; j++) {
        double x = p->is_relaxed ? glp_get_col_prim(lp, j + 1) : glp_mip_col_val(lp, j + 1);
        out->x[j] = p->column[j].is_whole && !p->is_relaxed ? floor(x + 0.5) : x;
    }
    glp_delete_prob(lp);
    glp_free_env();
    return true;
}
