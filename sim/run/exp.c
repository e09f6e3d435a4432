/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exp.c - place, split, simulate, stop when it is precise enough, sum up.
 *
 * 1. Every mode is placed and cut into lanes; impossible ones end here.
 * 2. 20 replications of every mode, counting from 5 % of the horizon. Their averaged latencies
 * say where the warm-up ends (MSER-5, the latest end over all modes and tenants); if that is
 * later, the replications are done again from there, so that all modes stay paired.
 * 3. Ten more at a time until the p95 of every unsaturated tenant in every mode is precise
 * enough. */
#include "sim/run/exp.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "sim/fleet/lanes.h"
#include "sim/run/audit.h"
#include "sim/run/doubt.h"
#include "sim/run/ensemble.h"
#include "sim/run/gather.h"
#include "sim/run/lane.h"
#include "sim/run/paired.h"
#include "sim/run/pool.h"
#include "sim/run/summary.h"

enum {
    FIRST_REPLICAS = 20,
    MORE_REPLICAS = 10,
    REPLICAS_MAX = 1000,
    WARMUP_FLOOR = 20,   /* the warm-up is at least the horizon over this */
    SERIES_MAX = 1 << 20 /* requests of a tenant that the warm-up rule looks at */
};

struct mode_run {
    struct fleet fleet;
    struct lanes lanes;
    bool feasible;
    bool *saturated; /* [tenant_n] */
    double *load;    /* [tenant_n] */
    struct tally *tally;
    struct row *row;           /* [replicas * tenant_n] heap */
    struct mode_row *mode_row; /* [replicas] heap */
    struct ensemble *ensemble; /* [tenant_n] */
};

struct worker {
    struct arena arena;
    struct gather gather;
    struct series *series;     /* [vm_n] */
    struct lane_sim ***sim;    /* [mode_n][lane_n] */
    struct lane_books **books; /* [mode_n][lane_n] */
    struct evq order;          /* scratch of the ensemble: a slot per VM */
    int64_t *at;               /* [vm_n] scratch */
    bool stopped;              /* interrupted in the middle of a task */
};

struct experiment {
    const struct scenario *s;
    const struct exp_options *o;
    struct arena *arena;
    struct diag *d;
    struct mode_run *mode;
    struct worker *worker;
    int *first_vm; /* [tenant_n] */
    int worker_n;
    int *runnable; /* [runnable_n] feasible modes */
    int runnable_n;
    int replicas;
    int batch_from; /* first replica of the batch that is running */
    int64_t from_ns, to_ns;
    bool to_the_end, trace_all, learning;
    int64_t done, of; /* tasks, for progress */
    bool failed, stopped;
    double *column;
};

static bool out_of_memory(struct experiment *x)
{
    return diag_machine(x->d, "out of memory while simulating '%s'", x->s->name);
}

/* ---- Preparation ---- */

static bool place_mode(struct experiment *x, int m)
{
    struct mode_run *mode = &x->mode[m];
    size_t tenant_n = (size_t)x->s->tenant_n;
    if (!fleet_place(&mode->fleet, x->arena, x->s, m, x->d)) {
        return false;
    }
    mode->saturated = arena_alloc(x->arena, tenant_n, sizeof *mode->saturated);
    mode->load = arena_alloc(x->arena, tenant_n, sizeof *mode->load);
    if (!mode->saturated || !mode->load) {
        return out_of_memory(x);
    }
    for (int t = 0; t < x->s->tenant_n; t++) {
        mode->load[t] = (double)NAN;
    }
    if (!mode->fleet.feasible || x->o->place_only) {
        mode->feasible = mode->fleet.feasible;
        return true;
    }
    if (!lanes_split(&mode->lanes, x->arena, x->s, &mode->fleet, m, x->d)) {
        return false;
    }
    mode->feasible = mode->fleet.feasible;
    for (int t = 0; mode->feasible && t < x->s->tenant_n; t++) {
        mode->load[t] = lanes_load(&mode->lanes, t);
        mode->saturated[t] = work_grows(&x->s->tenant[t].work) && mode->load[t] >= 1.0;
    }
    return true;
}

