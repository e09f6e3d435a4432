/* SPDX-License-Identifier: GPL-3.0-or-later */
/* divide.c - contents by enumeration, what they miss by simulation of one GPU.
 *
 * Every limit of a GPU is monotone, so that all contents are found by adding one VM at a time.
 * Where there are too many, GPUs with VMs of few tenants are looked at only. Cost: a placement
 * of one GPU for each content, a short experiment of one GPU for each that the programme takes
 * up, and about a programme for each of these. */
#include "sim/plan/divide.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/text.h"
#include "sim/plan/cover.h"
#include "sim/plan/search.h"

enum {
    ROWS_MAX = 128 /* objectives of all tenants */
};

/* A division that is predicted to miss by more, as a share of what is allowed, is not tried. */
#define NEAR 0.25

/* What is missed most: beyond it numbers say no more. */
#define MISSES_MOST 1e3

/* A GPU that was simulated, in whatever part of the tenants it came up. */
struct divide_known {
    struct divide_known *next;
    const char *key; /* GPU, mode, what a search varies of it, VMs and their load */
    bool fits;       /* no tenant saturated, no isolation broken */
    double *misses;  /* of each objective of its tenants in order, of each VM */
};

struct divide {
    struct search *x;
    const struct scenario *v; /* with the slice of `misses` */
    int64_t slice_ns;
    int tenant_n, row_n, content_n;
    int *wanted;            /* [tenant_n] VMs */
    int *of;                /* [row_n] tenant of an objective */
    double *load;           /* [tenant_n] of a VM; 0 where nothing is known */
    unsigned char *count;   /* [content_n * tenant_n] */
    double *misses;         /* [content_n * row_n] of each VM, at least */
    bool *is_seen, *is_out; /* [content_n] simulated; no GPU may hold it */
    bool is_all;            /* every content is there */
    int trials;
    int *column;                     /* [content_n] a content of the programme ... */
    struct cover_division programme; /* ... which has those that are not out */
    unsigned char *part_count;       /* of the programme */
    double *part_misses;
};

static const unsigned char *count_of(const struct divide *d, int c)
{
    return d->count + (size_t)c * (size_t)d->tenant_n;
}

/* VMs of each tenant, and whose each objective is. */
static void set_rows(struct divide *d, struct arena *a)
{
    for (int t = 0; t < d->tenant_n; t++) {
        d->row_n += d->v->tenant[t].objective_n;
    }
    d->wanted = arena_alloc(a, (size_t)d->tenant_n, sizeof *d->wanted);
    d->of = arena_alloc(a, (size_t)d->row_n, sizeof *d->of);
    d->x->failed |= !d->wanted || !d->of;
    for (int t = 0, row = 0; t < d->tenant_n && !d->x->failed; t++) {
        d->wanted[t] = d->v->tenant[t].count;
        for (int i = 0; i < d->v->tenant[t].objective_n; i++) {
            d->of[row++] = t;
        }
    }
}

/* ---- One GPU ---- */

/* The variant with the VMs of one content on one GPU. NULL when memory is out. */
static struct scenario *one_gpu(struct divide *d, struct arena *a, const unsigned char *count)
{
    bool keep[TENANTS_MAX];
    struct search part = *d->x;
    int kept[TENANTS_MAX];
    int n = 0;
    for (int t = 0; t < d->tenant_n; t++) {
        keep[t] = count[t] > 0;
        kept[n] = count[t];
        n += keep[t];
    }
    part.s = d->v;
    struct scenario *s = trial_subset(&part, a, keep);
    d->x->failed |= part.failed;
    if (!s) {
        return NULL;
    }
    s->vm_n = 0;
    for (int t = 0; t < n; t++) {
        s->tenant[t].count = kept[t];
        s->vm_n += kept[t];
    }
    for (int t = n; t < s->flow_n; t++) {
        s->tenant[t].count = kept[s->tenant[t].whole_ix];
    }
    s->place = PLACE_BEST_FIT;
    s->listed_n = 0;
    s->gpu_count = 1;
    s->gpu_count_given = true;
    return s;
}

