/* SPDX-License-Identifier: GPL-3.0-or-later */
/* life.c - names and look-up of faults; off times from the events of a VM. */
#include "models/life.h"

#include <stddef.h>
#include <string.h>

const char *life_kind_name(enum life_kind kind)
{
    static const char *const name[LIFE_KINDS] = {"fault", "stop", "start", "suspend", "resume"};
    return name[kind];
}

const char *fault_class_name(enum fault_class class)
{
    static const char *const name[FAULT_CLASSES] = {"contained", "uncontained", "gpu", "host"};
    return name[class];
}

const char *fault_scope_name(enum fault_scope scope)
{
    static const char *const name[FAULT_SCOPES] = {"vm", "instance", "gpu", "host"};
    return name[scope];
}

const char *fault_fate_name(enum fault_fate fate)
{
    static const char *const name[FAULT_FATES] = {"lost", "restarted", "resumed"};
    return name[fate];
}

const struct fault_rule *fault_rule_find(const struct fault_rule *rule, int n, const char *mode,
                                         enum fault_class class)
{
    for (int i = 0; i < n; i++) {
        if (rule[i].class == class && strcmp(rule[i].mode, mode) == 0) {
            return &rule[i];
        }
    }
    return NULL;
}

bool life_is_random(const struct life_event *e)
{
    return (e->repeats && e->every.kind->random) ||
           (e->has_downtime && e->downtime.kind->random);
}

/* ---- Off times ---- */

/* The VM's events that are no faults, by time; returns how many. */
static int sort_events(const struct life_event *e, int n, int tenant_ix, int vm_ix,
                       const struct life_event *sorted[LIFE_EVENTS_MAX])
{
    int m = 0;
    for (int i = 0; i < n; i++) {
        if (e[i].kind == LIFE_FAULT || e[i].tenant_ix != tenant_ix ||
            (e[i].vm_ix >= 0 && e[i].vm_ix != vm_ix)) {
            continue;
        }
        int k = m++;
        for (; k > 0 && sorted[k - 1]->at_ns > e[i].at_ns; k--) {
            sorted[k] = sorted[k - 1];
        }
        sorted[k] = &e[i];
    }
    return m;
}

static bool turns_off(const struct life_event *e)
{
    return e->kind == LIFE_STOP || e->kind == LIFE_SUSPEND;
}

/* The off time under way; NULL: the VM is on. */
static struct off_time *under_way(struct off_time *out, int n)
{
    return n > 0 && out[n - 1].on_ns == INT64_MAX ? &out[n - 1] : NULL;
}

/* What the VM must have gone through before the event; the event's own kind: nothing is
 * missing. */
static enum life_kind missing_before(const struct life_event *e, const struct off_time *off)
{
    if (turns_off(e)) {
        return !off ? e->kind : off->keeps ? LIFE_RESUME : LIFE_START;
    }
    bool fits = off && off->keeps == (e->kind == LIFE_RESUME);
    return fits ? e->kind : e->kind == LIFE_RESUME ? LIFE_SUSPEND : LIFE_STOP;
}

/* One more event of the VM. */
static int add_event(const struct life_event *e, struct off_time *out, int n)
{
    if (!turns_off(e)) {
        out[n - 1].on_ns = e->at_ns;
        out[n - 1].until_ns = e->at_ns + e->boot_ns;
        return n;
    }
    if (n > 0 && out[n - 1].until_ns > e->at_ns) {
        out[n - 1].until_ns = e->at_ns;
    }
    out[n] = (struct off_time){.from_ns = e->at_ns,
                               .on_ns = INT64_MAX,
                               .until_ns = INT64_MAX,
                               .keeps = e->kind == LIFE_SUSPEND,
                               .absent = e->absent};
    return n + 1;
}

static void note(struct life_check *check, const struct life_event *e,
                 const struct life_event *other, enum life_kind missing, int vm_ix)
{
    if (check && !check->event) {
        check->event = e;
        check->other = other;
        check->missing = missing;
        check->vm_ix = vm_ix;
    }
}

int life_off_times(const struct life_event *e, int n, int tenant_ix, int vm_ix,
                   bool off_at_first, struct off_time *out, struct life_check *check)
{
    const struct life_event *sorted[LIFE_EVENTS_MAX];
    const struct life_event *last = NULL;
    int m = sort_events(e, n, tenant_ix, vm_ix, sorted);
    int off_n = 0;
    if (off_at_first) {
        out[off_n++] =
            (struct off_time){.on_ns = INT64_MAX, .until_ns = INT64_MAX, .absent = true};
    }
    for (int i = 0; i < m; i++) {
        const struct life_event *x = sorted[i];
        enum life_kind missing = missing_before(x, under_way(out, off_n));
        bool at_once = last && last->at_ns == x->at_ns;
        if (at_once || (missing != x->kind && x->vm_ix >= 0)) {
            note(check, x, at_once ? last : NULL, missing, vm_ix);
        } else if (missing == x->kind) {
            off_n = add_event(x, out, off_n);
            last = x;
            if (check) {
                check->used[x - e] = true;
            }
        }
    }
    const struct off_time *open = under_way(out, off_n);
    if (open && open->keeps) {
        note(check, last, NULL, LIFE_RESUME, vm_ix);
    }
    return off_n;
}

bool life_is_off(const struct off_times *off, int64_t at_ns)
{
    for (int i = 0; i < off->n && off->list[i].from_ns <= at_ns; i++) {
        if (at_ns < off->list[i].on_ns) {
            return true;
        }
    }
    return false;
}

bool life_is_absent(const struct off_times *off, int64_t at_ns)
{
    for (int i = 0; i < off->n && off->list[i].from_ns <= at_ns; i++) {
        if (off->list[i].absent && at_ns < off->list[i].until_ns) {
            return true;
        }
    }
    return false;
}