static bool prepare_mode(struct experiment *x, int m)
{
    struct mode_run *mode = &x->mode[m];
    x->runnable[x->runnable_n++] = m;
    mode->tally = tallies_new(x->arena, x->s->tenant, x->s->tenant_n, true);
    mode->ensemble = arena_alloc(x->arena, (size_t)x->s->tenant_n, sizeof *mode->ensemble);
    if (!mode->tally || !mode->ensemble) {
        return out_of_memory(x);
    }
    for (int t = 0; t < x->s->tenant_n; t++) {
        ensemble_init(&mode->ensemble[t]);
    }
    return true;
}

static bool prepare_sims(struct experiment *x, struct worker *w)
{
    for (int i = 0; i < x->runnable_n; i++) {
        int m = x->runnable[i];
        const struct lanes *lanes = &x->mode[m].lanes;
        size_t lane_n = (size_t)lanes->lane_n;
        w->sim[m] = arena_alloc(&w->arena, lane_n, sizeof *w->sim[m]);
        w->books[m] = arena_alloc(&w->arena, lane_n, sizeof *w->books[m]);
        if (!w->sim[m] || !w->books[m]) {
            return false;
        }
        for (int l = 0; l < lanes->lane_n; l++) {
            w->sim[m][l] = x->o->events ? lane_sim_new_events(&w->arena, &lanes->lane[l])
                                        : lane_sim_new(&w->arena, &lanes->lane[l]);
            if (!w->sim[m][l] ||
                !lane_books_init(&w->books[m][l], &w->arena, &lanes->lane[l])) {
                return false;
            }
        }
    }
    return true;
}

static bool prepare_worker(struct experiment *x, struct worker *w)
{
    const struct scenario *s = x->s;
    size_t tenant_n = (size_t)s->tenant_n;
    size_t vm_n = (size_t)s->vm_n;
    w->gather.scenario = s;
    w->gather.first_vm = x->first_vm;
    w->gather.tally = tallies_new(&w->arena, s->tenant, s->tenant_n, false);
    w->gather.useful_weight = arena_alloc(&w->arena, tenant_n, sizeof(double));
    w->gather.arrived = arena_alloc(&w->arena, tenant_n, sizeof(int64_t));
    w->gather.completed = arena_alloc(&w->arena, tenant_n, sizeof(int64_t));
    w->gather.counted = arena_alloc(&w->arena, tenant_n, sizeof(int64_t));
    w->series = arena_alloc(&w->arena, vm_n, sizeof *w->series);
    w->sim = arena_alloc(&w->arena, (size_t)s->mode_n, sizeof *w->sim);
    w->books = arena_alloc(&w->arena, (size_t)s->mode_n, sizeof *w->books);
    w->at = arena_alloc(&w->arena, vm_n, sizeof *w->at);
    return w->gather.tally && w->gather.useful_weight && w->gather.arrived &&
           w->gather.completed && w->gather.counted && w->series && w->sim && w->books &&
           w->at && evq_init(&w->order, &w->arena, (uint32_t)vm_n) && prepare_sims(x, w);
}

static bool prepare_workers(struct experiment *x)
{
    x->worker_n = x->o->threads > POOL_THREADS_MAX ? POOL_THREADS_MAX : x->o->threads;
    x->worker = arena_alloc(x->arena, (size_t)x->worker_n, sizeof *x->worker);
    x->first_vm = arena_alloc(x->arena, (size_t)x->s->tenant_n, sizeof *x->first_vm);
    x->column = arena_alloc(x->arena, REPLICAS_MAX, sizeof *x->column);
    if (!x->worker || !x->first_vm || !x->column) {
        x->worker_n = 0;
        return out_of_memory(x);
    }
    for (int t = 1; t < x->s->tenant_n; t++) {
        x->first_vm[t] = x->first_vm[t - 1] + x->s->tenant[t - 1].count;
    }
    for (int i = 0; i < x->worker_n; i++) {
        arena_init(&x->worker[i].arena, "worker");
    }
    for (int i = 0; i < x->worker_n; i++) {
        if (!prepare_worker(x, &x->worker[i])) {
            return out_of_memory(x);
        }
    }
    return true;
}