static bool can_hold(struct divide *d, const unsigned char *count)
{
    struct arena scratch;
    struct fleet placed = {.feasible = false};
    double load = 0.0;
    for (int t = 0; t < d->tenant_n; t++) {
        load += d->load[t] * count[t];
    }
    if (load >= 1.0) {
        return false;
    }
    arena_init(&scratch, "plan");
    const struct scenario *s = one_gpu(d, &scratch, count);
    d->x->failed |= s && !fleet_place(&placed, &scratch, s, 0, d->x->d);
    arena_fini(&scratch);
    return placed.feasible;
}

/* The part of a distribution above a value, straight between its quantiles. */
static double above(const struct spectrum *s, double value)
{
    int i = 0;
    while (i < s->n && (double)s->ns[i] <= value) {
        i++;
    }
    if (i == s->n) {
        return 0.0;
    }
    double low = i > 0 ? (double)s->ns[i - 1] : 0.0;
    double low_frac = i > 0 ? s->frac[i - 1] : 0.0;
    double share = (value - low) / ((double)s->ns[i] - low);
    return 1.0 - (low_frac + share * (s->frac[i] - low_frac));
}

/* What an objective of the whole tenant misses on this GPU, as a share of what is allowed: 0 on
 * the limit, -1 where nothing is near to it. */
static double miss_of(const struct tenant_result *r, const struct objective *o, int vms,
                      int wanted)
{
    double allowed = 1.0 - o->percentile / 100.0;
    double offered = tenant_offered_per_s(r->tenant);
    double rate = offered > 0.0 ? offered : r->throughput_per_s.value;
    double miss = 0.0;
    switch (o->kind) {
    case OBJECTIVE_PERCENTILE:
        miss = above(&r->spectrum, o->limit) / allowed - 1.0;
        break;
    case OBJECTIVE_MEAN:
        miss = r->latency_mean.value / o->limit - 1.0;
        break;
    case OBJECTIVE_THROUGHPUT:
        miss = 1.0 - rate / vms * wanted / o->limit;
        break;
    case OBJECTIVE_FRAME_RATE:
        miss = 1.0 - rate / vms / o->limit;
        break;
    }
    return miss < MISSES_MOST ? miss : MISSES_MOST;
}

/* Does the GPU serve its tenants at all? */
static bool is_sound(const struct result *r)
{
    bool is = r && r->mode[0].feasible;
    for (int t = 0; is && t < r->scenario->tenant_n; t++) {
        const struct tenant_result *own = &r->mode[0].tenant[t];
        is = !own->saturated && own->violations.policy <= 0;
    }
    return is;
}

static void simulate(struct divide *d, const unsigned char *count, struct divide_known *k)
{
    struct arena scratch;
    arena_init(&scratch, "plan");
    const struct scenario *s = one_gpu(d, &scratch, count);
    const struct result *r = s ? trial_probe(d->x, &scratch, s) : NULL;
    r = is_sound(r) ? trial_look(d->x, &scratch, s, 0) : NULL;
    k->fits = is_sound(r);
    d->trials++;
    for (int t = 0, kept = 0, row = 0; k->fits && t < d->tenant_n; t++) {
        for (int i = 0; count[t] > 0 && i < d->v->tenant[t].objective_n; i++) {
            k->misses[row++] = miss_of(&r->mode[0].tenant[kept], &d->v->tenant[t].objective[i],
                                       count[t], d->wanted[t]);
        }
        kept += count[t] > 0;
    }
    arena_fini(&scratch);
}

static void write_key(const struct divide *d, const unsigned char *count, struct text *out)
{
    const struct mode_spec *m = &d->v->mode[0];
    text_addf(out, "%d %d %s %lld %lld %d %.17g", d->v->gpu_ix, (int)m->kind,
              m->sched.kind->name, (long long)m->sched.slice_ns, (long long)m->sched.switch_ns,
              m->sched.yield_idle, d->v->coupling_none ? -1.0 : d->v->coupling);
    for (int t = 0; t < d->tenant_n; t++) {
        const struct tenant *tenant = &d->v->tenant[t];
        if (count[t] > 0) {
            text_addf(out, " %s:%d %s %.17g %.17g", tenant->name, count[t],
                      tenant->mig ? tenant->mig : "", tenant->work.arrivals.rate_per_s,
                      tenant->work.think.mean);
        }
    }
}

