/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resolve.c - the canonical text: fixed order of fields, exact quantities, no field left to a
 * default that could change. Fields that say "by calibration" or "by the type" stay out, as in
 * the file. */
#include "sim/input/resolve.h"

#include <inttypes.h>

#include <string.h>

#include "sim/base/units.h"
#include "sim/input/profilein.h"
#include "sim/input/vmsin.h"

static void put(struct text *out, const char *indent, const char *key, enum quantity q,
                double value)
{
    text_addf(out, "%s%s: ", indent, key);
    units_exact(out, q, value);
    text_add(out, "\n");
}

static void put_text(struct text *out, const char *indent, const char *key, const char *value)
{
    if (value != NULL) {
        text_addf(out, "%s%s: ", indent, key);
        text_add_json(out, value);
        text_add(out, "\n");
    }
}

/* ---- Modes ---- */

static void print_sched(const struct sched_conf *c, struct text *out)
{
    text_addf(out, "{policy: %s", c->kind->name);
    const char *discipline = discipline_name(c->discipline);
    if (discipline != NULL) {
        text_addf(out, ", discipline: %s", discipline);
    }
    if (c->discipline == DISCIPLINE_STRICT) {
        text_addf(out, ", averaging: %d", c->averaging);
    }
    if (c->slice_ns > 0) {
        text_add(out, ", slice: ");
        units_exact(out, Q_TIME, (double)c->slice_ns);
    }
    if (c->switch_ns >= 0) {
        text_add(out, ", switch: ");
        units_exact(out, Q_TIME, (double)c->switch_ns);
    }
    if (c->working_set_bytes > 0) {
        text_add(out, ", working-set: ");
        units_exact(out, Q_BYTES, c->working_set_bytes);
    }
    if (c->linger_ns > 0) {
        text_add(out, ", linger: ");
        units_exact(out, Q_TIME, (double)c->linger_ns);
    }
    if (c->yield_idle) {
        text_add(out, ", yield-idle: true");
    }
    if (c->granularity_ns > 0) {
        text_add(out, ", preempt-granularity: ");
        units_exact(out, Q_TIME, (double)c->granularity_ns);
    }
    text_add(out, "}");
}

void resolve_placement(const struct scenario *s, struct text *out)
{
    text_addf(out, "{policy: %s", place_policy_name(s->place));
    for (int i = 0; i < s->listed_n; i++) {
        bool any = false;
        text_addf(out, "%s\n  {count: %d, vms: {", i == 0 ? ", gpus: [" : ",",
                  s->listed[i].count);
        for (int t = 0; t < s->tenant_n; t++) {
            if (s->listed[i].vms[t] > 0) {
                text_addf(out, "%s%s: %d", any ? ", " : "", s->tenant[t].name,
                          s->listed[i].vms[t]);
                any = true;
            }
        }
        text_add(out, "}}");
    }
    text_add(out, s->listed_n > 0 ? "]}" : "}");
}

static void print_modes(const struct scenario *s, struct text *out)
{
    text_add(out, "modes:\n");
    for (int i = 0; i < s->mode_n; i++) {
        const struct mode_spec *m = &s->mode[i];
        if (!mode_takes_turns(m->kind)) {
            text_addf(out, "  - %s\n", mode_name(m->kind));
            continue;
        }
        text_addf(out, "  - {mode: %s, scheduler: ", mode_name(m->kind));
        print_sched(&m->sched, out);
        text_add(out, "}\n");
    }
    text_add(out, "placement: ");
    resolve_placement(s, out);
    text_add(out, "\n");
}

/* ---- Tenants ---- */

static void print_values(const struct dist *d, const struct value_names *from, struct text *out)
{
    text_add(out, ", file: ");
    text_add_json(out, from->file);
    text_add(out, ", column: ");
    text_add_json(out, from->column);
    if (from->unit != NULL) {
        text_addf(out, ", unit: %s", from->unit);
    }
    if (from->has_mean) {
        text_add(out, ", mean: ");
        units_exact(out, Q_TIME, d->mean);
    }
}

static void print_shape(const struct dist *d, struct text *out)
{
    if (d->cv > 0) {
        text_add(out, ", cv: ");
        text_add_double(out, d->cv);
    }
    if (d->shape > 0) {
        text_add(out, ", shape: ");
        text_add_double(out, d->shape);
    }
    if (d->k > 0) {
        text_addf(out, ", k: %d", d->k);
    }
}