static void release(struct experiment *x)
{
    for (int m = 0; m < x->s->mode_n; m++) {
        mem_free(x->mode[m].row);
        mem_free(x->mode[m].mode_row);
        for (int t = 0; x->mode[m].ensemble && t < x->s->tenant_n; t++) {
            ensemble_fini(&x->mode[m].ensemble[t]);
        }
    }
    for (int i = 0; i < x->worker_n; i++) {
        struct worker *w = &x->worker[i];
        for (int v = 0; w->series && v < x->s->vm_n; v++) {
            mem_free(w->series[v].arrival_ns);
            mem_free(w->series[v].latency_ns);
        }
        for (int r = 0; w->sim && r < x->runnable_n; r++) {
            int m = x->runnable[r];
            for (int l = 0; w->sim[m] && l < x->mode[m].lanes.lane_n; l++) {
                lane_sim_fini(w->sim[m][l]);
            }
        }
        arena_fini(&w->arena);
    }
}

/* ---- One task: one replication of one mode ---- */

static void reset_worker(struct experiment *x, struct worker *w)
{
    size_t tenant_n = (size_t)x->s->tenant_n;
    tallies_reset(w->gather.tally, x->s->tenant_n);
    memset(w->gather.useful_weight, 0, tenant_n * sizeof *w->gather.useful_weight);
    memset(w->gather.arrived, 0, tenant_n * sizeof *w->gather.arrived);
    memset(w->gather.completed, 0, tenant_n * sizeof *w->gather.completed);
    memset(w->gather.counted, 0, tenant_n * sizeof *w->gather.counted);
    w->gather.series = x->learning ? w->series : NULL;
    w->gather.series_max = SERIES_MAX / x->s->vm_n + 1;
    w->gather.to_ns = x->to_ns;
    w->gather.failed = false;
    for (int v = 0; v < x->s->vm_n; v++) {
        w->series[v].n = 0;
    }
}

/* How the time of all SMs of the used GPUs was spent. */
static void utilization(const struct mode_run *mode, const struct lane_books *books,
                        double window_ns, struct mode_row *out)
{
    double useful = 0.0;
    double switching = 0.0;
    double reserved = 0.0;
    for (int l = 0; l < mode->lanes.lane_n; l++) {
        const struct lane *lane = &mode->lanes.lane[l];
        for (int i = 0; i < lane->domain_n; i++) {
            const struct lane_domain *d = &lane->domain[i];
            double busy = (double)books[l].domain_useful_ns[i];
            double swap = (double)books[l].domain_switch_ns[i];
            useful += d->weight * busy;
            switching += d->weight * swap;
            double idle = window_ns - busy - swap;
            bool given = d->sched && sched_gives_idle_time(d->sched, d->params.yield_idle);
            reserved += d->weight * (given ? (double)books[l].domain_held_ns[i] : idle);
        }
    }
    double all = window_ns * mode->fleet.gpus_used;
    out->useful = useful / all;
    out->switching = switching / all;
    out->reserved = reserved / all;
    double rest = 1.0 - out->useful - out->switching - out->reserved;
    out->free = rest > 1e-12 ? rest : 0.0;
    assert(rest > -1e-9);
}

static bool simulate(struct experiment *x, struct worker *w, int m, int replica)
{
    struct mode_run *mode = &x->mode[m];
    struct lane_options options = {.seed = x->o->seed,
                                   .replica = (uint32_t)replica,
                                   .from_ns = x->from_ns,
                                   .to_ns = x->to_ns,
                                   .trace_all = x->trace_all,
                                   .to_the_end = x->to_the_end,
                                   .saturated = mode->saturated,
                                   .stop = x->o->stop,
                                   .done = gather_done,
                                   .column = gather_column,
                                   .context = &w->gather};
    struct mode_row *out = &mode->mode_row[replica];
    int64_t end_ns = 1;
    out->digest = 0;
    for (int l = 0; l < mode->lanes.lane_n; l++) {
        struct lane_books *b = &w->books[m][l];
        w->gather.lane = &mode->lanes.lane[l];
        if (!lane_sim_run(w->sim[m][l], &options, b) || w->gather.failed) {
            return false;
        }
        if (b->stopped) {
            w->stopped = true;
            return true;
        }
        gather_books(&w->gather, b);
        end_ns = b->last_done_ns > end_ns ? b->last_done_ns : end_ns;
        out->digest = (out->digest ^ b->digest) * UINT64_C(0x100000001b3);
    }
    gather_close(&w->gather);
    double window_ns = (double)(x->to_the_end ? end_ns : x->to_ns - x->from_ns);
    utilization(mode, w->books[m], window_ns, out);
    for (int t = 0; t < x->s->tenant_n; t++) {
        size_t ix = (size_t)replica * (size_t)x->s->tenant_n + (size_t)t;
        gather_row(&w->gather, t, window_ns, mode->fleet.gpus_used, &mode->row[ix]);
    }
    if (x->o->check) {
        audit_tallies(w->gather.tally, x->s->tenant_n, w->gather.counted);
    }
    return true;
}

