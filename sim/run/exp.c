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

#include "models/sched_plugin.h"
#include "models/share.h"
#include "sim/fleet/hits.h"
#include "sim/fleet/lanes.h"
#include "sim/run/audit.h"
#include "sim/run/contrast.h"
#include "sim/run/doubt.h"
#include "sim/run/neighbour.h"
#include "sim/run/reps.h"
#include "sim/run/summary.h"
#include "sim/run/verdict.h"

enum {
    FIRST_REPLICAS = 20,
    MORE_REPLICAS = 10,
    WARMUP_FLOOR = 20 /* the warm-up is at least the horizon over this */
};

#define SINGLE_TURNS_MANY 1e8  /* half a minute or so */
#define SINGLE_TURNS_MAX  1e11 /* a night */

struct experiment {
    const struct scenario *s;
    const struct exp_options *o;
    struct arena *arena;
    struct diag *d;
    struct mode_run *mode; /* [mode_n] */
    struct reps reps;
    double *column; /* [REPS_MAX] scratch */
};

static bool give_up(struct experiment *x)
{
    const struct lane_fault *fault = &x->reps.fault;
    if (fault->what != SCHED_SOUND) {
        return diag_machine(x->d, "the scheduler plug-in '%s' %s, at %.9g s in mode %s",
                            fault->kind->name, sched_fault_text(fault->what),
                            (double)fault->at_ns * 1e-9,
                            mode_name(x->s->mode[x->reps.fault_mode].kind));
    }
    return diag_machine(x->d, "out of memory while simulating '%s'", x->s->name);
}

/* ---- Preparation ---- */

static bool place_mode(struct experiment *x, int m)
{
    struct mode_run *mode = &x->mode[m];
    size_t flow_n = (size_t)x->s->flow_n;
    if (!fleet_place(&mode->fleet, x->arena, x->s, m, x->d)) {
        return false;
    }
    mode->saturated = arena_alloc(x->arena, flow_n, sizeof *mode->saturated);
    mode->load = arena_alloc(x->arena, flow_n, sizeof *mode->load);
    if (!mode->saturated || !mode->load) {
        return give_up(x);
    }
    if (x->o->place_only) {
        mode->fits = arena_alloc(x->arena, 1, sizeof *mode->fits);
        if (!mode->fits) {
            return give_up(x);
        }
        if (!fits_make(mode->fits, x->arena, x->s, m, &mode->fleet, true, x->d)) {
            return false;
        }
    }
    for (int t = 0; t < x->s->flow_n; t++) {
        mode->load[t] = (double)NAN;
    }
    if (!mode->fleet.feasible || x->o->place_only) {
        mode->feasible = mode->fleet.feasible;
        return true;
    }
    if (!lanes_split(&mode->lanes, x->arena, x->s, &mode->fleet, m, x->d)) {
        return false;
    }
    for (int l = 0; l < mode->lanes.lane_n; l++) {
        mode->lanes.lane[l].no_baselines = x->o->no_baselines;
    }
    mode->feasible = mode->fleet.feasible;
    for (int t = 0; mode->feasible && t < x->s->flow_n; t++) {
        mode->load[t] = lanes_load(&mode->lanes, t);
        const struct tenant *tenant = &x->s->tenant[t];
        bool grows = tenant->part_n == 0 && work_grows(&tenant->work);
        mode->saturated[t] = grows && mode->load[t] >= 1.0;
        if (tenant->workload) {
            mode->saturated[tenant->whole_ix] |= mode->saturated[t];
        }
    }
    return true;
}

static bool prepare_mode(struct experiment *x, int m)
{
    struct mode_run *mode = &x->mode[m];
    x->reps.runnable[x->reps.runnable_n++] = m;
    mode->tally = tallies_new(x->arena, x->s->tenant, x->s->flow_n, true);
    mode->ensemble = arena_alloc(x->arena, (size_t)x->s->flow_n, sizeof *mode->ensemble);
    if (!mode->tally || !mode->ensemble) {
        return give_up(x);
    }
    for (int t = 0; t < x->s->flow_n; t++) {
        ensemble_init(&mode->ensemble[t]);
    }
    return true;
}