static void print_draw(const struct dist *d, const struct value_names *from, struct text *out)
{
    text_addf(out, "dist: %s", d->kind->name);
    if (d->kind->takes_values) {
        print_values(d, from, out);
        return;
    }
    text_add(out, ", mean: ");
    units_exact(out, Q_TIME, d->mean);
    print_shape(d, out);
}

static void print_dist(const char *key, const struct dist *d, const struct value_names *from,
                       struct text *out)
{
    text_addf(out, "      %s: {", key);
    print_draw(d, from, out);
    text_add(out, "}\n");
}

static void print_mmpp(const struct arrivals *a, struct text *out)
{
    text_add(out, "      arrivals: {process: mmpp, rates: [");
    for (int i = 0; i < a->state_n; i++) {
        text_add(out, i == 0 ? "" : ", ");
        units_exact(out, Q_RATE, a->state[i].rate_per_s);
    }
    text_add(out, "], holding: [");
    for (int i = 0; i < a->state_n; i++) {
        text_add(out, i == 0 ? "" : ", ");
        units_exact(out, Q_TIME, a->state[i].holding.mean);
    }
    text_add(out, "]}\n");
}

static void print_diurnal(const struct arrivals *a, struct text *out)
{
    text_add(out, "      arrivals:\n        process: diurnal\n        curve:\n");
    for (int i = 0; i < a->curve_n; i++) {
        text_add(out, "          - {at: ");
        units_exact(out, Q_TIME, (double)a->curve[i].at_ns);
        text_add(out, ", rate: ");
        units_exact(out, Q_RATE, a->curve[i].rate_per_s);
        text_add(out, "}\n");
    }
}

static void print_windows(const struct arrivals *a, const struct trace_names *n,
                          struct text *out)
{
    text_add(out, "      arrivals: {process: windows, file: ");
    text_add_json(out, n->windows);
    if (n->client != NULL) {
        text_add(out, ", client: ");
        text_add_json(out, n->client);
    }
    text_add(out, ", scale: ");
    text_add_double(out, a->scale);
    text_add(out, "}\n");
}

static void print_arrivals(const struct arrivals *a, const struct trace_names *names,
                           struct text *out)
{
    if (a->window_n > 0) {
        print_windows(a, names, out);
        return;
    }
    if (a->state_n > 0) {
        print_mmpp(a, out);
        return;
    }
    if (a->curve_n > 0) {
        print_diurnal(a, out);
        return;
    }
    text_addf(out, "      arrivals: {process: %s, rate: ", a->process);
    units_exact(out, Q_RATE, a->rate_per_s);
    if (a->gap.cv > 0) {
        text_add(out, ", cv: ");
        text_add_double(out, a->gap.cv);
    }
    if (a->gap.shape > 0) {
        text_add(out, ", shape: ");
        text_add_double(out, a->gap.shape);
    }
    if (a->periodic) {
        text_add(out, ", phase: ");
        units_exact(out, Q_TIME, (double)a->phase_ns);
    }
    text_add(out, "}\n");
}

/* Where the rows of a file come from, but for what they ask of the GPU. */
static void print_file(const struct work *w, const struct trace_names *n, struct text *out)
{
    put_text(out, "      ", "file", n->file);
    text_add(out, "      arrival: {column: ");
    text_add_json(out, n->arrival);
    text_addf(out, ", unit: %s, zero: %s}\n", n->arrival_unit, n->zero);
    put(out, "      ", "offset", Q_TIME, (double)w->offset_ns);
    text_add(out, "      speedup: ");
    text_add_double(out, n->speedup);
    text_add(out, "\n");
}

static void print_trace(const struct work *w, const struct trace_names *n, struct text *out)
{
    print_file(w, n, out);
    text_add(out, n->law != NULL ? "      service: {law: " : "      service: {column: ");
    text_add_json(out, n->law != NULL ? n->law : n->service);
    if (n->law == NULL) {
        text_addf(out, ", unit: %s", n->service_unit);
    }
    text_add(out, "}\n");
}

static void print_service(const struct work *w, const struct trace_names *names,
                          struct text *out)
{
    text_add(out, "      service: {");
    if (!w->by_size && !w->profiles_only) {
        print_draw(&w->service, &names->service_from, out);
    }
    for (int i = 0; i < w->point_n; i++) {
        text_addf(out, "%s%d: ", i == 0 ? "table: {" : ", ", w->point[i].n);
        units_exact(out, Q_TIME, (double)w->point[i].ns);
        text_add(out, i + 1 == w->point_n ? "}" : "");
    }
    text_add(out, w->profile_n > 0 && !w->profiles_only ? ", " : "");
    profiles_print(w, out);
    text_add(out, "}\n");
}

