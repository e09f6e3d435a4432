/* SPDX-License-Identifier: GPL-3.0-or-later */
/* laws.c - the table of exact results. One unit of time of the oracles is run as 1 ms.
 *
 * Values and case names are those of the project's queueing oracles: closed forms and exact
 * numerics, each checked by a second method; docs/validation.md names formula and origin per
 * case. Cases W are of the way of a request and the kinds of work; their formulas stand at the
 * scenarios. */
#include "tests/law/law.h"

#include <stddef.h>

/* ---- What is looked at ---- */

#define GET(name, expression)                                                                  \
    static struct estimate name(const struct result *r)                                        \
    {                                                                                          \
        return expression;                                                                     \
    }

GET(mean, r->mode[0].tenant[0].latency_mean)
GET(p95, r->mode[0].tenant[0].latency[1])
GET(wait, r->mode[0].tenant[0].wait_mean)
GET(wait_p95, r->mode[0].tenant[0].wait_p95)
GET(compute, r->mode[0].compute_frac)
GET(useful, r->mode[0].useful_frac)
GET(switching, r->mode[0].switch_frac)
GET(throughput, r->mode[0].tenant[0].throughput_per_s)
GET(share, r->mode[0].tenant[0].gpu_share_frac)
GET(mean_b, r->mode[0].tenant[1].latency_mean)
GET(p95_b, r->mode[0].tenant[1].latency[1])
GET(inflation, r->mode[0].tenant[0].p95_inflation)
GET(violated, r->mode[0].tenant[0].violations.total_frac)
GET(available, r->mode[0].tenant[0].available_frac)
GET(available_b, r->mode[0].tenant[1].available_frac)
GET(radius, r->mode[0].faults.vms)

/* A figure times a factor, with its interval. */
static struct estimate scaled(struct estimate e, double factor)
{
    e.value *= factor;
    e.lo *= factor;
    e.hi *= factor;
    return e;
}

/* The sum of two figures; their intervals add up at most. */
static struct estimate added(struct estimate a, struct estimate b)
{
    a.value += b.value;
    a.lo += b.lo;
    a.hi += b.hi;
    return a;
}

/* Counts of frames, as figures. */
#define COUNT(count) ((struct estimate){.value = (double)(count), .has_value = true})
GET(late, COUNT(r->mode[0].tenant[0].late))
GET(dropped, COUNT(r->mode[0].tenant[0].dropped))
GET(throughput_b, r->mode[0].tenant[1].throughput_per_s)
GET(ttft, r->mode[0].tenant[0].ttft_mean)
GET(tpot, r->mode[0].tenant[0].tpot_mean)

/* Arrivals are 0.8 per ms: Little's law. */
GET(number_80, scaled(mean(r), 0.8e-6))

/* The instances 3g + 2g + 2g have 98 of the 108 SMs of the board, and all 7 slices. */
GET(of_7_slices, scaled(compute(r), 108.0 / 98.0))

/* The load is the rate over the largest one that is stable. */
GET(rate_max,
    ((struct estimate){.value = 150.0 / r->mode[0].tenant[0].load_frac, .has_value = true}))

/* Kleinrock's sum for loads 0.3 and 0.4. */
GET(conserved, added(scaled(mean(r), 0.3), scaled(mean_b(r), 0.4)))

/* Alone the tenant is an M/M/1 queue with a mean of 1 / (1 - 0.35) ms. */
GET(mean_ratio, scaled(mean(r), 0.65e-6))

/* The percentile at which the tail probability of the oracle begins; 95 comes behind it. */
GET(tail, r->mode[0].tenant[0].latency[0])

/* Of two jobs the second takes longer: it is the longest, the first is the rest of the sum. */
GET(longest, r->mode[0].tenant[0].latency_max)
GET(longest_c, r->mode[0].tenant[2].latency_max)
GET(mean_c, r->mode[0].tenant[2].latency_mean)
GET(throughput_c, r->mode[0].tenant[2].throughput_per_s)
GET(load, ci_exact(r->mode[0].tenant[0].load_frac, 1))
GET(load_b, ci_exact(r->mode[0].tenant[1].load_frac, 1))
GET(load_c, ci_exact(r->mode[0].tenant[2].load_frac, 1))
GET(first, added(scaled(mean(r), 2.0), scaled(longest(r), -1.0)))
GET(first_c, added(scaled(mean_c(r), 2.0), scaled(longest_c(r), -1.0)))

/* ---- Scenarios ---- */

#define HEAD(horizon)                                                                          \
    "version: 1\nname: law\nhorizon: " horizon "\nreplicas: 20\ncoupling: none\n"
#define A100(count, rest)        "fleet: {gpu: A100-PCIE-80GB, count: " count "}\n" rest
#define ONE(mode)                "modes: [" mode "]\n"
#define TENANT(name, more, work) "  - name: " name "\n" more "    workload: {" work "}\n"
#define OPEN(process, rate, service)                                                           \
    "kind: requests, arrivals: {process: " process ", rate: " rate "}, service: {" service "}"
#define POISSON(rate, service) OPEN("poisson", rate, service)
#define EXP(mean)              "dist: exponential, mean: " mean
#define DET(mean)              "dist: deterministic, mean: " mean
#define CLOSED(clients, think, service)                                                        \
    "kind: closed, clients: " clients ", think: {" think "}, service: {" service "}"
#define PASS(horizon, work)                                                                    \
    HEAD(horizon) A100("1", ONE("passthrough")) "tenants:\n" TENANT("a", "", work)
#define SHARED(horizon, sched, tenants)                                                        \
    HEAD(horizon)                                                                              \
    A100("1", ONE("{mode: time-sliced, scheduler: {" sched "}}")) "tenants:\n" tenants
#define VGPU(type, count) "    vgpu: " type "\n    count: " count "\n"

static const char mm1_50[] = PASS("120 s", POISSON("500/s", EXP("1 ms")));
static const char mm1_80[] = PASS("120 s", POISSON("800/s", EXP("1 ms")));
static const char mm1_90[] = PASS("240 s", POISSON("900/s", EXP("1 ms")));
static const char md1_50[] = PASS("60 s", POISSON("500/s", DET("1 ms")));
static const char md1_80[] = PASS("120 s", POISSON("800/s", DET("1 ms")));
static const char me21[] = PASS("120 s", POISSON("800/s", "dist: erlang, mean: 1 ms, k: 2"));
static const char mh21[] =
    PASS("120 s", POISSON("700/s", "dist: hyperexponential, mean: 1 ms, cv: 2"));
static const char mln1[] =
    PASS("120 s", POISSON("700/s", "dist: lognormal, mean: 1 ms, cv: 1.4142135623730951"));
static const char mu1[] =
    PASS("120 s", POISSON("800/s", "dist: uniform, mean: 1 ms, cv: 0.28867513459481287"));
static const char mpar1[] =
    PASS("120 s", POISSON("700/s", "dist: pareto, mean: 1 ms, shape: 2.5"));
