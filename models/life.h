/* SPDX-License-Identifier: GPL-3.0-or-later */
/* life.h - events in the life of a VM: faults, how far each kind of them reaches in each mode,
 * and what becomes of the requests.
 *
 * A fault has a class and, by mode and class, a scope: everybody who runs inside it is hit.
 * `promised` is how far the mode's documents let it reach. Both come from faults.csv, and a
 * scenario may say otherwise. docs/isolation.md. */
#ifndef MODELS_LIFE_H
#define MODELS_LIFE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/diag.h"
#include "sim/core/dist.h"

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
    FAULT_CLASSES = 4,
    FAULT_SCOPES = 4,
    FAULT_FATES = 3,
    LIFE_EVENTS_MAX = 256,
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

/* One entry of `lifecycle`: a fault of a VM, or of each VM of a tenant by itself. */
struct life_event {
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
    struct span at; /* where the file says so */
};

/* "contained", "vm", "lost" ... */
const char *fault_class_name(enum fault_class class);
const char *fault_scope_name(enum fault_scope scope);
const char *fault_fate_name(enum fault_fate fate);

/* The row of a mode and class; there is one for each. */
const struct fault_rule *fault_rule_find(const struct fault_rule *rule, int n, const char *mode,
                                         enum fault_class class);

/* Are the times of the event drawn? */
bool life_is_random(const struct life_event *e);

#endif