static bool learn(struct experiment *x, struct worker *w, struct mode_run *mode)
{
    for (int t = 0; t < x->s->tenant_n; t++) {
        const struct tenant *tenant = &x->s->tenant[t];
        /* A curve of rates has no steady state that a warm-up could lead to. */
        if (mode->saturated[t] || tenant->work.trace || tenant->work.arrivals.curve_n > 0) {
            continue;
        }
        if (!ensemble_add(&mode->ensemble[t], &w->series[x->first_vm[t]], tenant->count,
                          SERIES_MAX, &w->order, w->at)) {
            return false;
        }
    }
    return true;
}

static void task(void *context, struct pool_lock *lock, int worker, int64_t i)
{
    struct experiment *x = context;
    struct worker *w = &x->worker[worker];
    int m = x->runnable[i % x->runnable_n];
    int replica = x->batch_from + (int)(i / x->runnable_n);
    pool_hold(lock);
    bool skip = x->failed || x->stopped;
    pool_release(lock);
    if (skip) {
        return;
    }
    reset_worker(x, w);
    bool ok = simulate(x, w, m, replica);
    pool_hold(lock);
    x->stopped = x->stopped || w->stopped;
    struct mode_run *mode = &x->mode[m];
    for (int t = 0; ok && t < x->s->tenant_n; t++) {
        tally_merge(&mode->tally[t], &w->gather.tally[t]);
    }
    if (!ok || (x->learning && !learn(x, w, mode))) {
        x->failed = true;
    }
    x->done++;
    if (x->o->progress) {
        x->o->progress(x->o->progress_context, x->done, x->of);
    }
    pool_release(lock);
}

/* ---- Batches of replications ---- */

static bool run_batch(struct experiment *x, int replicas)
{
    int total = x->replicas + replicas;
    for (int i = 0; i < x->runnable_n; i++) {
        struct mode_run *mode = &x->mode[x->runnable[i]];
        size_t rows = (size_t)total * (size_t)x->s->tenant_n;
        struct row *row = mem_resize(mode->row, rows, sizeof *row);
        mode->row = row ? row : mode->row;
        struct mode_row *mode_row = mem_resize(mode->mode_row, (size_t)total, sizeof *mode_row);
        mode->mode_row = mode_row ? mode_row : mode->mode_row;
        if (!row || !mode_row) {
            return out_of_memory(x);
        }
    }
    x->batch_from = x->replicas;
    int64_t tasks = (int64_t)replicas * x->runnable_n;
    x->of = x->done + tasks;
    pool_run(x->worker_n, tasks, task, x);
    x->replicas = total;
    return x->failed ? out_of_memory(x) : true;
}

/* The latest end of a warm-up over modes and tenants. */
static bool warmup_end(struct experiment *x, int64_t *end_ns, bool *too_short)
{
    *end_ns = 0;
    *too_short = false;
    for (int i = 0; i < x->runnable_n; i++) {
        for (int t = 0; t < x->s->tenant_n; t++) {
            int64_t cut_ns;
            bool is_short;
            if (!ensemble_cut(&x->mode[x->runnable[i]].ensemble[t], &cut_ns, &is_short)) {
                return out_of_memory(x);
            }
            *end_ns = cut_ns > *end_ns ? cut_ns : *end_ns;
            *too_short |= is_short;
        }
    }
    return true;
}

static void forget(struct experiment *x)
{
    for (int i = 0; i < x->runnable_n; i++) {
        tallies_reset(x->mode[x->runnable[i]].tally, x->s->tenant_n);
    }
    x->replicas = 0;
}

static struct sample sample_of(struct experiment *x, int m)
{
    return (struct sample){.scenario = x->s,
                           .tally = x->mode[m].tally,
                           .row = x->mode[m].row,
                           .mode_row = x->mode[m].mode_row,
                           .replicas = x->replicas,
                           .column = x->column};
}

