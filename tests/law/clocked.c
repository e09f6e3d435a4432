/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clocked.c - one pass of a loop for each nanosecond. */
#include "tests/law/clocked.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "models/life.h"
#include "sim/fleet/hits.h"

enum {
    CLIENTS = 4,
    SEQUENCES = 8,
    SERVERS = 2,
    HALVES = 2 /* of a nanosecond: two streams of full width work half a ns each */
};

/* What a stream is busy with. */
struct turn_of_work {
    int ask[CLOCKED_BATCH];
    int n;
    int64_t total_ns, pieces, piece;
    int64_t left;      /* halves of a ns of the piece under way */
    int64_t resume_ns; /* -1: it wants the domain */
};

struct seat_of_vm {
    struct turn_of_work work[CLOCKED_STREAMS];
    int n;
};

struct runner {
    const struct lane_vm *spec;
    const struct work *w;
    struct clocked_vm *out;
    struct seat_of_vm seat[SERVERS];
    struct rng host, think[CLIENTS], service[CLIENTS], demand;
    int64_t host_free_ns;
    int64_t next_ns[CLIENTS]; /* closed: when the client asks next; -1: it waits */
    int64_t serial[CLIENTS];
    int64_t row, tick;
    int64_t free_ns; /* when the last batch left or the first stream of none fell free */
    int first;       /* every request before it has begun or is dropped */
    bool silent, waited_for;
    struct ask *reading[SEQUENCES], *decoding[SEQUENCES]; /* LLM: in order of admission */
    int reading_n, decoding_n;
    int64_t composed_ns;        /* asynchronous: when the iteration under way began */
    bool down, refuses, beside; /* out of service; who comes is lost; by a fault of another */
    bool rests;                 /* stopped: clients ask when it is back */
    int64_t up_ns;
    int64_t host_pause_ns; /* suspended: the host stage stands still until then ... */
    int64_t stopped_ns;    /* ... stopped until then: it takes nobody */
};

/* One outage that hits VMs of the lane. */
struct trouble {
    const struct outage *spec;
    struct rng every, downtime;
    int64_t next_ns; /* -1: never again */
};

struct machine {
    const struct lane *lane;
    const struct lane_options *o;
    struct clocked *out;
    struct runner vm[CLOCKED_VMS];
    int vm_n;
    int64_t now_ns;
    int last, current;             /* best effort: slots; -1: nobody */
    int64_t run_ns, end_ns;        /* best effort: the turn of `current` */
    bool slot_had_work, switching; /* rings: when the slot began; any: now */
    struct trouble trouble[CLOCKED_OUTAGES];
    int trouble_n;
    bool off[SCHED_VGPUS_MAX];         /* slots of vGPUs that are powered off */
    int owner;                         /* ring whose members change: of the slot ... */
    int64_t slot_from_ns, slot_end_ns; /* ... which covers so much */
    int64_t scheduled_ns[SCHED_VGPUS_MAX];
};

bool clocked_counts(const struct work *w, const struct lane_options *o, int64_t arrival_ns)
{
    int64_t from_ns = w->trace ? 0 : o->from_ns;
    return (w->trace && o->trace_all) || (arrival_ns >= from_ns && arrival_ns < o->to_ns);
}

/* ---- Arrivals ---- */

static struct ask *add_ask(struct machine *m, struct runner *r, int client, int64_t serial)
{
    struct ask *a = &r->out->ask[r->out->ask_n++];
    assert_true(r->out->ask_n < CLOCKED_ASKS);
    *a = (struct ask){.client = client, .serial = serial, .first_ns = -1, .done_ns = -1};
    a->arrival_ns = a->queued_ns = m->now_ns;
    a->absent = life_is_absent(&r->spec->off, m->now_ns);
    return a;
}

/* The host stage serves one at a time in order of arrival. */
static void pass_host(struct runner *r, struct ask *a)
{
    if (r->w->has_host) {
        int64_t begin_ns = a->arrival_ns > r->host_free_ns ? a->arrival_ns : r->host_free_ns;
        begin_ns = begin_ns > r->host_pause_ns ? begin_ns : r->host_pause_ns;
        int64_t end_ns = begin_ns + dist_draw_ns(&r->w->host, &r->host);
        r->host_free_ns = a->arrival_ns < r->stopped_ns ? a->arrival_ns : end_ns;
        a->queued_ns = r->host_free_ns;
    }
}

