/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_plan.c - `plan`: the cheapest GPUs, mode and profiles that hold every objective. */
#include <stdio.h>
#include <string.h>

#include "sim/base/near.h"
#include "sim/cli/cmd.h"
#include "sim/cli/events.h"
#include "sim/cli/load.h"
#include "sim/cli/outputs.h"
#include "sim/cli/simulate.h"
#include "sim/cli/term.h"
#include "sim/input/resolve.h"
#include "sim/report/rep_admit.h"
#include "sim/report/rep_plan.h"

static enum err answer(const struct plan *p)
{
    if (p->interrupted) {
        return ERR_INTERRUPTED;
    }
    return p->meets_n > 0 || p->mix.part_n > 0 ? ERR_OK : ERR_NO;
}

/* What a document is made of: a plan, or what fits. */
struct page {
    const struct opts *o;
    const struct plan *plan;
    const struct admit *admit; /* NULL: a plan */
};

static void write_page(const void *what, const char *format, int width, struct text *sink)
{
    const struct page *p = what;
    const struct rep_options options = {.quiet = opt_is_on(p->o, FLAG_QUIET), .width = width};
    const bool is_json = strcmp(format, "json") == 0;
    const bool is_csv = strcmp(format, "csv") == 0;
    if (p->admit != NULL) {
        if (is_json) {
            rep_admit_json(p->admit, sink);
        } else if (is_csv) {
            rep_admit_csv(p->admit, sink);
        } else {
            rep_admit_text(p->admit, &options, sink);
        }
    } else if (is_json) {
        rep_plan_json(p->plan, sink);
    } else if (is_csv) {
        rep_plan_csv(p->plan, sink);
    } else {
        rep_plan_text(p->plan, &options, sink);
    }
}

/* ---- The winner as a scenario ---- */

/* "path" + "tail=" + value, in the arena; NULL when memory is out. */
static const char *flag_of(struct arena *a, const char *path, const char *tail,
                           const char *value)
{
    struct text line;
    text_init(&line);
    text_addf(&line, "%s%s=%s", path, tail, value);
    char *kept = line.failed ? NULL : arena_alloc(a, line.n + 1, 1);
    if (kept != NULL) {
        memcpy(kept, text_str(&line), line.n + 1);
    }
    text_fini(&line);
    return kept;
}

static const char *whole_flag(struct arena *a, const char *path, const char *tail, int n)
{
    char number[32];
    snprintf(number, sizeof number, "%d", n);
    return flag_of(a, path, tail, number);
}

/* The winner's hosts as one field: all groups, those that it does without left out. */
static const char *hosts_flag(struct arena *a, const struct scenario *s)
{
    struct text list;
    text_init(&list);
    for (int i = 0; i < s->group_n; i++) {
        const struct host_group *g = &s->group[i];
        text_addf(&list, "%s{name: \"%s\", count: %d, gpu: %s, gpus: %d, hypervisor: %s",
                  i == 0 ? "[" : ", ", g->name, g->count, s->catalog->gpu[g->gpu_ix].key,
                  g->gpus, g->hypervisor);
        if (g->memory_bytes > 0) {
            text_addf(&list, ", memory: %llu B", (unsigned long long)g->memory_bytes);
        }
        if (g->cpus > 0) {
            text_addf(&list, ", cpus: %d", g->cpus);
        }
        text_add(&list, "}");
    }
    text_add(&list, "]");
    const char *flag = list.failed ? NULL : flag_of(a, "fleet", ".hosts", text_str(&list));
    text_fini(&list);
    return flag;
}

static const char *placement_flag(struct arena *a, const struct scenario *s)
{
    struct text map;
    text_init(&map);
    resolve_placement(s, &map);
    const char *flag = map.failed ? NULL : flag_of(a, "placement", "", text_str(&map));
    text_fini(&map);
    return flag;
}