static bool tenant_is_precise(struct experiment *x, int m, int t)
{
    const struct mode_run *mode = &x->mode[m];
    if (mode->saturated[t] || mode->tally[t].latency->n == 0) {
        return true;
    }
    struct sample sample = sample_of(x, m);
    struct estimate p95 = summary_p95(&sample, t);
    double limit = x->s->precision / (1.0 + x->s->precision);
    return ci_rel_half_width(&p95) <= limit;
}

static bool is_precise(struct experiment *x)
{
    for (int i = 0; i < x->runnable_n; i++) {
        for (int t = 0; t < x->s->tenant_n; t++) {
            if (!tenant_is_precise(x, x->runnable[i], t)) {
                return false;
            }
        }
    }
    return true;
}

/* Sets the window: what is counted, and from when. */
static void set_window(struct experiment *x)
{
    bool only_traces = true;
    for (int t = 0; t < x->s->tenant_n; t++) {
        only_traces = only_traces && x->s->tenant[t].work.trace;
    }
    x->trace_all = !x->s->horizon_given;
    x->to_the_end = only_traces && x->trace_all;
    x->learning = x->s->warmup_auto && !only_traces;
    x->from_ns = x->s->warmup_auto ? x->s->horizon_ns / WARMUP_FLOOR : x->s->warmup_ns;
    x->from_ns = only_traces ? 0 : x->from_ns;
    x->to_ns = x->from_ns + x->s->horizon_ns;
}

static bool scenario_is_random(const struct scenario *s)
{
    bool is_random = false;
    for (int t = 0; t < s->tenant_n; t++) {
        is_random = is_random || work_is_random(&s->tenant[t].work);
    }
    return is_random;
}

static bool run_all(struct experiment *x, struct result *out)
{
    out->random = scenario_is_random(x->s);
    bool stops_itself = out->random && x->s->replicas_auto;
    int first = !out->random ? 1 : x->s->replicas_auto ? FIRST_REPLICAS : x->s->replicas;
    int pilot = first < FIRST_REPLICAS ? first : FIRST_REPLICAS;
    set_window(x);
    if (!run_batch(x, pilot)) {
        return false;
    }
    if (x->learning && !x->stopped) {
        int64_t end_ns;
        if (!warmup_end(x, &end_ns, &out->horizon_short)) {
            return false;
        }
        x->learning = false;
        if (end_ns > x->from_ns) {
            x->from_ns = end_ns;
            x->to_ns = end_ns + x->s->horizon_ns;
            forget(x);
            if (!run_batch(x, pilot)) {
                return false;
            }
        }
    }
    x->learning = false;
    if (first > pilot && !x->stopped && !run_batch(x, first - pilot)) {
        return false;
    }
    while (stops_itself && !x->stopped && x->replicas < REPLICAS_MAX && !is_precise(x)) {
        int left = REPLICAS_MAX - x->replicas;
        if (!run_batch(x, left < MORE_REPLICAS ? left : MORE_REPLICAS)) {
            return false;
        }
    }
    out->precision_met = !out->random || is_precise(x);
    out->horizon_ns = x->to_the_end ? 0 : x->s->horizon_ns;
    out->interrupted = x->stopped;
    return true;
}

/* ---- The result ---- */

/* VMs whose requirement the placement breaks. A vGPU of its own is temporal isolation;
 * containers have none. */
static int64_t policy_violations(const struct scenario *s, const struct fleet *fleet,
                                 bool containers, int t)
{
    int64_t broken = 0;
    int last_vm = -1;
    enum require require = s->tenant[t].require;
    for (int i = 0; require != REQUIRE_NONE && i < fleet->seat_n; i++) {
        const struct seat *seat = &fleet->seat[i];
        if (seat->tenant_ix != t || seat->domain_ix < 0 || seat->vm_ix == last_vm) {
            continue;
        }
        bool shared = fleet->domain[seat->domain_ix].vgpu_n > 1;
        if (containers || (require == REQUIRE_HARDWARE && shared)) {
            broken++;
            last_vm = seat->vm_ix;
        }
    }
    return broken;
}