static void arrive_rows(struct machine *m, struct runner *r)
{
    const struct trace_rows *rows = r->w->trace;
    while (r->row < rows->n && rows->arrival_ns[r->row] == m->now_ns) {
        struct ask *a = add_ask(m, r, 0, r->row);
        a->service_ns = rows->service_ns[r->row++];
        pass_host(r, a);
    }
}

static void arrive_clients(struct machine *m, struct runner *r)
{
    for (int i = 0; i < r->w->clients; i++) {
        if (r->next_ns[i] == m->now_ns && r->rests) {
            r->next_ns[i] = r->up_ns;
        } else if (r->next_ns[i] == m->now_ns) {
            r->next_ns[i] = -1;
            pass_host(r, add_ask(m, r, i, r->serial[i]++));
        }
    }
}

/* A tick whose frame would be one too many under way drops it, but draws what it would. */
static void arrive_frame(struct machine *m, struct runner *r)
{
    double period_ns = 1e9 / r->w->arrivals.rate_per_s;
    int64_t at = r->w->arrivals.phase_ns + (int64_t)nearbyint((double)r->tick * period_ns);
    int under_way = 0;
    if (at != m->now_ns) {
        return;
    }
    for (int i = 0; i < r->out->ask_n; i++) {
        under_way += !r->out->ask[i].dropped && r->out->ask[i].done_ns < 0;
    }
    struct ask *a = add_ask(m, r, 0, r->tick++);
    a->service_ns = dist_draw_ns(&r->w->service, &r->demand);
    if (under_way < r->w->pipeline_max) {
        pass_host(r, a);
        return;
    }
    a->dropped = true;
    a->dropped_ns = m->now_ns;
    if (r->w->has_host) {
        (void)dist_draw_ns(&r->w->host, &r->host);
    }
}

/* ---- What can begin ---- */

/* The oldest request at the GPU stage that has not begun; NULL when there is none. */
static struct ask *oldest(const struct machine *m, struct runner *r, int skip)
{
    for (; r->first < r->out->ask_n; r->first++) {
        const struct ask *a = &r->out->ask[r->first];
        if (!a->taken && !a->dropped) {
            break;
        }
    }
    for (int i = r->first; i < r->out->ask_n; i++) {
        struct ask *a = &r->out->ask[i];
        if (!a->taken && !a->dropped && a->queued_ns <= m->now_ns && skip-- == 0) {
            return a;
        }
    }
    return NULL;
}

static int64_t tokens_of(const struct ask *a)
{
    return llm_prompt(a->service_ns) + llm_output(a->service_ns);
}

/* The sequence that would be admitted next, in order of arrival; what never fits goes. */
static struct ask *admissible(const struct machine *m, struct runner *r)
{
    const struct llm *l = r->w->llm;
    int64_t held = 0;
    struct ask *a = oldest(m, r, 0);
    for (; a && l->kv_tokens > 0 && tokens_of(a) > l->kv_tokens; a = oldest(m, r, 0)) {
        a->dropped = true;
        a->dropped_ns = m->now_ns;
    }
    for (int i = 0; i < r->reading_n; i++) {
        held += tokens_of(r->reading[i]);
    }
    for (int i = 0; i < r->decoding_n; i++) {
        held += tokens_of(r->decoding[i]);
    }
    bool fits = a && (l->kv_tokens == 0 || held + tokens_of(a) <= l->kv_tokens);
    return fits && r->reading_n + r->decoding_n < l->max_sequences ? a : NULL;
}

static bool can_begin(const struct machine *m, struct runner *r)
{
    const struct work *w = r->w;
    if (w->kind == WORK_LLM) {
        const struct ask *a = admissible(m, r); /* first: what never fits is dropped by it */
        return (r->reading_n + r->decoding_n > 0 || a) && !r->down;
    }
    const struct ask *a = oldest(m, r, 0);
    bool is_full =
        w->batch_max <= 1 || w->batch_timeout_ns == 0 || oldest(m, r, w->batch_max - 1);
    int64_t from_ns = a ? a->queued_ns : 0;
    if (w->batch_from_free && r->free_ns > from_ns) {
        from_ns = r->free_ns;
    }
    return !r->down && a && (is_full || m->now_ns >= from_ns + w->batch_timeout_ns);
}

static int64_t on_domain(const struct work *w, int64_t reference_ns)
{
    assert_true(w->scaling.floor_ns == 0);
    return reference_ns < 1 ? 1 : reference_ns;
}

static void next_piece(struct turn_of_work *t)
{
    int64_t odd = t->total_ns % t->pieces;
    t->left = HALVES * (t->total_ns / t->pieces + (t->piece < odd ? 1 : 0));
    t->resume_ns = -1;
}