static void print_tokens(const char *key, const struct dist *d, const char *column,
                         struct text *out)
{
    text_addf(out, "      %s: {", key);
    if (column != NULL) {
        text_add(out, "column: ");
        text_add_json(out, column);
        text_add(out, "}\n");
        return;
    }
    text_addf(out, "dist: %s, mean: ", d->kind->name);
    text_add_double(out, d->mean);
    print_shape(d, out);
    text_add(out, "}\n");
}

static void print_llm(const struct work *w, const struct trace_names *names, struct text *out)
{
    const struct llm *m = w->llm;
    if (w->trace) {
        print_file(w, names, out);
    } else {
        print_arrivals(&w->arrivals, names, out);
    }
    print_tokens("prompt", &m->prompt, names->prompt, out);
    print_tokens("output", &m->output, names->output, out);
    text_add(out, "      prefill: {per-token: ");
    units_exact(out, Q_TIME, m->prefill_ns);
    text_add(out, "}\n      decode: {base: ");
    units_exact(out, Q_TIME, m->base_ns);
    text_add(out, ", per-sequence: ");
    units_exact(out, Q_TIME, m->decode_ns);
    text_add(out, ", per-token: ");
    units_exact(out, Q_TIME, m->context_ns);
    text_addf(out, "}\n      max-sequences: %d\n      max-batched-tokens: %d\n",
              m->max_sequences, m->max_batched_tokens);
    if (m->is_async) {
        text_add(out, "      async-scheduling: true\n");
    }
    if (m->kv_bytes_per_token > 0) {
        put(out, "      ", "kv-bytes-per-token", Q_BYTES, m->kv_bytes_per_token);
    }
    put(out, "      ", "weights", Q_BYTES, m->weights_bytes);
}

/* What the kinds that ask for requests have besides their service. */
static void print_kind(const struct work *w, const struct trace_names *names, struct text *out)
{
    if (w->kind == WORK_TRACE) {
        print_trace(w, names, out);
        return;
    }
    if (w->kind == WORK_REQUESTS) {
        print_arrivals(&w->arrivals, names, out);
    } else if (w->kind == WORK_FRAMES) {
        put(out, "      ", "fps", Q_FPS, w->arrivals.rate_per_s);
        put(out, "      ", "phase", Q_TIME, (double)w->arrivals.phase_ns);
        text_addf(out, "      pipeline: %d\n", w->pipeline_max);
    } else if (!w->training) {
        text_addf(out, "      clients: %d\n", w->clients);
        print_dist("think", &w->think, &names->think_from, out);
    } else if (w->pause_every > 0) {
        text_addf(out, "      checkpoint: {every: %" PRId64 ", pause: ", w->pause_every);
        units_exact(out, Q_TIME, (double)w->pause_ns);
        text_add(out, "}\n");
    }
    print_service(w, names, out);
}

/* Host stage, batcher and kernels, where there are any. */
static void print_path(const struct work *w, const struct trace_names *names, struct text *out)
{
    if (w->has_host) {
        print_dist("host", &w->host, &names->host_from, out);
    }
    if (w->host_path_frac > 0.0) {
        put(out, "      ", "host-path", Q_FRACTION, w->host_path_frac);
    }
    if (w->batch_max > 1) {
        text_addf(out, "      batch: {max: %d, timeout: ", w->batch_max);
        units_exact(out, Q_TIME, (double)w->batch_timeout_ns);
        text_addf(out, ", counts-from: %s}\n", w->batch_from_free ? "free" : "arrival");
    }
    if (w->pieces > 1) {
        text_addf(out, "      kernels: {count: %d, gap: ", w->pieces);
        units_exact(out, Q_TIME, (double)w->gap_ns);
        text_add(out, "}\n");
    }
    if (w->kind != WORK_LLM) {
        text_addf(out, "      streams: %d\n", w->streams);
    }
}

