/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_skip.c - whole rounds of turns crossed at once by the event engine.
 *
 * Where no event comes before E but ends of turns, where nobody who runs takes up anything and
 * no piece ends, a round leaves the cycle as it was, and each of the m vGPUs with work has run
 * for one turn. n rounds then are an addition, if the length of every turn is known:
 *   - work that stops anywhere: the slice q;
 *   - work that stops after every g of it, with what was done a multiple of g at every stop:
 *     G = g ceil(q / g);
 *   - strict, where account A shortens the slice by floor(A / a): such a turn runs for G below
 *     the account t = a (g - u), u = G - q, and for G - g from there on, so that A goes up by u
 *     or down by g - u. Once in [t + u - g, t + u) it stays there and turns on a circle of
 *     length g by u: A_n = base + (A - base + n u) mod g. What is run telescopes: n q + A_n -
 * A. From below and from above A moves in equal steps until it is there. A kept ring has a
 * fixed frame as long as idle slots have nothing to make up for (strict), or as all slots are
 * charged alike and lie within one charge of each other (legacy). Progress of requests that
 * slow each other is the same sum of rounded terms as turn by turn.
 *
 * n is cut so that every piece survives it, and that it ends before E and the window's edges,
 * so that books need no cutting. A domain of several must not look at other domains' turns, so
 * that nothing done there may make an event that concerns this one: no answer that is waited
 * for, and no batch whose timer begins as the batch before it leaves.
 * Cost: O(vGPUs) per crossing, and as many turns event by event as make up a round or two
 * before and after. tests/law/test_paths.c holds it against the engine without. */
#include <assert.h>
#include <math.h>

#include "models/sched_ring.h"
#include "sim/run/lane_engine.h"
#include "sim/run/lane_fast.h"

/* How the turns of one vGPU go. */
struct pace {
    int64_t most;     /* for so many rounds */
    int64_t run_ns;   /* of a turn, on average where it is not the same each time ... */
    int64_t slack_ns; /* ... and the sum is never further from the average */
};

static const struct pace no_pace = {.most = 0, .run_ns = 1};

/* ---- What cannot be crossed ---- */

bool skip_knows_next(const struct lane *lane)
{
    /* Who runs now decides how fast domains are that share a board's power or the path to the
     * host. */
    if (lane_is_coupled(lane)) {
        return false;
    }
    /* Nobody knows what a plug-in answers next. */
    for (int d = 0; d < lane->domain_n; d++) {
        if (lane->domain[d].params.plugin) {
            return false;
        }
    }
    /* Measured speeds are those of the sizes at work, which differ from job to job. */
    for (int v = 0; v < lane->vm_n; v++) {
        if (lane->vm[v].server[0].crowd) {
            return false;
        }
    }
    for (int v = 0; lane->domain_n > 1 && v < lane->vm_n; v++) {
        const struct work *w = lane_vm_work(&lane->vm[v]);
        bool batch_timer = w->batch_max > 1 && w->batch_timeout_ns > 0;
        if (w->kind == WORK_CLOSED || w->kind == WORK_LLM || batch_timer) {
            return false;
        }
    }
    return true;
}

/* Is there a state from which no round is crossed however long it lasts? */
static bool may_stick(const struct lane *lane, const struct lane_domain *d)
{
    const struct sched_params *p = &d->params;
    bool by_demand = sched_gives_idle_time(d->sched, p->yield_idle);
    bool has_streams = lane_is_parted(lane);
    for (int v = 0; v < lane->vm_n; v++) {
        has_streams = has_streams || lane_vm_work(&lane->vm[v])->streams > 1;
    }
    return p->granularity_ns > 0 &&
           (!by_demand || has_streams || p->discipline == DISCIPLINE_STRICT);
}

double lane_single_turns(const struct lane *lane, bool events, int64_t span_ns)
{
    double turns = 0.0;
    if (!events && lane_path_of(lane) != LANE_EVENTS) {
        return 0.0;
    }
    for (int i = 0; i < lane->domain_n; i++) {
        const struct lane_domain *d = &lane->domain[i];
        if (d->sched && (events || !skip_knows_next(lane) || may_stick(lane, d))) {
            turns += (double)span_ns / (double)d->params.slice_ns;
        }
    }
    return turns;
}

/* ---- Work left ---- */

double skip_subtract(double r, double c, int64_t n)
{
    while (n > 0) {
        double once = r - c;
        double twice = once - c;
        n--;
        /* Between two powers of two all differences are rounded to one grid, and where they
         * fall between two of its points, to the even one: `once` is even then, and so is what
         * follows. Every further step is as long as the second. */
        if (n > 1 && twice > 0.0 && ilogb(once) == ilogb(twice)) {
            double step = once - twice;
            double room = twice - ldexp(1.0, ilogb(twice));
            int64_t more = step > 0.0 ? (int64_t)fmin(room / step, (double)(n - 1)) - 1 : n - 1;
            if (more > 0) {
                once = twice - (double)more * step;
                n -= more + 1;
            }
        }
        r = once;
    }
    return r;
}