static const char dd1[] = PASS("20 s", OPEN("periodic", "250/s", DET("3 ms")));
static const char dm1[] = PASS("120 s", OPEN("periodic", "800/s", EXP("1 ms")));
static const char e2m1[] = HEAD("120 s") A100("1", ONE("passthrough")) "tenants:\n" TENANT(
    "a", "",
    "kind: requests, arrivals: {process: gamma, rate: 800/s, cv: 0.7071067811865476}, "
    "service: {dist: exponential, mean: 1 ms}");
static const char mm4_streams[] =
    PASS("60 s", POISSON("3200/s", EXP("1 ms")) ", streams: 4, scaling: {width: 25%}");
static const char mm4_gpus[] = HEAD("60 s") A100("4", ONE("passthrough")) "tenants:\n" TENANT(
    "a", "    vgpus: 4\n", POISSON("3200/s", EXP("1 ms")));
static const char md4[] =
    PASS("60 s", POISSON("3200/s", DET("1 ms")) ", streams: 4, scaling: {width: 25%}");
static const char repairman[] = PASS("300 s", CLOSED("10", EXP("20 ms"), EXP("2.5 ms")));
static const char repairman_2[] = PASS(
    "200 s", CLOSED("12", EXP("10 ms"), EXP("2.5 ms")) ", streams: 2, scaling: {width: 50%}");
static const char repairman_rr[] =
    SHARED("200 s", "policy: best-effort, slice: 1 ms, switch: 0 us",
           TENANT("a", VGPU("A100D-8C", "10"), CLOSED("1", EXP("20 ms"), EXP("2.5 ms"))));
static const char closed_det[] =
    SHARED("36 s", "policy: best-effort, slice: 2 ms, switch: 1 ms",
           TENANT("a", VGPU("A100D-20C", "3"), CLOSED("1", DET("0 ms"), DET("4 ms"))));
/* Each of what is hit is up for an exponential time of 50 ms and down for one of 10 ms. */
#define FAULTY(who, more)                                                                      \
    "lifecycle:\n  - {fault: " who                                                             \
    ", every: {" EXP("50 ms") "}, downtime: {" EXP("10 ms") "}" more "}\n"
static const char broken[] =
    PASS("240 s", POISSON("500/s", EXP("1 ms"))) FAULTY("a", ", requests: resumed");
static const char broken_beside[] =
    SHARED("20 s", "policy: best-effort, slice: 2 ms, switch: 0 us",
           TENANT("a", VGPU("A100D-8C", "4"), POISSON("10/s", EXP("1 ms")))
               TENANT("b", VGPU("A100D-8C", "1"), POISSON("10/s", EXP("1 ms"))))
        FAULTY("b/0", "");
static const char broken_own[] =
    SHARED("20 s", "policy: best-effort, slice: 2 ms, switch: 0 us",
           TENANT("a", VGPU("A100D-8C", "4"), POISSON("10/s", EXP("1 ms")))
               TENANT("b", VGPU("A100D-8C", "1"), POISSON("10/s", EXP("1 ms"))))
        FAULTY("b", ", class: contained");
static const char es4[] =
    SHARED("200 s", "policy: equal-share, slice: 2 ms, switch: 0 us",
           TENANT("a", VGPU("A100D-20C", "4"), POISSON("150/s", EXP("1 ms"))));
static const char es4_short[] =
    SHARED("200 s", "policy: equal-share, slice: 0.5 ms, switch: 0 us",
           TENANT("a", VGPU("A100D-20C", "4"), POISSON("150/s", EXP("1 ms"))));
static const char fs4[] =
    SHARED("200 s", "policy: fixed-share, slice: 2 ms, switch: 0.1 ms",
           TENANT("a", VGPU("A100D-20C", "2"), POISSON("150/s", EXP("1 ms"))));
static const char es4_md[] =
    SHARED("200 s", "policy: equal-share, slice: 2 ms, switch: 0 us",
           TENANT("a", VGPU("A100D-20C", "4"), POISSON("150/s", DET("1 ms"))));
static const char ts_mig[] = HEAD("1000 s") "fleet: {gpu: RTX-PRO-6000-BSE, count: 1}\n" ONE(
    "{mode: time-sliced-mig, scheduler: {policy: equal-share, slice: 2 ms, switch: 0 "
    "us}}") "tenants:\n" TENANT("a", VGPU("DC-1-8C", "3"),
                                POISSON("30/s", EXP("1 ms")) ", scaling: {compute: 0%, "
                                                             "memory: 100%}");
static const char be_full[] =
    SHARED("82 s", "policy: best-effort, slice: 2 ms, switch: 0.05 ms",
           TENANT("a", VGPU("A100D-20C", "4"), CLOSED("1", DET("0 ms"), DET("1 s"))));
static const char be_lone[] = HEAD("80 s") "warmup: 1 s\n" A100(
    "1", ONE("{mode: time-sliced, scheduler: {policy: best-effort, slice: 2 ms, switch: 0.05 "
             "ms}}")) "tenants:\n" TENANT("a", VGPU("A100D-20C", "1"),
                                          CLOSED("1", DET("0 ms"), DET("1 s")));
static const char es_full[] =
    SHARED("61.5 s", "policy: equal-share, slice: 2 ms, switch: 0.05 ms",
           TENANT("a", VGPU("A100D-20C", "1"), CLOSED("1", DET("0 ms"), DET("1 s")))
               TENANT("b", VGPU("A100D-20C", "2"), CLOSED("1", DET("0 ms"), DET("1 s"))));
static const char es_idle[] =
    SHARED("60 s", "policy: equal-share, slice: 2 ms, switch: 0 us",
           TENANT("a", VGPU("A100D-20C", "1"), CLOSED("1", DET("0 ms"), DET("1 s")))
               TENANT("b", VGPU("A100D-20C", "2"), OPEN("periodic", "1/h", DET("1 us"))));
static const char fs_lone[] =
    SHARED("80 s", "policy: fixed-share, slice: 2 ms, switch: 0 us",
           TENANT("a", VGPU("A100D-10C", "1"), CLOSED("1", DET("0 ms"), DET("1 s"))));
static const char fs_open[] =
    SHARED("200 s", "policy: fixed-share, slice: 2 ms, switch: 0.1 ms",
           TENANT("a", VGPU("A100D-20C", "3"), POISSON("400/s", EXP("2 ms"))));
static const char be_2[] =
    SHARED("200 s", "policy: best-effort, slice: 2 ms, switch: 0 us",
           TENANT("a", VGPU("A100D-20C", "1"), POISSON("300/s", EXP("1 ms")))
               TENANT("b", VGPU("A100D-20C", "1"), POISSON("200/s", EXP("2 ms"))));
static const char be_2_switch[] =
    SHARED("300 s", "policy: best-effort, slice: 2 ms, switch: 0.1 ms",
           TENANT("a", VGPU("A100D-20C", "1"), POISSON("300/s", EXP("1 ms")))
               TENANT("b", VGPU("A100D-20C", "1"), POISSON("200/s", EXP("2 ms"))));
static const char be_4[] =
    SHARED("200 s", "policy: best-effort, slice: 1 ms, switch: 0 us",
           TENANT("a", VGPU("A100D-20C", "4"), POISSON("150/s", EXP("1 ms"))));