/* Where a tenant may be, as one field. */
static const char *on_flag(struct arena *a, const struct scenario *s, const char *path,
                           const struct tenant *t)
{
    struct text map;
    text_init(&map);
    for (int i = 0; i < t->on_n; i++) {
        text_addf(&map, "%s%s: %s", i == 0 ? "{" : ", ", s->catalog->gpu[t->on[i].gpu_ix].key,
                  t->on[i].mig != NULL ? t->on[i].mig : "any");
    }
    text_add(&map, "}");
    const char *flag = map.failed ? NULL : flag_of(a, path, ".on", text_str(&map));
    text_fini(&map);
    return flag;
}

/* The fields of one tenant of the winner, and where its workloads were measured. */
static int tenant_sets(const struct scenario *s, int t, struct arena *a, const char **set)
{
    const struct tenant *tenant = &s->tenant[t];
    const struct gpu *gpu = s->catalog->gpu;
    int n = 0;
    char path[256];
    snprintf(path, sizeof path, "tenants.%.100s", tenant->name);
    set[n++] = whole_flag(a, path, ".count", tenant->count);
    set[n++] = whole_flag(a, path, ".vgpus", tenant->vgpus);
    if (s->mode[0].kind == MODE_MIG && tenant->mig != NULL) {
        set[n++] = flag_of(a, path, ".mig", tenant->mig);
    }
    if (tenant->on_n > 0) {
        set[n++] = on_flag(a, s, path, tenant);
    }
    if (tenant->part_n == 0) {
        set[n++] = flag_of(a, path, ".workload.reference", gpu[tenant->reference_gpu_ix].key);
    }
    if (tenant->part_n == 0 && tenant->work.kind != WORK_LLM) {
        set[n++] = whole_flag(a, path, ".workload.streams", tenant->work.streams);
    }
    for (int i = 0; i < tenant->part_n; i++) {
        const struct tenant *part = &s->tenant[tenant->first_part + i];
        snprintf(path, sizeof path, "tenants.%.100s.workloads.%.100s", tenant->name,
                 part->workload);
        set[n++] = flag_of(a, path, ".reference", gpu[part->reference_gpu_ix].key);
    }
    return n;
}

/* The flags that were given, and behind them the winner's fields as flags. NULL when memory is
 * out. */
static const char **winner_sets(struct load *l, const struct plan *p,
                                const struct plan_candidate *c, int *set_n)
{
    int64_t slice_ns = plan_slice_ns(p, c);
    const struct scenario *s = c->scenario;
    struct arena *a = &l->arena;
    int given = l->over.set_n;
    size_t room = (size_t)given + 4 + 6 * (size_t)s->flow_n;
    const char **set = arena_alloc(a, room, sizeof *set);
    if (set == NULL) {
        return NULL;
    }
    int n = 0;
    for (; n < given; n++) {
        set[n] = l->over.set[n];
    }
    if (s->group_n > 0) {
        set[n++] = hosts_flag(a, s);
    } else {
        set[n++] = flag_of(a, "fleet", ".gpu", s->catalog->gpu[c->gpu_ix].key);
        set[n++] = whole_flag(a, "fleet", ".count", c->gpus);
    }
    if (slice_ns > 0) {
        char slice[32];
        snprintf(slice, sizeof slice, "%lld ns", (long long)slice_ns);
        set[n++] = flag_of(a, "scheduler", ".slice", slice);
    }
    set[n++] = placement_flag(a, s);
    for (int t = 0; t < s->tenant_n; t++) {
        n += tenant_sets(s, t, a, set + n);
    }
    for (int i = 0; i < n; i++) {
        if (set[i] == NULL) {
            return NULL;
        }
    }
    *set_n = n;
    return set;
}

/* What was asked about, with the winner's GPU, count, mode, profiles and placement, every
 * default filled in: `run` and `export` take it. A part has its tenants only. NULL with a
 * diagnostic. */