/* From what is known, or by simulation. NULL when memory is out. */
static const struct divide_known *know(struct divide *d, const unsigned char *count)
{
    struct text key;
    text_init(&key);
    write_key(d, count, &key);
    struct divide_known *k = *d->x->contents;
    while (k && strcmp(k->key, text_str(&key)) != 0) {
        k = k->next;
    }
    if (!k && !key.failed) {
        k = arena_alloc(d->x->arena, 1, sizeof *k);
        const char *kept = arena_copy(d->x->arena, text_str(&key), key.n);
        double *misses = arena_alloc(d->x->arena, (size_t)d->row_n, sizeof *misses);
        if (k && kept && misses) {
            *k = (struct divide_known){.next = *d->x->contents, .key = kept, .misses = misses};
            *d->x->contents = k;
            simulate(d, count, k);
        }
        d->x->failed |= !k || !kept || !misses;
    }
    d->x->failed |= key.failed;
    text_fini(&key);
    return d->x->failed ? NULL : k;
}

/* ---- Whole fleets ---- */

bool divide_is_crowd(const struct scenario *v)
{
    bool is = v->vm_n > DIVIDE_CROWD && v->group_n == 0;
    for (int t = 0; is && t < v->flow_n; t++) {
        const struct tenant *tenant = &v->tenant[t];
        is = tenant->vgpus == 1 && tenant->powered_off == 0 && !tenant->work.trace &&
             tenant->work.host_path_frac <= 0.0;
    }
    return is;
}

/* GPUs that hold the same, by VMs of each tenant. */
struct alike {
    unsigned char *count; /* [n * tenant_n] */
    int *times;           /* [n] GPUs */
    int n;
};

/* Sorts the GPUs of a fleet by what they hold. False where they differ too much, or memory is
 * out. */
static bool find_alike(struct alike *out, struct arena *a, const struct fleet *f, int tenant_n)
{
    size_t row = (size_t)tenant_n;
    int gpu_n = 0;
    for (int i = 0; i < f->seat_n; i++) {
        gpu_n = f->seat[i].gpu_ix < gpu_n ? gpu_n : f->seat[i].gpu_ix + 1;
    }
    int most = f->gpus_used / DIVIDE_ALIKE;
    unsigned char *held = arena_alloc(a, (size_t)gpu_n * row, 1);
    out->count = arena_alloc(a, (size_t)most * row, 1);
    out->times = arena_alloc(a, (size_t)most, sizeof *out->times);
    if (!held || !out->count || !out->times) {
        return false;
    }
    for (int i = 0; i < f->seat_n; i++) {
        held[(size_t)f->seat[i].gpu_ix * row + (size_t)f->seat[i].tenant_ix]++;
    }
    for (int g = 0; g < gpu_n; g++) {
        int k = 0;
        while (k < out->n &&
               memcmp(out->count + (size_t)k * row, held + (size_t)g * row, row) != 0) {
            k++;
        }
        if (k == most) {
            return false;
        }
        if (k == out->n) {
            memcpy(out->count + (size_t)out->n++ * row, held + (size_t)g * row, row);
        }
        out->times[k]++;
    }
    return true;
}

/* The objective of the tenants that misses most, in words. */
static void say_worst(const struct scenario *v, int row, double misses, char *why)
{
    int t = 0;
    while (row >= v->tenant[t].objective_n) {
        row -= v->tenant[t++].objective_n;
    }
    const struct objective *o = &v->tenant[t].objective[row];
    if (o->kind == OBJECTIVE_PERCENTILE) {
        double allowed = 100.0 - o->percentile;
        snprintf(why, PLAN_TEXT,
                 "%.3g %% of the requests of %s take longer than %.4g ms, by its GPUs one by "
                 "one, and %.3g %% may",
                 (1.0 + misses) * allowed, v->tenant[t].name, o->limit / 1e6, allowed);
    } else {
        snprintf(why, PLAN_TEXT, "%s of %s is %.3g %% on the %s side, by its GPUs one by one",
                 o->kind == OBJECTIVE_MEAN ? "mean latency" : "throughput", v->tenant[t].name,
                 100.0 * fabs(misses), misses > 0.0 ? "wrong" : "right");
    }
}