/* P38: the percentile is one minus the miss probability; its value is the objective. */
static const char be_slo[] = SHARED(
    "300 s\npercentiles: [83.40596554]", "policy: best-effort, slice: 2 ms, switch: 0 us",
    TENANT("a",
           VGPU("A100D-20C", "1") "    objective: {p95: 6 ms}\n"
                                  "    isolation: {slowdown: 100000%}\n",
           POISSON("350/s", EXP("1 ms")))
        TENANT("b", VGPU("A100D-20C", "1"), POISSON("350/s", EXP("1 ms"))));

/* P02: a 3g instance does 3/7 of the whole GPU's work when 7/3 x 42 SMs / 108 SMs = 49 / 54 of
 * it goes with the SMs; for a 2g instance with 28 SMs 7/2 x 28 / 108 is the same. */
#define MIG_WORK(rate) POISSON(rate, EXP("2 ms")) ", scaling: {compute: 90.74074074074075%}"
static const char mig_3g[] = HEAD("300 s")
    A100("1", ONE("mig")) "tenants:\n" TENANT("a", "    mig: 3g.40gb\n", MIG_WORK("100/s"));
static const char mig_mix[] = HEAD("200 s")
    A100("1", ONE("mig")) "tenants:\n" TENANT("a", "    mig: 3g.40gb\n", MIG_WORK("100/s"))
        TENANT("b", "    mig: 2g.20gb\n", MIG_WORK("50/s"))
            TENANT("c", "    mig: 2g.20gb\n", MIG_WORK("100/s"));
static const char mpar1_wild[] =
    PASS("600 s", POISSON("600/s", "dist: pareto, mean: 1 ms, shape: 1.8"));

/* P06-H2: a Poisson process that is switched on and off has hyperexponential gaps. With the
 * gap rates 1.24222.. and 0.15778.. per ms and odds p: on-rate 1.12, back on after
 * 1 / 0.175 ms, off after 1 / 0.105 ms. Source: Kuczura 1973, Bell System Technical Journal 52.
 */
static const char h2m1[] = HEAD("120 s") A100("1", ONE("passthrough")) "tenants:\n" TENANT(
    "a", "",
    "kind: requests, arrivals: {process: mmpp, rates: [1120/s, 0/s], "
    "holding: [9523810 ns, 5714286 ns]}, service: {dist: exponential, mean: 1 ms}");
static const char mmpp1[] = HEAD("300 s") A100("1", ONE("passthrough")) "tenants:\n" TENANT(
    "a", "",
    "kind: requests, arrivals: {process: mmpp, rates: [1500/s, 200/s], "
    "holding: [20 ms, 50 ms]}, service: {dist: exponential, mean: 1 ms}");

/* P12: as many streams as there are requests share the GPU equally. */
#define SHARING ", streams: 1024"
static const char md1_ps[] = PASS("80 s", POISSON("800/s", DET("1 ms")) SHARING);
static const char mh21_ps[] =
    PASS("80 s", POISSON("800/s", "dist: hyperexponential, mean: 1 ms, cv: 2") SHARING);
static const char mpar1_ps[] =
    PASS("120 s", POISSON("500/s", "dist: pareto, mean: 1 ms, shape: 1.5") SHARING);
static const char mm1_ps[] = PASS("80 s", POISSON("800/s", EXP("1 ms")) SHARING);

/* P13: the mean of all is that of any order in which exponential work is done. */
static const char rr_any[] =
    SHARED("80 s", "policy: best-effort, slice: 2 ms, switch: 0 us",
           TENANT("a", VGPU("A100D-20C", "4"), POISSON("200/s", EXP("1 ms"))));

/* P19: a period of 8 (2 + golden ratio) ms reaches every phase of the frame alike. */
static const char es4_phase[] = SHARED(
    "2900 s\nwarmup: 0 s", "policy: equal-share, slice: 2 ms, switch: 0 us",
    TENANT("a", VGPU("A100D-20C", "1"), OPEN("periodic", "34.549150281252634/s", DET("1 ms")))
        TENANT("b", VGPU("A100D-20C", "3"), OPEN("periodic, phase: 1 h", "1/h", DET("1 us"))));
#define WORST(work)                                                                            \
    SHARED("800 s\nwarmup: 0 s", "policy: fixed-share, slice: 2 ms, switch: 0 us",             \
           TENANT("a", VGPU("A100D-20C", "1"),                                                 \
                  OPEN("periodic, phase: 2 ms", "12.5/s", DET(work))))
static const char worst_1[] = WORST("1 ms");
static const char worst_5[] = WORST("5 ms");

/* P22-V: with one vGPU the wait is the work that an arrival finds. */
static const char two_classes[] =
    SHARED("100 s", "policy: best-effort, slice: 0.1 ms, switch: 0 us",
           TENANT("a", VGPU("A100D-8C", "4"), CLOSED("1", EXP("20 ms"), EXP("2 ms")))
               TENANT("b", VGPU("A100D-8C", "6"), CLOSED("1", EXP("10 ms"), EXP("2 ms"))));
static const char be_work[] =
    SHARED("120 s", "policy: best-effort, slice: 2 ms, switch: 0 us",
           TENANT("a", VGPU("A100D-20C", "1"), POISSON("700/s", DET("1 ms"))));
static const char fs_alone[] =
    SHARED("60 s", "policy: fixed-share, slice: 2 ms, switch: 0.1 ms",
           TENANT("a", VGPU("A100D-20C", "1") "    isolation: {slowdown: 0%}\n",
                  POISSON("150/s", EXP("1 ms")))
               TENANT("b", VGPU("A100D-20C", "3"), POISSON("200/s", EXP("1 ms"))));
static const char mig_alone[] = HEAD("60 s") A100("1", ONE("mig")) "tenants:\n" TENANT(
    "a", "    mig: 3g.40gb\n    isolation: {slowdown: 0%}\n", MIG_WORK("100/s"))
    TENANT("b", "    mig: 3g.40gb\n", MIG_WORK("150/s"));

/* P40 to P44: one job an hour, or the rows of a file. */
#define JOB(name, work) TENANT(name, VGPU("A100D-20C", "1"), OPEN("periodic", "1/h", DET(work)))
#define JOBS                                                                                   \
    JOB("a", "3 ms")                                                                           \
    JOB("b", "5 ms")                                                                           \
    JOB("c", "2 ms")
#define ROWS(name, file)                                                                       \
    TENANT(name, VGPU("A100D-20C", "1"),                                                       \
           "kind: trace, file: tests/law/" file ", arrival: {column: arrival, unit: ms}, "     \
           "service: {column: work, unit: ms}")
#define FILES                                                                                  \
    ROWS("a", "jobs-0.csv")                                                                    \
    ROWS("b", "jobs-1.csv")                                                                    \
    ROWS("c", "jobs-2.csv")
static const char jobs_40[] =
    SHARED("1 s\nwarmup: 0 s", "policy: best-effort, slice: 2 ms, switch: 0 us", JOBS);
static const char jobs_41[] =
    SHARED("1 s\nwarmup: 0 s", "policy: best-effort, slice: 2 ms, switch: 1 ms", JOBS);
