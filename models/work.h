/* SPDX-License-Identifier: GPL-3.0-or-later */
/* work.h - who asks the GPU for what: arrivals, demands, think times, and rows of a trace.
 *
 * A request goes: arrival, host stage (one FIFO server per VM), batcher, GPU stage on the
 * domain, done. The kinds differ in who decides when the next request comes and in what one
 * batch holds.
 *
 * An open workload is a sequence of (arrival, demand) that is a pure function of the stream's
 * identity and the index: any number of cursors may walk it, so a waiting queue need not be
 * stored. A closed workload has one stream per client. */
#ifndef MODELS_WORK_H
#define MODELS_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "models/llm.h"
#include "models/slice.h"
#include "sim/core/dist.h"
#include "sim/core/rng.h"

enum work_kind {
    WORK_REQUESTS, /* open loop */
    WORK_CLOSED,   /* clients that think, ask and wait; training: one client, step after step */
    WORK_TRACE,    /* rows of a file */
    WORK_FRAMES,   /* periodic frames; one that finds the pipeline full is dropped */
    WORK_LLM /* sequences of tokens, batched iteration by iteration; open or rows of a file */
};

/* Rows in order of arrival; borrowed by every VM of the tenant. */
struct trace_rows {
    int64_t *arrival_ns; /* [n] non-decreasing, >= 0; speedup applied */
    int64_t *
        service_ns; /* [n] >= 0, time on the whole reference GPU; LLM: llm_pack of the tokens */
    int64_t n;      /* 0: the VM asks for nothing */
    int64_t span_ns; /* arrival of the last row: the circumference when VMs wrap around */
    double service_mean_ns;
};

/* A state of a Markov-modulated Poisson process. */
struct mmpp_state {
    double rate_per_s;   /* >= 0, of arrivals while in this state */
    struct dist holding; /* exponential time in this state, ns; mean >= 1 */
};

/* A point of a curve of rates that are linear in between. */
struct rate_point {
    int64_t at_ns;     /* the first is 0; never decreasing: two at one time are a step */
    double rate_per_s; /* >= 0 */
    double arrivals;   /* expected from the beginning of the period to here */
};

/* A stretch of time with a law of its own for the gaps between arrivals. */
struct rate_window {
    int64_t until_ns;  /* its end, from the beginning of the period; ascending */
    double rate_per_s; /* >= 0 */
    struct dist gap;   /* mean 1: in expected arrivals, not in time; unused where rate is 0 */
};

enum {
    MMPP_STATES_MAX = 1024,
    CURVE_POINTS_MAX = 16384,
    WINDOWS_MAX = 100000
};

struct arrivals {
    struct dist gap;     /* interarrival time, ns; mean 1e9 / rate */
    const char *process; /* "poisson" "periodic" "gamma" "weibull" "mmpp" "diurnal" "windows" */
    double rate_per_s;   /* in the long run */
    bool periodic;       /* arrival k at exactly phase + k * period, rounded each on its own */
    int64_t phase_ns;    /* periodic: first arrival */
    const struct mmpp_state *state;   /* [state_n] mmpp: visited in this order, over and over;
                                         borrowed */
    int state_n;                      /* 0: not mmpp */
    const struct rate_point *curve;   /* [curve_n] diurnal; the last point's time is the period;
                                         borrowed */
    int curve_n;                      /* 0: not diurnal */
    const struct rate_window *window; /* [window_n] windows; the last one's end is the period;
                                         borrowed */
    int window_n;                     /* 0: no windows */
    double scale;                     /* windows: what their rates were multiplied by */
};

/* Does the rate follow a clock, so that no warm-up leads to a steady state? */
static inline bool arrivals_follow_clock(const struct arrivals *a)
{
    return a->curve_n > 0 || a->window_n > 0;
}

/* Makes `a` a Markov-modulated Poisson process that goes through its states in a cycle and
 * begins in its steady state: each state with the share of time that it has in the long run.
 *   state       [n] rates and holding times; borrowed
 *   holding_ns  [n] mean holding times, >= 1
 * Returns NULL when usable, else a clause that says what is wrong. Source: Fischer &
 * Meier-Hellstern 1993, Performance Evaluation 18. */
const char *arrivals_mmpp(struct arrivals *a, struct mmpp_state *state,
                          const double *holding_ns, int n);

/* Makes `a` a Poisson process whose rate follows a curve that begins at t = 0 and repeats.
 *   point  [n] times and rates; `arrivals` is filled in; borrowed
 * Returns NULL when usable, else a clause that says what is wrong. O(n). */
const char *arrivals_diurnal(struct arrivals *a, struct rate_point *point, int n);