/* Sums what the contents miss, [row_n], of all VMs. False where one of them serves somebody not
 * at all. */
static bool sum_misses(struct divide *d, const struct alike *alike, double *sum)
{
    for (int k = 0; k < alike->n && !d->x->stopped && !d->x->failed; k++) {
        const unsigned char *count = alike->count + (size_t)k * (size_t)d->tenant_n;
        const struct divide_known *known = know(d, count);
        if (!known || !known->fits) {
            return false;
        }
        for (int r = 0, own = 0; r < d->row_n; r++) {
            int n = count[d->of[r]];
            sum[r] +=
                n > 0 ? known->misses[own++] * n * alike->times[k] / d->wanted[d->of[r]] : 0.0;
        }
    }
    return true;
}

enum holds divide_predict(struct search *x, const struct scenario *v, char *why)
{
    struct arena scratch;
    struct fleet placed;
    struct alike alike = {.n = 0};
    struct divide d = {.x = x, .v = v, .tenant_n = v->tenant_n};
    enum holds holds = HOLDS_UNSURE;
    arena_init(&scratch, "plan");
    set_rows(&d, &scratch);
    double *sum = arena_alloc(&scratch, (size_t)d.row_n, sizeof *sum);
    x->failed |= !sum || !fleet_place(&placed, &scratch, v, 0, x->d);
    if (!x->failed && !placed.feasible) {
        snprintf(why, PLAN_TEXT, "%s",
                 placed.reasons.n > 0 ? placed.reasons.list[0].text : "it cannot be placed");
        holds = HOLDS_NO;
    } else if (!x->failed && find_alike(&alike, &scratch, &placed, d.tenant_n)) {
        int worst = 0;
        bool is_served = sum_misses(&d, &alike, sum);
        for (int r = 1; r < d.row_n; r++) {
            worst = sum[r] > sum[worst] ? r : worst;
        }
        bool is = is_served && (d.row_n == 0 || sum[worst] <= 0.0);
        holds = is ? HOLDS_YES : HOLDS_NO;
        snprintf(why, PLAN_TEXT, "a GPU is asked for more than it can do");
        if (is_served && d.row_n > 0) {
            say_worst(v, worst, sum[worst], why);
            x->room = -sum[worst];
        }
    }
    arena_fini(&scratch);
    return x->failed || x->stopped ? HOLDS_NO : holds;
}

/* ---- Contents ---- */

static bool holds_all(const unsigned char *larger, const unsigned char *smaller, int n)
{
    for (int t = 0; t < n; t++) {
        if (smaller[t] > larger[t]) {
            return false;
        }
    }
    return true;
}

/* Simulates a content; what it misses, every content that holds it misses as well. */
static void look_at(struct divide *d, int c)
{
    const unsigned char *count = count_of(d, c);
    const struct divide_known *k = know(d, count);
    d->is_seen[c] = true;
    for (int i = 0; k && i < d->content_n; i++) {
        if (!holds_all(count_of(d, i), count, d->tenant_n)) {
            continue;
        }
        d->is_out[i] |= !k->fits;
        for (int r = 0, own = 0; k->fits && r < d->row_n; r++) {
            double *misses = &d->misses[(size_t)i * (size_t)d->row_n + (size_t)r];
            if (count[d->of[r]] > 0) {
                *misses = *misses > k->misses[own] ? *misses : k->misses[own];
                own++;
            }
        }
    }
}

/* Adds the content with one VM more of tenant t. False where there is no room for it. */
static bool extend(struct divide *d, const unsigned char *base, int t)
{
    unsigned char *count = d->count + (size_t)d->content_n * (size_t)d->tenant_n;
    memcpy(count, base, (size_t)d->tenant_n);
    count[t]++;
    if (count[t] > d->wanted[t] || !can_hold(d, count)) {
        return true;
    }
    d->content_n++;
    return d->content_n < DIVIDE_CONTENTS_MAX;
}

/* All contents with VMs of at most so many tenants, each once: a VM is added of the last tenant
 * or of one behind it. False where there are too many. */