static const char jobs_42[] =
    SHARED("1 s", "policy: best-effort, slice: 3 ms, switch: 1 ms", FILES);
static const char jobs_43[] =
    SHARED("1 s", "policy: equal-share, slice: 2 ms, switch: 0 ms", FILES);
static const char jobs_44[] =
    SHARED("1 s", "policy: fixed-share, slice: 2 ms, switch: 1 ms", FILES);

/* W01: M/M/1 behind M/M/1. The sojourns are independent and exponential with rates 1.25 - 0.6
 * and 1 - 0.6 per ms: the mean is the sum of their means, the percentile that of the sum.
 * Source: Jackson 1957, Operations Research 5; Reich 1963, Annals of Mathematical Statistics
 * 34. */
static const char tandem[] =
    PASS("120 s", POISSON("600/s", EXP("1 ms")) ", host: {dist: exponential, mean: 0.8 ms}");

/* W02: 6 clients, two stations: mean value analysis. Source: Reiser & Lavenberg 1980, Journal
 * of the ACM 27. */
static const char closed_tandem[] =
    PASS("200 s",
         CLOSED("6", EXP("10 ms"), EXP("2.5 ms")) ", "
                                                  "host: {dist: exponential, mean: 1.5 ms}");

/* W03: up to 4 are served at once in 0.6 + 0.25 n ms. The number that waits when a service
 * begins is a Markov chain; its stationary law was computed to 1e-16. Source: Chaudhry &
 * Templeton 1983, A First Course in Bulk Queues. */
static const char bulk[] = PASS("60 s", "kind: requests, arrivals: {process: poisson, rate: "
                                        "1500/s}, service: {base: 0.6 ms, per-item: 0.25 ms}, "
                                        "batch: {max: 4}");

/* W04: a D/M/1/3 queue: what a tick sees is a Markov chain of four states. */
static const char frames_lost[] =
    PASS("200 s", "kind: frames, fps: 100 fps, service: {" EXP("9 ms") "}, pipeline: 3");

/* W05: frames of 3 ms on the host and 4 ms on the GPU every 10 ms. W06: of 12 ms on the GPU:
 * the GPU never rests, so that of 600 ticks 500 are rendered, all of them late. Nothing is
 * random, so one replica is run. */
#define FRAMES(horizon, more)                                                                  \
    HEAD(horizon)                                                                              \
    "warmup: 1.2 s\n" A100("1", ONE("passthrough")) "tenants:\n" TENANT(                       \
        "a", "", "kind: frames, fps: 100 fps, " more)
static const char frames_in_time[] =
    FRAMES("6 s", "host: {" DET("3 ms") "}, service: {" DET("4 ms") "}");
static const char frames_late[] = FRAMES("6 s", "service: {" DET("12 ms") "}");

/* W07: the limiter holds frames to 60 a second under best effort alone. */
#define LIMITED(policy)                                                                        \
    HEAD("6 s")                                                                                \
    "warmup: 1 s\n" A100(                                                                      \
        "1",                                                                                   \
        ONE("{mode: time-sliced, scheduler: {policy: " policy                                  \
            ", slice: 1 ms, switch: 0 us}}")) "tenants:\n" TENANT("a", VGPU("A100D-20C", "1"), \
                                                                  "kind: frames, fps: 120 "    \
                                                                  "fps, service: {" DET(       \
                                                                      "1 ms") "}")
static const char limited[] = LIMITED("best-effort");
static const char unlimited[] = LIMITED("equal-share");

/* W08: four trainers whose steps are ten slices: a round of 4 (2 + 0.1) ms each slice. */
#define TRAINER(work) "kind: training, service: {" DET(work) "}"
static const char trainers[] = HEAD("8.4 s") "warmup: 0.84 s\n" A100(
    "1", ONE("{mode: time-sliced, scheduler: {policy: best-effort, slice: 2 ms, switch: 0.1 "
             "ms}}")) "tenants:\n" TENANT("a", VGPU("A100D-20C", "4"), TRAINER("20 ms"));

/* W09: ten steps of 10 ms and a pause of 50 ms. */
static const char checkpoints[] =
    HEAD("15 s") "warmup: 1.5 s\n" A100("1", ONE("passthrough")) "tenants:\n" TENANT(
        "a", "", TRAINER("10 ms") ", checkpoint: {every: 10, pause: 50 ms}");

/* W10, W11: two trainers of 4 ms on the host and 4 ms on the GPU. By demand each works while
 * the other is on its host: a step takes what it takes alone. In slots of 8 ms, kept when idle,
 * the host's 4 ms and the rest of the own slot go by together: one step in two slots. */
#define HOSTED(policy)                                                                         \
    HEAD("8 s")                                                                                \
    "warmup: 0.8 s\n" A100(                                                                    \
        "1",                                                                                   \
        ONE("{mode: time-sliced, scheduler: {policy: " policy                                  \
            ", slice: 8 ms, switch: 0 us}}")) "tenants:\n" TENANT("a", VGPU("A100D-20C", "1"), \
                                                                  TRAINER(                     \
                                                                      "4 ms") ", host: "       \
                                                                              "{" DET(         \
                                                                                  "4 ms") "}") \
        TENANT("b", VGPU("A100D-20C", "1"), TRAINER("4 ms") ", host: {" DET("4 ms") "}")
static const char gaps_filled[] = HOSTED("best-effort");
static const char gaps_kept[] = HOSTED("equal-share");

/* W12, W13: kernels of 1 ms with gaps of 1 ms between them, and a tail of 1 ms after the last
 * by form sum: alone a step is busy half of its 8 ms. Two fill each other's gaps by demand, but
 * not in slots of 4 ms: each of those holds two kernels, so that a step takes 16 ms. */
#define GAPS(policy)                                                                           \
    HEAD("8 s")                                                                                \
    "warmup: 0.8 s\n" A100(                                                                    \
        "1",                                                                                   \
        ONE("{mode: time-sliced, scheduler: {policy: " policy                                  \
            ", slice: 4 ms, switch: 0 us}}")) "tenants:\n" TENANT("a", VGPU("A100D-20C", "1"), \
                                                                  TRAINER("4 ms") KERNELS)     \
        TENANT("b", VGPU("A100D-20C", "1"), TRAINER("4 ms") KERNELS)
#define KERNELS ", kernels: {count: 4, gap: 1 ms}, scaling: {form: sum, floor: 1 ms}"
static const char kernels_filled[] = GAPS("best-effort");
static const char kernels_kept[] = GAPS("equal-share");
static const char kernels_alone[] = HEAD("8 s") "warmup: 0.8 s\n" A100(
    "1", ONE("passthrough")) "tenants:\n" TENANT("a", "", TRAINER("4 ms") KERNELS);

/* W14: form sum on a 1g slice: 14 of 108 SMs make 4 ms 30.857 ms; the floor comes after. */
static const char floor_sum[] =
    HEAD("8 s") "warmup: 1 s\n" A100("1", ONE("mig")) "tenants:\n" TENANT(
        "a", "    mig: 1g.10gb\n",
        OPEN("periodic", "10/s", DET("7 ms")) ", scaling: {form: sum, floor: 3 ms}");