static void describe_tenant(const struct experiment *x, int m, int t, struct tenant_result *out)
{
    const struct mode_run *mode = &x->mode[m];
    out->tenant = &x->s->tenant[t];
    out->load_frac = mode->load[t];
    out->saturated = mode->saturated[t];
    bool containers = x->s->mode[m].kind == MODE_CONTAINER_TIME_SLICED;
    out->p95_ratio_to_first = ci_none();
    out->pairing_gain = (double)NAN;
    out->violations.policy = policy_violations(x->s, &mode->fleet, containers, t);
    const struct vgpu_type *type = mode->fleet.tenant_type ? mode->fleet.tenant_type[t] : NULL;
    const struct mig_profile *profile =
        mode->fleet.tenant_profile ? mode->fleet.tenant_profile[t] : NULL;
    out->mig = profile ? profile->name : NULL;
    out->gpu_type = type ? type->name : NULL;
    if (x->s->mode[m].kind == MODE_PASSTHROUGH || containers) {
        out->gpu_type = x->s->catalog->gpu[x->s->gpu_ix].key;
    }
}

/* Assumptions that this mode's numbers rest on; the ids are those of docs/model.md. */
static bool note_assumptions(const struct experiment *x, int m, struct mode_result *out)
{
    const struct mode_run *mode = &x->mode[m];
    const struct mode_spec *spec = &x->s->mode[m];
    const char *key = x->s->catalog->gpu[x->s->gpu_ix].key;
    bool ok = true;
    if (mode_takes_turns(spec->kind) && spec->sched.switch_ns < 0 &&
        mode->lanes.switch_extrapolated) {
        ok = reasons_add(&out->notes, x->arena, "A14", NULL,
                         "extrapolated: the switch time of %s is not measured, A100's is used",
                         key);
    }
    if (mode_takes_turns(spec->kind) && spec->sched.kind == &sched_equal_share &&
        !spec->sched.yield_idle) {
        ok = ok && reasons_add(&out->notes, x->arena, "A12", NULL,
                               "unverified: an idle vGPU's equal-share slot is kept, not "
                               "given away; no document says which");
    }
    if (spec->kind == MODE_TIME_SLICED_MIG) {
        ok = ok && reasons_add(&out->notes, x->arena, "A16", NULL,
                               "unvalidated: nobody has published a measurement of "
                               "time-sliced MIG-backed vGPU");
    }
    bool is_mig = spec->kind == MODE_MIG || spec->kind == MODE_TIME_SLICED_MIG;
    if (is_mig && !x->s->coupling_none && mode->fleet.domain_n > mode->fleet.gpus_used) {
        ok = ok && reasons_add(&out->notes, x->arena, "A18", NULL,
                               "no calibrated coupling for %s: its GPU instances are taken "
                               "not to slow each other down (c = 0)",
                               key);
    }
    for (int t = 0; t < x->s->tenant_n; t++) {
        if (x->s->tenant[t].work.trace && mode->load[t] >= 1.0) {
            ok = ok &&
                 reasons_add(&out->notes, x->arena, "A24", x->s->tenant[t].name,
                             "overloaded: the trace of %s asks for %.2f times what this mode "
                             "can give; its latencies grow to the end of the file",
                             x->s->tenant[t].name, mode->load[t]);
        }
        int ref = x->s->tenant[t].reference_gpu_ix;
        if (ref >= 0 && ref != x->s->gpu_ix) {
            ok = ok && reasons_add(&out->notes, x->arena, "A9", x->s->tenant[t].name,
                                   "extrapolated: service measured on %s is carried over to "
                                   "%s by the ratio of peak rates",
                                   x->s->catalog->gpu[ref].key, key);
        }
    }
    return ok;
}

/* Where neighbours cannot matter by construction, not one request may differ from its baseline.
 */
static void check_structural_zero(const struct experiment *x, int m)
{
    const struct mode_spec *spec = &x->s->mode[m];
    bool gives_time_away = mode_takes_turns(spec->kind) &&
                           sched_gives_idle_time(spec->sched.kind, spec->sched.yield_idle);
    /* An overrun moves everybody's slots. */
    bool moves_slots = mode_takes_turns(spec->kind) && spec->sched.granularity_ns > 0;
    for (int t = 0; !gives_time_away && !moves_slots && t < x->s->tenant_n; t++) {
        assert(x->mode[m].tally[t].differ == 0);
    }
}