static double least_left(const struct server *s)
{
    double least = (double)INFINITY;
    for (int i = 0; i < s->job_n; i++) {
        bool is_less = s->job[i].resume_ns < 0 && s->job[i].rem_ns < least;
        least = is_less ? s->job[i].rem_ns : least;
    }
    return least;
}

static double stretch_of(const struct lane_sim *sim, const struct server *s)
{
    double width = s->active_n > 1 ? lane_asked_width(sim, s) : 1.0;
    return width > 1.0 ? width : 1.0;
}

/* How many turns of `run_ns` end before the first piece does. */
static int64_t turns_left(const struct lane_sim *sim, const struct server *s, int64_t run_ns)
{
    double least = least_left(s);
    double stretch = stretch_of(sim, s);
    double run = (double)run_ns;
    if (stretch <= 1.0) {
        return ((int64_t)ceil(least) - 1) / run_ns;
    }
    /* Roundings add up: an estimate on the safe side, and a look whether it is; half of it is
     * on the way when it is not. */
    int64_t n = (int64_t)(least * stretch / run * (1.0 - 1e-9)) - 3;
    while (n > 0 && !(ceil(skip_subtract(least, run / stretch, n - 1) * stretch) > run)) {
        n /= 2;
    }
    return n > 0 ? n : 0;
}

/* ---- Pace ---- */

/* Strict: `stop_ns` is G. */
static struct pace strict_pace(const struct sched_params *p, int64_t account, int64_t stop_ns)
{
    int64_t grain = p->granularity_ns;
    int64_t up = stop_ns - p->slice_ns;
    int64_t down = grain - up;
    int64_t turn = p->averaging * down;
    if (stop_ns == grain || (up == 0 && account < turn)) {
        return (struct pace){.most = INT64_MAX, .run_ns = stop_ns};
    }
    if (account < turn - down) {
        return (struct pace){.most = (turn - account + up - 1) / up, .run_ns = stop_ns};
    }
    if (account < turn + up) {
        if (grain > INT32_MAX) {
            return no_pace; /* the sum on the circle would leave the range of integers */
        }
        return (struct pace){.most = INT64_MAX, .run_ns = p->slice_ns, .slack_ns = grain};
    }
    if (account < turn + p->averaging * grain) {
        return (struct pace){.most = (account - turn) / down + 1, .run_ns = stop_ns - grain};
    }
    return no_pace;
}

/* The account after n turns at this pace. */
static int64_t account_after(const struct sched_params *p, const struct pace *pace,
                             int64_t account, int64_t stop_ns, int64_t n)
{
    int64_t grain = p->granularity_ns;
    int64_t up = stop_ns - p->slice_ns;
    if (pace->slack_ns == 0) {
        return account + n * (pace->run_ns - p->slice_ns);
    }
    int64_t base = (p->averaging - 1) * (grain - up);
    return base + (account - base + n % grain * up) % grain;
}

/* Where a turn that begins at a stop is stopped. */
static int64_t stop_of(const struct sched_params *p)
{
    int64_t g = p->granularity_ns;
    return g > 0 ? (p->slice_ns + g - 1) / g * g : p->slice_ns;
}

static bool is_strict(const struct sched_params *p)
{
    return p->granularity_ns > 0 && p->discipline == DISCIPLINE_STRICT;
}

/* `stops`: the end of a turn takes the domain away. */
static struct pace pace_of(const struct lane_sim *sim, const struct domain_state *d, int slot,
                           bool stops)
{
    const struct sched_params *p = &d->spec->params;
    const struct server *s = &sim->server[d->server_of[slot]];
    const int64_t account = d->state.account_ns[slot];
    struct pace pace = {.most = INT64_MAX, .run_ns = p->slice_ns};
    if (p->granularity_ns > 0 && stops) {
        const struct job *job = &s->job[0];
        double done = job->work_ns - job->rem_ns;
        if (s->job_n > 1 || fmod(done, (double)p->granularity_ns) > 0.0) {
            return no_pace;
        }
        pace.run_ns = stop_of(p);
        pace = is_strict(p) ? strict_pace(p, account, pace.run_ns) : pace;
    } else if (is_strict(p) && account >= p->averaging) {
        return no_pace;
    }
    if (pace.slack_ns > 0) {
        double spare = s->job[0].rem_ns - 1.0 - (double)pace.slack_ns;
        pace.most = spare > 0.0 ? (int64_t)spare / pace.run_ns : 0;
        return pace;
    }
    int64_t left = turns_left(sim, s, pace.run_ns);
    pace.most = left < pace.most ? left : pace.most;
    return pace;
}

