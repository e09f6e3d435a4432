/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cover.h - the least number of GPUs of one model whose GPU instances serve every tenant, where
 * each tenant may be served in several ways: an integer programme over the layouts of one GPU.
 *
 *   minimize   sum_p x_p                                   x_p GPUs with layout p
 *   subject to sum_p a_pk x_p >= sum_to n_tok y_to         for every profile k
 *              sum_o y_to = 1, y binary, x whole           one way o for every tenant t
 *
 * or, with a number of GPUs given, the least sum of what the ways miss subject to sum_p x_p <=
 * that. Of several choices on the fewest GPUs a second programme takes the one with the least
 * strain. Layouts are the maximal sets of instances, found by enumeration. The linear
 * relaxation gives a bound that holds whatever the search does. Nothing is limited by a clock.
 * Source: Gilmore & Gomory 1961, Operations Research 9 (cutting stock by patterns). */
#ifndef SIM_PLAN_COVER_H
#define SIM_PLAN_COVER_H

#include <stdbool.h>

#include "models/mig.h"
#include "sim/base/arena.h"

/* One way to serve a tenant: n instances of one profile, for all its VMs. */
struct cover_way {
    int tenant_ix;
    int kind;    /* index into the geometry */
    int n;       /* >= 1 */
    int streams; /* of each instance, for who takes the way; the programme does not ask */
    int misses;  /* 0: it holds; else how badly it misses, and it is taken only where there are
                    too few GPUs for those that hold */
    double strain; /* how near it is to its limits: of all choices on the fewest GPUs the one
                      with the least sum is taken; >= 0 */
};

struct cover {
    int gpus;      /* that the chosen ways take; 0: there is no way */
    int bound;     /* no fewer do: the linear relaxation, rounded up */
    int misses;    /* sum over the chosen ways */
    bool is_exact; /* nothing is better: the search ended by itself */
    int *chosen;   /* [tenant_n] index of the way */
};

/* Chooses a way for each of tenant_n tenants. With gpus_max 0 on the fewest GPUs, by ways that
 * do not miss; else on at most gpus_max GPUs by those that miss least (`bound` is then 0).
 * False when memory is out. */
bool cover_solve(struct cover *out, struct arena *a, const struct mig_geometry *g,
                 const struct cover_way *way, int way_n, int tenant_n, int gpus_max);

/* ---- VMs that share GPUs ---- */

/* VMs of several tenants over GPUs that are shared, where what a GPU holds decides how well its
 * VMs are served:
 *
 *   minimize   sum_c x_c                                   x_c GPUs with content c
 *   subject to sum_c n_ct x_c = N_t                        for every tenant t
 *              sum_c m_cr x_c <= 0                         for every objective r
 *
 * An objective is of all requests of a tenant, so that what contents miss of it, m_cr, adds up:
 * below 0 a content has room to spare. */
struct cover_division {
    /* What is asked. */
    int tenant_n, row_n, content_n;
    const int *wanted;          /* [tenant_n] N_t */
    const unsigned char *count; /* [content_n * tenant_n] n_ct */
    const double *misses;       /* [content_n * row_n] m_cr, in VMs */
    const int *of;              /* [row_n] the tenant of an objective */
    /* The answer. */
    double gpus;    /* of the relaxation: no fewer do; INFINITY where nothing does */
    double worst;   /* the greatest of sum_c m_cr x_c / N_t on the GPUs given; INFINITY */
    double *weight; /* [content_n] x_c, whole where that was asked for */
};

/* The relaxation: with gpus 0 the fewest GPUs, else `worst` as small as it can be on at most so
 * many; and where `is_whole`, then the same in whole GPUs. The caller allocates the answer.
 * False when memory is out. */
bool cover_divide(struct cover_division *d, int gpus, bool is_whole);

#endif