static void release(struct experiment *x)
{
    for (int m = 0; m < x->s->mode_n; m++) {
        mem_free(x->mode[m].row);
        mem_free(x->mode[m].mode_row);
        for (int t = 0; x->mode[m].ensemble && t < x->s->flow_n; t++) {
            ensemble_fini(&x->mode[m].ensemble[t]);
        }
    }
    reps_fini(&x->reps);
}

/* ---- Batches of replications ---- */

static bool run_batch(struct experiment *x, int replicas)
{
    return reps_run(&x->reps, replicas) || give_up(x);
}

/* The latest end of a warm-up over modes and tenants. */
static bool warmup_end(struct experiment *x, int64_t *end_ns, bool *too_short)
{
    *end_ns = 0;
    *too_short = false;
    for (int i = 0; i < x->reps.runnable_n; i++) {
        for (int t = 0; t < x->s->flow_n; t++) {
            int64_t cut_ns;
            bool is_short;
            if (!ensemble_cut(&x->mode[x->reps.runnable[i]].ensemble[t], &cut_ns, &is_short)) {
                return give_up(x);
            }
            *end_ns = cut_ns > *end_ns ? cut_ns : *end_ns;
            *too_short |= is_short;
        }
    }
    return true;
}

static struct sample sample_of(struct experiment *x, int m)
{
    return (struct sample){.scenario = x->s,
                           .tally = x->mode[m].tally,
                           .row = x->mode[m].row,
                           .mode_row = x->mode[m].mode_row,
                           .replicas = x->reps.replicas,
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
    for (int i = 0; i < x->reps.runnable_n; i++) {
        for (int t = 0; t < x->s->flow_n; t++) {
            if (!tenant_is_precise(x, x->reps.runnable[i], t)) {
                return false;
            }
        }
    }
    return true;
}

/* Is there an event at a time of its own? A run with one has no steady state. */
static bool has_date(const struct scenario *s)
{
    bool has = false;
    for (int i = 0; i < s->life_n; i++) {
        has = has || !s->life[i].repeats;
    }
    return has;
}

/* Sets the window: what is counted, and from when. */
static void set_window(struct experiment *x)
{
    struct reps *r = &x->reps;
    bool only_traces = true;
    for (int t = 0; t < x->s->flow_n; t++) {
        const struct tenant *tenant = &x->s->tenant[t];
        only_traces = only_traces && (tenant->part_n > 0 || tenant->work.trace);
    }
    r->trace_all = !x->s->horizon_given;
    r->to_the_end = only_traces && r->trace_all;
    r->learning = x->s->warmup_auto && !only_traces && !has_date(x->s);
    r->from_ns = x->s->warmup_auto ? x->s->horizon_ns / WARMUP_FLOOR : x->s->warmup_ns;
    r->from_ns = only_traces ? 0 : r->from_ns;
    r->to_ns = r->from_ns + x->s->horizon_ns;
}

static bool scenario_is_random(const struct scenario *s)
{
    bool is_random = false;
    for (int t = 0; t < s->flow_n; t++) {
        const struct tenant *tenant = &s->tenant[t];
        is_random = is_random || (tenant->part_n == 0 && work_is_random(&tenant->work));
    }
    for (int i = 0; i < s->life_n; i++) {
        is_random = is_random || life_is_random(&s->life[i]);
    }
    return is_random;
}

/* ---- Turns that are taken one by one ---- */

/* In all domains of a mode and its first replicas. */
static double single_turns(const struct experiment *x, int m, bool events, int replicas)
{
    const struct lanes *lanes = &x->mode[m].lanes;
    int64_t span_ns = x->reps.to_ns;
    double turns = 0.0;
    for (int t = 0; t < x->s->flow_n; t++) {
        const struct trace_rows *trace = x->s->tenant[t].work.trace;
        bool is_longer = trace && x->reps.trace_all && trace->span_ns > span_ns;
        span_ns = is_longer ? trace->span_ns : span_ns;
    }
    for (int l = 0; l < lanes->lane_n; l++) {
        turns += lane_single_turns(&lanes->lane[l], events, span_ns);
    }
    return turns * replicas;
}

/* Warns of modes that will take long, and refuses those that will not end. */
static bool judge_turns(struct experiment *x, int replicas)
{
    for (int m = 0; m < x->s->mode_n; m++) {
        struct mode_run *mode = &x->mode[m];
        const struct span at = x->s->mode[m].at;
        if (!mode->feasible) {
            continue;
        }
        mode->single_turns = single_turns(x, m, false, replicas);
        double turns = single_turns(x, m, x->o->events, replicas);
        if (turns > SINGLE_TURNS_MAX) {
            diag_error(x->d, at,
                       "%s: slices of %.9g us fit %.2g times into the run, each a turn to be "
                       "taken by itself; at most %.0e are simulated",
                       mode_name(x->s->mode[m].kind), (double)mode->lanes.slice_ns * 1e-3,
                       turns, SINGLE_TURNS_MAX);
            diag_help(x->d, "write a longer slice, or a shorter 'horizon'");
        } else if (mode->single_turns > SINGLE_TURNS_MANY) {
            diag_warning(x->d, at, "%s: up to %.2g turns are taken one by one (note ST-06)",
                         mode_name(x->s->mode[m].kind), turns);
            diag_help(x->d, "it takes long; a longer slice or a shorter 'horizon' helps");
        }
    }
    return !diag_failed(x->d);
}

static bool note_turns(const struct experiment *x, int m, struct mode_result *out)
{
    double turns = x->mode[m].single_turns;
    return !(turns > SINGLE_TURNS_MANY) ||
           reasons_add(&out->notes, x->arena, "ST-06", NULL,
                       "up to %.2g turns were taken one by one: the figures stand, but took "
                       "long",
                       turns);
}

/* ---- Running ---- */

static bool has_failed_early(struct experiment *x);

static int first_of(const struct scenario *s)
{
    return s->replicas_max < FIRST_REPLICAS ? s->replicas_max : FIRST_REPLICAS;
}

static bool run_all(struct experiment *x, struct result *out)
{
    struct reps *r = &x->reps;
    out->random = scenario_is_random(x->s);
    bool stops_itself = out->random && x->s->replicas_auto && !x->o->has_only_replica;
    int first = !out->random || x->o->has_only_replica ? 1
                : x->s->replicas_auto                  ? first_of(x->s)
                                                       : x->s->replicas;
    int pilot = first < FIRST_REPLICAS ? first : FIRST_REPLICAS;
    set_window(x);
    if (!judge_turns(x, first) || !run_batch(x, pilot)) {
        return false;
    }
    if (r->learning && !r->stopped) {
        int64_t end_ns;
        if (!warmup_end(x, &end_ns, &out->horizon_short)) {
            return false;
        }
        r->learning = false;
        if (end_ns > r->from_ns) {
            r->from_ns = end_ns;
            r->to_ns = end_ns + x->s->horizon_ns;
            reps_forget(r);
            if (!run_batch(x, pilot)) {
                return false;
            }
        }
    }
    r->learning = false;
    while (r->replicas < first &&
           !r->stopped) { /* an interruption loses no more than a batch */
        int left = first - r->replicas;
        if (!run_batch(x, left < FIRST_REPLICAS ? left : FIRST_REPLICAS)) {
            return false;
        }
    }
    while (stops_itself && !r->stopped && r->replicas < x->s->replicas_max && !is_precise(x) &&
           !has_failed_early(x)) {
        int left = x->s->replicas_max - r->replicas;
        if (!run_batch(x, left < MORE_REPLICAS ? left : MORE_REPLICAS)) {
            return false;
        }
    }
    out->precision_met = !out->random || (!r->stopped && is_precise(x));
    out->horizon_ns = r->to_the_end ? 0 : x->s->horizon_ns;
    out->interrupted = r->stopped;
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

/* The tenant whose VMs run it. */
static int placed_ix(const struct scenario *s, int t)
{
    return s->tenant[t].workload ? s->tenant[t].whole_ix : t;
}

static void describe_tenant(const struct experiment *x, int m, int t, struct tenant_result *out)
{
    const struct mode_run *mode = &x->mode[m];
    out->tenant = &x->s->tenant[t];
    out->load_frac = mode->load[t];
    out->saturated = mode->saturated[t];
    t = placed_ix(x->s, t);
    bool containers = x->s->mode[m].kind == MODE_CONTAINER_TIME_SLICED;
    out->p95_ratio_to_first = ci_none();
    out->difference = (struct contrast){ci_none(),   ci_none(),   ci_none(),
                                        PAIRED_OPEN, PAIRED_OPEN, PAIRED_OPEN};
    out->pairing_gain = (double)NAN;
    out->violations.policy = policy_violations(x->s, &mode->fleet, containers, t);
    const struct vgpu_type *type = mode->fleet.tenant_type ? mode->fleet.tenant_type[t] : NULL;
    const struct mig_profile *profile =
        mode->fleet.tenant_profile ? mode->fleet.tenant_profile[t] : NULL;
    out->mig = profile ? profile->name : NULL;
    out->gpu_type = type ? type->name : NULL;
    if (x->s->mode[m].kind == MODE_PASSTHROUGH || containers) {
        out->gpu_type = x->s->catalog->gpu[mode->fleet.tenant_model[t]].key;
    }
}

/* Catalogue indexes of the GPUs under a feasible fleet, or under one tenant of it. */
static int models_of(const struct fleet *f, int tenant_ix, int model_ix[HOST_GROUPS_MAX])
{
    int n = 0;
    for (int i = 0; i < f->seat_n; i++) {
        const struct seat *seat = &f->seat[i];
        if (tenant_ix >= 0 && seat->tenant_ix != tenant_ix) {
            continue;
        }
        int model = f->domain[seat->domain_ix].model_ix;
        int k = 0;
        while (k < n && model_ix[k] != model) {
            k++;
        }
        model_ix[k] = model;
        n += k == n ? 1 : 0;
    }
    return n;
}

/* Service that was measured on a GPU of another kind than that under the tenant. */
static bool note_carried_over(const struct experiment *x, int m, int t, struct mode_result *out)
{
    const struct catalog *c = x->s->catalog;
    int ref = x->s->tenant[t].reference_gpu_ix;
    int model_ix[HOST_GROUPS_MAX];
    int n = models_of(&x->mode[m].fleet, placed_ix(x->s, t), model_ix);
    ref = ref < 0 ? x->s->gpu_ix : ref;
    bool ok = true;
    for (int i = 0; i < n; i++) {
        if (ref != model_ix[i]) {
            ok = ok && reasons_add(&out->notes, x->arena, "A9", x->s->tenant[t].name,
                                   "extrapolated: service measured on %s is carried over to "
                                   "%s by the ratio of peak rates",
                                   c->gpu[ref].key, c->gpu[model_ix[i]].key);
        }
    }
    return ok;
}

/* A downtime that the scenario leaves to the table of faults, where it is a third party's. */
static bool note_downtime(const struct experiment *x, int m, struct mode_result *out)
{
    for (int i = 0; i < x->s->life_n; i++) {
        const struct life_event *e = &x->s->life[i];
        if (e->kind == LIFE_FAULT && !e->has_downtime) {
            const struct fault_rule *rule =
                fault_rule_find(x->s->catalog->fault, x->s->catalog->fault_n,
                                mode_name(x->s->mode[m].kind), e->class);
            return reasons_add(&out->notes, x->arena, "A37", NULL,
                               "unverified: a fault of class %s takes %.9g s (%s); write "
                               "'downtime' where you know better",
                               fault_class_name(e->class), rule->downtime_s, rule->source);
        }
    }
    return true;
}

/* Assumptions that this mode's numbers rest on; the ids are those of docs/model.md. */
static bool note_assumptions(const struct experiment *x, int m, struct mode_result *out)
{
    const struct mode_run *mode = &x->mode[m];
    const struct mode_spec *spec = &x->s->mode[m];
    const struct catalog *c = x->s->catalog;
    int model_ix[HOST_GROUPS_MAX];
    int model_n = models_of(&mode->fleet, -1, model_ix);
    bool ok = true;
    for (int i = 0; i < model_n && mode_takes_turns(spec->kind); i++) {
        if (spec->sched.switch_ns < 0 && lanes_switch_is_extrapolated(c, model_ix[i])) {
            ok = ok && reasons_add(&out->notes, x->arena, "A14", NULL,
                                   "extrapolated: the switch time of %s is not measured, "
                                   "A100's is used",
                                   c->gpu[model_ix[i]].key);
        }
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
    is_mig = is_mig && mode->fleet.domain_n > mode->fleet.gpus_used;
    for (int i = 0; i < model_n && is_mig && !x->s->coupling_none; i++) {
        double coupling = lanes_coupling(x->s, model_ix[i]);
        if (coupling > 0.0) {
            ok =
                ok && reasons_add(&out->notes, x->arena, "A18", NULL,
                                  "an instance of %s loses up to %.3g %% of its rate while the "
                                  "others are busy (%s)",
                                  c->gpu[model_ix[i]].key, coupling * 100.0,
                                  x->s->coupling > 0.0 ? "as the scenario says" : "calibrated");
            continue;
        }
        ok = ok && reasons_add(&out->notes, x->arena, "A18", NULL,
                               "no calibrated coupling for %s: its GPU instances are taken "
                               "not to slow each other down (c = 0)",
                               c->gpu[model_ix[i]].key);
    }
    if (lanes_share_path(&mode->lanes)) {
        ok =
            ok && reasons_add(&out->notes, x->arena, "A36", NULL,
                              "unvalidated: how VMs slow each other on the path to the host is "
                              "a law with your shares (host-path)");
    }
    for (int t = 0; t < x->s->flow_n; t++) {
        if (x->s->tenant[t].work.trace && mode->load[t] >= 1.0) {
            ok = ok &&
                 reasons_add(&out->notes, x->arena, "A24", x->s->tenant[t].name,
                             "overloaded: the trace of %s asks for %.2f times what this mode "
                             "can give; its latencies grow to the end of the file",
                             x->s->tenant[t].name, mode->load[t]);
        }
        ok = ok && (x->s->tenant[t].part_n > 0 || note_carried_over(x, m, t, out));
    }
    return ok && note_downtime(x, m, out);
}

static bool is_coupled(const struct lanes *l)
{
    bool is_coupled = false;
    for (int i = 0; i < l->lane_n; i++) {
        is_coupled = is_coupled || lane_is_coupled(&l->lane[i]);
    }
    return is_coupled;
}

/* Does the policy owe every VM a supply that can be checked? */
static bool owes(const struct mode_run *mode)
{
    bool all = mode->feasible && mode->lanes.lane_n > 0;
    for (int l = 0; l < mode->lanes.lane_n; l++) {
        for (int d = 0; d < mode->lanes.lane[l].domain_n; d++) {
            const struct lane_domain *domain = &mode->lanes.lane[l].domain[d];
            struct supply owed;
            all = all && domain->sched && share_owes(domain->sched, &domain->params, &owed);
        }
    }
    return all;
}

/* Can neighbours not matter, by construction? */
static bool isolates(const struct experiment *x, int m)
{
    const struct mode_spec *spec = &x->s->mode[m];
    bool gives_time_away = mode_takes_turns(spec->kind) &&
                           sched_gives_idle_time(spec->sched.kind, spec->sched.yield_idle);
    /* An overrun moves everybody's slots, and a fault stops them. */
    bool moves_slots = mode_takes_turns(spec->kind) && spec->sched.granularity_ns > 0;
    moves_slots = moves_slots || is_coupled(&x->mode[m].lanes);
    moves_slots = moves_slots || hits_cross(&x->mode[m].lanes);
    return !gives_time_away && !moves_slots;
}

/* The bins of every latency that has percentiles. */
static bool keep_bins(struct experiment *x, int m, struct mode_result *out)
{
    for (int t = 0; t < x->s->flow_n; t++) {
        const struct hist *h = x->mode[m].tally[t].latency;
        struct tenant_result *one = &out->tenant[t];
        if (one->spectrum.n == 0) {
            continue;
        }
        one->bin_n = hist_bins(h, NULL);
        struct hist_bin *bin = arena_alloc(x->arena, (size_t)one->bin_n, sizeof *bin);
        if (bin == NULL) {
            return give_up(x);
        }
        (void)hist_bins(h, bin);
        one->bin = bin;
    }
    return true;
}

/* Where neighbours cannot matter, not one request may differ from its baseline. */
static void check_structural_zeros(const struct experiment *x, int m, bool isolates)
{
    for (int t = 0; isolates && t < x->s->flow_n; t++) {
        assert(x->mode[m].tally[t].differ == 0);
    }
    /* A supply that was owed and not given is an error of a scheduler. */
    for (int t = 0; t < x->s->tenant_n; t++) {
        assert(x->mode[m].tally[t].entitlement == 0);
    }
}

static bool describe_mode(struct experiment *x, int m, bool simulated, struct mode_result *out)
{
    const struct mode_run *mode = &x->mode[m];
    out->spec = &x->s->mode[m];
    out->fleet = &mode->fleet;
    out->fits = mode->fits;
    out->feasible = mode->feasible;
    out->simulated = simulated;
    out->slice_ns = mode->lanes.slice_ns;
    out->switch_ns = mode->lanes.switch_ns;
    out->tenant = arena_alloc(x->arena, (size_t)x->s->flow_n, sizeof *out->tenant);
    if (!out->tenant) {
        return give_up(x);
    }
    out->violations.entitlement = owes(mode) ? 0 : -1;
    for (int t = 0; t < x->s->flow_n; t++) {
        describe_tenant(x, m, t, &out->tenant[t]);
        out->tenant[t].violations.entitlement = out->violations.entitlement;
        out->violations.policy += t < x->s->tenant_n ? out->tenant[t].violations.policy : 0;
    }
    if (!simulated) {
        return true;
    }
    out->replicas = x->reps.replicas;
    out->warmup_ns = x->reps.from_ns;
    out->isolates = isolates(x, m);
    check_structural_zeros(x, m, out->isolates);
    struct sample sample = sample_of(x, m);
    summary_mode(&sample, out);
    if (x->o->histograms && !keep_bins(x, m, out)) {
        return false;
    }
    for (int r = 0; r < x->reps.replicas; r++) {
        out->digest = (out->digest ^ mode->mode_row[r].digest) * UINT64_C(0x100000001b3);
    }
    for (int t = 0; t < x->s->flow_n; t++) {
        out->tenant[t].precision_met = tenant_is_precise(x, m, t);
    }
    return (note_assumptions(x, m, out) && note_turns(x, m, out) &&
            doubt_mode(x->s, x->arena, out)) ||
           give_up(x);
}

/* Every mode against one: that which is named, or the first that was simulated. */
static void compare_modes(struct experiment *x, struct mode_result *mode)
{
    const struct mode_pattern *p = x->o->against;
    const bool exact = !scenario_is_random(x->s);
    int first = -1;
    for (int m = x->s->mode_n - 1; m >= 0; m--) {
        bool may_be = mode[m].simulated && (p == NULL || mode_matches(&x->s->mode[m], p));
        first = may_be ? m : first;
    }
    for (int m = 0; first >= 0 && m < x->s->mode_n; m++) {
        if (mode[m].simulated && m != first) {
            const struct sample here = sample_of(x, m);
            const struct sample there = sample_of(x, first);
            contrast_modes(&mode[m], &here, &mode[first], &there, x->s->flow_n, exact);
        }
    }
}

static bool order_modes(struct experiment *x, struct result *out)
{
    const int n = x->s->mode_n;
    const int tenants = x->s->tenant_n;
    signed char *order =
        arena_alloc(x->arena, (size_t)n * (size_t)n, (size_t)tenants * sizeof *order);
    out->order = order;
    for (int i = 0; order && i < n * n * tenants; i++) {
        const int a = i / tenants / n;
        const int b = i / tenants % n;
        const struct sample here = sample_of(x, a);
        const struct sample there = sample_of(x, b);
        order[i] = contrast_order(&out->mode[a], &here, &out->mode[b], &there, i % tenants,
                                  !scenario_is_random(x->s));
    }
    return order || give_up(x);
}

/* The worst neighbours of every mode, where they are asked for. */
static bool find_worst(struct experiment *x, struct mode_result *mode)
{
    for (int m = 0; x->o->isolation && m < x->s->mode_n; m++) {
        if (mode[m].simulated) {
            const struct sample sample = sample_of(x, m);
            if (!neighbour_find(&x->reps, m, &sample, &mode[m])) {
                return give_up(x);
            }
        }
    }
    return true;
}

/* Every mode as it stands after the replicas so far. */
static bool describe_all(struct experiment *x, struct result *out)
{
    out->scenario = x->s;
    out->seed = x->o->seed;
    out->version = x->o->version;
    out->mode = arena_alloc(x->arena, (size_t)x->s->mode_n, sizeof *out->mode);
    if (!out->mode) {
        return give_up(x);
    }
    for (int m = 0; m < x->s->mode_n; m++) {
        bool simulated = x->mode[m].feasible && !x->o->place_only && x->reps.replicas > 0;
        if (!describe_mode(x, m, simulated, &out->mode[m])) {
            return false;
        }
    }
    return true;
}

static bool judge_all(struct experiment *x, struct result *out)
{
    for (int m = 0; m < x->s->mode_n && !x->o->place_only && !x->reps.stopped; m++) {
        if (!verdict_mode(x->arena, out, &out->mode[m])) {
            return give_up(x);
        }
    }
    return true;
}

/* Has a gate with stop_early failed? What is found is thrown away again. */
static bool has_failed_early(struct experiment *x)
{
    struct arena *own = x->arena;
    struct arena scratch;
    struct result now = {.random = true};
    bool asks = false;
    for (int i = 0; i < x->s->gate_n; i++) {
        asks = asks || x->s->gate[i].stops_early;
    }
    if (!asks) {
        return false;
    }
    arena_init(&scratch, "judging");
    x->arena = &scratch;
    const bool stops = describe_all(x, &now) && judge_all(x, &now) && verdict_stops(&now);
    x->arena = own;
    arena_fini(&scratch);
    return stops;
}

static struct result *finish(struct experiment *x, struct result *out)
{
    if (!describe_all(x, out)) {
        return NULL;
    }
    compare_modes(x, out->mode);
    if (!find_worst(x, out->mode) || (x->o->order && !order_modes(x, out))) {
        return NULL;
    }
    if (!judge_all(x, out)) {
        return NULL;
    }
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
    x->column = arena_alloc(x->arena, REPS_MAX, sizeof *x->column);
    x->reps = (struct reps){.s = x->s, .o = x->o, .mode = x->mode};
    x->reps.runnable = arena_alloc(x->arena, (size_t)x->s->mode_n, sizeof *x->reps.runnable);
    if (!out || !x->mode || !x->column || !x->reps.runnable) {
        give_up(x);
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
    if (x->reps.runnable_n > 0 && !reps_init(&x->reps, x->arena)) {
        give_up(x);
        return NULL;
    }
    if (x->reps.runnable_n > 0 && !run_all(x, out)) {
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
