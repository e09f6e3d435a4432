/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_llm.c - sequences of tokens, batched iteration by iteration.
 *
 * Every decoding sequence gets one token an iteration, so that all that is kept of it is the
 * number of the iteration in which it ends: a heap of those, one counter of iterations and one
 * sum of contexts serve all sequences. An iteration costs O(1), a sequence O(log sequences).
 *
 * Invariants, asserted at the end of a replica: tokens given = tokens of finished answers + of
 * those under way; reserved KV tokens = sum over admitted sequences. models/llm.h has the
 * scheme and its source. */
#include <assert.h>
#include <string.h>

#include "sim/run/lane_engine.h"

struct sequence {
    struct item item;
    int64_t first_ns; /* its first iteration begins */
    int64_t first_token_ns;
    int64_t prompt, output;
    int64_t prompt_left;
    int64_t end_step; /* the last token comes with this decode step */
};

struct llm_state {
    struct sequence *sequence; /* [max_sequences] */
    int *spare;                /* [max_sequences] free places, spare_n of them */
    int *reading;  /* [max_sequences] ring of those whose prompt is read, in order */
    int *decoding; /* [max_sequences] heap by end_step, serial */
    int spare_n, reading_n, decoding_n;
    int64_t reading_first;
    int64_t steps;                    /* iterations done */
    int64_t context;                  /* tokens that the decoding sequences attend to */
    int64_t reserved;                 /* tokens of the KV cache */
    int64_t began_ns;                 /* the iteration under way, or the last one */
    int step_decoding;                /* sequences that decode in the iteration under way */
    int64_t tokens_due, tokens_given; /* of finished answers; by iterations */
};

bool llm_build(struct vm_state *vm, struct arena *arena)
{
    struct llm_state *l = arena_alloc(arena, 1, sizeof *l);
    size_t n = (size_t)vm->work->llm->max_sequences;
    vm->llm = l;
    if (!l) {
        return false;
    }
    l->sequence = arena_alloc(arena, n, sizeof *l->sequence);
    l->spare = arena_alloc(arena, n, sizeof *l->spare);
    l->reading = arena_alloc(arena, n, sizeof *l->reading);
    l->decoding = arena_alloc(arena, n, sizeof *l->decoding);
    return l->sequence && l->spare && l->reading && l->decoding;
}

void llm_start(struct lane_sim *sim, struct vm_state *vm)
{
    struct llm_state *l = vm->llm;
    (void)sim;
    l->spare_n = vm->work->llm->max_sequences;
    for (int i = 0; i < l->spare_n; i++) {
        l->spare[i] = l->spare_n - 1 - i;
    }
    l->reading_n = l->decoding_n = l->step_decoding = 0;
    l->reading_first = l->steps = l->context = l->reserved = l->began_ns = 0;
    l->tokens_due = l->tokens_given = 0;
}

int64_t llm_in_service(const struct vm_state *vm)
{
    const struct llm_state *l = vm->llm;
    int64_t given = 0;
    for (int i = 0; i < l->decoding_n; i++) {
        const struct sequence *q = &l->sequence[l->decoding[i]];
        given += q->output - (q->end_step - l->steps);
    }
    assert(l->tokens_given == l->tokens_due + given);
    assert(l->spare_n + l->reading_n + l->decoding_n == vm->work->llm->max_sequences);
    return l->reading_n + l->decoding_n;
}

/* ---- Decoding sequences: a heap ---- */

static bool ends_before(const struct llm_state *l, int a, int b)
{
    const struct sequence *x = &l->sequence[a];
    const struct sequence *y = &l->sequence[b];
    return x->end_step != y->end_step ? x->end_step < y->end_step
                                      : x->item.serial < y->item.serial;
}