static const struct scenario *winner_scenario(struct load *l, const struct plan *p,
                                              const struct plan_candidate *c, struct diag *d)
{
    const char *name[TENANTS_MAX];
    struct scenario_overrides over = l->over;
    over.set = winner_sets(l, p, c, &over.set_n);
    over.mode_nth = c->mode_ix + 1;
    over.plan = false;
    for (int t = 0; p->mix.part_n > 0 && t < c->scenario->tenant_n; t++) {
        name[over.tenant_n++] = c->scenario->tenant[t].name;
    }
    over.tenant = name;
    char horizon[32];
    if (l->scenario->horizon_of_plan) {
        snprintf(horizon, sizeof horizon, "%lld ns", (long long)l->scenario->horizon_ns);
        over.horizon = horizon;
    }
    if (over.set == NULL) {
        diag_machine(d, "out of memory");
        return NULL;
    }
    return scenario_read(&l->arena, l->catalog, l->path, text_str(&l->bytes), l->bytes.n, &over,
                         d);
}

/* Writes it, or the number-th of them where number >= 0. */
static void write_resolved(const struct scenario *s, const char *path, int number,
                           struct diag *d)
{
    struct text document;
    struct text name;
    text_init(&document);
    text_init(&name);
    scenario_resolved(s, &document);
    if (document.failed) {
        diag_machine(d, "out of memory");
    } else if (outputs_numbered(path, number, &name, d)) {
        term_write(text_str(&name), text_str(&document), document.n, d);
    }
    text_fini(&name);
    text_fini(&document);
}

/* --write-scenario and --trace: one file each; of a plan with parts one for each part. */
static enum err keep_winner(struct load *l, const struct plan *p, const struct opts *o,
                            const struct exp_options *options, struct diag *d)
{
    const char *path = o->value[FLAG_WRITE_SCENARIO];
    struct events_wanted events;
    enum err status = ERR_OK;
    const int part_n = p->mix.part_n;
    const int n = part_n > 0 ? part_n : p->meets_n > 0;
    if (!events_wanted(o, &events, d) || (path == NULL && events.path == NULL)) {
        return status;
    }
    for (int i = 0; i < n && !diag_failed(d); i++) {
        const struct plan_candidate *c = part_n > 0 ? &p->mix.part[i] : &p->candidate[0];
        const int number = part_n > 0 ? i + 1 : -1;
        const struct scenario *s = winner_scenario(l, p, c, d);
        if (s != NULL && path != NULL) {
            write_resolved(s, path, number, d);
        }
        const struct result *r =
            s == NULL || events.path == NULL ? NULL : exp_run(&l->arena, s, options, d);
        if (r != NULL) {
            status = err_worse(status, r->interrupted ? ERR_INTERRUPTED
                                                      : events_emit(&events, number, r, d));
        }
    }
    return status;
}

/* ---- The question asked backwards ---- */

/* Index of a tenant; -1 with a diagnostic. */
static int tenant_find(const struct scenario *s, const char *flag, const char *name,
                       struct diag *d)
{
    const char *names[TENANTS_MAX];
    for (int t = 0; t < s->tenant_n; t++) {
        names[t] = s->tenant[t].name;
        if (strcmp(names[t], name) == 0) {
            return t;
        }
    }
    const char *near = near_find(name, names, (size_t)s->tenant_n);
    diag_error(d, SPAN_NONE, "--%s: there is no tenant '%s'", flag, name);
    if (near != NULL) {
        diag_help(d, "did you mean '%s'?", near);
    } else {
        diag_help(d, "tenants begin with '%s'", names[0]);
    }
    return -1;
}

/* Index of the tenant of --fit, on a fleet that stands still; -1 with a diagnostic. */
static int fit_tenant(const struct scenario *s, const char *name, struct diag *d)
{
    int t = tenant_find(s, "fit", name, d);
    if (t >= 0 && s->gpu_count == 0) {
        diag_error(d, SPAN_NONE,
                   "--fit asks what fits on a fleet, and its size is not written");
        diag_help(d, "add the number of GPUs: --set fleet.count=4");
        return -1;
    }
    for (int i = 0; t >= 0 && i < s->flow_n; i++) {
        const struct tenant *each = &s->tenant[i];
        const char *field = each->vgpus_auto ? "vgpus" : "workload.streams";
        if (each->vgpus_auto || each->work.streams_auto) {
            diag_error(d, SPAN_NONE, "--fit counts VMs that are known, and '%s' of %s is auto",
                       field, each->name);
            diag_help(d,
                      "write a number, as a plan without --fit names it: --set "
                      "tenants.%s.%s=2",
                      each->name, field);
            return -1;
        }
    }
    return t;
}