static void print_work(const struct scenario *s, const struct tenant *t,
                       const struct trace_names *names, struct text *out)
{
    static const char *const kinds[] = {"requests", "closed", "trace", "frames", "llm"};
    const struct work *w = &t->work;
    if (t->workload != NULL) {
        put_text(out, "    - ", "name", t->workload);
    } else {
        text_add(out, "    workload:\n");
    }
    text_addf(out, "      kind: %s\n", w->training ? "training" : kinds[w->kind]);
    if (w->kind == WORK_LLM) {
        print_llm(w, names, out);
    } else {
        print_kind(w, names, out);
    }
    const int reference = t->reference_gpu_ix >= 0 ? t->reference_gpu_ix : s->gpu_ix;
    put_text(out, "      ", "reference", s->catalog->gpu[reference].key);
    text_addf(out, "      scaling:\n        form: %s\n", w->tail_ns > 0 ? "sum" : "max");
    put(out, "        ", "compute", Q_FRACTION, w->scaling.compute_frac);
    put(out, "        ", "memory", Q_FRACTION, w->scaling.memory_frac);
    put(out, "        ", "serial", Q_FRACTION, w->scaling.serial_frac);
    put(out, "        ", "width", Q_FRACTION, w->scaling.width_frac);
    put(out, "        ", "floor", Q_TIME,
        (double)(w->tail_ns > 0 ? w->tail_ns : w->scaling.floor_ns));
    print_path(w, names, out);
}

static void print_objectives(const struct tenant *t, struct text *out)
{
    if (t->objective_n == 0) {
        return;
    }
    text_add(out, "    objective:\n");
    for (int i = 0; i < t->objective_n; i++) {
        const struct objective *o = &t->objective[i];
        if (o->kind == OBJECTIVE_PERCENTILE) {
            text_add(out, "      p");
            text_add_double(out, o->percentile);
            put(out, "", "", Q_TIME, o->limit);
        } else {
            const bool is_mean = o->kind == OBJECTIVE_MEAN;
            const bool is_frames = o->kind == OBJECTIVE_FRAME_RATE;
            put(out, "      ",
                is_mean     ? "mean"
                : is_frames ? "frame-rate"
                            : "throughput",
                is_mean     ? Q_TIME
                : is_frames ? Q_FPS
                            : Q_RATE,
                o->limit);
        }
    }
}

/* What a tenant says of its guests; a line only where it was stated. */
static void print_guest(const struct tenant *t, struct text *out)
{
    static const char *const firmware[] = {NULL, "efi", "bios"};
    static const char *const licence[] = {NULL, "none", "ai-enterprise", "vws", "vpc", "vapps"};
    if (t->firmware != FIRMWARE_UNSTATED) {
        text_addf(out, "    firmware: %s\n", firmware[t->firmware]);
    }
    if (t->guest_release > 0) {
        text_addf(out, "    guest-driver: %d\n", t->guest_release);
    }
    if (t->licence != LICENCE_UNSTATED) {
        text_addf(out, "    licence: %s\n", licence[t->licence]);
    }
}

static void print_needs(const struct tenant *t, struct text *out)
{
    static const char *const names[] = {"uvm",        "p2p",  "live-migration", "suspend",
                                        "containers", "dcgm", "nvenc",          "gpudirect",
                                        "profiler",   "ecc"};
    bool first = true;
    text_add(out, "    needs: [");
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if ((t->needs & (1U << i)) != 0) {
            text_addf(out, "%s%s", first ? "" : ", ", names[i]);
            first = false;
        }
    }
    text_add(out, "]\n");
}

static void print_bytes(const char *key, uint64_t bytes, struct text *out)
{
    if (bytes > 0) {
        put(out, "    ", key, Q_BYTES, (double)bytes);
    }
}

/* What a tenant's VMs run; names [flow_n]. */
static void print_works(const struct scenario *s, const struct tenant *t,
                        const struct trace_names *names, struct text *out)
{
    if (t->part_n == 0) {
        print_work(s, t, &names[t - s->tenant], out);
        return;
    }
    text_add(out, "    workloads:\n");
    for (int i = t->first_part; i < t->first_part + t->part_n; i++) {
        print_work(s, &s->tenant[i], &names[i], out);
    }
}