/* Everybody who decodes gets a token; what is left of the budget reads prompts. */
static int64_t begin_iteration(const struct machine *m, struct runner *r)
{
    const struct llm *l = r->w->llm;
    int64_t budget = l->max_batched_tokens - r->decoding_n;
    int64_t read = 0;
    int64_t context = 0;
    for (int i = 0; i < r->decoding_n; i++) {
        context += llm_prompt(r->decoding[i]->service_ns) + r->decoding[i]->given;
    }
    bool is_alone = r->reading_n == 0 && r->decoding_n == 0;
    int64_t known_ns = l->is_async && !is_alone ? r->composed_ns : m->now_ns;
    r->composed_ns = m->now_ns;
    for (int i = 0; budget > 0; i++) {
        if (i == r->reading_n) {
            struct ask *a = admissible(m, r);
            if (!a || a->arrival_ns > known_ns) {
                break;
            }
            a->taken = true;
            a->first_ns = m->now_ns;
            r->reading[r->reading_n++] = a;
        }
        int64_t left = llm_prompt(r->reading[i]->service_ns) - r->reading[i]->read;
        int64_t part = left < budget ? left : budget;
        r->reading[i]->read += part;
        budget -= part;
        read += part;
    }
    double ns = l->base_ns + l->prefill_ns * (double)read +
                l->decode_ns * (double)r->decoding_n + l->context_ns * (double)context;
    return (int64_t)nearbyint(ns);
}

static void begin(struct machine *m, struct runner *r, struct seat_of_vm *seat)
{
    const struct work *w = r->w;
    struct turn_of_work *t = &seat->work[seat->n++];
    int64_t ns = 0;
    *t = (struct turn_of_work){.pieces = w->pieces > 1 ? w->pieces : 1};
    if (w->kind == WORK_LLM) {
        ns = begin_iteration(m, r);
    }
    int most = w->batch_max > 1 ? w->batch_max : 1;
    for (struct ask *a = NULL;
         w->kind != WORK_LLM && t->n < most && (a = oldest(m, r, 0)) != NULL;) {
        a->taken = true;
        a->first_ns = m->now_ns;
        if (w->kind == WORK_CLOSED) {
            a->service_ns = dist_draw_ns(&w->service, &r->service[a->client]);
        }
        ns = a->service_ns;
        t->ask[t->n++] = (int)(a - r->out->ask);
    }
    ns = w->by_size ? w->by_size[t->n] : ns;
    r->free_ns = m->now_ns;
    t->total_ns = on_domain(w, ns);
    t->pieces = t->pieces < t->total_ns ? t->pieces : t->total_ns;
    next_piece(t);
}

/* ---- What ends ---- */

static void end_iteration(const struct machine *m, struct runner *r)
{
    struct ask *still[SEQUENCES];
    int n = 0;
    for (int i = 0; i < r->decoding_n; i++) {
        struct ask *a = r->decoding[i];
        if (++a->given == llm_output(a->service_ns)) {
            a->done_ns = m->now_ns;
        } else {
            still[n++] = a;
        }
    }
    int unread = 0;
    for (int i = 0; i < r->reading_n; i++) {
        struct ask *a = r->reading[i];
        if (a->read < llm_prompt(a->service_ns)) {
            r->reading[unread++] = a;
            continue;
        }
        a->given = 1;
        a->first_token_ns = m->now_ns;
        if (llm_output(a->service_ns) == 1) {
            a->done_ns = m->now_ns;
        } else {
            still[n++] = a;
        }
    }
    r->reading_n = unread;
    r->decoding_n = n;
    memcpy(r->decoding, still, (size_t)n * sizeof still[0]);
}

static void ask_again(struct machine *m, struct runner *r, const struct ask *a)
{
    const struct work *w = r->w;
    if (w->kind == WORK_CLOSED) {
        int64_t think_ns = dist_draw_ns(&w->think, &r->think[a->client]);
        bool pauses = w->pause_every > 0 && (a->serial + 1) % w->pause_every == 0;
        r->next_ns[a->client] = m->now_ns + think_ns + (pauses ? w->pause_ns : 0);
    }
}

static void end(struct machine *m, struct runner *r, const struct turn_of_work *t)
{
    const struct work *w = r->w;
    bool none_free = true;
    for (int i = 0; i < r->spec->server_n; i++) {
        none_free = none_free && r->seat[i].n == w->streams;
    }
    r->free_ns = none_free ? m->now_ns : r->free_ns;
    if (w->kind == WORK_LLM) {
        end_iteration(m, r);
    }
    for (int i = 0; i < t->n; i++) {
        struct ask *a = &r->out->ask[t->ask[i]];
        a->done_ns = m->now_ns;
        ask_again(m, r, a);
    }
}