/* W15: one sequence at a time: 100 tokens of prompt in an iteration of 12 + 100 x 0.1 ms, then
 * nine of 12 + 0.5 + 0.01 x context ms with contexts of 101 to 109. */
static const char sequences[] =
    HEAD("10 s") "warmup: 1 s\n" A100("1", ONE("passthrough")) "tenants:\n" TENANT(
        "a", "",
        "kind: llm, arrivals: {process: periodic, rate: 2/s}, prompt: {" DET(
            "100") "}, "
                   "output: {" DET(
                       "10") "}, prefill: {per-token: 0.1 ms}, decode: {base: 12 ms, "
                             "per-sequence: 0.5 ms, per-token: 0.01 ms}");

/* W16: two classes of requests that share a GPU at one speed: processor sharing, where the mean
 * of each is its service over 1 - rho, rho = 0.2 + 0.4. With 64 streams each nobody waits for
 * one: P(N > 64) < 1e-13. Source: Kleinrock 1976, Queueing Systems II, section 4.4. */
#define ITEM(name, work)           "      - {name: " name ", " work "}\n"
#define SEVERAL(name, more, items) "  - name: " name "\n" more "    workloads:\n" items
#define PASS_SEVERAL(horizon, items)                                                           \
    HEAD(horizon) A100("1", ONE("passthrough")) "tenants:\n" SEVERAL("a", "", items)
static const char sharing[] =
    PASS_SEVERAL("120 s", ITEM("x", POISSON("200/s", EXP("1 ms")) ", streams: 64")
                              ITEM("y", POISSON("40/s", DET("10 ms")) ", streams: 64"));

/* W17: trainers of 4 ms in one VM: three that fill 60 % of the SMs run at 1 / 1.8; W17-fits:
 * 60 % and 30 % have room side by side. */
#define NARROW(name, width) ITEM(name, TRAINER("4 ms") ", scaling: {width: " width "}")
static const char crowded[] = PASS_SEVERAL(
    "7.2 s\nwarmup: 0.72 s", NARROW("x", "60%") NARROW("y", "60%") NARROW("z", "60%"));
static const char fitting[] =
    PASS_SEVERAL("8 s\nwarmup: 0.8 s", NARROW("x", "60%") NARROW("y", "30%"));

/* W18: a VM with two trainers has the turns of one VM: beside one that trains alone each of the
 * two has a quarter of the GPU. */
static const char by_vm[] = SHARED(
    "8 s\nwarmup: 0.8 s", "policy: best-effort, slice: 2 ms, switch: 0 us",
    SEVERAL("a", VGPU("A100D-20C", "1"), ITEM("x", TRAINER("4 ms")) ITEM("y", TRAINER("4 ms")))
        TENANT("b", VGPU("A100D-20C", "1"), TRAINER("4 ms")));

/* W21: a request of 4 ms a second beside a trainer, which makes the rest, 996 ms: the VM has
 * work while its first workload has none. */
static const char mostly_idle[] =
    SHARED("8 s\nwarmup: 0.8 s", "policy: best-effort, slice: 2 ms, switch: 0 us",
           SEVERAL("a", VGPU("A100D-20C", "1"),
                   ITEM("x", OPEN("periodic", "1/s", DET("4 ms"))) ITEM("y", TRAINER("4 ms"))));

/* W20: 300 requests of 4 ms a second beside 50, which take a fifth: the rest makes 200. */
static const char overfull[] =
    PASS_SEVERAL("8 s\nwarmup: 0.8 s", ITEM("x", OPEN("periodic", "50/s", DET("4 ms")))
                                           ITEM("y", OPEN("periodic", "300/s", DET("4 ms"))));

/* W19: requests of 4 ms beside a trainer, 140 a second: half of the GPU makes 125. */
static const char crowded_out[] =
    PASS_SEVERAL("8 s\nwarmup: 0.8 s",
                 ITEM("x", OPEN("periodic", "140/s", DET("4 ms"))) ITEM("y", TRAINER("4 ms")));

/* W22: one stream at work takes 10 ms, two take 16 ms each: a birth-death chain with death
 * rates 100/s, then 125/s. With a = 0.6 and b = 0.48: p0 = (1 - b) / (1 - b + a), the mean
 * number is p0 a / (1 - b)^2, and Little gives the mean time: 10 ms / (1.12 x 0.52). Source:
 * Kleinrock 1975, Queueing Systems I, section 3.2. */
static const char company[] = HEAD("240 s") A100("1", ONE("mig")) "tenants:\n" TENANT(
    "a", "    mig: 1g.10gb\n",
    POISSON("60/s", EXP("1 ms") ", profiles: {1g.10gb: {streams: {1: {mean: 10 ms}, "
                                "2: {mean: 16 ms}}}}") ", streams: 2");

/* W22-batch: the table of two ends at 4, so that batches are no larger: 100 a second in batches
 * of 4, each 18 ms while two run. */
static const char batches[] =
    HEAD("8 s\nwarmup: 0.8 s") A100("1", ONE("mig")) "tenants:\n" TENANT(
        "a", "    mig: 1g.10gb\n",
        OPEN("periodic", "100/s",
             "profiles: {1g.10gb: {streams: {1: {table: {1: 10 ms, 8: 20 ms}}, "
             "2: {table: {1: 12 ms, 4: 18 ms}}}}}") ", streams: 2, batch: {max: 8}");

#define MS 1e6

