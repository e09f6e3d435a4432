/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vmmix.c - a programme over sets of shapes, or moves of single shapes.
 *
 * A trial plays the VMs of one part over time, so trials are counted, and fewer are granted to
 * longer traces. Cost: TRIAL_ROWS rows played at most, but TRIALS_MIN trials at least. */
#include "sim/plan/vmmix.h"

#include <math.h>
#include <string.h>

#include "sim/plan/bill.h"
#include "sim/plan/vmdemand.h"
#include "sim/plan/vmplay.h"

enum {
    WAYS_MAX = 64,
    TRIALS_MAX = 2000,
    TRIALS_MIN = 32,
    SEARCH_TRIALS = 16, /* what a number that is searched for counts */
    TRIAL_ROWS = 2000000
};

/* A part more must be worth it. */
static const double PART_COST = 1e-6;
/* Below this a difference is rounding. */
static const double COST_SAME = 1e-9;

/* One model in one mode. */
struct way {
    int gpu_ix, mode_ix;
    double rate;                  /* of one GPU: USD an hour, or 1 */
    struct vmdemand_share *share; /* [shape_n] */
    double cost;                  /* of what it takes at present */
};

struct mixing {
    struct vmmix *out;
    struct arena *a;
    const struct scenario *s;
    const struct vm_trace *t;
    struct way way[WAYS_MAX];
    int way_n;
    double licence; /* USD an hour, or 0 */
    int *to;        /* [shape_n] index of a way */
    int *order;     /* [shape_n] the shape with most VMs first */
    bool *takes;    /* [shape_n] scratch */
    int trials_left;
    bool failed; /* memory is out */
};

/* What a shape takes of a way at least; infinite where it is not possible. */
static double least(const struct mixing *m, const struct way *w, int shape)
{
    const struct vmdemand_share *x = &w->share[shape];
    return x->part > 0.0 ? w->rate * x->part + m->licence * x->licences : (double)INFINITY;
}

static int cheapest(const struct mixing *m, int shape)
{
    int best = 0;
    for (int w = 1; w < m->way_n; w++) {
        best = least(m, &m->way[w], shape) < least(m, &m->way[best], shape) ? w : best;
    }
    return best;
}

/* ---- Trials ---- */

/* What the shapes of m->takes cost on a way: the fewest GPUs over time, and licences. Infinite
 * where no number of GPUs does. */
static double weigh_taken(struct mixing *m, const struct way *w)
{
    struct arena scratch;
    struct vmplay play;
    int gpus = 0;
    int n = 0;
    for (int i = 0; i < m->t->shape_n; i++) {
        if (m->takes[i] && !(w->share[i].part > 0.0)) {
            return (double)INFINITY;
        }
        n += m->takes[i];
    }
    if (n == 0) {
        return 0.0;
    }
    arena_init(&scratch, "trial");
    bool ok = vmplay_open(&play, &scratch, m->s, w->gpu_ix, w->mode_ix, m->takes);
    const bool is_possible = ok && !play.demand.rule;
    ok = ok && (!is_possible || vmplay_fewest(&play, m->s->place, &gpus));
    m->trials_left -= vmplay_searches(&play, m->s->place) ? SEARCH_TRIALS : 1;
    const int licences = play.demand.licences_most;
    vmplay_close(&play);
    arena_fini(&scratch);
    m->failed |= !ok;
    return gpus > 0 ? w->rate * gpus + m->licence * licences : (double)INFINITY;
}

/* Of the shapes that now go there. */
static double weigh(struct mixing *m, int way_ix)
{
    for (int i = 0; i < m->t->shape_n; i++) {
        m->takes[i] = m->to[i] == way_ix;
    }
    return weigh_taken(m, &m->way[way_ix]);
}

static double weigh_all(struct mixing *m)
{
    double sum = 0.0;
    for (int w = 0; w < m->way_n; w++) {
        m->way[w].cost = weigh(m, w);
        sum += m->way[w].cost;
    }
    return sum;
}