/* ---- Faults ---- */

static void lose(struct machine *m, struct runner *r, struct ask *a, bool beside)
{
    a->lost = a->dropped = true;
    a->dropped_ns = m->now_ns;
    a->beside |= beside;
    ask_again(m, r, a);
}

/* May it begin anew? Counts that it does. */
static bool again(struct ask *a, bool beside)
{
    bool may = a->restarts < RESTARTS_MAX;
    a->restarts += may;
    a->beside |= may && beside;
    return may;
}

static void strike_jobs(struct machine *m, struct runner *r, struct seat_of_vm *seat,
                        bool restarts, bool beside)
{
    int kept = 0;
    for (int i = 0; i < seat->n; i++) {
        struct turn_of_work t = seat->work[i];
        bool goes_on = restarts && r->w->kind != WORK_LLM;
        for (int k = 0; goes_on && k < t.n; k++) {
            goes_on = again(&r->out->ask[t.ask[k]], beside);
        }
        for (int k = 0; !goes_on && k < t.n; k++) {
            lose(m, r, &r->out->ask[t.ask[k]], beside);
        }
        if (goes_on) {
            t.piece = 0;
            next_piece(&t);
            seat->work[kept++] = t;
        }
    }
    seat->n = kept;
}

/* All that are read or answered, by their numbers. */
static void strike_sequences(struct machine *m, struct runner *r, bool restarts, bool beside)
{
    int under_way = r->reading_n + r->decoding_n;
    r->reading_n = r->decoding_n = 0;
    for (int i = 0; under_way > 0 && i < r->out->ask_n; i++) {
        struct ask *a = &r->out->ask[i];
        if (!a->taken || a->dropped || a->done_ns >= 0) {
            continue;
        }
        if (restarts && again(a, beside)) {
            a->read = a->given = 0;
            r->reading[r->reading_n++] = a;
        } else {
            lose(m, r, a, beside);
        }
    }
}

/* Those who came to the GPU stage before `until_ns`. */
static void lose_waiting(struct machine *m, struct runner *r, int64_t until_ns, bool beside)
{
    for (int i = r->first; i < r->out->ask_n; i++) {
        struct ask *a = &r->out->ask[i];
        if (!a->taken && !a->dropped && a->queued_ns < until_ns) {
            if (r->w->kind == WORK_CLOSED) { /* each request has a draw of its own */
                (void)dist_draw_ns(&r->w->service, &r->service[a->client]);
            }
            lose(m, r, a, beside);
        }
    }
}

static void come_back(struct machine *m, struct runner *r)
{
    bool none_free = true;
    for (int i = 0; i < r->spec->server_n; i++) {
        none_free = none_free && r->seat[i].n == r->w->streams;
    }
    r->free_ns = none_free ? r->free_ns : m->now_ns;
    r->down = r->refuses = r->rests = false;
}

static void hit(struct machine *m, struct runner *r, const struct hit *h, int64_t down_ns)
{
    enum fault_fate fate = h->from->event->fate;
    bool beside = !hit_is_own(h);
    bool was_down = r->down;
    int64_t end_ns = m->now_ns + down_ns;
    if (life_is_off(&r->spec->off, m->now_ns)) {
        return;
    }
    for (int i = 0; fate != FATE_RESUMED && i < r->spec->server_n; i++) {
        if (!was_down || fate == FATE_LOST) {
            strike_jobs(m, r, &r->seat[i], fate == FATE_RESTARTED, beside);
        }
    }
    if (r->w->kind == WORK_LLM && fate != FATE_RESUMED && (!was_down || fate == FATE_LOST)) {
        strike_sequences(m, r, fate == FATE_RESTARTED, beside);
    }
    if (fate == FATE_LOST) {
        lose_waiting(m, r, m->now_ns, beside);
    }
    if (end_ns > (was_down ? r->up_ns : m->now_ns)) {
        r->down = true;
        r->up_ns = end_ns;
        r->refuses = fate == FATE_LOST;
        r->beside = beside;
    } else if (!was_down) {
        come_back(m, r);
    }
}

static int64_t gap_of(struct trouble *t)
{
    int64_t gap_ns = dist_draw_ns(&t->spec->event->every, &t->every);
    return gap_ns > 0 ? gap_ns : 1;
}