static bool describe_mode(struct experiment *x, int m, bool simulated, struct mode_result *out)
{
    const struct mode_run *mode = &x->mode[m];
    out->spec = &x->s->mode[m];
    out->fleet = &mode->fleet;
    out->feasible = mode->feasible;
    out->simulated = simulated;
    out->slice_ns = mode->lanes.slice_ns;
    out->switch_ns = mode->lanes.switch_ns;
    out->tenant = arena_alloc(x->arena, (size_t)x->s->tenant_n, sizeof *out->tenant);
    if (!out->tenant) {
        return out_of_memory(x);
    }
    for (int t = 0; t < x->s->tenant_n; t++) {
        describe_tenant(x, m, t, &out->tenant[t]);
        out->violations.policy += out->tenant[t].violations.policy;
    }
    if (!simulated) {
        return true;
    }
    out->replicas = x->replicas;
    out->warmup_ns = x->from_ns;
    check_structural_zero(x, m);
    struct sample sample = sample_of(x, m);
    summary_mode(&sample, out);
    for (int r = 0; r < x->replicas; r++) {
        out->digest = (out->digest ^ mode->mode_row[r].digest) * UINT64_C(0x100000001b3);
    }
    for (int t = 0; t < x->s->tenant_n; t++) {
        out->tenant[t].precision_met = tenant_is_precise(x, m, t);
    }
    return (note_assumptions(x, m, out) && doubt_mode(x->s, x->arena, out)) || out_of_memory(x);
}

/* Every mode against the first that was simulated. */
static void compare_modes(struct experiment *x, struct mode_result *mode)
{
    int first = -1;
    for (int m = 0; m < x->s->mode_n; m++) {
        if (mode[m].simulated && first >= 0) {
            struct sample here = sample_of(x, m);
            struct sample there = sample_of(x, first);
            mode[m].first = &mode[first];
            for (int t = 0; t < x->s->tenant_n; t++) {
                struct tenant_result *r = &mode[m].tenant[t];
                if (!r->saturated && !mode[first].tenant[t].saturated) {
                    r->p95_ratio_to_first =
                        paired_p95_ratio(&here, &there, t, &r->pairing_gain);
                }
            }
        }
        first = mode[m].simulated && first < 0 ? m : first;
    }
}

static struct result *finish(struct experiment *x, struct result *out)
{
    out->scenario = x->s;
    out->seed = x->o->seed;
    out->version = x->o->version;
    out->mode = arena_alloc(x->arena, (size_t)x->s->mode_n, sizeof *out->mode);
    if (!out->mode) {
        out_of_memory(x);
        return NULL;
    }
    for (int m = 0; m < x->s->mode_n; m++) {
        bool simulated = x->mode[m].feasible && !x->o->place_only && !x->stopped;
        if (!describe_mode(x, m, simulated, &out->mode[m])) {
            return NULL;
        }
    }
    compare_modes(x, out->mode);
    for (int m = 0; x->o->check && m < x->s->mode_n; m++) {
        audit_fleet(x->s, &x->mode[m].fleet);
        if (out->mode[m].simulated) {
            audit_mode(x->s, &out->mode[m]);
        }
    }
    return out;
}

static struct result *run(struct experiment *x)
{
    struct result *out = arena_alloc(x->arena, 1, sizeof *out);
    x->mode = arena_alloc(x->arena, (size_t)x->s->mode_n, sizeof *x->mode);
    x->runnable = arena_alloc(x->arena, (size_t)x->s->mode_n, sizeof *x->runnable);
    if (!out || !x->mode || !x->runnable) {
        out_of_memory(x);
        return NULL;
    }
    out->precision_met = true;
    for (int m = 0; m < x->s->mode_n; m++) {
        if (!place_mode(x, m)) {
            return NULL;
        }
        if (x->mode[m].feasible && !x->o->place_only && !prepare_mode(x, m)) {
            return NULL;
        }
    }
    if (x->runnable_n > 0 && (!prepare_workers(x) || !run_all(x, out))) {
        return NULL;
    }
    return finish(x, out);
}

const struct result *exp_run(struct arena *arena, const struct scenario *s,
                             const struct exp_options *options, struct diag *d)
{
    struct experiment x = {.s = s, .o = options, .arena = arena, .d = d};
    struct result *out = run(&x);
    if (x.mode) {
        release(&x);
    }
    return out;
}
