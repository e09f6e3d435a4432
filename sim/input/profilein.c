/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profilein.c - service times measured on MIG profiles.
 *
 * A profile has its mean, or what a service by size of batch has; both are read by the reader
 * of services into a workload of their own, of which the time of one request is kept. Or it has
 * one of these for each number of streams at work. */
#include "sim/input/profilein.h"

#include <math.h>

enum {
    KEYS_MAX = 512 /* profiles that a suggestion looks at */
};

static const struct mig_profile *find_profile(const struct field_map *m,
                                              const struct tenant_context *x,
                                              const struct yaml_entry *e)
{
    const struct catalog *c = x->catalog;
    const struct mig_profile *found = catalog_mig_find(c, x->gpu_ix, e->key);
    const char *known[KEYS_MAX];
    size_t n = 0;
    for (int i = 0; found == NULL && i < c->mig_n && n < KEYS_MAX; i++) {
        if (c->mig[i].gpu_ix == x->gpu_ix) {
            known[n++] = c->mig[i].name;
        }
    }
    if (found == NULL) {
        diag_error(m->r->d, e->key_at, "%s has no MIG profile '%.*s'", c->gpu[x->gpu_ix].key,
                   field_shown(e->key), e->key);
        field_suggest(m->r->d, e->key, known, n);
    }
    return found;
}

/* Time of one request, and of batches, by the item of a profile, or of so many streams at work
 * on it, whose table may end before the largest batch; 0 with diagnostics. */
static double read_time(const struct field_map *item, int batch_max, bool may_end,
                        struct service_profile *out)
{
    struct work one = {.batch_max = batch_max};
    struct diag *d = item->r->d;
    const bool is_sized = work_is_by_size(item);
    if (field_has(item, "mean") && is_sized) {
        diag_error(d, field_at(item, "mean"), "'mean' excludes the times by size of batch");
        diag_help(d, "keep one of them");
    } else if (field_has(item, "mean") && batch_max > 1) {
        diag_error(d, field_at(item, "mean"), "a batch needs its time by size");
        diag_help(d, "write something like {table: {1: 3 ms, %d: 9 ms}}", batch_max);
    } else if (field_has(item, "mean")) {
        return field_real(item, "mean");
    } else if (is_sized) {
        work_read_sizes(item, may_end, &one);
    } else {
        diag_error(d, item->at, "no time is given");
        diag_help(d, "write something like {mean: 3 ms}, or {table: {1: 3 ms}}");
    }
    if (batch_max > 1) {
        out->by_size = one.by_size;
        out->point = one.point;
        out->point_n = one.point_n;
    }
    return one.by_size != NULL ? (double)one.by_size[1] : 0.0;
}

/* The row's times over those of one stream alone. */
static const double *slowdowns(const struct field_reader *r, const struct service_profile *row,
                               const struct service_profile *alone, int batch_max)
{
    const int most = row->by_size != NULL ? batch_max : 1;
    double *slow = arena_alloc(r->arena, (size_t)most + 1, sizeof *slow);
    if (slow == NULL) {
        diag_machine(r->d, "out of memory while reading 'streams'");
        return NULL;
    }
    for (int n = 1; n <= most; n++) {
        slow[n] = row->by_size != NULL ? (double)row->by_size[n] / (double)alone->by_size[n]
                                       : row->mean_ns / alone->mean_ns;
    }
    return slow;
}

/* `streams` of a profile: a row for 1, 2 ... streams at work. Those of one alone become the
 * profile's own. */
static void read_crowd(const struct field_map *item, int batch_max, struct service_profile *out)
{
    const struct field_map m = field_sub(item, "streams");
    struct diag *d = item->r->d;
    const size_t errors = d->error_n;
    if (field_has(item, "mean") || work_is_by_size(item)) {
        diag_error(d, field_at(item, "streams"), "'streams' excludes the other times");
        diag_help(d, "the time of one stream alone stands under {streams: {1: ...}}");
        return;
    }
    const int n = m.node != NULL ? m.node->n : 0;
    struct service_profile *row = arena_alloc(item->r->arena, (size_t)n + 1, sizeof *row);
    if (row == NULL) {
        diag_machine(d, "out of memory while reading 'streams'");
        return;
    }
    for (int i = 0; i < n; i++) {
        const struct yaml_entry *e = &m.node->entry[i];
        double k = 0;
        if (!field_number(e->key, &k) || !(k >= 1 && k <= CROWD_MAX && k <= n) ||
            floor(k) < k || row[(int)k - 1].mean_ns > 0) {
            diag_error(d, e->key_at, "'%.*s' is not one of the numbers 1 to %d of %d rows",
                       field_shown(e->key), e->key, n, n);
            diag_help(d,
                      "write a row for each number of streams at work from 1 upwards, at "
                      "most %d",
                      CROWD_MAX);
            return;
        }
        const struct field_map time = field_open(
            m.r, e->value, "tenants.workload.service.profiles.PROFILE.streams.K", e->key_at);
        struct service_profile *at = &row[(int)k - 1];
        at->name = out->name;
        at->mean_ns = time.node != NULL ? read_time(&time, batch_max, true, at) : 0.0;
        if (d->error_n != errors) {
            return;
        }
    }
    if (n == 0) {
        diag_error(d, field_at(item, "streams"), "'streams' has no times");
        diag_help(d, "write something like {streams: {1: {table: {1: 3 ms}}}}");
        return;
    }
    for (int k = 0; k < n; k++) {
        row[k].slow = slowdowns(item->r, &row[k], &row[0], batch_max);
    }
    const char *name = out->name;
    *out = row[0];
    out->name = name;
    out->crowd = row;
    out->crowd_n = n;
}