/* Moves the shape to another way if that is cheaper. */
static bool move(struct mixing *m, int shape, int to)
{
    const int from = m->to[shape];
    m->to[shape] = to;
    const double left = weigh(m, from);
    const double right = weigh(m, to);
    if (left + right < m->way[from].cost + m->way[to].cost - COST_SAME) {
        m->way[from].cost = left;
        m->way[to].cost = right;
        return true;
    }
    m->to[shape] = from;
    return false;
}

/* Until no shape can be moved to a gain, or the trials are spent. */
static bool settle(struct mixing *m)
{
    bool moved = true;
    while (moved) {
        moved = false;
        for (int i = 0; i < m->t->shape_n; i++) {
            const int shape = m->order[i];
            for (int w = 0; w < m->way_n; w++) {
                if (w == m->to[shape] || !(m->way[w].share[shape].part > 0.0)) {
                    continue;
                }
                if (m->trials_left < 2 || m->failed) {
                    return false;
                }
                moved |= move(m, shape, w);
            }
        }
    }
    return true;
}

/* Starts: for each way all that may go there, the rest where it takes least; then every shape
 * where it takes least. The best of them goes on, of equal ones the first. */
static double start(struct mixing *m)
{
    const size_t n = (size_t)m->t->shape_n * sizeof *m->to;
    int *best = arena_alloc(m->a, (size_t)m->t->shape_n, sizeof *best);
    double best_cost = (double)INFINITY;
    m->failed |= !best;
    for (int first = 0; first <= m->way_n && !m->failed; first++) {
        for (int i = 0; i < m->t->shape_n; i++) {
            const bool may = first < m->way_n && m->way[first].share[i].part > 0.0;
            m->to[i] = may ? first : cheapest(m, i);
        }
        const double cost = weigh_all(m);
        if (cost < best_cost - COST_SAME) {
            best_cost = cost;
            memcpy(best, m->to, n);
        }
    }
    if (!m->failed && isfinite(best_cost)) {
        memcpy(m->to, best, n);
        best_cost = weigh_all(m);
    }
    return best_cost;
}

/* ---- All divisions ---- */

/* May every set of shapes be tried on every way? */
static bool can_try_all(const struct mixing *m, int exact_max)
{
    const int each = m->s->place == PLACE_BREADTH_FIRST ? SEARCH_TRIALS : 1;
    return m->t->shape_n <= exact_max &&
           (int64_t)m->way_n * each << m->t->shape_n <= m->trials_left;
}

/* What the first w ways cost with a set of shapes is least over the subsets that go to the last
 * of them. False where no division has a place, or memory is out. */
static bool divide_all(struct mixing *m)
{
    const unsigned sets = 1U << m->t->shape_n;
    const size_t n = (size_t)m->way_n * sets;
    double *cost = arena_alloc(m->a, n, sizeof *cost);        /* [way][set] */
    unsigned *last = arena_alloc(m->a, n, sizeof *last);      /* [way][set] what goes there */
    double *best = arena_alloc(m->a, n + sets, sizeof *best); /* [ways][set] */
    m->failed |= !cost || !last || !best;
    if (m->failed) {
        return false;
    }
    for (unsigned set = 1; set < sets; set++) {
        best[set] = (double)INFINITY;
    }
    for (int w = 0; w < m->way_n && !m->failed; w++) {
        double *own = &cost[(size_t)w * sets];
        const double *before = &best[(size_t)w * sets];
        double *after = &best[(size_t)(w + 1) * sets];
        for (unsigned set = 0; set < sets; set++) {
            for (int i = 0; i < m->t->shape_n; i++) {
                m->takes[i] = (set >> i & 1U) != 0;
            }
            own[set] = weigh_taken(m, &m->way[w]);
            after[set] = before[set];
            for (unsigned sub = set; sub > 0; sub = (sub - 1) & set) {
                const double sum = before[set ^ sub] + own[sub] + PART_COST;
                if (sum < after[set] - COST_SAME) {
                    after[set] = sum;
                    last[(size_t)w * sets + set] = sub;
                }
            }
        }
    }
    unsigned left = sets - 1;
    for (int w = m->way_n - 1; w >= 0; w--) {
        const unsigned sub = last[(size_t)w * sets + left];
        m->way[w].cost = cost[(size_t)w * sets + sub];
        for (int i = 0; i < m->t->shape_n; i++) {
            m->to[i] = (sub >> i & 1U) != 0 ? w : m->to[i];
        }
        left ^= sub;
    }
    return !m->failed && isfinite(best[n + sets - 1]);
}