static bool enumerate(struct divide *d, int kinds_max)
{
    static const unsigned char none[DIVIDE_TENANTS_MAX];
    bool fits = true;
    d->content_n = 0;
    for (int c = -1; c < d->content_n && fits && !d->x->failed; c++) {
        int kinds = 0;
        int last = 0;
        for (int t = 0; c >= 0 && t < d->tenant_n; t++) {
            bool is = count_of(d, c)[t] > 0;
            kinds += is;
            last = is ? t : last;
        }
        for (int t = last; t < d->tenant_n && fits; t++) {
            bool is_new = c < 0 || count_of(d, c)[t] == 0;
            if (kinds + is_new <= kinds_max) {
                fits = extend(d, c < 0 ? none : count_of(d, c), t);
            }
        }
    }
    return fits;
}

/* Forgets what contents miss, under another slice. */
static void begin(struct divide *d, const struct scenario *v)
{
    d->v = v;
    d->slice_ns = v->mode[0].sched.slice_ns;
    for (int c = 0; c < d->content_n; c++) {
        d->is_seen[c] = d->is_out[c] = false;
        for (int r = 0; r < d->row_n; r++) {
            d->misses[(size_t)c * (size_t)d->row_n + (size_t)r] = -1.0;
        }
    }
    /* A VM of each tenant alone. */
    for (int c = 0; c < d->content_n && c < d->tenant_n && !d->x->stopped && !d->x->failed;
         c++) {
        look_at(d, c);
    }
}

static bool is_eligible(const struct scenario *v)
{
    enum mode_kind kind = v->mode[0].kind;
    int rows = 0;
    bool is = (kind == MODE_TIME_SLICED || kind == MODE_TIME_SLICED_MIG) && v->group_n == 0 &&
              v->tenant_n > 1 && v->tenant_n <= DIVIDE_TENANTS_MAX;
    for (int t = 0; is && t < v->flow_n; t++) {
        const struct tenant *tenant = &v->tenant[t];
        is = tenant->vgpus == 1 && tenant->powered_off == 0 && !tenant->work.trace &&
             tenant->work.host_path_frac <= 0.0;
        rows += t < v->tenant_n ? tenant->objective_n : 0;
    }
    return is && rows <= ROWS_MAX;
}

static bool allocate(struct divide *d, struct arena *a)
{
    size_t tenants = (size_t)d->tenant_n;
    size_t rows = (size_t)d->row_n;
    size_t most = DIVIDE_CONTENTS_MAX;
    d->load = arena_alloc(a, tenants, sizeof *d->load);
    d->count = arena_alloc(a, most * tenants, 1);
    d->misses = arena_alloc(a, most * rows, sizeof *d->misses);
    d->is_seen = arena_alloc(a, most, sizeof *d->is_seen);
    d->is_out = arena_alloc(a, most, sizeof *d->is_out);
    d->column = arena_alloc(a, most, sizeof *d->column);
    d->part_count = arena_alloc(a, most * tenants, 1);
    d->part_misses = arena_alloc(a, most * rows, sizeof *d->part_misses);
    d->programme = (struct cover_division){.tenant_n = d->tenant_n,
                                           .row_n = d->row_n,
                                           .wanted = d->wanted,
                                           .count = d->part_count,
                                           .misses = d->part_misses,
                                           .of = d->of};
    d->programme.weight = arena_alloc(a, most, sizeof *d->programme.weight);
    return d->load && d->count && d->misses && d->is_seen && d->is_out && d->column &&
           d->part_count && d->part_misses && d->programme.weight;
}

struct divide *divide_open(struct search *x, const struct scenario *v)
{
    struct divide *d = is_eligible(v) ? arena_alloc(x->arena, 1, sizeof *d) : NULL;
    if (!d) {
        return NULL;
    }
    *d = (struct divide){.x = x, .v = v, .tenant_n = v->tenant_n};
    set_rows(d, x->arena);
    x->failed |= x->failed || !allocate(d, x->arena);
    if (x->failed) {
        return NULL;
    }
    if (v->mode[0].kind == MODE_TIME_SLICED) {
        (void)search_offered_gpus(x, v->gpu_ix, d->load);
        for (int t = 0; t < d->tenant_n; t++) {
            d->load[t] /= v->tenant[t].count;
        }
    }
    bool found = false;
    for (int kinds = d->tenant_n; kinds > 0 && !found && !x->failed;
         kinds = kinds > 3 ? 3 : kinds - 1) {
        found = enumerate(d, kinds);
        d->is_all = kinds == d->tenant_n;
    }
    if (found && !x->failed) {
        begin(d, v);
    }
    return found && !x->failed && !x->stopped ? d : NULL;
}