/* A measured time is the whole time: a floor in the scenario may not contradict it. */
static void check_floor(const struct field_map *m, const struct work *w,
                        const struct service_profile *p, const struct yaml_entry *e)
{
    if (w->tail_ns > 0 || p->mean_ns < (double)w->scaling.floor_ns) {
        diag_error(m->r->d, e->key_at, "the time on '%.*s' %s", field_shown(e->key), e->key,
                   w->tail_ns > 0 ? "holds the floor of 'form: sum' already"
                                  : "is below the floor of 'scaling'");
        diag_help(m->r->d, "leave out 'floor', or the profile");
    }
}

void profiles_read(const struct field_map *service, const struct tenant_context *x,
                   bool has_whole, struct work *w)
{
    const struct field_map m = field_sub(service, "profiles");
    if (m.node == NULL || x->gpu_ix < 0) {
        return;
    }
    struct diag *d = m.r->d;
    const size_t errors = d->error_n;
    struct service_profile *p = arena_alloc(m.r->arena, (size_t)m.node->n, sizeof *p);
    if (p == NULL) {
        diag_machine(d, "out of memory while reading 'profiles'");
        return;
    }
    if (m.node->n == 0) {
        diag_error(d, m.at, "'profiles' names no profile");
        diag_help(d, "write something like {1g.10gb: {mean: 3 ms}}");
    }
    for (int i = 0; i < m.node->n; i++) {
        const struct yaml_entry *e = &m.node->entry[i];
        const struct mig_profile *profile = find_profile(&m, x, e);
        const struct field_map item =
            field_open(m.r, e->value, "tenants.workload.service.profiles.PROFILE", e->key_at);
        p[i].name = profile != NULL ? profile->name : e->key;
        if (item.node != NULL && field_has(&item, "streams")) {
            read_crowd(&item, w->batch_max, &p[i]);
        } else if (item.node != NULL) {
            p[i].mean_ns = read_time(&item, w->batch_max, false, &p[i]);
        }
        if (p[i].mean_ns > 0) {
            check_floor(&m, w, &p[i], e);
        }
    }
    if (d->error_n != errors) {
        return;
    }
    w->profile = p;
    w->profile_n = m.node->n;
    w->profiles_only = !has_whole;
    if (!has_whole) {
        dist_init(&w->service, dist_find("deterministic"), p[0].mean_ns, 0, 0, 0);
        w->by_size = p[0].by_size;
    }
}

static void print_time(const struct service_profile *p, struct text *out)
{
    if (p->by_size == NULL) {
        text_add(out, "{mean: ");
        units_exact(out, Q_TIME, p->mean_ns);
        text_add(out, "}");
        return;
    }
    for (int k = 0; k < p->point_n; k++) {
        text_addf(out, "%s%d: ", k == 0 ? "{table: {" : ", ", p->point[k].n);
        units_exact(out, Q_TIME, (double)p->point[k].ns);
    }
    text_add(out, "}}");
}

void profiles_print(const struct work *w, struct text *out)
{
    for (int i = 0; i < w->profile_n; i++) {
        const struct service_profile *p = &w->profile[i];
        text_addf(out, "%s%s: ", i == 0 ? "profiles: {" : ", ", p->name);
        if (p->crowd_n == 0) {
            print_time(p, out);
        }
        for (int k = 0; k < p->crowd_n; k++) {
            text_addf(out, "%s%d: ", k == 0 ? "{streams: {" : ", ", k + 1);
            print_time(&p->crowd[k], out);
        }
        text_add(out, p->crowd_n > 0 ? "}}" : "");
        text_add(out, i + 1 == w->profile_n ? "}" : "");
    }
}