/* ---- Whether ---- */

/* The first event that is not the end of a turn of this domain. */
static int64_t next_event(const struct lane_sim *sim, const struct domain_state *d)
{
    int64_t next = EVQ_IDLE - 1; /* a timer may stand there */
    if (sim->lane->domain_n == 1) {
        int64_t first = evq_first_ns(&sim->evq);
        return first < next ? first : next;
    }
    for (int i = sim->server_n; i < sim->domain_slot; i++) {
        next = sim->evq.time_ns[i] < next ? sim->evq.time_ns[i] : next;
    }
    for (int i = 0; i < d->spec->params.vgpu_n; i++) {
        int server = d->server_of[i];
        int64_t due_ns = server < 0 ? EVQ_IDLE : sim->server[server].due_ns;
        next = due_ns < next ? due_ns : next;
    }
    return next;
}

static int64_t before_edge(const struct lane_sim *sim, int64_t until_ns)
{
    const struct lane_options *o = sim->opt;
    if (sim->is_silent || o->to_the_end || sim->now_ns >= o->to_ns) {
        return until_ns;
    }
    int64_t edge_ns = sim->now_ns < o->from_ns ? o->from_ns : o->to_ns;
    return edge_ns < until_ns ? edge_ns : until_ns;
}

/* Does a ring of kept slots come back to where it is after every frame? */
static bool is_ring_steady(const struct lane_sim *sim, const struct domain_state *d)
{
    const struct sched_params *p = &d->spec->params;
    const struct sched_state *s = &d->state;
    int64_t stop_ns = stop_of(p);
    bool full = true;
    int64_t least = INT64_MAX;
    int64_t most = 0;
    int64_t idle_most = 0;
    if (p->granularity_ns == 0 && !p->varies) {
        int64_t slot_ns = p->switch_ns + p->slice_ns;
        int64_t owner = sim->now_ns / slot_ns % p->ring_n;
        return sim->now_ns % slot_ns == 0 || (d->has_work >> owner & 1) == 0;
    }
    for (uint64_t rest = sched_ring_members(p, s); rest != 0; rest &= rest - 1) {
        int i = __builtin_ctzll(rest);
        int64_t account = s->account_ns[i];
        bool idle = (d->has_work >> i & 1) == 0;
        full = full && !idle;
        least = account < least ? account : least;
        most = account > most ? account : most;
        idle_most = idle && account > idle_most ? account : idle_most;
    }
    if (sim->now_ns == 0 || s->end_ns != sim->now_ns) {
        return false;
    }
    if (p->discipline == DISCIPLINE_STRICT) {
        return idle_most < p->averaging;
    }
    return (full || stop_ns == p->slice_ns) && most - least < stop_ns;
}

/* Does every vGPU with work only go on with what it has? */
static bool takes_up_nothing(struct lane_sim *sim, const struct domain_state *d)
{
    for (uint64_t rest = d->has_work; rest != 0; rest &= rest - 1) {
        const struct server *s = &sim->server[d->server_of[__builtin_ctzll(rest)]];
        struct vm_state *first = &sim->vm[s->vm];
        bool takes = s->active_n == 0;
        for (int k = 0; k < s->part_n; k++) {
            takes = takes || lane_can_take(sim, s, &first[k]);
        }
        if (takes) {
            return false;
        }
    }
    return true;
}

/* ---- Crossing ---- */

/* A domain whose cycle repeats itself. */
struct cycle {
    bool by_demand, stops;
    int m;              /* vGPUs with work */
    int64_t passive_ns; /* of a round: switches and idle slots */
    int64_t switch_ns;  /* of a round, before turns that are used */
    int64_t stop_ns;    /* G */
};

static struct cycle cycle_of(const struct domain_state *d)
{
    const struct sched_params *p = &d->spec->params;
    struct cycle c = {.m = __builtin_popcountll(d->has_work), .stop_ns = stop_of(p)};
    c.by_demand = sched_gives_idle_time(d->spec->sched, p->yield_idle);
    c.stops = c.m > 1 || !c.by_demand;
    c.switch_ns = c.stops ? c.m * p->switch_ns : 0;
    c.passive_ns = c.switch_ns;
    if (!c.by_demand) {
        int slots = __builtin_popcountll(sched_ring_members(p, &d->state));
        c.passive_ns += (slots - c.m) * (p->switch_ns + p->slice_ns);
    }
    return c;
}