static void print_tenant(const struct scenario *s, const struct tenant *t,
                         const struct trace_names *names, struct text *out)
{
    static const char *const requires[] = {"none", "temporal", "hardware"};
    text_add(out, "  - name: ");
    text_add_json(out, t->name);
    text_addf(out, "\n    count: %d\n", t->count);
    if (t->powered_off > 0) {
        text_addf(out, "    powered-off: %d\n", t->powered_off);
    }
    text_addf(out, "    os: %s\n", t->os == OS_WINDOWS ? "windows" : "linux");
    print_guest(t, out);
    print_bytes("memory", t->memory_bytes, out);
    if (t->cpus > 0) {
        text_addf(out, "    cpus: %d\n", t->cpus);
    }
    print_bytes("mmio", t->mmio_bytes, out);
    print_bytes("framebuffer", t->framebuffer_bytes, out);
    put_text(out, "    ", "vgpu", t->vgpu);
    put_text(out, "    ", "mig", t->mig);
    for (int i = 0; i < t->on_n; i++) {
        text_addf(out, "%s%s: %s%s", i == 0 ? "    on: {" : ", ",
                  s->catalog->gpu[t->on[i].gpu_ix].key, t->on[i].mig ? t->on[i].mig : "any",
                  i == t->on_n - 1 ? "}\n" : "");
    }
    text_addf(out, "    vgpus: %d\n    isolation:\n      require: %s\n", t->vgpus,
              requires[t->require]);
    put(out, "      ", "slowdown", Q_FRACTION, t->slowdown_frac);
    put(out, "      ", "grace", Q_TIME, (double)t->grace_ns);
    print_objectives(t, out);
    print_needs(t, out);
    print_works(s, t, names, out);
}

/* ---- The whole ---- */

/* Without a horizon a trace runs to its end, which no number says. */
static bool has_horizon(const struct scenario *s)
{
    bool has_trace = false;
    for (int i = 0; i < s->flow_n; i++) {
        has_trace = has_trace || s->tenant[i].work.trace;
    }
    return s->horizon_given || !has_trace;
}

static void print_statistics(const struct scenario *s, struct text *out)
{
    if (has_horizon(s)) {
        put(out, "", "horizon", Q_TIME, (double)s->horizon_ns);
    }
    if (s->warmup_auto) {
        text_add(out, "warmup: auto\n");
    } else {
        put(out, "", "warmup", Q_TIME, (double)s->warmup_ns);
    }
    if (s->replicas_auto) {
        text_add(out, "replicas: auto\n");
    } else {
        text_addf(out, "replicas: %d\n", s->replicas);
    }
    if (s->replicas_auto && s->replicas_max < REPLICAS_MAX) {
        text_addf(out, "max-replicas: %d\n", s->replicas_max);
    }
    put(out, "", "precision", Q_FRACTION, s->precision);
    text_add(out, "percentiles: [");
    for (int i = 0; i < s->percentile_n; i++) {
        text_add(out, i == 0 ? "" : ", ");
        text_add_double(out, s->percentile[i]);
    }
    text_add(out, "]\n");
    if (s->coupling > 0) {
        put(out, "", "coupling", Q_FRACTION, s->coupling);
    } else {
        text_addf(out, "coupling: %s\n", s->coupling_none ? "none" : "calibrated");
    }
}

/* Prices have been checked; they are printed as written, in the order of the file. */
static void print_cost(const struct yaml_node *cost, struct text *out)
{
    if (cost == NULL || cost->n == 0) {
        return;
    }
    text_add(out, "cost:\n");
    for (int i = 0; i < cost->n; i++) {
        const struct yaml_entry *e = &cost->entry[i];
        if (e->value->kind == YAML_SCALAR) {
            put_text(out, "  ", e->key, e->value->text);
            continue;
        }
        text_addf(out, "  %s:%s\n", e->key, e->value->n == 0 ? " {}" : "");
        for (int k = 0; k < e->value->n; k++) {
            text_add(out, "    ");
            text_add_json(out, e->value->entry[k].key);
            text_add(out, ": ");
            text_add_json(out, e->value->entry[k].value->text);
            text_add(out, "\n");
        }
    }
}

static void print_group(const struct scenario *s, const struct host_group *g, struct text *out)
{
    text_add(out, "    - {name: ");
    text_add_json(out, g->name);
    text_addf(out, ", count: %d, gpu: %s, gpus: %d", g->count, s->catalog->gpu[g->gpu_ix].key,
              g->gpus);
    if (g->memory_bytes > 0) {
        text_add(out, ", memory: ");
        units_exact(out, Q_BYTES, (double)g->memory_bytes);
    }
    if (g->cpus > 0) {
        text_addf(out, ", cpus: %d", g->cpus);
    }
    text_addf(out, ", hypervisor: %s}\n", g->hypervisor);
}

/* What holds for all hosts; a line only where it was stated. */
static void print_platform(const struct scenario *s, struct text *out)
{
    text_addf(out, "  mixed-size: %s\n", s->mixed_size ? "true" : "false");
    if (s->ecc != ECC_UNSTATED) {
        text_addf(out, "  ecc: %s\n", s->ecc == ECC_ON ? "true" : "false");
    }
    if (s->manager_release > 0) {
        text_addf(out, "  vgpu-manager: %d\n", s->manager_release);
    }
}