static void heap_push(struct llm_state *l, int q)
{
    int i = l->decoding_n++;
    while (i > 0 && ends_before(l, q, l->decoding[(i - 1) / 2])) {
        l->decoding[i] = l->decoding[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    l->decoding[i] = q;
}

static int heap_pop(struct llm_state *l)
{
    int top = l->decoding[0];
    int q = l->decoding[--l->decoding_n];
    int i = 0;
    for (int child = 1; child < l->decoding_n; child = 2 * i + 1) {
        child += child + 1 < l->decoding_n &&
                 ends_before(l, l->decoding[child + 1], l->decoding[child]);
        if (!ends_before(l, l->decoding[child], q)) {
            break;
        }
        l->decoding[i] = l->decoding[child];
        i = child;
    }
    l->decoding[i] = q;
    return top;
}

/* ---- Admission ---- */

static bool fits(const struct llm *m, const struct llm_state *l, int64_t packed)
{
    int64_t tokens = llm_prompt(packed) + llm_output(packed);
    return m->kv_tokens == 0 || l->reserved + tokens <= m->kv_tokens;
}

/* The longest waiting request, after dropping those that the cache can never hold; false when
 * nobody waits. */
static bool candidate(struct lane_sim *sim, struct vm_state *vm, int64_t *packed)
{
    const struct llm *m = vm->work->llm;
    while (vm->arrived > vm->started) {
        *packed = source_head_demand(vm);
        if (m->kv_tokens == 0 || llm_prompt(*packed) + llm_output(*packed) <= m->kv_tokens) {
            return true;
        }
        struct item item;
        (void)source_take_item(sim, vm, &item);
        source_leave(sim, vm, &item);
        source_drop(sim, vm, &item);
    }
    return false;
}

bool llm_has_job(struct lane_sim *sim, struct vm_state *vm)
{
    const struct llm_state *l = vm->llm;
    int64_t packed;
    bool waits = candidate(sim, vm, &packed);
    return l->reading_n + l->decoding_n > 0 || (waits && fits(vm->work->llm, l, packed));
}

static void admit(struct lane_sim *sim, struct vm_state *vm)
{
    struct llm_state *l = vm->llm;
    int q = l->spare[--l->spare_n];
    struct sequence *s = &l->sequence[q];
    int64_t packed = source_take_item(sim, vm, &s->item);
    s->first_ns = sim->now_ns;
    s->prompt = s->prompt_left = llm_prompt(packed);
    s->output = llm_output(packed);
    l->reserved += s->prompt + s->output;
    l->reading[(l->reading_first + l->reading_n++) % vm->work->llm->max_sequences] = q;
}

/* ---- Iterations ---- */

/* The last instant whose arrivals the iteration that begins now can hold. */
static int64_t seen_until(const struct lane_sim *sim, const struct vm_state *vm)
{
    const struct llm_state *l = vm->llm;
    bool is_ahead = vm->work->llm->is_async && l->reading_n + l->decoding_n > 0;
    return is_ahead ? l->began_ns : sim->now_ns;
}

void llm_take(struct lane_sim *sim, struct vm_state *vm, struct server *s)
{
    const struct llm *m = vm->work->llm;
    struct llm_state *l = vm->llm;
    struct job *job = &s->job[s->job_n];
    int64_t budget = m->max_batched_tokens - l->decoding_n;
    int64_t read = 0;
    int64_t packed;
    int64_t seen_ns = seen_until(sim, vm);
    l->began_ns = sim->now_ns;
    l->step_decoding = l->decoding_n;
    for (int i = 0; budget > 0; i++) {
        if (i == l->reading_n) {
            if (l->spare_n == 0 || !candidate(sim, vm, &packed) || !fits(m, l, packed) ||
                vm->head.arrival_ns > seen_ns) {
                break;
            }
            admit(sim, vm);
        }
        struct sequence *q =
            &l->sequence[l->reading[(l->reading_first + i) % m->max_sequences]];
        int64_t part = q->prompt_left < budget ? q->prompt_left : budget;
        q->prompt_left -= part;
        budget -= part;
        read += part;
    }
    job->n = 0;
    source_begin(sim, vm, s, job, llm_iteration_ns(m, read, l->step_decoding, l->context));
}

static void finish(struct lane_sim *sim, struct vm_state *vm, int q)
{
    struct llm_state *l = vm->llm;
    const struct sequence *s = &l->sequence[q];
    struct source_more more = {.first_token_ns = s->first_token_ns, .tokens = s->output};
    l->reserved -= s->prompt + s->output;
    l->tokens_due += s->output;
    l->spare[l->spare_n++] = q;
    source_leave(sim, vm, &s->item);
    source_record(sim, vm, &s->item, s->first_ns, &more);
}

void llm_strike(struct lane_sim *sim, struct vm_state *vm, bool restarts, bool beside)
{
    struct llm_state *l = vm->llm;
    int max = vm->work->llm->max_sequences;
    int n = l->decoding_n;
    for (int i = 0; i < l->reading_n; i++) {
        l->decoding[n++] = l->reading[(l->reading_first + i) % max];
    }
    /* A heap of equal ends gives them in the order of their numbers. */
    l->decoding_n = 0;
    for (int i = 0; i < n; i++) {
        int q = l->decoding[i];
        l->sequence[q].end_step = 0;
        heap_push(l, q);
    }
    l->reading_n = l->step_decoding = 0;
    l->reading_first = l->context = 0;
    l->tokens_due = l->tokens_given;
    while (l->decoding_n > 0) {
        int q = heap_pop(l);
        struct sequence *s = &l->sequence[q];
        if (restarts && source_restart(sim, vm, &s->item, beside)) {
            s->prompt_left = s->prompt;
            l->reading[l->reading_n++] = q;
            continue;
        }
        l->reserved -= s->prompt + s->output;
        l->spare[l->spare_n++] = q;
        source_leave(sim, vm, &s->item);
        source_lose(sim, vm, &s->item, beside);
    }
}

void llm_done(struct lane_sim *sim, struct vm_state *vm)
{
    struct llm_state *l = vm->llm;
    int max = vm->work->llm->max_sequences;
    l->steps++;
    l->context += l->step_decoding;
    l->tokens_given += l->step_decoding;
    while (l->decoding_n > 0 && l->sequence[l->decoding[0]].end_step <= l->steps) {
        int q = heap_pop(l);
        l->context -= l->sequence[q].prompt + l->sequence[q].output;
        finish(sim, vm, q);
    }
    while (l->reading_n > 0 && l->sequence[l->reading[l->reading_first]].prompt_left == 0) {
        int q = l->reading[l->reading_first];
        struct sequence *s = &l->sequence[q];
        l->reading_first = (l->reading_first + 1) % max;
        l->reading_n--;
        l->tokens_given++;
        s->first_token_ns = sim->now_ns;
        if (s->output == 1) {
            finish(sim, vm, q);
            continue;
        }
        s->end_step = l->steps + s->output - 1;
        l->context += s->prompt + 1;
        heap_push(l, q);
    }
}