/* How many rounds can be crossed before until_ns. */
static int64_t rounds(const struct lane_sim *sim, const struct domain_state *d,
                      const struct cycle *c, int64_t until_ns)
{
    int64_t round_ns = c->passive_ns;
    int64_t slack_ns = 0;
    int64_t n = INT64_MAX;
    for (uint64_t rest = d->has_work; n > 0 && rest != 0; rest &= rest - 1) {
        struct pace pace = pace_of(sim, d, __builtin_ctzll(rest), c->stops);
        round_ns += pace.run_ns;
        slack_ns += pace.slack_ns;
        n = pace.most < n ? pace.most : n;
    }
    int64_t room = (until_ns - sim->now_ns - slack_ns) / round_ns;
    return room < n ? room : n;
}

/* Each vGPU with work has run n turns; returns for how long all of them. */
static int64_t run_all(struct lane_sim *sim, struct domain_state *d, const struct cycle *c,
                       int64_t n)
{
    const struct sched_params *p = &d->spec->params;
    int64_t sum_ns = 0;
    for (uint64_t rest = d->has_work; rest != 0; rest &= rest - 1) {
        int slot = __builtin_ctzll(rest);
        struct server *s = &sim->server[d->server_of[slot]];
        struct pace pace = pace_of(sim, d, slot, c->stops);
        double stretch = stretch_of(sim, s);
        int64_t run_ns = n * pace.run_ns;
        if (is_strict(p) && c->stops) {
            int64_t *account = &d->state.account_ns[slot];
            int64_t after = account_after(p, &pace, *account, c->stop_ns, n);
            run_ns = n * p->slice_ns + after - *account;
            *account = after;
        }
        for (int i = 0; i < s->job_n; i++) {
            struct job *job = &s->job[i];
            if (job->resume_ns >= 0) {
                continue;
            }
            job->rem_ns = stretch > 1.0
                              ? skip_subtract(job->rem_ns, (double)pace.run_ns / stretch, n)
                              : job->rem_ns - (double)run_ns;
            assert(job->rem_ns > 0.0);
        }
        sum_ns += run_ns;
        s->got_ns += run_ns;
        s->useful_ns += lane_window(sim, sim->now_ns, sim->now_ns + 1) > 0 ? run_ns : 0;
    }
    return sum_ns;
}

/* The scheduler's own memory after n rounds that took all_ns. */
static void move_state(struct domain_state *d, const struct cycle *c, int64_t n, int64_t all_ns)
{
    const struct sched_params *p = &d->spec->params;
    if (c->by_demand) {
        uint64_t passed = d->last < 0 ? 0 : ~UINT64_C(0) >> (63 - d->last);
        uint64_t before = d->has_work & passed;
        d->last = 63 - __builtin_clzll(before != 0 ? before : d->has_work);
    } else if (p->granularity_ns > 0 || p->varies) {
        bool strict = p->discipline == DISCIPLINE_STRICT;
        uint64_t rest = strict ? 0 : sched_ring_members(p, &d->state);
        for (; rest != 0; rest &= rest - 1) {
            d->state.account_ns[__builtin_ctzll(rest)] += n * c->stop_ns;
        }
        sched_ring_pass(p, &d->state, all_ns);
    }
}

bool skip_rounds(struct lane_sim *sim, struct domain_state *d, uint32_t timer)
{
    const struct sched_params *p = &d->spec->params;
    if (d->has_work == 0 || sim->now_ns < d->retry_ns) {
        return false;
    }
    struct cycle c = cycle_of(d);
    int64_t shortest_ns = c.passive_ns + c.m * p->slice_ns;
    evq_set(&sim->evq, timer, EVQ_IDLE);
    int64_t until_ns = before_edge(sim, next_event(sim, d));
    /* Who arrives as a lone vGPU's slice ends may make it run over. */
    until_ns -= !c.stops && p->granularity_ns > 0;
    if (until_ns - sim->now_ns < shortest_ns || (c.by_demand && c.m == 1 && d->last < 0)) {
        return false;
    }
    bool alone_elsewhere = c.by_demand && c.m == 1 && (d->has_work >> d->last & 1) == 0;
    if (alone_elsewhere || !takes_up_nothing(sim, d) ||
        (!c.by_demand && !is_ring_steady(sim, d))) {
        return false;
    }
    int64_t n = rounds(sim, d, &c, until_ns);
    if (n <= 0) {
        d->retry_ns = sim->now_ns + shortest_ns;
        return false;
    }
    int64_t all_ns = n * c.passive_ns + run_all(sim, d, &c, n);
    if (!sim->is_silent && lane_window(sim, sim->now_ns, sim->now_ns + 1) > 0) {
        sim->books->domain_switch_ns[d - sim->domain] += n * c.switch_ns;
    }
    move_state(d, &c, n, all_ns);
    d->turn = (struct sched_turn){.vgpu = SCHED_NOBODY};
    d->crossed_ns = sim->now_ns + all_ns;
    evq_set(&sim->evq, timer, sim->now_ns + all_ns);
    return true;
}