/* ---- The bound ---- */

/* The greatest sum of what VMs that are there at one time take at least. Deletions come before
 * creations, as in churn.h. */
static double bound_of(struct mixing *m, struct arena *a)
{
    const struct vm_trace *t = m->t;
    struct churn_vm *vm = arena_alloc(a, (size_t)t->row_n, sizeof *vm);
    int *gone = arena_alloc(a, (size_t)t->row_n, sizeof *gone);
    double *each = arena_alloc(a, (size_t)t->shape_n, sizeof *each);
    if (!vm || !gone || !each) {
        m->failed = true;
        return 0.0;
    }
    for (int i = 0; i < t->shape_n; i++) {
        each[i] = least(m, &m->way[cheapest(m, i)], i);
    }
    for (int i = 0; i < t->row_n; i++) {
        vm[i] = (struct churn_vm){.created_ns = t->row[i].created_ns,
                                  .deleted_ns = t->row[i].deleted_ns,
                                  .class_ix = t->row[i].shape_ix};
    }
    m->failed |= !churn_order(a, vm, t->row_n, gone);
    double now = 0.0;
    double most = 0.0; /* of 2^21 additions and subtractions: exact to 1e-9 of it */
    for (int i = 0, k = 0; i < t->row_n && !m->failed; i++) {
        for (; k < i && gone[k] < i && vm[gone[k]].deleted_ns <= vm[i].created_ns; k++) {
            now -= each[vm[gone[k]].class_ix];
        }
        now += each[vm[i].class_ix];
        most = now > most ? now : most;
    }
    most -= 1e-8 * most;
    return m->out->in_usd ? most : ceil(most);
}

/* ---- Public ---- */

/* Every model with every kind of mode in which at least one shape is possible. */
static bool make_ways(struct mixing *m)
{
    const struct scenario *s = m->s;
    const int model_n = s->plan_gpu_n > 0 ? s->plan_gpu_n : 1;
    m->out->in_usd = true;
    for (int i = 0; i < model_n; i++) {
        const int gpu_ix = s->plan_gpu_n > 0 ? s->plan_gpu[i] : s->gpu_ix;
        m->out->in_usd = m->out->in_usd && bill_price(s, gpu_ix) > 0.0;
    }
    m->licence = m->out->in_usd ? s->licence_usd : 0.0;
    for (int i = 0; i < model_n; i++) {
        for (int k = 0; k < s->mode_n && m->way_n < WAYS_MAX; k++) {
            if (!vmplay_is_first(s, k)) {
                continue;
            }
            const int gpu_ix = s->plan_gpu_n > 0 ? s->plan_gpu[i] : s->gpu_ix;
            struct way *w = &m->way[m->way_n];
            *w = (struct way){.gpu_ix = gpu_ix, .mode_ix = k};
            w->rate = m->out->in_usd ? bill_boards(s, gpu_ix, 1, 0).usd : 1.0;
            w->share = arena_alloc(m->a, (size_t)m->t->shape_n, sizeof *w->share);
            bool any = false;
            struct arena scratch;
            arena_init(&scratch, "shares");
            m->failed |=
                !w->share || !vmdemand_shares(w->share, &scratch, s, gpu_ix, &s->mode[k]);
            arena_fini(&scratch);
            if (m->failed) {
                return false;
            }
            for (int j = 0; j < m->t->shape_n; j++) {
                any = any || w->share[j].part > 0.0;
            }
            m->way_n += any;
        }
    }
    return true;
}