/* Makes `a` a renewal process whose rate and law change from window to window, over and over. A
 * gap is drawn by the law of the window in which it begins, in expected arrivals, and used up
 * at the rates of the windows that it spans: so the mean number of arrivals in a window does
 * not depend on where the window before it ended. Windows in which the gaps are short or long
 * on the whole: a doubly stochastic renewal process. window  [n] ends, rates and laws of mean
 * 1; borrowed Returns NULL when usable, else a clause that says what is wrong. O(n). */
const char *arrivals_windows(struct arrivals *a, const struct rate_window *window, int n);

enum {
    BATCH_MAX = 4096,    /* requests in a batch */
    PIPELINE_MAX = 64,   /* frames under way */
    PIECES_MAX = 100000, /* kernels of a request */
    CROWD_MAX = 64       /* streams at work for which times are measured */
};

/* A measured point of the time of a batch. */
struct size_point {
    int n;
    int64_t ns;
};

/* Time of a request measured on instances of one MIG profile of the scenario's GPU. */
struct service_profile {
    const char *name; /* as in the catalogue */
    double mean_ns;   /* of one request */
    const int64_t
        *by_size; /* [batch_max + 1] time of a batch of n there; NULL: batches of one */
    const struct size_point *point; /* [point_n] that by_size was made of */
    int point_n;
    const struct service_profile *crowd; /* [crowd_n] the same with 1, 2 ... streams at work;
                                            NULL: they share by width */
    int crowd_n;
    const double *slow; /* [batch_max + 1] of a row of `crowd`: its times over those of one
                           stream alone; index 0 unused */
};

struct work {
    enum work_kind kind;
    struct arrivals arrivals; /* REQUESTS, FRAMES; LLM without a trace */
    struct dist service; /* REQUESTS, CLOSED, FRAMES: time on one whole reference GPU, ns */
    int clients;         /* CLOSED: per VM, >= 1 */
    struct dist think;   /* CLOSED, ns */
    bool training;       /* CLOSED: steps back to back; latency is the time of a step */
    int64_t pause_every; /* CLOSED: after every so many requests of a client ... */
    int64_t pause_ns;    /* ... it thinks this much longer (checkpoints); 0: never */
    const struct trace_rows *trace; /* TRACE, LLM; NULL: LLM with arrivals */
    bool has_host;                  /* there is a stage before the GPU ... */
    struct dist host;               /* ... that takes this long on the VM's CPU, ns */
    double host_path_frac;    /* share of the service on the reference GPU for which it holds
                                 the path to the host, 0 .. 1 */
    int batch_max;            /* most requests that are served as one; 0, 1: each on its own */
    bool batch_from_free;     /* the timeout counts from when a stream is free and somebody
                                 waits, not from the oldest's arrival */
    int64_t batch_timeout_ns; /* the oldest waits at most so long for others to join */
    const int64_t *by_size;   /* [batch_max + 1] time of a batch of n on the reference GPU,
                                 index 0 unused; NULL: each request draws its own */
    const struct size_point *point; /* [point_n] ascending, that by_size was made of */
    int point_n;
    const struct service_profile *profile; /* [profile_n] beats the law of slices; borrowed */
    int profile_n;
    bool profiles_only;  /* other domains are unknown; `service` is the first profile's */
    int pieces;          /* kernels: the GPU work comes in so many equal pieces; 0, 1: in one */
    int64_t gap_ns;      /* between two pieces the domain is free so long */
    int64_t tail_ns;     /* after the work the domain is free, the stream is not (form sum) */
    int pipeline_max;    /* FRAMES: frames under way beyond which one is dropped, >= 1 */
    struct llm *own_llm; /* the tenant's own */
    const struct llm *llm; /* LLM: costs and limits */
    int64_t offset_ns;     /* TRACE: VM k starts k * offset into the file, after speedup */
    struct scaling scaling;
    int streams;       /* requests, or batches, of a vGPU in service at once, >= 1 */
    bool streams_auto; /* a plan chooses how many; 1 until then */
};

/* The host stage of one VM: requests leave it in the order in which they came. */
struct host_line {
    struct rng rng;
    int64_t free_ns;
};

/* When the next request, which came at arrival_ns, leaves the host stage: it begins when it
 * comes or when the one before it has left. Arrivals must not decrease. */
static inline int64_t host_ready_ns(struct host_line *h, const struct work *w,
                                    int64_t arrival_ns)
{
    int64_t from_ns = arrival_ns > h->free_ns ? arrival_ns : h->free_ns;
    h->free_ns = from_ns + dist_draw_ns(&w->host, &h->rng);
    return h->free_ns;
}

/* Does the queue grow without end where more is asked than there is? Clients wait for answers,
 * frames are dropped, and a trace ends. */
static inline bool work_grows(const struct work *w)
{
    return (w->kind == WORK_REQUESTS || w->kind == WORK_LLM) && !w->trace;
}

