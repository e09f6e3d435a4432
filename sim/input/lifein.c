/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lifein.c - events, each held against the tenants, modes and hosts of its scenario, and those
 * of a VM against each other. */
#include "sim/input/lifein.h"

#include <stddef.h>
#include <string.h>

#include "sim/base/arena.h"
#include "sim/input/distin.h"

struct lifein {
    const struct scenario *s;
    struct diag *d;
};

/* ---- Whom ---- */

static int tenant_find(const struct scenario *s, const char *name, size_t n)
{
    for (int i = 0; i < s->tenant_n; i++) {
        if (strlen(s->tenant[i].name) == n && memcmp(s->tenant[i].name, name, n) == 0) {
            return i;
        }
    }
    return -1;
}

static void unknown_tenant(const struct lifein *x, const struct field_map *m, const char *key,
                           const char *who, size_t n)
{
    const char *known[TENANTS_MAX];
    char name[64];
    n = n < sizeof name - 1 ? n : sizeof name - 1;
    memcpy(name, who, n);
    name[n] = '\0';
    for (int i = 0; i < x->s->tenant_n; i++) {
        known[i] = x->s->tenant[i].name;
    }
    diag_error(x->d, field_at(m, key), "there is no tenant '%.*s'", field_shown(name), name);
    field_suggest(x->d, name, known, (size_t)x->s->tenant_n);
}

/* "chat/0", or "chat" for each of its VMs. */
static void read_who(const struct lifein *x, const struct field_map *m, struct life_event *e)
{
    const char *key = life_kind_name(e->kind);
    const char *who = field_text(m, key);
    if (who == NULL) {
        return;
    }
    const char *slash = strchr(who, '/');
    const size_t n = slash == NULL ? strlen(who) : (size_t)(slash - who);
    const int t = tenant_find(x->s, who, n);
    if (t < 0) {
        unknown_tenant(x, m, key, who, n);
        return;
    }
    const struct tenant *tenant = &x->s->tenant[t];
    e->tenant_ix = t;
    e->vm_ix = -1;
    if (slash == NULL) {
        return;
    }
    double vm = -1;
    if (!field_number(slash + 1, &vm) || vm < 0 || vm >= tenant->count ||
        strspn(slash + 1, "0123456789") != strlen(slash + 1)) {
        diag_error(x->d, field_at(m, key), "there is no VM '%.*s'", field_shown(who), who);
        diag_help(x->d, "'%s' has the VMs %s/0 to %s/%d", tenant->name, tenant->name,
                  tenant->name, tenant->count - 1);
        return;
    }
    e->vm_ix = (int)vm;
}

/* ---- When ---- */

/* A time, or a distribution. */
static void read_time(const struct lifein *x, const struct field_map *m, const char *key,
                      struct dist *out)
{
    const struct yaml_node *node = field_node(m, key);
    if (node != NULL && node->kind == YAML_MAP) {
        const struct tenant_context context = {.catalog = x->s->catalog, .path = x->s->path};
        const struct field_map dist = field_sub(m, key);
        distin_read(&dist, &context, out, NULL);
        return;
    }
    dist_init(out, dist_find("deterministic"), field_real(m, key), 0, 0, 0);
}

/* What begins after the run, or a fault before anything counts, is legal and rarely meant. */
static void judge_at(const struct lifein *x, const struct field_map *m,
                     const struct life_event *e)
{
    const struct scenario *s = x->s;
    const int64_t warmup_ns = s->warmup_auto ? s->horizon_ns / 20 : s->warmup_ns;
    bool only_traces = true;
    for (int i = 0; i < s->flow_n; i++) {
        only_traces = only_traces && (s->tenant[i].part_n > 0 || s->tenant[i].work.trace);
    }
    if (only_traces && !s->horizon_given) {
        return;
    }
    const int64_t from_ns = only_traces ? 0 : warmup_ns;
    const char *what = e->kind == LIFE_FAULT ? "fault" : "event";
    if (e->at_ns < from_ns && e->kind == LIFE_FAULT) {
        diag_warning(x->d, field_at(m, "at"), "the fault comes before requests are counted");
        diag_help(x->d, "the warm-up takes the first %.9g s", (double)from_ns * 1e-9);
    } else if (e->at_ns - from_ns >= s->horizon_ns) {
        diag_warning(x->d, field_at(m, "at"), "the %s comes after the run", what);
        diag_help(x->d, "counting ends at %.9g s", (double)(from_ns + s->horizon_ns) * 1e-9);
    }
}