/* The shapes with most VMs first; equal ones as the file has them. */
static bool order_shapes(struct mixing *m)
{
    const int n = m->t->shape_n;
    int *vms = arena_alloc(m->a, (size_t)n, sizeof *vms);
    for (int i = 0; vms && i < m->t->row_n; i++) {
        vms[m->t->row[i].shape_ix]++;
    }
    for (int i = 0; vms && i < n; i++) {
        int k = i;
        for (; k > 0 && vms[m->order[k - 1]] < vms[i]; k--) {
            m->order[k] = m->order[k - 1];
        }
        m->order[k] = i;
    }
    return vms != NULL;
}

/* The parts that take something. */
static void publish(struct mixing *m)
{
    struct vmmix *out = m->out;
    out->part = arena_alloc(m->a, (size_t)m->way_n, sizeof *out->part);
    m->failed |= !out->part;
    for (int w = 0; w < m->way_n && !m->failed; w++) {
        struct vmmix_part *p = &out->part[out->part_n];
        bool any = false;
        *p = (struct vmmix_part){.gpu_ix = m->way[w].gpu_ix, .mode_ix = m->way[w].mode_ix};
        p->takes = arena_alloc(m->a, (size_t)m->t->shape_n, sizeof *p->takes);
        m->failed |= !p->takes;
        for (int i = 0; p->takes && i < m->t->shape_n; i++) {
            p->takes[i] = m->to[i] == w;
            any = any || p->takes[i];
        }
        out->part_n += any;
        out->cost += m->way[w].cost;
    }
}

static const char *why_not(const struct mixing *m)
{
    if (m->s->group_n > 0) {
        return "hosts are given";
    }
    if (m->way_n < 2 || m->t->shape_n < 2) {
        return m->way_n < 2 ? "one model and one mode" : "all VMs ask for the same";
    }
    for (int i = 0; i < m->t->shape_n; i++) {
        if (!isfinite(least(m, &m->way[cheapest(m, i)], i))) {
            return "a VM is possible on no model in no mode";
        }
    }
    return NULL;
}

bool vmmix_divide(struct vmmix *out, struct arena *a, const struct scenario *s, int exact_max)
{
    *out = (struct vmmix){.part_n = 0};
    struct mixing m = {.out = out, .a = a, .s = s, .t = s->vms};
    const int n = m.t->shape_n;
    m.to = arena_alloc(a, (size_t)n, sizeof *m.to);
    m.order = arena_alloc(a, (size_t)n, sizeof *m.order);
    m.takes = arena_alloc(a, (size_t)n, sizeof *m.takes);
    if (!m.to || !m.order || !m.takes || !make_ways(&m) || !order_shapes(&m)) {
        return false;
    }
    out->why_not = why_not(&m);
    if (out->why_not) {
        return true;
    }
    const int trials = TRIAL_ROWS / (m.t->row_n + 1);
    m.trials_left = trials < TRIALS_MIN   ? TRIALS_MIN
                    : trials < TRIALS_MAX ? trials
                                          : TRIALS_MAX;
    struct arena scratch;
    arena_init(&scratch, "bound");
    out->bound = bound_of(&m, &scratch);
    arena_fini(&scratch);
    bool has_place = !m.failed;
    if (has_place && can_try_all(&m, exact_max)) {
        has_place = divide_all(&m);
        out->search = VMMIX_ALL;
    } else if (has_place) {
        has_place = isfinite(start(&m));
        out->search = has_place && settle(&m) ? VMMIX_MOVES : VMMIX_SOME;
    }
    if (has_place && !m.failed) {
        publish(&m);
    } else if (!m.failed) {
        out->why_not = "VMs find no place on 4096 GPUs of a model";
    }
    return !m.failed;
}