static void print_fleet(const struct scenario *s, struct text *out)
{
    if (s->group_n > 0) {
        text_add(out, "fleet:\n  hosts:\n");
        for (int i = 0; i < s->group_n; i++) {
            print_group(s, &s->group[i], out);
        }
        print_platform(s, out);
        return;
    }
    text_addf(out, "fleet:\n  gpu: %s%s", s->plan_gpu_n > 0 ? "[" : "",
              s->catalog->gpu[s->plan_gpu_n > 0 ? s->plan_gpu[0] : s->gpu_ix].key);
    for (int i = 1; i < s->plan_gpu_n; i++) {
        text_addf(out, ", %s", s->catalog->gpu[s->plan_gpu[i]].key);
    }
    text_add(out, s->plan_gpu_n > 0 ? "]\n" : "\n");
    if (s->gpu_count == 0) {
        text_add(out, "  count: auto\n");
    } else {
        text_addf(out, "  count: %d\n", s->gpu_count);
    }
    text_addf(out, "  hypervisor: %s\n", s->hypervisor);
    print_platform(s, out);
}

void resolve_print(const struct scenario *s, const struct trace_names *names,
                   const struct yaml_node *cost, struct text *out)
{
    text_add(out, "version: 1\n");
    put_text(out, "", "name", s->name);
    put_text(out, "", "question", s->question);
    print_statistics(s, out);
    print_fleet(s, out);
    print_modes(s, out);
    if (s->vms) {
        vms_print(s->vms, s->catalog, out);
    }
    text_add(out, s->vms ? "" : "tenants:\n");
    for (int i = 0; i < s->tenant_n; i++) {
        print_tenant(s, &s->tenant[i], names, out);
    }
    print_cost(cost, out);
}

static void print_life_dist(const char *key, const struct dist *d, struct text *out)
{
    text_addf(out, ", %s: {", key);
    print_draw(d, NULL, out);
    text_add(out, "}");
}

static void print_event(const struct scenario *s, const struct life_event *e, struct text *out)
{
    text_addf(out, "  - {%s: %s", life_kind_name(e->kind), s->tenant[e->tenant_ix].name);
    if (e->vm_ix >= 0) {
        text_addf(out, "/%d", e->vm_ix);
    }
    if (e->repeats) {
        print_life_dist("every", &e->every, out);
    } else {
        text_add(out, ", at: ");
        units_exact(out, Q_TIME, (double)e->at_ns);
    }
    if (e->kind == LIFE_START || e->kind == LIFE_RESUME) {
        text_add(out, ", boot: ");
        units_exact(out, Q_TIME, (double)e->boot_ns);
    }
    if (e->kind == LIFE_STOP) {
        text_addf(out, ", requests: %s", e->absent ? "absent" : "lost");
    }
    if (e->kind != LIFE_FAULT) {
        text_add(out, "}\n");
        return;
    }
    text_addf(out, ", class: %s", fault_class_name(e->class));
    if (e->has_scope) {
        text_addf(out, ", scope: %s", fault_scope_name(e->scope));
    }
    if (e->has_downtime) {
        print_life_dist("downtime", &e->downtime, out);
    }
    text_addf(out, ", requests: %s}\n", fault_fate_name(e->fate));
}

void resolve_print_life(const struct scenario *s, struct text *out)
{
    text_add(out, s->life_n > 0 ? "lifecycle:\n" : "");
    for (int i = 0; i < s->life_n; i++) {
        print_event(s, &s->life[i], out);
    }
}

void resolve_print_gates(const struct scenario *s, struct text *out)
{
    bool is_first = true;
    for (int i = 0; i < s->gate_n; i++) {
        const struct gate *g = &s->gate[i];
        const bool has_options = g->passes_empty || g->stops_early;
        if (g->where && g->modes == 0) {
            continue; /* for a mode that --mode has left out: it could not be read again */
        }
        text_add(out, is_first ? "expect:\n  - " : "  - ");
        text_add(out, has_options ? "{gate: " : "");
        text_add_json(out, g->source);
        text_add(out, g->passes_empty ? ", if_empty: pass" : "");
        text_add(out, g->stops_early ? ", stop_early: true" : "");
        text_add(out, has_options ? "}\n" : "\n");
        is_first = false;
    }
}