static void read_when(const struct lifein *x, const struct field_map *m, struct life_event *e)
{
    const bool has_at = field_has(m, "at");
    e->repeats = field_has(m, "every");
    if (e->kind != LIFE_FAULT && !has_at) {
        diag_error(x->d, m->at, "an event needs a time");
        diag_help(x->d, "add 'at: 60 s'");
        return;
    }
    if (has_at == e->repeats) {
        diag_error(x->d, m->at,
                   has_at ? "'at' and 'every' exclude each other" : "an event needs a time");
        diag_help(x->d, has_at ? "keep one of them"
                               : "add 'at: 60 s', or 'every: {dist: exponential, mean: 1 h}'");
        return;
    }
    if (e->repeats) {
        read_time(x, m, "every", &e->every);
        return;
    }
    e->at_ns = field_ns(m, "at");
    judge_at(x, m, e);
}

/* ---- How far and how long ---- */

/* Where no document gives a downtime the scenario must. */
static void need_downtime(const struct lifein *x, const struct field_map *m,
                          const struct life_event *e)
{
    for (int i = 0; i < x->s->mode_n; i++) {
        const char *mode = mode_name(x->s->mode[i].kind);
        const struct fault_rule *rule =
            fault_rule_find(x->s->catalog->fault, x->s->catalog->fault_n, mode, e->class);
        if (rule == NULL || !(rule->downtime_s > 0)) {
            diag_error(x->d, m->at,
                       "'downtime' is missing: nobody says how long a fault of "
                       "class '%s' takes in mode '%s'",
                       fault_class_name(e->class), mode);
            diag_help(x->d, "add how long it takes you, as in 'downtime: 30 s'");
            return;
        }
    }
}

static void read_reach(const struct lifein *x, const struct field_map *m, struct life_event *e)
{
    const int class = field_choice(m, "class");
    e->class = class < 0 ? FAULT_UNCONTAINED : (enum fault_class) class;
    e->has_scope = field_has(m, "scope");
    if (e->has_scope) {
        const int scope = field_choice(m, "scope");
        e->scope = scope < 0 ? SCOPE_VM : (enum fault_scope)scope;
    }
    const bool is_host = e->has_scope ? e->scope == SCOPE_HOST : e->class == FAULT_HOST;
    if (is_host && x->s->group_n == 0) {
        diag_error(x->d, field_at(m, e->has_scope ? "scope" : "class"),
                   "a fault of a host needs hosts");
        diag_help(x->d, "write 'fleet: {hosts: [{name: a, gpu: L40S, gpus: 4}]}', or 'gpu'");
    }
    e->has_downtime = field_has(m, "downtime");
    if (e->has_downtime) {
        read_time(x, m, "downtime", &e->downtime);
    } else {
        need_downtime(x, m, e);
    }
}

/* ---- What becomes of requests ---- */

/* The choices of 'requests' are the fates of a fault and, for a stop, 'absent'. */
static void read_requests(const struct lifein *x, const struct field_map *m,
                          struct life_event *e)
{
    const int choice = field_choice(m, "requests");
    e->fate = choice < 0 || choice >= FAULT_FATES ? FATE_LOST : (enum fault_fate)choice;
    e->absent = e->kind == LIFE_STOP && (choice < 0 || choice == FAULT_FATES);
    if (e->kind == LIFE_FAULT && choice == FAULT_FATES) {
        diag_error(x->d, field_at(m, "requests"),
                   "'requests: absent' does not go with 'fault'");
        diag_help(x->d, "nobody knows of a fault before: write lost, restarted or resumed");
    } else if (e->kind == LIFE_STOP && choice > FATE_LOST && choice < FAULT_FATES) {
        diag_error(x->d, field_at(m, "requests"), "a VM that stops cannot keep requests");
        diag_help(x->d, "write absent or lost; or 'suspend', which keeps them");
    }
}

/* ---- The list ---- */

/* The kind of the event is the key that names the VM. */
static bool read_kind(const struct lifein *x, const struct field_map *m, struct life_event *e)
{
    int n = 0;
    for (int k = LIFE_KINDS - 1; k >= 0; k--) {
        if (field_has(m, life_kind_name((enum life_kind)k))) {
            e->kind = (enum life_kind)k;
            n++;
        }
    }
    if (n == 0) {
        diag_error(x->d, m->at, "an event needs a VM to which it happens");
        diag_help(x->d, "add 'fault: chat/0', or stop, start, suspend or resume");
    } else if (n > 1) {
        diag_error(x->d, m->at, "an event is one thing");
        diag_help(x->d, "give each its own entry, as in '- {at: 60 s, stop: chat/0}'");
    }
    return n == 1;
}

static void read_event(const struct lifein *x, const struct field_map *root,
                       const struct yaml_entry *item, struct life_event *e)
{
    const struct field_map m = field_open(root->r, item->value, "lifecycle", item->key_at);
    if (m.node == NULL) {
        return;
    }
    e->at = m.at;
    if (!read_kind(x, &m, e)) {
        return;
    }
    field_complete(&m, life_kind_name(e->kind));
    read_who(x, &m, e);
    read_when(x, &m, e);
    read_requests(x, &m, e);
    e->boot_ns = field_ns(&m, "boot");
    if (e->kind == LIFE_FAULT) {
        read_reach(x, &m, e);
    }
}