static void faults(struct machine *m)
{
    for (int v = 0; v < m->vm_n; v++) {
        if (m->vm[v].down && m->vm[v].up_ns == m->now_ns) {
            come_back(m, &m->vm[v]);
        }
    }
    for (int i = 0; i < m->trouble_n; i++) {
        struct trouble *t = &m->trouble[i];
        if (t->next_ns != m->now_ns) {
            continue;
        }
        bool is_off = life_is_off(&t->spec->off, m->now_ns);
        int64_t down_ns = is_off ? 0 : dist_draw_ns(&t->spec->downtime, &t->downtime);
        for (int h = 0; !is_off && h < m->lane->hit_n; h++) {
            if (m->lane->hit[h].from == t->spec) {
                struct runner *r = &m->vm[m->lane->hit[h].tenant_ix];
                for (int k = 0; !r->silent && k < lane_vm_parts(r->spec); k++) {
                    hit(m, &r[k], &m->lane->hit[h], down_ns);
                }
            }
        }
        t->next_ns = t->spec->event->repeats ? m->now_ns + down_ns + gap_of(t) : -1;
    }
}

/* ---- Off times ---- */

/* What is in the host stage: lost as the VM stops, else it stays there longer. */
static void interrupt_host(struct machine *m, struct runner *r, const struct off_time *off)
{
    int64_t pause_ns = off->until_ns - off->from_ns;
    bool is_busy = false;
    for (int i = r->first; i < r->out->ask_n; i++) {
        struct ask *a = &r->out->ask[i];
        if (a->taken || a->dropped || a->queued_ns < m->now_ns) {
            continue;
        }
        if (!off->keeps && r->w->kind == WORK_CLOSED) {
            (void)dist_draw_ns(&r->w->service, &r->service[a->client]);
        }
        if (!off->keeps) {
            lose(m, r, a, false);
        } else if (a->queued_ns > m->now_ns) {
            a->queued_ns += pause_ns;
            is_busy = true;
        }
    }
    r->host_free_ns += is_busy ? pause_ns : 0;
    r->host_free_ns = off->keeps ? r->host_free_ns : m->now_ns;
    r->host_pause_ns = off->keeps ? off->until_ns : 0;
    r->stopped_ns = off->keeps ? r->stopped_ns : off->until_ns;
}

static void switch_off(struct machine *m, struct runner *r, const struct off_time *off)
{
    bool was_down = r->down;
    if (!off->keeps) {
        for (int i = 0; i < r->spec->server_n; i++) {
            strike_jobs(m, r, &r->seat[i], false, false);
        }
        if (r->w->kind == WORK_LLM) {
            strike_sequences(m, r, false, false);
        }
        lose_waiting(m, r, m->now_ns, false);
        r->rests = true;
    }
    interrupt_host(m, r, off);
    r->down = true;
    bool is_longer = !was_down || off->until_ns > r->up_ns;
    r->refuses = !is_longer && r->refuses;
    r->beside = !is_longer && r->beside;
    r->up_ns = is_longer ? off->until_ns : r->up_ns;
}

/* The vGPU in the slot goes or comes: whose slot it is loses what is left of it but the switch,
 * and who comes has been scheduled as little as the least of the others. */
static void power(struct machine *m, const struct sched_params *p, int slot, bool is_on)
{
    bool is_legacy = p->discipline == DISCIPLINE_LEGACY;
    int64_t least = INT64_MAX;
    for (int i = 0; i < p->vgpu_n; i++) {
        bool is_less = !m->off[i] && m->scheduled_ns[i] < least;
        least = is_less ? m->scheduled_ns[i] : least;
    }
    m->off[slot] = !is_on;
    if (is_on) {
        m->scheduled_ns[slot] = is_legacy && least < INT64_MAX ? least : 0;
        return;
    }
    int64_t run_ns = m->slot_from_ns + p->switch_ns;
    if (m->owner == slot && m->slot_end_ns > m->now_ns) {
        m->slot_end_ns = run_ns > m->now_ns ? run_ns : m->now_ns;
    }
    if (m->current == slot && m->end_ns > m->now_ns) {
        m->end_ns = m->run_ns > m->now_ns ? m->run_ns : m->now_ns;
    }
}

static void off_times(struct machine *m)
{
    const struct lane_domain *d = &m->lane->domain[0];
    for (int v = 0; v < m->vm_n; v++) {
        const struct off_times *off = &m->vm[v].spec->off;
        struct runner *r = &m->vm[v];
        for (int i = 0; r->spec->part == 0 && i < off->n; i++) {
            bool goes = off->list[i].from_ns == m->now_ns;
            for (int k = 0; goes && !r->silent && k < lane_vm_parts(r->spec); k++) {
                switch_off(m, &r[k], &off->list[i]);
            }
            if (d->sched && (goes || off->list[i].on_ns == m->now_ns)) {
                power(m, &d->params, r->spec->server[0].slot, !goes);
            }
        }
    }
}

