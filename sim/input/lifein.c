/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lifein.c - events, each held against the tenants, modes and hosts of its scenario. */
#include "sim/input/lifein.h"

#include <stddef.h>
#include <string.h>

#include "sim/base/arena.h"
#include "sim/input/distin.h"

struct lifein {
    const struct scenario *s;
    struct diag *d;
};

/* ---- Whose fault ---- */

static int tenant_find(const struct scenario *s, const char *name, size_t n)
{
    for (int i = 0; i < s->tenant_n; i++) {
        if (strlen(s->tenant[i].name) == n && memcmp(s->tenant[i].name, name, n) == 0) {
            return i;
        }
    }
    return -1;
}

static void unknown_tenant(const struct lifein *x, const struct field_map *m, const char *who,
                           size_t n)
{
    const char *known[TENANTS_MAX];
    char name[64];
    n = n < sizeof name - 1 ? n : sizeof name - 1;
    memcpy(name, who, n);
    name[n] = '\0';
    for (int i = 0; i < x->s->tenant_n; i++) {
        known[i] = x->s->tenant[i].name;
    }
    diag_error(x->d, field_at(m, "fault"), "there is no tenant '%.*s'", field_shown(name),
               name);
    field_suggest(x->d, name, known, (size_t)x->s->tenant_n);
}

/* "chat/0", or "chat" for each of its VMs. */
static void read_who(const struct lifein *x, const struct field_map *m, struct life_event *e)
{
    const char *who = field_text(m, "fault");
    if (who == NULL) {
        return;
    }
    const char *slash = strchr(who, '/');
    const size_t n = slash == NULL ? strlen(who) : (size_t)(slash - who);
    const int t = tenant_find(x->s, who, n);
    if (t < 0) {
        unknown_tenant(x, m, who, n);
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
        diag_error(x->d, field_at(m, "fault"), "there is no VM '%.*s'", field_shown(who), who);
        diag_help(x->d, "'%s' has the VMs %s/0 to %s/%d", tenant->name, tenant->name,
                  tenant->name, tenant->count - 1);
        return;
    }
    e->vm_ix = (int)vm;
    if (e->vm_ix >= tenant->count - tenant->powered_off) {
        diag_warning(x->d, field_at(m, "fault"), "%s is powered off: it has no faults", who);
    }
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

/* What begins after the run, or before anything counts, is legal and rarely meant. */
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
    if (e->at_ns < from_ns) {
        diag_warning(x->d, field_at(m, "at"), "the fault comes before requests are counted");
        diag_help(x->d, "the warm-up takes the first %.9g s", (double)from_ns * 1e-9);
    } else if (e->at_ns - from_ns >= s->horizon_ns) {
        diag_warning(x->d, field_at(m, "at"), "the fault comes after the run");
        diag_help(x->d, "counting ends at %.9g s", (double)(from_ns + s->horizon_ns) * 1e-9);
    }
}

static void read_when(const struct lifein *x, const struct field_map *m, struct life_event *e)
{
    const bool has_at = field_has(m, "at");
    e->repeats = field_has(m, "every");
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
    const int fate = field_choice(m, "requests");
    e->class = class < 0 ? FAULT_UNCONTAINED : (enum fault_class) class;
    e->fate = fate < 0 ? FATE_LOST : (enum fault_fate)fate;
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

/* ---- The list ---- */

static void read_event(const struct lifein *x, const struct field_map *root,
                       const struct yaml_entry *item, struct life_event *e)
{
    const struct field_map m = field_open(root->r, item->value, "lifecycle", item->key_at);
    if (m.node == NULL) {
        return;
    }
    field_complete(&m, NULL);
    e->at = m.at;
    read_who(x, &m, e);
    read_when(x, &m, e);
    read_reach(x, &m, e);
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
    s->life = event;
    s->life_n = n;
    return true;
}