/* ---- Whether they fit together ---- */

static void explain_conflict(const struct lifein *x, const struct life_check *c)
{
    const char *name = x->s->tenant[c->event->tenant_ix].name;
    const char *missing = life_kind_name(c->missing);
    const bool is_open =
        c->event->kind == LIFE_SUSPEND && c->missing == LIFE_RESUME && c->other == NULL;
    if (c->other != NULL) {
        diag_error(x->d, c->event->at, "two things happen to %s/%d at once", name, c->vm_ix);
        diag_help(x->d, "line %d has the other; let one come later", c->other->at.line);
    } else if (is_open) {
        diag_error(x->d, c->event->at, "%s/%d is suspended and never resumed", name, c->vm_ix);
        diag_help(x->d, "add '- {at: ..., resume: %s/%d}', or write 'stop'", name, c->vm_ix);
    } else {
        diag_error(x->d, c->event->at, "'%s' needs a '%s' of %s/%d before it",
                   life_kind_name(c->event->kind), missing, name, c->vm_ix);
        diag_help(x->d, "VMs are on from the start but for the last 'powered-off' ones; "
                        "'start' follows 'stop', 'resume' follows 'suspend'");
    }
}

/* Faults of VMs that are off from start to end are legal and never come. */
static void judge_faults(const struct lifein *x, const struct life_event *event, int n)
{
    for (int i = 0; i < n; i++) {
        const struct tenant *t = &x->s->tenant[event[i].tenant_ix];
        bool starts = false;
        for (int k = 0; k < n; k++) {
            starts = starts ||
                     (event[k].kind == LIFE_START && event[k].tenant_ix == event[i].tenant_ix);
        }
        if (event[i].kind == LIFE_FAULT && !starts &&
            event[i].vm_ix >= t->count - t->powered_off) {
            diag_warning(x->d, event[i].at, "%s/%d is powered off: it has no faults", t->name,
                         event[i].vm_ix);
        }
    }
}

/* Walks through the events of every VM. */
static void check_order(const struct lifein *x, const struct life_event *event, int n)
{
    struct life_check check = {0};
    struct off_time off[OFF_TIMES_MAX];
    bool is_named[TENANTS_MAX] = {false};
    for (int i = 0; i < n; i++) {
        is_named[event[i].tenant_ix] = true;
    }
    for (int t = 0; t < x->s->tenant_n; t++) {
        const struct tenant *tenant = &x->s->tenant[t];
        for (int vm = 0; is_named[t] && vm < tenant->count; vm++) {
            const bool is_off = vm >= tenant->count - tenant->powered_off;
            (void)life_off_times(event, n, t, vm, is_off, off, &check);
        }
    }
    if (check.event != NULL) {
        explain_conflict(x, &check);
        return;
    }
    for (int i = 0; i < n; i++) {
        if (event[i].kind != LIFE_FAULT && !check.used[i]) {
            const bool is_off = event[i].kind == LIFE_STOP || event[i].kind == LIFE_SUSPEND;
            diag_error(x->d, event[i].at, "no VM of '%s' is %s then",
                       x->s->tenant[event[i].tenant_ix].name,
                       is_off                         ? "on"
                       : event[i].kind == LIFE_RESUME ? "suspended"
                                                      : "off");
            diag_help(x->d, "'%s' changes nothing; leave it out",
                      life_kind_name(event[i].kind));
        }
    }
}

bool life_read(const struct field_map *root, struct scenario *s)
{
    struct lifein x = {.s = s, .d = root->r->d};
    const struct yaml_node *list = field_list(root, "lifecycle");
    int n = list == NULL ? 0 : list->n;
    if (n > LIFE_EVENTS_MAX) {
        diag_error(x.d, field_at(root, "lifecycle"), "%d events are more than %d", n,
                   LIFE_EVENTS_MAX);
        diag_help(x.d, "one with 'every' may stand for many");
        n = LIFE_EVENTS_MAX;
    }
    struct life_event *event = arena_alloc(root->r->arena, (size_t)n, sizeof *event);
    if (event == NULL) {
        return false;
    }
    const struct dist_kind *never = dist_find("deterministic");
    for (int i = 0; i < n; i++) {
        dist_init(&event[i].every, never, 1, 0, 0, 0);
        dist_init(&event[i].downtime, never, 0, 0, 0, 0);
        read_event(&x, root, &list->entry[i], &event[i]);
    }
    judge_faults(&x, event, n);
    if (!diag_failed(x.d)) {
        check_order(&x, event, n);
    }
    s->life = event;
    s->life_n = n;
    return true;
}