/* The outages that happen: all, or those of one VM whose neighbours are silent. */
static void start_faults(struct machine *m, int only_vm)
{
    for (int h = 0; h < m->lane->hit_n; h++) {
        const struct outage *spec = m->lane->hit[h].from;
        bool is_new = m->trouble_n == 0 || m->trouble[m->trouble_n - 1].spec != spec;
        bool is_own = hit_is_own(&m->lane->hit[h]) && only_vm >= 0 &&
                      m->lane->hit[h].tenant_ix == only_vm - m->lane->vm[only_vm].part;
        if (!is_new || (only_vm >= 0 && !is_own)) {
            continue;
        }
        struct trouble *t = &m->trouble[m->trouble_n++];
        t->spec = spec;
        struct rng_id id = {.seed = m->o->seed,
                            .tenant = spec->name_hash,
                            .replica = m->o->replica,
                            .vm = (uint32_t)spec->vm_ix,
                            .client = (uint32_t)spec->event_ix};
        rng_init(&t->every, &id, RNG_FAULT);
        rng_init(&t->downtime, &id, RNG_DOWNTIME);
        t->next_ns = spec->event->repeats ? gap_of(t) : spec->event->at_ns;
    }
}

/* Pieces that have been worked off and pauses that are over. */
static void finish(struct machine *m, struct runner *r, struct seat_of_vm *seat)
{
    int kept = 0;
    for (int i = 0; i < seat->n; i++) {
        struct turn_of_work t = seat->work[i];
        int64_t pause_ns = 0;
        bool is_over = t.resume_ns >= 0 && t.resume_ns == m->now_ns;
        if (t.resume_ns < 0 && t.left <= 0) {
            t.piece++;
            pause_ns = t.piece < t.pieces ? r->w->gap_ns : r->w->tail_ns;
            t.resume_ns = m->now_ns + pause_ns;
            is_over = pause_ns == 0;
        }
        if (is_over && t.piece == t.pieces) {
            end(m, r, &t);
            continue;
        }
        if (is_over) {
            next_piece(&t);
        }
        seat->work[kept++] = t;
    }
    seat->n = kept;
}

/* ---- Decisions ---- */

static int active(const struct seat_of_vm *seat)
{
    int n = 0;
    for (int i = 0; i < seat->n; i++) {
        n += seat->work[i].resume_ns < 0;
    }
    return n;
}

static void take_up(struct machine *m, struct runner *r, struct seat_of_vm *seat)
{
    while (seat->n < r->w->streams && can_begin(m, r)) {
        begin(m, r, seat);
    }
}

/* The VM takes up what any of its workloads can begin; r is the first of them. */
static void take_up_all(struct machine *m, struct runner *r)
{
    for (int k = 0; k < lane_vm_parts(r->spec); k++) {
        take_up(m, &r[k], &r[k].seat[0]);
    }
}

static bool has_work(const struct machine *m, struct runner *r)
{
    bool has = false;
    for (int k = 0; k < lane_vm_parts(r->spec); k++) {
        const struct seat_of_vm *seat = &r[k].seat[0];
        bool can = can_begin(m, &r[k]);
        has = has || active(seat) > 0 || (seat->n < r[k].w->streams && can);
    }
    return has && !r->down;
}

/* An exclusive domain: the least busy of the VM's servers, the first of equals. */
static void decide_exclusive(struct machine *m, struct runner *r)
{
    while (can_begin(m, r)) {
        struct seat_of_vm *best = &r->seat[0];
        for (int i = 1; i < r->spec->server_n; i++) {
            best = r->seat[i].n < best->n ? &r->seat[i] : best;
        }
        if (best->n == r->w->streams) {
            break;
        }
        begin(m, r, best);
    }
}

static struct runner *runner_of_slot(struct machine *m, int slot)
{
    for (int v = 0; v < m->vm_n; v++) {
        if (m->vm[v].spec->server[0].slot == slot && !m->vm[v].silent) {
            return &m->vm[v];
        }
    }
    return NULL;
}