/*   case      statistic       exact            rule       scenario  figure */
const struct law laws[] = {
    {"P01-50",     "mean_sojourn",                          2.0 * MS,           LAW_CI,    mm1_50,         mean        },
    {"P01-50",     "p95_sojourn",                           5.991464547 * MS,   LAW_CI,    mm1_50,         p95         },
    {"P01-80",     "mean_sojourn",                          5.0 * MS,           LAW_CI,    mm1_80,         mean        },
    {"P01-80",     "p95_sojourn",                           14.97866137 * MS,   LAW_CI,    mm1_80,         p95         },
    {"P01-80",     "mean_wait",                             4.0 * MS,           LAW_CI,    mm1_80,         wait        },
    {"P01-80",     "p95_wait",                              13.86294361 * MS,   LAW_CI,    mm1_80,         wait_p95    },
    {"P01-80",     "utilization",                           0.8,                LAW_CI,    mm1_80,         compute     },
    {"P01-80",     "mean_number_in_system",                 4.0,                LAW_CI,    mm1_80,         number_80   },
    {"P01-90",     "mean_sojourn",                          10.0 * MS,          LAW_CI,    mm1_90,         mean        },
    {"P01-90",     "p95_sojourn",                           29.95732274 * MS,   LAW_CI,    mm1_90,         p95         },
    {"P03-50",     "mean_sojourn",                          1.5 * MS,           LAW_CI,    md1_50,         mean        },
    {"P03-50",     "p95_sojourn",                           3.050638407 * MS,   LAW_CI,    md1_50,         p95         },
    {"P03-80",     "mean_sojourn",                          3.0 * MS,           LAW_CI,    md1_80,         mean        },
    {"P03-80",     "p95_sojourn",                           7.620324997 * MS,   LAW_CI,    md1_80,         p95         },
    {"P04-E2",     "mean_sojourn",                          4.0 * MS,           LAW_CI,    me21,           mean        },
    {"P04-E2",     "p95_sojourn",                           11.31803781 * MS,   LAW_CI,    me21,           p95         },
    {"P04-H2",     "mean_sojourn",                          6.833333333 * MS,   LAW_CI,    mh21,           mean        },
    {"P04-H2",     "p95_sojourn",                           25.71918027 * MS,   LAW_CI,    mh21,           p95         },
    {"P04-LN",     "mean_sojourn",                          4.5 * MS,           LAW_CI,    mln1,           mean        },
    {"P04-LN",     "p95_sojourn",                           15.8129309 * MS,    LAW_CI,    mln1,           p95         },
    {"P04-U",      "mean_sojourn",                          3.166666667 * MS,   LAW_CI,    mu1,            mean        },
    {"P04-U",      "p95_sojourn",                           8.232182225 * MS,   LAW_CI,    mu1,            p95         },
    {"P04-PAR",    "p95_sojourn",                           8.792480034 * MS,   LAW_CI,    mpar1,          p95         },
    {"P05",        "p95_sojourn",                           3.0 * MS,           LAW_EXACT, dd1,            p95         },
    {"P05",        "mean_sojourn",                          3.0 * MS,           LAW_EXACT, dd1,            mean        },
    {"P05",        "utilization",                           0.75,               LAW_EXACT, dd1,            compute     },
    {"P06-D",      "mean_sojourn",                          2.69273084 * MS,    LAW_CI,    dm1,            mean        },
    {"P06-D",      "p95_sojourn",                           8.066700681 * MS,   LAW_CI,    dm1,            p95         },
    {"P06-E2",     "mean_sojourn",                          3.843979767 * MS,   LAW_CI,    e2m1,           mean        },
    {"P06-E2",     "p95_sojourn",                           11.51553425 * MS,   LAW_CI,    e2m1,           p95         },
    {"P07",        "mean_sojourn",                          1.74554059 * MS,    LAW_CI,    mm4_streams,    mean        },
    {"P07",        "p95_sojourn",                           4.738019496 * MS,   LAW_CI,    mm4_streams,    p95         },
    {"P07",        "p95_wait",                              3.098678778 * MS,   LAW_CI,    mm4_streams,    wait_p95    },
    {"P07",        "mean_sojourn",                          1.74554059 * MS,    LAW_CI,    mm4_gpus,       mean        },
    {"P07",        "p95_sojourn",                           4.738019496 * MS,   LAW_CI,    mm4_gpus,       p95         },
    {"P09",        "mean_sojourn",                          1.386094931 * MS,   LAW_CI,    md4,            mean        },
    {"P09",        "p95_sojourn",                           2.520495391 * MS,   LAW_CI,    md4,            p95         },
    {"P15-B",      "mean_sojourn",                          7.166666667 * MS,   LAW_CI,    broken,         mean        },
    {"P15-B",      "p95_sojourn",                           30.06162156 * MS,   LAW_CI,    broken,         p95         },
    {"P15-B",      "availability",                          0.8333333333,       LAW_CI,    broken,         available   },
    {"P15-B",      "availability",                          0.8333333333,       LAW_CI,    broken_beside,  available   },
    {"P15-B",      "availability",                          0.8333333333,       LAW_CI,    broken_own,     available_b },
    {"D-GPU",      "blast_radius",                          4.0,                LAW_EXACT, broken_beside,  radius      },
    {"D-VM",       "blast_radius",                          0.0,                LAW_EXACT, broken_own,     radius      },
    {"P16-ES4",    "mean_sojourn",                          10.65481404 * MS,   LAW_CI,    es4,            mean        },
    {"P16-ES4",    "p95_sojourn",                           30.62562814 * MS,   LAW_CI,    es4,            p95         },
    {"P16-ES4q1",  "mean_sojourn",                          10.046362 * MS,     LAW_CI,    es4_short,      mean        },
    {"P16-ES4q1",  "p95_sojourn",                           30.00329661 * MS,   LAW_CI,    es4_short,      p95         },
    {"P16-FS4sw",  "mean_sojourn",                          12.05771125 * MS,   LAW_CI,    fs4,            mean        },
    {"P16-FS4sw",  "p95_sojourn",                           34.73823564 * MS,   LAW_CI,    fs4,            p95         },
    {"P20-stab",   "lambda_max",                            238.09523809523808, LAW_EXACT, fs4,            rate_max    },
    {"P16-TSMIG",  "mean_sojourn",                          18.86024917 * MS,   LAW_CI,    ts_mig,         mean        },
    {"P16-TSMIG",  "p95_sojourn",                           56.29528263 * MS,   LAW_CI,    ts_mig,         p95         },
    {"P17-MD",     "mean_sojourn",                          6.65029456 * MS,    LAW_CI,    es4_md,         mean        },
    {"P17-MD",     "p95_sojourn",                           15.23294898 * MS,   LAW_CI,    es4_md,         p95         },
    {"P20-BE",     "useful_fraction",                       0.9756097560975611, LAW_EXACT, be_full,        useful      },
    {"P20-BE1",    "useful_fraction",                       1.0,                LAW_EXACT, be_lone,        useful      },
    {"P20-ES",     "share_per_tenant",                      0.3252032520325204, LAW_EXACT, es_full,        share       },
    {"P20-ESidle", "share_of_backlogged_tenant",            0.3333333333333333, LAW_EXACT, es_idle,        share       },
    {"P20-FS",     "share",                                 0.125,              LAW_EXACT, fs_lone,        share       },
    {"P20-FSthr",  "throughput",                            3.0 * 119.047619,   LAW_CI,    fs_open,        throughput  },
    {"P21-a",      "mean_sojourn_tenant1",                  3.155186402 * MS,   LAW_CI,    be_2,           mean        },
    {"P21-a",      "p95_sojourn_tenant1",                   10.22352339 * MS,   LAW_CI,    be_2,           p95         },
    {"P21-a",      "mean_sojourn_tenant2",                  6.800276865 * MS,   LAW_CI,    be_2,           mean_b      },
    {"P21-a",      "p95_sojourn_tenant2",                   21.80061804 * MS,   LAW_CI,    be_2,           p95_b       },
    {"P21-a",      "sum_rho_i*T_i",                         3.666666667 * MS,   LAW_CI,    be_2,           conserved   },
    {"P21-b",      "mean_sojourn_tenant1",                  3.638875378 * MS,   LAW_CI,    be_2_switch,    mean        },
    {"P21-b",      "p95_sojourn_tenant1",                   11.83600059 * MS,   LAW_CI,    be_2_switch,    p95         },
    {"P21-b",      "mean_sojourn_tenant2",                  8.024232845 * MS,   LAW_CI,    be_2_switch,    mean_b      },
    {"P21-b",      "p95_sojourn_tenant2",                   25.83900211 * MS,   LAW_CI,    be_2_switch,    p95_b       },
    {"P21-b",      "switch_overhead_fraction",              0.03268412837,      LAW_CI,    be_2_switch,    switching   },
    {"P22-sym",    "mean_sojourn",                          2.5 * MS,           LAW_CI,    be_4,           mean        },
    {"P25",        "throughput",                            351.3355743,        LAW_CI,    repairman,      throughput  },
    {"P25",        "mean_response",                         8.462816554 * MS,   LAW_CI,    repairman,      mean        },
    {"P25",        "p95_response",                          20.95169944 * MS,   LAW_CI,    repairman,      p95         },
    {"P25-RR",     "mean_response",                         8.462816554 * MS,   LAW_CI,    repairman_rr,   mean        },
    {"P26",        "mean_response",                         6.059152365 * MS,   LAW_CI,    repairman_2,    mean        },
    {"P26",        "p95_response",                          13.949632 * MS,     LAW_CI,    repairman_2,    p95         },
    {"P26-D",      "mean_response",                         18.0 * MS,          LAW_EXACT, closed_det,     mean        },
    {"P38",        "mean_T_shared/mean_T_alone",            2.166666667,        LAW_CI,    be_slo,         mean_ratio  },
    {"P38-SLO",    "slo_miss_probability",                  6.0 * MS,           LAW_CI,    be_slo,         tail        },
    {"P38-SLO",    "p95_sojourn_tenant1",                   10.87944368 * MS,   LAW_CI,    be_slo,         p95         },
    {"P38-SLO",    "p95_inflation",                         2.360570888,        LAW_CI,    be_slo,         inflation   },
    {"P38-SLO",    "neighbour_caused_slo_miss_probability", 0.1456984331,       LAW_CI,    be_slo,
     violated                                                                                                          },
    {"P02-37",     "mean_sojourn",                          8.75 * MS,          LAW_CI,    mig_3g,         mean        },
    {"P02-37",     "p95_sojourn",                           26.21265739 * MS,   LAW_CI,    mig_3g,         p95         },
    {"P02-mix",    "gpu_compute_utilization_of_7_slices",   0.5,                LAW_CI,    mig_mix,        of_7_slices },
    {"P04-PARinf", "p95_sojourn",                           18.92368882 * MS,   LAW_CI,    mpar1_wild,     p95         },
    {"P06-H2",     "mean_sojourn",                          6.573051634 * MS,   LAW_CI,    h2m1,           mean        },
    {"P06-H2",     "p95_sojourn",                           19.69110291 * MS,   LAW_CI,    h2m1,           p95         },
    {"P11",        "mean_sojourn",                          14.33545829 * MS,   LAW_CI,    mmpp1,          mean        },
    {"P11",        "p95_sojourn",                           47.78230167 * MS,   LAW_CI,    mmpp1,          p95         },
    {"P12-D",      "mean_sojourn",                          5.0 * MS,           LAW_CI,    md1_ps,         mean        },
    {"P12-H2",     "mean_sojourn",                          5.0 * MS,           LAW_CI,    mh21_ps,        mean        },
    {"P12-PAR",    "mean_sojourn",                          2.0 * MS,           LAW_CI,    mpar1_ps,       mean        },
    {"P12-MM",     "p95_sojourn",                           18.74811131 * MS,   LAW_CI,    mm1_ps,         p95         },
    {"P13-uncond", "mean_sojourn",                          5.0 * MS,           LAW_CI,    rr_any,         mean        },
    {"P19-LT",     "mean_sojourn",                          4.0 * MS,           LAW_QMC,   es4_phase,      mean        },
    {"P19-LT",     "p95_sojourn",                           7.0 * MS,           LAW_QMC,   es4_phase,      p95         },
    {"P19-W1",     "sup_sojourn",                           7.0 * MS,           LAW_EXACT, worst_1,        longest     },
    {"P19-W5",     "sup_sojourn",                           23.0 * MS,          LAW_EXACT, worst_5,        longest     },
    {"P22-V",      "mean_virtual_work",                     1.166666667 * MS,   LAW_CI,    be_work,        wait        },
    {"P22-V",      "p95_virtual_work",                      4.102897964 * MS,   LAW_CI,    be_work,        wait_p95    },
    {"P38",        "max|T_shared-T_alone|",                 0.0,                LAW_EXACT, fs_alone,       violated    },
    {"P38",        "max|T_shared-T_alone|",                 0.0,                LAW_EXACT, mig_alone,      violated    },
    {"P40",        "completion[job0]",                      7.0 * MS,           LAW_EXACT, jobs_40,        mean        },
    {"P40",        "completion[job1]",                      10.0 * MS,          LAW_EXACT, jobs_40,        mean_b      },
    {"P40",        "completion[job2]",                      6.0 * MS,           LAW_EXACT, jobs_40,        mean_c      },
    {"P41",        "completion[job0]",                      11.0 * MS,          LAW_EXACT, jobs_41,        mean        },
    {"P41",        "completion[job1]",                      15.0 * MS,          LAW_EXACT, jobs_41,        mean_b      },
    {"P41",        "completion[job2]",                      9.0 * MS,           LAW_EXACT, jobs_41,        mean_c      },
    {"P42",        "completion[job0]",                      (5.0 - 0.0) * MS,   LAW_EXACT, jobs_42,        first       },
    {"P42",        "completion[job1]",                      (7.0 - 1.0) * MS,   LAW_EXACT, jobs_42,        longest     },
    {"P42",        "completion[job2]",                      (11.0 - 5.0) * MS,  LAW_EXACT, jobs_42,        mean_b      },
    {"P42",        "completion[job3]",                      (22.0 - 20.0) * MS, LAW_EXACT, jobs_42,        first_c     },
    {"P42",        "completion[job4]",                      (29.0 - 20.0) * MS, LAW_EXACT, jobs_42,        longest_c   },
    {"P43",        "completion[job0]",                      (8.0 - 0.0) * MS,   LAW_EXACT, jobs_43,        first       },
    {"P43",        "completion[job1]",                      (14.0 - 1.0) * MS,  LAW_EXACT, jobs_43,        longest     },
    {"P43",        "completion[job2]",                      (15.0 - 5.0) * MS,  LAW_EXACT, jobs_43,        mean_b      },
    {"P43",        "completion[job3]",                      (23.0 - 20.0) * MS, LAW_EXACT, jobs_43,        first_c     },
    {"P43",        "completion[job4]",                      (42.0 - 20.0) * MS, LAW_EXACT, jobs_43,        longest_c   },
    {"P44",        "completion[job0]",                      (15.0 - 0.0) * MS,  LAW_EXACT, jobs_44,        first       },
    {"P44",        "completion[job1]",                      (27.0 - 1.0) * MS,  LAW_EXACT, jobs_44,        longest     },
    {"P44",        "completion[job2]",                      (18.0 - 5.0) * MS,  LAW_EXACT, jobs_44,        mean_b      },
    {"P44",        "completion[job3]",                      (21.0 - 20.0) * MS, LAW_EXACT, jobs_44,        first_c     },
    {"P44",        "completion[job4]",                      (68.0 - 20.0) * MS, LAW_EXACT, jobs_44,        longest_c   },
    {"P26-MC",     "mean_response_class1",                  8.629920844 * MS,   LAW_CI,    two_classes,    mean        },
    {"W01",        "mean_sojourn",                          4.038461538 * MS,   LAW_CI,    tandem,         mean        },
    {"W01",        "p95_sojourn",                           9.739559425 * MS,   LAW_CI,    tandem,         p95         },
    {"W01",        "mean_wait",                             3.038461538 * MS,   LAW_CI,    tandem,         wait        },
    {"W02",        "mean_response",                         8.644189863 * MS,   LAW_CI,    closed_tandem,  mean        },
    {"W02",        "throughput",                            321.8160748,        LAW_CI,    closed_tandem,  throughput  },
    {"W03",        "mean_sojourn",                          1.727998113 * MS,   LAW_CI,    bulk,           mean        },
    {"W04",        "throughput",                            89.36228364,        LAW_CI,    frames_lost,    throughput  },
    {"W04",        "mean_sojourn",                          16.38200049 * MS,   LAW_CI,    frames_lost,    mean        },
    {"W05",        "p95_sojourn",                           7.0 * MS,           LAW_EXACT, frames_in_time, p95         },
    {"W05",        "frames_late",                           0.0,                LAW_EXACT, frames_in_time, late        },
    {"W05",        "frames_dropped",                        0.0,                LAW_EXACT, frames_in_time, dropped     },
    {"W06",        "throughput",                            1000.0 / 12.0,      LAW_EXACT, frames_late,    throughput  },
    {"W06",        "frames_late",                           500.0,              LAW_EXACT, frames_late,    late        },
    {"W06",        "frames_dropped",                        100.0,              LAW_EXACT, frames_late,    dropped     },
    {"W07-BE",     "throughput",                            60.0,               LAW_EXACT, limited,        throughput  },
    {"W07-ES",     "throughput",                            120.0,              LAW_EXACT, unlimited,      throughput  },
    {"W08",        "throughput",                            4.0 / 0.084,        LAW_EXACT, trainers,       throughput  },
    {"W08",        "p95_step",                              84.0 * MS,          LAW_EXACT, trainers,       p95         },
    {"W08",        "useful_fraction",                       2.0 / 2.1,          LAW_EXACT, trainers,       useful      },
    {"W09",        "throughput",                            10.0 / 0.15,        LAW_EXACT, checkpoints,    throughput  },
    {"W09",        "p95_step",                              10.0 * MS,          LAW_EXACT, checkpoints,    p95         },
    {"W10",        "throughput_a",                          125.0,              LAW_EXACT, gaps_filled,    throughput  },
    {"W10",        "throughput_b",                          125.0,              LAW_EXACT, gaps_filled,    throughput_b},
    {"W10",        "useful_fraction",                       1.0,                LAW_EXACT, gaps_filled,    useful      },
    {"W11",        "throughput_a",                          62.5,               LAW_EXACT, gaps_kept,      throughput  },
    {"W11",        "throughput_b",                          62.5,               LAW_EXACT, gaps_kept,      throughput_b},
    {"W11",        "useful_fraction",                       0.5,                LAW_EXACT, gaps_kept,      useful      },
    {"W12",        "throughput_a",                          125.0,              LAW_EXACT, kernels_filled, throughput  },
    {"W12",        "throughput_b",                          125.0,              LAW_EXACT, kernels_filled, throughput_b},
    {"W12",        "useful_fraction",                       1.0,                LAW_EXACT, kernels_filled, useful      },
    {"W12-1",      "throughput",                            125.0,              LAW_EXACT, kernels_alone,  throughput  },
    {"W12-1",      "p95_step",                              8.0 * MS,           LAW_EXACT, kernels_alone,  p95         },
    {"W12-1",      "useful_fraction",                       0.5,                LAW_EXACT, kernels_alone,  useful      },
    {"W13",        "useful_fraction",                       0.5,                LAW_EXACT, kernels_kept,   useful      },
    {"W13",        "throughput_a",                          62.5,               LAW_EXACT, kernels_kept,   throughput  },
    {"W13",        "throughput_b",                          62.5,               LAW_EXACT, kernels_kept,   throughput_b},
    {"W14",        "mean_sojourn",                          57.0 * MS,          LAW_EXACT, floor_sum,      mean        },
    {"W15",        "ttft",                                  22.0 * MS,          LAW_EXACT, sequences,      ttft        },
    {"W15",        "tpot",                                  13.55 * MS,         LAW_EXACT, sequences,      tpot        },
    {"W15",        "mean_sojourn",                          143.95 * MS,        LAW_EXACT, sequences,      mean        },
    {"W16",        "mean_sojourn_x",                        2.5 * MS,           LAW_CI,    sharing,        mean_b      },
    {"W16",        "mean_sojourn_y",                        25.0 * MS,          LAW_CI,    sharing,        mean_c      },
    {"W16",        "utilization",                           0.6,                LAW_CI,    sharing,        compute     },
    {"W17",        "p95_step",                              7.2 * MS,           LAW_EXACT, crowded,        p95         },
    {"W17",        "throughput_y",                          1000.0 / 7.2,       LAW_EXACT, crowded,        throughput_c},
    {"W17-fits",   "p95_step",                              4.0 * MS,           LAW_EXACT, fitting,        p95         },
    {"W17-fits",   "useful_fraction",                       1.0,                LAW_EXACT, fitting,        useful      },
    {"W18",        "mean_step_x",                           16.0 * MS,          LAW_EXACT, by_vm,          mean_c      },
    {"W18",        "mean_step_b",                           8.0 * MS,           LAW_EXACT, by_vm,          mean_b      },
    {"W18",        "useful_fraction",                       1.0,                LAW_EXACT, by_vm,          useful      },
    {"W19",        "throughput_x",                          125.0,              LAW_EXACT, crowded_out,    throughput_b},
    {"W19",        "throughput_y",                          125.0,              LAW_EXACT, crowded_out,    throughput_c},
    {"W19",        "load_x",                                1.12,               LAW_EXACT, crowded_out,    load_b      },
    {"W21",        "throughput_y",                          249.0,              LAW_EXACT, mostly_idle,    throughput_c},
    {"W21",        "mean_sojourn_x",                        8.0 * MS,           LAW_EXACT, mostly_idle,    mean_b      },
    {"W20",        "throughput_x",                          50.0,               LAW_EXACT, overfull,       throughput_b},
    {"W20",        "throughput_y",                          200.0,              LAW_EXACT, overfull,       throughput_c},
    {"W20",        "load_x",                                0.4,                LAW_EXACT, overfull,       load_b      },
    {"W20",        "load_y",                                1.5,                LAW_EXACT, overfull,       load_c      },
    {"W22",        "mean_sojourn",                          17.17032967 * MS,   LAW_CI,    company,        mean        },
    {"W22",        "load",                                  0.48,               LAW_EXACT, company,        load        },
    {"W22-batch",  "load",                                  0.225,              LAW_EXACT, batches,        load        },
};
const int laws_n = sizeof laws / sizeof laws[0];