/* Requests with gaps that do not depend on the hour: rates count alike however long one looks.
 */
static inline bool work_is_renewal(const struct work *w)
{
    return work_grows(w) && w->arrivals.state_n == 0 && w->arrivals.curve_n == 0 &&
           w->arrivals.window_n == 0;
}

/* Nothing but an arrival and a demand: what the fast paths take. */
static inline bool work_is_plain(const struct work *w)
{
    return (w->kind == WORK_REQUESTS || w->kind == WORK_TRACE) && !w->has_host &&
           w->batch_max <= 1 && !w->by_size && w->pieces <= 1 && w->tail_ns == 0;
}

/* Time on instances of a profile over that on the whole reference GPU, both measured; 0 when
 * there is none, or no profile (NULL). O(profile_n). */
double work_measured(const struct work *w, const char *profile);

/* The row of the profile; NULL when there is none, or no profile (NULL). O(profile_n). */
const struct service_profile *work_profile(const struct work *w, const char *profile);

/* Most requests in a batch where the workload's streams run as measured on the profile: no more
 * than the smallest of the tables of 1 .. streams at work has. p->crowd_n >= streams. */
int work_crowd_batch(const struct work *w, const struct service_profile *p);

/* Does any draw of this workload depend on the seed? */
bool work_is_random(const struct work *w);

/* Fills out[0 .. max] from points in ascending order: linear between them, level below the
 * first and beyond the last. out[0] is 0. point_n >= 1. */
void work_fill_sizes(int64_t *out, int max, const struct size_point *point, int point_n);

/* Mean demand on the reference GPU, ns. */
double work_service_mean_ns(const struct work *w);

/* One request of an open workload. */
struct request {
    int64_t arrival_ns; /* intended */
    int64_t service_ns; /* on the whole reference GPU, before scaling; LLM: llm_pack */
};

enum {
    WORK_BATCH = RNG_BATCH /* requests drawn ahead */
};

/* Walks the requests of one VM in order. Two cursors of the same VM see the same requests: one
 * raises the arrivals, the other follows behind and serves, so that a waiting queue is a number
 * and needs no room. Requests are drawn a batch at a time; arrivals and demands have streams of
 * their own, so that this changes none. About 2.7 KB, of which a walk touches 1 KB. */
struct work_cursor {
    const struct work *work;
    int arrival_ix, arrival_n; /* next in arrival_ns[], and how many are there */
    int service_ix, service_n;
    int64_t arrival_ns[WORK_BATCH], service_ns[WORK_BATCH];
    int64_t index;    /* of the next request to draw */
    int64_t clock_ns; /* requests: the last arrival drawn */
    int state;        /* mmpp, windows: where the clock stands ... */
    int64_t until_ns; /* ... and until when */
    int64_t row;      /* trace: next row */
    int64_t shift_ns; /* trace: where in the file this VM starts */
    struct rng arrival, service, phase;
};

/* At the first request of VM `id->vm`. */
void work_cursor_init(struct work_cursor *c, const struct work *w, const struct rng_id *id);

/* Draw the next batch when the last one is used up: arrivals, and of a trace the demands with
 * them; demands. False when a trace is at its end. For the two functions below only. */
bool work_draw_arrivals(struct work_cursor *c);
void work_draw_services(struct work_cursor *c);

/* Gives the arrival of the next request, leaving its demand undrawn; false and 0 when a trace
 * is at its end. Arrivals never decrease and are at least 0. */
static inline bool work_next_arrival(struct work_cursor *c, int64_t *arrival_ns)
{
    if (c->arrival_ix == c->arrival_n && !work_draw_arrivals(c)) {
        *arrival_ns = 0;
        return false;
    }
    *arrival_ns = c->arrival_ns[c->arrival_ix++];
    return true;
}

/* As work_next_arrival, with the demand. A cursor uses one of the two throughout. */
static inline bool work_next(struct work_cursor *c, struct request *out)
{
    if (!work_next_arrival(c, &out->arrival_ns)) {
        out->service_ns = 0;
        return false;
    }
    if (c->service_ix == c->service_n) {
        work_draw_services(c);
    }
    out->service_ns = c->service_ns[c->service_ix++];
    return true;
}

/* Takes the requests that arrive before until_ns, in order, at most `cap` of them: as that many
 * calls of work_next. Returns how many; fewer than cap: there are no more, and the cursor is
 * not to be asked again. */
int work_take(struct work_cursor *c, int64_t until_ns, int64_t *arrival_ns, int64_t *service_ns,
              int cap);

/* Draws one demand or one think time of a closed client, whole ns >= 0. */
int64_t work_service_ns(const struct work *w, struct rng *r);
int64_t work_think_ns(const struct work *w, struct rng *r);

#endif