/* A ring whose members change: slot after slot of whoever is there as it begins. */
static struct runner *decide_changing(struct machine *m, const struct sched_params *p)
{
    if (m->now_ns >= m->slot_end_ns) {
        int next = -1;
        for (int i = 1; i <= p->vgpu_n; i++) {
            int slot = p->discipline == DISCIPLINE_LEGACY ? i - 1 : (m->owner + i) % p->vgpu_n;
            bool is_better = next < 0 || (p->discipline == DISCIPLINE_LEGACY &&
                                          m->scheduled_ns[slot] < m->scheduled_ns[next]);
            next = !m->off[slot] && is_better ? slot : next;
        }
        m->switching = false;
        if (next < 0) {
            m->owner = -1;
            return NULL;
        }
        struct runner *r = runner_of_slot(m, next);
        m->owner = next;
        m->scheduled_ns[next] += p->slice_ns;
        m->slot_from_ns = m->now_ns;
        m->slot_end_ns = m->now_ns + p->switch_ns + p->slice_ns;
        m->slot_had_work = r && has_work(m, r);
    }
    struct runner *r = runner_of_slot(m, m->owner);
    int64_t run_ns = m->slot_from_ns + p->switch_ns;
    m->switching = m->now_ns < run_ns && m->slot_had_work;
    if (!r || r->down || m->now_ns < run_ns) {
        return NULL;
    }
    take_up_all(m, r);
    return r;
}

/* A ring: slot k begins with its switch at k (slice + switch). Returns who works now. */
static struct runner *decide_ring(struct machine *m, const struct sched_params *p)
{
    int64_t slot_ns = p->slice_ns + p->switch_ns;
    int64_t into_ns = m->now_ns % slot_ns;
    struct runner *r = runner_of_slot(m, (int)(m->now_ns / slot_ns % p->ring_n));
    if (into_ns == 0) {
        m->slot_had_work = r && has_work(m, r);
    }
    m->switching = into_ns < p->switch_ns && m->slot_had_work;
    if (!r || r->down || into_ns < p->switch_ns) {
        return NULL;
    }
    take_up_all(m, r);
    return r;
}

/* Round robin by demand: the next with work after the last served, a fresh slice for each. */
static struct runner *decide_demand(struct machine *m, const struct sched_params *p)
{
    m->switching = false;
    for (int rounds = 0; rounds < 2; rounds++) {
        struct runner *r = m->current >= 0 ? runner_of_slot(m, m->current) : NULL;
        if (r && m->now_ns < m->run_ns) {
            m->switching = true;
            return NULL;
        }
        if (r && has_work(m, r) && m->now_ns < m->end_ns) {
            take_up_all(m, r);
            return r;
        }
        m->current = -1;
        for (int i = 1; m->current < 0 && i <= p->vgpu_n; i++) {
            int slot = (m->last + i) % p->vgpu_n;
            struct runner *other = runner_of_slot(m, slot);
            if (other && has_work(m, other)) {
                m->current = slot;
            }
        }
        if (m->current < 0) {
            return NULL;
        }
        m->run_ns = m->now_ns + (m->current == m->last ? 0 : p->switch_ns);
        m->end_ns = m->run_ns + p->slice_ns;
        m->last = m->current;
    }
    return NULL;
}

/* ---- The clock ---- */

static bool is_inside(const struct machine *m)
{
    return m->o->to_the_end || (m->now_ns >= m->o->from_ns && m->now_ns < m->o->to_ns);
}

/* The jobs of all workloads of a VM on its i-th server, at full speed while their widths fit
 * side by side, else at half: the cases are made so that 2 is the only sum above 1. */
static void work_1_ns(struct machine *m, struct runner *r, int i)
{
    double width = 0.0;
    int n = 0;
    if (r->down) {
        return;
    }
    for (int k = 0; k < lane_vm_parts(r->spec); k++) {
        n += active(&r[k].seat[i]);
        width += active(&r[k].seat[i]) * r[k].w->scaling.width_frac;
    }
    assert_true(width <= 1.0 || !(width < 2.0 || width > 2.0));
    int64_t speed = width > 1.0 ? 1 : HALVES;
    for (int k = 0; k < lane_vm_parts(r->spec); k++) {
        for (int j = 0; j < r[k].seat[i].n; j++) {
            struct turn_of_work *t = &r[k].seat[i].work[j];
            t->left -= t->resume_ns < 0 ? speed : 0;
        }
    }
    r->out->useful_ns += n > 0 && is_inside(m);
}