static enum err answer_fit(struct load *l, const struct opts *o, const struct outputs *to,
                           const struct exp_options *options)
{
    struct diag d;
    diag_init(&d);
    enum err status = ERR_INPUT;
    int tenant_ix = fit_tenant(l->scenario, o->value[FLAG_FIT], &d);
    const struct admit *a =
        tenant_ix < 0 ? NULL : admit_search(&l->arena, l->scenario, tenant_ix, options, &d);
    if (a != NULL) {
        status = a->interrupted ? ERR_INTERRUPTED : a->best >= 0 ? ERR_OK : ERR_NO;
        const struct page page = {.o = o, .admit = a};
        status = err_worse(outputs_emit(o, to, write_page, &page, &d), status);
    }
    if (a != NULL && a->best >= 0) {
        struct plan_candidate best = a->mode[a->best].at;
        const struct plan p = {.scenario = l->scenario, .candidate = &best, .meets_n = 1};
        status = err_worse(status, keep_winner(l, &p, o, options, &d));
    }
    status = err_worse(status, load_show_plain(&d, o));
    diag_fini(&d);
    return status;
}

/* ---- The command ---- */

static bool asks_of(struct plan_asks *asks, const struct scenario *s, const struct opts *o,
                    struct diag *d)
{
    const char *front = o->value[FLAG_FRONT];
    *asks = (struct plan_asks){
        .front = front != NULL, .front_tenant_ix = -1, .flips = opt_is_on(o, FLAG_SENSITIVITY)};
    if (front != NULL && strcmp(front, "auto") != 0) {
        asks->front_tenant_ix = tenant_find(s, "front", front, d);
    }
    return !diag_failed(d);
}

static enum err answer_plan(struct load *l, const struct opts *o, const struct outputs *to,
                            const struct exp_options *options)
{
    struct diag d;
    diag_init(&d);
    struct plan_asks asks;
    bool ok = asks_of(&asks, l->scenario, o, &d);
    const struct plan *p = ok ? plan_answer(&l->arena, l->scenario, options, &asks, &d) : NULL;
    enum err status = ok ? ERR_MACHINE : ERR_INPUT;
    if (p == NULL) {
        status = load_show_plain(&d, o);
    } else {
        const struct page page = {.o = o, .plan = p};
        status = err_worse(outputs_emit(o, to, write_page, &page, &d), answer(p));
        status = err_worse(status, keep_winner(l, p, o, options, &d));
        status = err_worse(status, load_show_plain(&d, o));
    }
    diag_fini(&d);
    return status;
}

static enum err plan_loaded(struct load *l, const struct opts *o)
{
    struct exp_options options;
    bool ok = simulate_options(o, &options, &l->diag);
    struct outputs to;
    struct events_wanted events;
    ok = outputs_find(o, "text json csv", &to, &l->diag) && ok;
    ok = events_wanted(o, &events, &l->diag) && ok;
    if (!ok) {
        return load_show_plain(&l->diag, o);
    }
    if (!load_scenario(l, o, o->operand[0])) {
        return load_show(l, o);
    }
    (void)load_show(l, o);
    if (l->scenario->vms != NULL) {
        return cmd_plan_vms(l, o, &to);
    }
    struct progress progress;
    progress_init(&progress, o->value[FLAG_PROGRESS]);
    progress.what = "experiments";
    options.progress = progress_update;
    options.progress_context = &progress;
    const enum err status = o->value[FLAG_FIT] != NULL ? answer_fit(l, o, &to, &options)
                                                       : answer_plan(l, o, &to, &options);
    progress_fini(&progress);
    return status;
}

enum err cmd_plan(const struct opts *o)
{
    struct load l;
    load_init(&l);
    l.plan = true;
    l.vms = true;
    enum err status = plan_loaded(&l, o);
    load_fini(&l);
    return status;
}
