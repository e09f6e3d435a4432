/* SPDX-License-Identifier: GPL-3.0-or-later */
/* life.h - events in the life of a VM: faults, how far each kind of them reaches in each mode,
 * and what becomes of the requests; times for which it is powered off or suspended.
 *
 * A fault has a class and, by mode and class, a scope: everybody who runs inside it is hit.
 * `promised` is how far the mode's documents let it reach. Both come from faults.csv, and a
 * scenario may say otherwise. docs/isolation.md, docs/lifecycle.md. */
#ifndef MODELS_LIFE_H
#define MODELS_LIFE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/diag.h"
#include "sim/core/dist.h"

enum life_kind {
    LIFE_FAULT,
    LIFE_STOP,
    LIFE_START,
    LIFE_SUSPEND,
    LIFE_RESUME
};

enum fault_class {
    FAULT_CONTAINED,   /* ends the application that met it */
    FAULT_UNCONTAINED, /* containment failed */
    FAULT_GPU,         /* the GPU must be reset */
    FAULT_HOST         /* the host goes down */
};

/* From narrow to wide. */
enum fault_scope {
    SCOPE_VM,
    SCOPE_INSTANCE, /* GPU instance; a GPU without instances is one */
    SCOPE_GPU,
    SCOPE_HOST
};

/* What becomes of the requests that a VM holds when it is hit. */
enum fault_fate {
    FATE_LOST,      /* waiting or in service: they are gone */
    FATE_RESTARTED, /* those in service begin anew, the others go on waiting */
    FATE_RESUMED    /* nothing is lost: a pause */
};

enum {
    LIFE_KINDS = 5,
    FAULT_CLASSES = 4,
    FAULT_SCOPES = 4,
    FAULT_FATES = 3,
    LIFE_EVENTS_MAX = 256,
    OFF_TIMES_MAX = LIFE_EVENTS_MAX + 1, /* of a VM */
    RESTARTS_MAX = 100 /* of one request, at most 255; after so many it is lost */
};

/* A row of faults.csv. */
struct fault_rule {
    const char *mode;
    enum fault_class class;
    enum fault_scope scope, promised;
    double downtime_s; /* 0: nobody says */
    const char *source;
};

/* One entry of `lifecycle`: what happens to a VM, or to each VM of a tenant by itself. Only
 * faults repeat and have what stands behind `every`. */
struct life_event {
    enum life_kind kind;
    int tenant_ix;
    int vm_ix;         /* -1: each of them */
    bool repeats;      /* after `every` of time without it; else once, at `at_ns` */
    int64_t at_ns;     /* since the replica began */
    struct dist every; /* ns, from the end of one to the next */
    enum fault_class class;
    bool has_scope; /* the scenario says how far it reaches */
    enum fault_scope scope;
    bool has_downtime; /* else that of the rule */
    struct dist downtime;
    enum fault_fate fate;
    int64_t boot_ns; /* start and resume: from then on until it serves */
    bool absent;     /* stop: nobody asks meanwhile */
    struct span at;  /* where the file says so */
};

/* A time for which a VM has no vGPU, and then does not serve yet. */
struct off_time {
    int64_t from_ns;  /* its vGPU goes ... */
    int64_t on_ns;    /* ... and is there again; INT64_MAX: never */
    int64_t until_ns; /* it serves; at most the next from_ns */
    bool keeps;       /* suspended: what it holds goes on, what comes waits */
    bool absent;      /* stopped: what would come meanwhile does not exist */
};

/* Of one VM, in order. */
struct off_times {
    const struct off_time *list; /* [n] */
    int n;
};

/* Do the events of VMs fit together? Filled VM by VM, from zero. */
struct life_check {
    const struct life_event *event; /* the first that does not; NULL: they do */
    const struct life_event *other; /* at the same instant, or NULL */
    enum life_kind missing;         /* must come before it, or after a `suspend` */
    int vm_ix;
    bool used[LIFE_EVENTS_MAX]; /* it changed something */
};

/* "stop", "contained", "vm", "lost" ... */
const char *life_kind_name(enum life_kind kind);
const char *fault_class_name(enum fault_class class);
const char *fault_scope_name(enum fault_scope scope);
const char *fault_fate_name(enum fault_fate fate);

/* The row of a mode and class; there is one for each. */
const struct fault_rule *fault_rule_find(const struct fault_rule *rule, int n, const char *mode,
                                         enum fault_class class);

/* The off times of a VM, which is off at first or not, into out [OFF_TIMES_MAX]; returns how
 * many. Events of its whole tenant pass over it where they change nothing. One that contradicts
 * those before it is left out. `check` may be NULL. O(n + k^2) for its k events. */
int life_off_times(const struct life_event *e, int n, int tenant_ix, int vm_ix,
                   bool off_at_first, struct off_time *out, struct life_check *check);

/* Has the VM no vGPU at that time? */
bool life_is_off(const struct off_times *off, int64_t at_ns);

/* Does a request that would come then not exist? */
bool life_is_absent(const struct off_times *off, int64_t at_ns);

/* Are the times of the event drawn? */
bool life_is_random(const struct life_event *e);

#endif