static void step(struct machine *m)
{
    const struct lane_domain *d = &m->lane->domain[0];
    for (int v = 0; v < m->vm_n; v++) {
        for (int i = 0; i < m->vm[v].spec->server_n; i++) {
            finish(m, &m->vm[v], &m->vm[v].seat[i]);
        }
    }
    faults(m);
    off_times(m);
    for (int v = 0; v < m->vm_n; v++) {
        struct runner *r = &m->vm[v];
        if (r->silent) {
            continue;
        }
        bool is_missed = r->down && !life_is_absent(&r->spec->off, m->now_ns);
        r->out->down_ns += is_missed && is_inside(m);
        if (r->w->trace) {
            arrive_rows(m, r);
        } else if (r->w->kind == WORK_CLOSED) {
            arrive_clients(m, r);
        } else {
            arrive_frame(m, r);
        }
        bool is_stopped = m->now_ns < r->stopped_ns;
        if (is_stopped || (r->refuses && r->w->kind != WORK_CLOSED)) {
            lose_waiting(m, r, m->now_ns + 1, r->beside && !is_stopped);
        }
    }
    /* What can never be served goes whoever runs. */
    for (int v = 0; v < m->vm_n; v++) {
        (void)can_begin(m, &m->vm[v]);
    }
    if (!d->sched) {
        for (int v = 0; v < m->vm_n; v++) {
            decide_exclusive(m, &m->vm[v]);
        }
        for (int i = 0; i < m->vm[0].spec->server_n; i++) {
            work_1_ns(m, &m->vm[0], i);
        }
        return;
    }
    struct runner *r = d->sched->ring == RING_DEMAND ? decide_demand(m, &d->params)
                       : d->params.varies            ? decide_changing(m, &d->params)
                                                     : decide_ring(m, &d->params);
    if (r) {
        work_1_ns(m, r, 0);
    }
    m->out->switch_ns += m->switching && is_inside(m);
}

/* Has everything that counts and is waited for come and gone? */
static bool is_over(const struct machine *m)
{
    if (!m->o->to_the_end && m->now_ns < m->o->to_ns) {
        return false;
    }
    for (int v = 0; v < m->vm_n; v++) {
        const struct runner *r = &m->vm[v];
        if (r->silent) {
            continue;
        }
        if (r->w->trace && m->o->trace_all && r->row < r->w->trace->n) {
            return false;
        }
        for (int i = 0; r->waited_for && i < r->out->ask_n; i++) {
            const struct ask *a = &r->out->ask[i];
            if (a->done_ns < 0 && !a->dropped && clocked_counts(r->w, m->o, a->arrival_ns)) {
                return false;
            }
        }
    }
    return true;
}

static void start(struct machine *m, int v, bool silent)
{
    struct runner *r = &m->vm[v];
    r->spec = &m->lane->vm[v];
    r->w = lane_vm_work(r->spec);
    r->out = &m->out->vm[v];
    r->out->ask_n = 0;
    r->out->useful_ns = r->out->down_ns = 0;
    r->silent = silent;
    r->waited_for = !m->o->saturated || !m->o->saturated[r->spec->tenant_ix];
    struct rng_id id = {.seed = m->o->seed,
                        .tenant = r->spec->name_hash,
                        .replica = m->o->replica,
                        .vm = (uint32_t)r->spec->vm_ix};
    rng_init(&r->host, &id, RNG_HOST);
    rng_init(&r->demand, &id, RNG_SERVICE);
    assert_true(r->w->streams <= CLOCKED_STREAMS && r->w->batch_max <= CLOCKED_BATCH);
    assert_true(!r->w->llm || r->w->llm->max_sequences <= SEQUENCES);
    for (int i = 0; r->w->kind == WORK_CLOSED && i < r->w->clients; i++) {
        assert_true(r->w->clients <= CLIENTS);
        id.client = (uint32_t)i;
        rng_init(&r->think[i], &id, RNG_THINK);
        rng_init(&r->service[i], &id, RNG_SERVICE);
        r->next_ns[i] = dist_draw_ns(&r->w->think, &r->think[i]);
    }
}

void clocked_run(struct clocked *out, const struct lane *lane, const struct lane_options *o,
                 int only_vm)
{
    static struct machine m;
    memset(&m, 0, sizeof m);
    m.lane = lane;
    m.o = o;
    m.out = out;
    m.vm_n = lane->vm_n;
    m.last = m.current = m.owner = -1;
    out->switch_ns = 0;
    for (int v = 0; v < m.vm_n; v++) {
        bool is_other =
            only_vm >= 0 && v - lane->vm[v].part != only_vm - lane->vm[only_vm].part;
        start(&m, v, is_other);
    }
    start_faults(&m, only_vm);
    for (; !is_over(&m); m.now_ns++) {
        assert_true(m.now_ns < CLOCKED_NS);
        step(&m);
    }
}
