/* SPDX-License-Identifier: GPL-3.0-or-later */
/* laws.c - the table of exact results. One unit of time of the oracles is run as 1 ms.
 *
 * Values and case names are those of the project's queueing oracles: closed forms and exact
 * numerics, each checked by a second method; docs/validation.md names formula and origin per
 * case. */
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
static const char
    ts_mig[] =
        HEAD("1000 s") "fleet: {gpu: RTX-PRO-6000-BSE, count: 1}\n" ONE(
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
static const char be_slo[] =
    SHARED("300 s", "policy: best-effort, slice: 2 ms, switch: 0 us",
           TENANT("a",
                  VGPU("A100D-20C", "1") "    objective: {p95: 6 ms}\n"
                                         "    isolation: {slowdown: 100000%}\n",
                  POISSON("350/s", EXP("1 ms")))
               TENANT("b", VGPU("A100D-20C", "1"), POISSON("350/s", EXP("1 ms"))));

#define MS 1e6

/*   case      statistic       exact            rule       scenario  figure */
const struct law laws[] = {
    {"P01-50",     "mean_sojourn",                          2.0 * MS,           LAW_CI,    mm1_50,       mean      },
    {"P01-50",     "p95_sojourn",                           5.991464547 * MS,   LAW_CI,    mm1_50,       p95       },
    {"P01-80",     "mean_sojourn",                          5.0 * MS,           LAW_CI,    mm1_80,       mean      },
    {"P01-80",     "p95_sojourn",                           14.97866137 * MS,   LAW_CI,    mm1_80,       p95       },
    {"P01-80",     "mean_wait",                             4.0 * MS,           LAW_CI,    mm1_80,       wait      },
    {"P01-80",     "p95_wait",                              13.86294361 * MS,   LAW_CI,    mm1_80,       wait_p95  },
    {"P01-80",     "utilization",                           0.8,                LAW_CI,    mm1_80,       compute   },
    {"P01-90",     "mean_sojourn",                          10.0 * MS,          LAW_CI,    mm1_90,       mean      },
    {"P01-90",     "p95_sojourn",                           29.95732274 * MS,   LAW_CI,    mm1_90,       p95       },
    {"P03-50",     "mean_sojourn",                          1.5 * MS,           LAW_CI,    md1_50,       mean      },
    {"P03-50",     "p95_sojourn",                           3.050638407 * MS,   LAW_CI,    md1_50,       p95       },
    {"P03-80",     "mean_sojourn",                          3.0 * MS,           LAW_CI,    md1_80,       mean      },
    {"P03-80",     "p95_sojourn",                           7.620324997 * MS,   LAW_CI,    md1_80,       p95       },
    {"P04-E2",     "mean_sojourn",                          4.0 * MS,           LAW_CI,    me21,         mean      },
    {"P04-E2",     "p95_sojourn",                           11.31803781 * MS,   LAW_CI,    me21,         p95       },
    {"P04-H2",     "mean_sojourn",                          6.833333333 * MS,   LAW_CI,    mh21,         mean      },
    {"P04-H2",     "p95_sojourn",                           25.71918027 * MS,   LAW_CI,    mh21,         p95       },
    {"P04-LN",     "mean_sojourn",                          4.5 * MS,           LAW_CI,    mln1,         mean      },
    {"P04-LN",     "p95_sojourn",                           15.8129309 * MS,    LAW_CI,    mln1,         p95       },
    {"P04-U",      "mean_sojourn",                          3.166666667 * MS,   LAW_CI,    mu1,          mean      },
    {"P04-U",      "p95_sojourn",                           8.232182225 * MS,   LAW_CI,    mu1,          p95       },
    {"P04-PAR",    "p95_sojourn",                           8.792480034 * MS,   LAW_CI,    mpar1,        p95       },
    {"P05",        "p95_sojourn",                           3.0 * MS,           LAW_EXACT, dd1,          p95       },
    {"P05",        "mean_sojourn",                          3.0 * MS,           LAW_EXACT, dd1,          mean      },
    {"P05",        "utilization",                           0.75,               LAW_EXACT, dd1,          compute   },
    {"P06-D",      "mean_sojourn",                          2.69273084 * MS,    LAW_CI,    dm1,          mean      },
    {"P06-D",      "p95_sojourn",                           8.066700681 * MS,   LAW_CI,    dm1,          p95       },
    {"P06-E2",     "mean_sojourn",                          3.843979767 * MS,   LAW_CI,    e2m1,         mean      },
    {"P06-E2",     "p95_sojourn",                           11.51553425 * MS,   LAW_CI,    e2m1,         p95       },
    {"P07",        "mean_sojourn",                          1.74554059 * MS,    LAW_CI,    mm4_streams,  mean      },
    {"P07",        "p95_sojourn",                           4.738019496 * MS,   LAW_CI,    mm4_streams,  p95       },
    {"P07",        "p95_wait",                              3.098678778 * MS,   LAW_CI,    mm4_streams,  wait_p95  },
    {"P07",        "mean_sojourn",                          1.74554059 * MS,    LAW_CI,    mm4_gpus,     mean      },
    {"P07",        "p95_sojourn",                           4.738019496 * MS,   LAW_CI,    mm4_gpus,     p95       },
    {"P09",        "mean_sojourn",                          1.386094931 * MS,   LAW_CI,    md4,          mean      },
    {"P09",        "p95_sojourn",                           2.520495391 * MS,   LAW_CI,    md4,          p95       },
    {"P16-ES4",    "mean_sojourn",                          10.65481404 * MS,   LAW_CI,    es4,          mean      },
    {"P16-ES4",    "p95_sojourn",                           30.62562814 * MS,   LAW_CI,    es4,          p95       },
    {"P16-ES4q1",  "mean_sojourn",                          10.046362 * MS,     LAW_CI,    es4_short,    mean      },
    {"P16-ES4q1",  "p95_sojourn",                           30.00329661 * MS,   LAW_CI,    es4_short,    p95       },
    {"P16-FS4sw",  "mean_sojourn",                          12.05771125 * MS,   LAW_CI,    fs4,          mean      },
    {"P16-FS4sw",  "p95_sojourn",                           34.73823564 * MS,   LAW_CI,    fs4,          p95       },
    {"P16-TSMIG",  "mean_sojourn",                          18.86024917 * MS,   LAW_CI,    ts_mig,       mean      },
    {"P16-TSMIG",  "p95_sojourn",                           56.29528263 * MS,   LAW_CI,    ts_mig,       p95       },
    {"P17-MD",     "mean_sojourn",                          6.65029456 * MS,    LAW_CI,    es4_md,       mean      },
    {"P17-MD",     "p95_sojourn",                           15.23294898 * MS,   LAW_CI,    es4_md,       p95       },
    {"P20-BE",     "useful_fraction",                       0.9756097560975611, LAW_EXACT, be_full,      useful    },
    {"P20-BE1",    "useful_fraction",                       1.0,                LAW_EXACT, be_lone,      useful    },
    {"P20-ES",     "share_per_tenant",                      0.3252032520325204, LAW_EXACT, es_full,      share     },
    {"P20-ESidle", "share_of_backlogged_tenant",            0.3333333333333333, LAW_EXACT, es_idle,      share     },
    {"P20-FS",     "share",                                 0.125,              LAW_EXACT, fs_lone,      share     },
    {"P20-FSthr",  "throughput",                            3.0 * 119.047619,   LAW_CI,    fs_open,      throughput},
    {"P21-a",      "mean_sojourn_tenant1",                  3.155186402 * MS,   LAW_CI,    be_2,         mean      },
    {"P21-a",      "p95_sojourn_tenant1",                   10.22352339 * MS,   LAW_CI,    be_2,         p95       },
    {"P21-a",      "mean_sojourn_tenant2",                  6.800276865 * MS,   LAW_CI,    be_2,         mean_b    },
    {"P21-a",      "p95_sojourn_tenant2",                   21.80061804 * MS,   LAW_CI,    be_2,         p95_b     },
    {"P21-b",      "mean_sojourn_tenant1",                  3.638875378 * MS,   LAW_CI,    be_2_switch,  mean      },
    {"P21-b",      "p95_sojourn_tenant1",                   11.83600059 * MS,   LAW_CI,    be_2_switch,  p95       },
    {"P21-b",      "mean_sojourn_tenant2",                  8.024232845 * MS,   LAW_CI,    be_2_switch,  mean_b    },
    {"P21-b",      "p95_sojourn_tenant2",                   25.83900211 * MS,   LAW_CI,    be_2_switch,  p95_b     },
    {"P21-b",      "switch_overhead_fraction",              0.03268412837,      LAW_CI,    be_2_switch,  switching },
    {"P22-sym",    "mean_sojourn",                          2.5 * MS,           LAW_CI,    be_4,         mean      },
    {"P25",        "throughput",                            351.3355743,        LAW_CI,    repairman,    throughput},
    {"P25",        "mean_response",                         8.462816554 * MS,   LAW_CI,    repairman,    mean      },
    {"P25",        "p95_response",                          20.95169944 * MS,   LAW_CI,    repairman,    p95       },
    {"P25-RR",     "mean_response",                         8.462816554 * MS,   LAW_CI,    repairman_rr, mean      },
    {"P26",        "mean_response",                         6.059152365 * MS,   LAW_CI,    repairman_2,  mean      },
    {"P26",        "p95_response",                          13.949632 * MS,     LAW_CI,    repairman_2,  p95       },
    {"P26-D",      "mean_response",                         18.0 * MS,          LAW_EXACT, closed_det,   mean      },
    {"P38-SLO",    "p95_sojourn_tenant1",                   10.87944368 * MS,   LAW_CI,    be_slo,       p95       },
    {"P38-SLO",    "p95_inflation",                         2.360570888,        LAW_CI,    be_slo,       inflation },
    {"P38-SLO",    "neighbour_caused_slo_miss_probability", 0.1456984331,       LAW_CI,    be_slo,
     violated                                                                                                      },
};
const int laws_n = sizeof laws / sizeof laws[0];