/* ---- Divisions ---- */

/* The programme of what is not out. */
static void set_programme(struct divide *d)
{
    struct cover_division *p = &d->programme;
    size_t tenants = (size_t)d->tenant_n;
    size_t rows = (size_t)d->row_n;
    p->content_n = 0;
    for (int c = 0; c < d->content_n; c++) {
        if (d->is_out[c]) {
            continue;
        }
        size_t to = (size_t)p->content_n;
        memcpy(d->part_count + to * tenants, count_of(d, c), tenants);
        for (size_t r = 0; r < rows; r++) {
            d->part_misses[to * rows + r] =
                d->misses[(size_t)c * rows + r] * count_of(d, c)[d->of[r]];
        }
        d->column[p->content_n++] = c;
    }
}

/* Once enough were simulated, what is left to guess is left out. */
static void drop_unseen(struct divide *d)
{
    for (int c = 0; c < d->content_n; c++) {
        d->is_all = d->is_all && (d->is_seen[c] || d->is_out[c]);
        d->is_out[c] |= !d->is_seen[c];
    }
}

/* Simulates what the division takes and nobody has seen. True when there was any. */
static bool look_at_division(struct divide *d)
{
    bool any = false;
    for (int i = 0; i < d->programme.content_n && !d->x->failed && !d->x->stopped; i++) {
        int c = d->column[i];
        if (d->programme.weight[i] > 1e-6 && !d->is_seen[c]) {
            any = true;
            if (d->trials >= DIVIDE_TRIALS_MAX) {
                drop_unseen(d);
                return true;
            }
            look_at(d, c);
        }
    }
    return any;
}

/* The best division, all of whose contents were simulated, unless it misses by more than NEAR.
 * gpus 0: of the relaxation, on the fewest GPUs. */
static bool solve(struct divide *d, int gpus, bool is_whole)
{
    do {
        set_programme(d);
        d->x->failed |= !cover_divide(&d->programme, gpus, is_whole);
        if (d->x->failed || d->x->stopped || !isfinite(d->programme.gpus) ||
            d->programme.worst > NEAR) {
            return false;
        }
    } while (look_at_division(d));
    return !d->x->failed && !d->x->stopped;
}

bool divide_on(struct divide *d, struct scenario *v, int gpus)
{
    if (d->slice_ns != v->mode[0].sched.slice_ns) {
        begin(d, v);
    }
    if (!solve(d, gpus, false) || !solve(d, gpus, true)) {
        return false;
    }
    int n = 0;
    v->listed = arena_alloc(d->x->arena, (size_t)d->programme.content_n, sizeof *v->listed);
    for (int i = 0; v->listed && i < d->programme.content_n; i++) {
        int times = (int)lround(d->programme.weight[i]);
        if (times == 0) {
            continue;
        }
        int *vms = arena_alloc(d->x->arena, (size_t)d->tenant_n, sizeof *vms);
        if (!vms) {
            d->x->failed = true;
            return false;
        }
        for (int t = 0; t < d->tenant_n; t++) {
            vms[t] = count_of(d, d->column[i])[t];
        }
        v->listed[n++] = (struct listed_gpu){.count = times, .vms = vms};
    }
    d->x->failed |= !v->listed;
    v->listed_n = n;
    v->place = PLACE_LISTED;
    v->gpu_count = gpus;
    return !d->x->failed;
}

int divide_bound(struct divide *d, const struct scenario *v)
{
    bool is = d->is_all && d->slice_ns == v->mode[0].sched.slice_ns && solve(d, 0, false);
    return is && d->is_all ? (int)ceil(d->programme.gpus - 1e-6) : 0;
}
