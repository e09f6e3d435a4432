/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scenario.c - the way from a file to a scenario: tree, overrides, fields, cross-checks,
 * canonical text.
 *
 * Reading never stops at an error: a field that is wrong takes its default for the time being,
 * and the scenario is withheld at the end. The canonical text is made here once, while what it
 * needs is at hand; its FNV-1a 64 with the rows of the traces is the scenario's hash. */
#include "sim/input/scenario.h"

#include <math.h>
#include <string.h>

#include "sim/input/empirical.h"
#include "sim/input/field.h"
#include "sim/input/fieldtab.h"
#include "sim/input/fleetin.h"
#include "sim/input/gatein.h"
#include "sim/input/lifein.h"
#include "sim/input/modein.h"
#include "sim/input/placein.h"
#include "sim/input/resolve.h"
#include "sim/input/setpath.h"
#include "sim/input/tenantin.h"
#include "sim/input/trace.h"
#include "sim/input/vmsin.h"
#include "sim/input/windowin.h"

enum {
    SAME_PERCENTILE = 95 /* always reported */
};

struct reading {
    struct field_reader r;
    const struct catalog *catalog;
    struct scenario *s;
    struct trace_names *names; /* [flow_n] */
    const struct yaml_node *root;
    bool plan;            /* more than one GPU may be named */
    bool leaves_life_out; /* of a plan, but not of what it writes */
    bool vms;             /* VMs may come and go */
};

const char *mode_name(enum mode_kind kind)
{
    static const char *const names[] = {"passthrough", "time-sliced", "mig", "time-sliced-mig",
                                        "container-time-sliced"};
    return names[kind];
}

bool mode_takes_turns(enum mode_kind kind)
{
    return kind == MODE_TIME_SLICED || kind == MODE_TIME_SLICED_MIG ||
           kind == MODE_CONTAINER_TIME_SLICED;
}

static bool no_memory(struct reading *t)
{
    return diag_machine(t->r.d, "out of memory while reading '%s'", t->s->path);
}

/* ---- Statistics ---- */

/* Puts a percentile into the ascending list; false when it is there already. */
static bool add_percentile(struct reading *t, double p, struct span at)
{
    struct scenario *s = t->s;
    int i = 0;
    while (i < s->percentile_n && s->percentile[i] < p - 1e-9) {
        i++;
    }
    if (i < s->percentile_n && s->percentile[i] < p + 1e-9) {
        return false;
    }
    if (s->percentile_n == PERCENTILES_MAX) {
        diag_error(t->r.d, at,
                   "more than %d percentiles, with 95 and those of objectives and gates",
                   PERCENTILES_MAX);
        return true;
    }
    for (int k = s->percentile_n; k > i; k--) {
        s->percentile[k] = s->percentile[k - 1];
    }
    s->percentile[i] = p;
    s->percentile_n++;
    return true;
}

static void read_percentiles(struct reading *t, const struct field_map *root)
{
    if (!field_has(root, "percentiles")) {
        add_percentile(t, 50, root->at);
        add_percentile(t, 95, root->at);
        add_percentile(t, 99, root->at);
        return;
    }
    const struct yaml_node *list = field_list(root, "percentiles");
    for (int i = 0; list != NULL && i < list->n; i++) {
        const struct yaml_node *item = list->entry[i].value;
        double p = 0;
        if (field_item_real(root, "percentiles", item, &p) && !add_percentile(t, p, item->at)) {
            diag_error(t->r.d, item->at, "percentile %s is listed twice", item->text);
        }
    }
    add_percentile(t, SAME_PERCENTILE, field_at(root, "percentiles"));
}

#define COUPLING_MAX 0.9

static void read_coupling(struct reading *t, const struct field_map *root)
{
    const struct yaml_node *node = field_node(root, "coupling");
    t->s->coupling_none = node != NULL && yaml_is(node, "none");
    if (node == NULL || t->s->coupling_none || yaml_is(node, "calibrated")) {
        return;
    }
    struct diag *d = t->r.d;
    if (node->kind == YAML_SCALAR && node->text[0] >= 'a' && node->text[0] <= 'z') {
        static const char *const known[] = {"none", "calibrated"};
        diag_error(d, node->at, "coupling: there is no '%.*s'", field_shown(node->text),
                   node->text);
        field_suggest(d, node->text, known, 2);
        return;
    }
    double fraction = 0;
    if (field_item_real(root, "coupling", node, &fraction)) {
        t->s->coupling_none = !(fraction > 0);
        t->s->coupling = fraction;
        if (fraction > COUPLING_MAX) {
            diag_error(d, node->at, "a coupling of more than %d %% leaves no rate",
                       (int)(COUPLING_MAX * 100));
            diag_help(d, "measured are 0.7 %% on A100 and 8.4 %% on A30");
        }
    }
}

static void read_statistics(struct reading *t, const struct field_map *root)
{
    struct scenario *s = t->s;
    s->horizon_ns = field_ns(root, "horizon");
    s->horizon_given = field_has(root, "horizon");
    s->warmup_auto = field_is_auto(root, "warmup");
    s->warmup_ns = field_ns(root, "warmup");
    s->replicas_auto = field_is_auto(root, "replicas");
    s->replicas = field_int(root, "replicas");
    s->replicas_max = field_int(root, "max-replicas");
    s->precision = field_real(root, "precision");
    if (!s->replicas_auto && field_has(root, "max-replicas")) {
        diag_warning(t->r.d, field_at(root, "max-replicas"),
                     "'max-replicas' does nothing where 'replicas' is a number");
        diag_help(t->r.d, "write 'replicas: auto', or leave one of them out");
    }
    if (s->warmup_ns > TIME_MAX_NS - s->horizon_ns) {
        diag_error(t->r.d, field_at(root, "warmup"),
                   "'warmup' and 'horizon' together exceed 104 days");
    }
    read_percentiles(t, root);
    read_coupling(t, root);
}

/* ---- Tenants ---- */

/* A name belongs to one tenant: streams of random numbers are keyed by it. */
static void check_name(struct reading *t, int ix)
{
    const struct scenario *s = t->s;
    for (int i = 0; i < ix; i++) {
        if (s->tenant[ix].name[0] != '\0' &&
            strcmp(s->tenant[i].name, s->tenant[ix].name) == 0) {
            diag_error(t->r.d, s->tenant_at[ix], "there are two tenants '%s'",
                       s->tenant[ix].name);
            diag_help(t->r.d, "give each tenant a name of its own");
            diag_note(t->r.d, s->tenant_at[i], "the first is here");
            return;
        }
    }
}

/* The GPUs of the scenario, each once; 0 when one of them is not known. */
static int models_of(const struct scenario *s, int model_ix[HOST_GROUPS_MAX])
{
    int n = 0;
    model_ix[n++] = s->gpu_ix;
    for (int i = 0; i < s->group_n; i++) {
        int k = 0;
        while (k < n && model_ix[k] != s->group[i].gpu_ix) {
            k++;
        }
        model_ix[k] = s->group[i].gpu_ix;
        n += k == n ? 1 : 0;
    }
    for (int k = 0; k < n; k++) {
        if (model_ix[k] < 0) {
            return 0;
        }
    }
    return n;
}

static void read_tenant(struct reading *t, const struct yaml_entry *item, int ix)
{
    struct scenario *s = t->s;
    int model_ix[HOST_GROUPS_MAX];
    int model_n = models_of(s, model_ix);
    const struct tenant_context context = {.catalog = t->catalog,
                                           .gpu_ix = model_n > 0 ? s->gpu_ix : -1,
                                           .model_ix = model_ix,
                                           .model_n = model_n,
                                           .path = s->path,
                                           .horizon_ns = s->horizon_ns,
                                           .plan = t->plan};
    struct tenant *tenant = &s->tenant[ix];
    tenant_read(&t->r, &context, item, tenant, &t->names[ix]);
    tenant->part_n = tenant_parts(item);
    tenant->first_part = s->flow_n;
    tenant->whole_ix = ix;
    if (tenant->part_n > 0) {
        tenant_read_parts(&t->r, &context, item, tenant, &s->tenant[s->flow_n],
                          &t->names[s->flow_n]);
        s->flow_n += tenant->part_n;
    }
    const struct yaml_node *name =
        item->value->kind == YAML_MAP ? yaml_find(item->value, "name") : NULL;
    s->tenant_at[ix] = name != NULL ? name->at : item->key_at;
    check_name(t, ix);
    for (int i = 0; i < tenant->objective_n; i++) {
        if (tenant->objective[i].kind == OBJECTIVE_PERCENTILE) {
            add_percentile(t, tenant->objective[i].percentile, s->tenant_at[ix]);
        }
    }
    if (s->vm_n <= VMS_MAX && tenant->count > VMS_MAX - s->vm_n) {
        diag_error(t->r.d, s->tenant_at[ix], "tenant '%s' makes it %d VMs, more than %d",
                   tenant->name, s->vm_n + tenant->count, VMS_MAX);
    }
    s->vm_n += tenant->count;
}

static bool read_tenants(struct reading *t, const struct field_map *root)
{
    struct scenario *s = t->s;
    const struct yaml_node *list = field_list(root, "tenants");
    int n = list == NULL ? 0 : list->n;
    if (list != NULL && n == 0) {
        diag_error(t->r.d, field_at(root, "tenants"), "'tenants' is empty");
        diag_help(t->r.d, "add one: - name: a");
    }
    if (n > TENANTS_MAX) {
        diag_error(t->r.d, field_at(root, "tenants"), "%d tenants are more than %d", n,
                   TENANTS_MAX);
        n = TENANTS_MAX;
    }
    int flow_n = n;
    for (int i = 0; i < n; i++) {
        flow_n += tenant_parts(&list->entry[i]);
    }
    s->tenant = arena_alloc(t->r.arena, (size_t)flow_n, sizeof *s->tenant);
    s->tenant_at = arena_alloc(t->r.arena, (size_t)n, sizeof *s->tenant_at);
    t->names = arena_alloc(t->r.arena, (size_t)flow_n, sizeof *t->names);
    if (s->tenant == NULL || s->tenant_at == NULL || t->names == NULL) {
        return no_memory(t);
    }
    s->tenant_n = s->flow_n = n;
    for (int i = 0; i < n; i++) {
        read_tenant(t, &list->entry[i], i);
    }
    return true;
}

/* ---- VMs that come and go ---- */

/* `vms` in the place of `tenants`; only `plan` knows what to do with them. */
static bool read_vms(struct reading *t, const struct field_map *root)
{
    struct scenario *s = t->s;
    if (!t->vms) {
        diag_error(t->r.d, field_at(root, "vms"),
                   "'vms' is for `vgpusim plan`, and its fullest moment for place and export");
        diag_help(t->r.d, "list VMs that stay, and what they run, under 'tenants'");
        return true;
    }
    if (s->place >= PLACE_EXACT) {
        diag_error(t->r.d, field_at(root, "placement"),
                   "'%s' places all VMs together, those of 'vms' come one by one",
                   place_policy_name(s->place));
        diag_help(t->r.d, "write best-fit or fragmentation; the peak is packed exactly anyway");
    }
    if (s->group_n > 1) {
        diag_error(t->r.d, s->gpu_at, "'vms' goes with one group of hosts, and there are %d",
                   s->group_n);
        diag_help(t->r.d, "keep the group whose hosts are to be bought");
    }
    s->vms = vms_read(root, t->catalog, s->path);
    s->tenant = arena_alloc(t->r.arena, 0, sizeof *s->tenant);
    return s->tenant != NULL || no_memory(t);
}

/* ---- Gates ---- */

static bool read_gates(struct reading *t, const struct field_map *root, bool is_narrowed)
{
    if (!gates_read(root, t->s, is_narrowed)) {
        return false;
    }
    for (int i = 0; i < t->s->gate_n; i++) {
        const struct gate *g = &t->s->gate[i];
        if (g->of < GATE_THROUGHPUT && g->stat == GATE_PERCENTILE && g->probe_ix < 0) {
            add_percentile(t, g->percentile, g->at);
        }
    }
    return true;
}

/* ---- Events ---- */

static bool read_life(struct reading *t, const struct field_map *root)
{
    if (t->plan && field_has(root, "lifecycle")) {
        t->leaves_life_out = true;
        diag_warning(t->r.d, field_at(root, "lifecycle"), "a plan leaves 'lifecycle' out");
        diag_help(t->r.d, "`vgpusim run` shows what they do to the fleet that is planned");
        return true;
    }
    return life_read(root, t->s) || no_memory(t);
}

/* ---- Cost ---- */

/* Only `plan` uses prices; here they must be well formed. */
static void read_cost(struct reading *t, const struct field_map *root)
{
    const struct field_map m = field_sub(root, "cost");
    if (m.node == NULL) {
        return;
    }
    field_complete(&m, NULL);
    t->s->licence_usd = field_has(&m, "licence_hour") ? field_real(&m, "licence_hour") : 0;
    t->s->energy_usd = field_has(&m, "energy") ? field_real(&m, "energy") : 0;
    const struct field_map prices = field_sub(&m, "gpu_hour");
    const int n = prices.node == NULL ? 0 : prices.node->n;
    struct gpu_price *list = arena_alloc(t->r.arena, (size_t)(n > 0 ? n : 1), sizeof *list);
    if (list == NULL) {
        no_memory(t);
        return;
    }
    t->s->price = list;
    t->s->price_n = n;
    for (int i = 0; prices.node != NULL && i < prices.node->n; i++) {
        const struct yaml_entry *e = &prices.node->entry[i];
        list[i].usd = 0;
        list[i].gpu_ix = tenant_gpu_find(&t->r, t->catalog, e->key, e->key_at);
        field_item_real(&m, "gpu_hour", e->value, &list[i].usd);
    }
}

/* ---- Overrides ---- */

static void apply_flag(struct reading *t, struct yaml_node **root, const char *key,
                       const char *file, const char *value)
{
    if (value != NULL) {
        const struct setpath set = {.file = file,
                                    .path = key,
                                    .path_n = strlen(key),
                                    .path_col = 1,
                                    .value = value,
                                    .value_col = 1};
        setpath_apply(&t->r, root, &set);
    }
}

/* Does an item of a list name a tenant that is kept? `key`: "name" of a tenant; NULL: what
 * happens to whom in an event, as chat/0 or chat. */
static bool is_kept(const struct scenario_overrides *over, const struct yaml_node *item,
                    const char *key)
{
    const struct yaml_node *name =
        item->kind == YAML_MAP && key != NULL ? yaml_find(item, key) : NULL;
    for (int k = 0; item->kind == YAML_MAP && name == NULL && key == NULL && k < LIFE_KINDS;
         k++) {
        name = yaml_find(item, life_kind_name((enum life_kind)k));
    }
    for (int i = 0; name != NULL && name->kind == YAML_SCALAR && i < over->tenant_n; i++) {
        size_t n = strcspn(name->text, "/");
        if (strlen(over->tenant[i]) == n && strncmp(name->text, over->tenant[i], n) == 0) {
            return true;
        }
    }
    return false;
}

/* A list without the items that speak of other tenants; made anew, as an alias may share it.
 * NULL when memory is out. */
static struct yaml_node *kept_items(struct reading *t, const struct yaml_node *old,
                                    const struct scenario_overrides *over, const char *key)
{
    struct yaml_node *list = arena_alloc(t->r.arena, 1, sizeof *list);
    struct yaml_entry *item =
        arena_alloc(t->r.arena, (size_t)(old->n > 0 ? old->n : 1), sizeof *item);
    if (list == NULL || item == NULL) {
        return NULL;
    }
    *list = *old;
    list->entry = item;
    list->n = 0;
    for (int i = 0; i < old->n; i++) {
        if (is_kept(over, old->entry[i].value, key)) {
            item[list->n++] = old->entry[i];
        }
    }
    return list;
}

/* Takes other tenants and their events out of their lists, and gates out of the root. */
static void keep_tenants(struct reading *t, struct yaml_node **root,
                         const struct scenario_overrides *over)
{
    if (over->tenant_n == 0 || (*root)->kind != YAML_MAP) {
        return;
    }
    struct yaml_node *map = arena_alloc(t->r.arena, 1, sizeof *map);
    struct yaml_entry *in_map = arena_alloc(t->r.arena, (size_t)(*root)->n, sizeof *in_map);
    bool ok = map != NULL && in_map != NULL;
    if (ok) {
        *map = **root;
        map->entry = in_map;
        map->n = 0;
    }
    for (int i = 0; ok && i < (*root)->n; i++) {
        struct yaml_entry e = (*root)->entry[i];
        const bool is_tenants = strcmp(e.key, "tenants") == 0;
        if ((is_tenants || strcmp(e.key, "lifecycle") == 0) && e.value->kind == YAML_LIST) {
            e.value = kept_items(t, e.value, over, is_tenants ? "name" : NULL);
            ok = e.value != NULL;
        }
        if (strcmp(e.key, "expect") != 0) {
            in_map[map->n++] = e;
        }
    }
    if (!ok) {
        no_memory(t);
        return;
    }
    *root = map;
}

/* Of several entries of one mode and policy no name tells which is meant. */
static void keep_nth(struct scenario *s, const struct scenario_overrides *over)
{
    if (over->mode_nth > 0 && over->mode_nth <= s->mode_n) {
        s->mode[0] = s->mode[over->mode_nth - 1];
        s->mode_n = 1;
    }
}

static void apply_overrides(struct reading *t, struct yaml_node **root,
                            const struct scenario_overrides *over)
{
    for (int i = 0, line = 0; i < over->set_n; i++) {
        setpath_argument(&t->r, root, over->set[i], line++);
        for (const char *s = over->set[i]; *s != '\0'; s++) {
            line += *s == '\n';
        }
    }
    apply_flag(t, root, "horizon", "<--horizon>", over->horizon);
    apply_flag(t, root, "replicas", "<--replicas>", over->replicas);
    apply_flag(t, root, "max-replicas", "<--max-replicas>", over->replicas_max);
    apply_flag(t, root, "precision", "<--precision>", over->precision);
    apply_flag(t, root, "percentiles", "<--percentiles>", over->percentiles);
    for (int i = 0; i < over->vary_n; i++) {
        setpath_apply(&t->r, root, &over->vary[i]);
    }
    keep_tenants(t, root, over);
}

/* ---- The canonical text ---- */

static bool finish(struct reading *t, const struct yaml_node *root)
{
    struct scenario *s = t->s;
    struct text text;
    text_init(&text);
    resolve_print(s, t->names, yaml_find(root, "cost"), &text);
    resolve_print_life(s, &text);
    const size_t hashed_n = text.n;
    resolve_print_gates(s, &text);
    s->resolved = text.failed ? NULL : arena_copy(t->r.arena, text_str(&text), text.n);
    text_fini(&text);
    if (s->resolved == NULL) {
        return no_memory(t);
    }
    s->hash = TRACE_HASH_FIRST;
    for (size_t i = 0; i < hashed_n; i++) {
        s->hash = (s->hash ^ (unsigned char)s->resolved[i]) * UINT64_C(0x100000001b3);
    }
    s->hash = s->vms != NULL ? vms_hash(s->hash, s->vms) : s->hash;
    for (int i = 0; i < s->flow_n; i++) {
        const struct work *w = &s->tenant[i].work;
        s->hash = empirical_hash(s->hash, &w->service);
        s->hash = empirical_hash(s->hash, &w->think);
        s->hash = empirical_hash(s->hash, &w->host);
        s->hash = windowin_hash(s->hash, &w->arrivals);
        if (w->trace != NULL) {
            s->hash = trace_hash(s->hash, w->trace);
        }
    }
    return true;
}

/* ---- Repeats ---- */

static bool same_entry(const struct diag_entry *a, const struct diag_entry *b)
{
    return a->severity == b->severity && a->at.line > 0 && a->at.line == b->at.line &&
           a->at.col == b->at.col && a->at.file == b->at.file && strcmp(a->text, b->text) == 0;
}

/* What is wrong behind an anchor would be reported once for every alias: the first report
 * stays. A note goes with the entry that it explains. */
static void drop_repeats(struct diag *d, size_t first)
{
    size_t kept = first;
    bool dropping = false;
    for (size_t i = first; i < d->entry_n; i++) {
        if (d->entry[i].severity != SEV_NOTE) {
            dropping = false;
            for (size_t k = first; k < kept && !dropping; k++) {
                dropping = same_entry(&d->entry[k], &d->entry[i]);
            }
            d->error_n -= dropping && d->entry[i].severity == SEV_ERROR ? 1 : 0;
        }
        if (!dropping) {
            d->entry[kept++] = d->entry[i];
        }
    }
    d->entry_n = kept;
}

/* ---- Public ---- */

static bool read_root(struct reading *t, struct yaml_node *node,
                      const struct scenario_overrides *over)
{
    struct scenario *s = t->s;
    const struct field_map root = field_open(&t->r, node, "", node->at);
    if (root.node == NULL) {
        return false;
    }
    const bool has_vms = field_has(&root, "vms");
    if (has_vms && field_has(&root, "tenants")) {
        diag_error(t->r.d, field_at(&root, "vms"), "'tenants' and 'vms' exclude each other");
        diag_help(t->r.d,
                  "keep one of them: VMs that stay, or a file of those that come and go");
        (void)read_vms(t, &root); /* what else is wrong there */
    } else {
        field_complete(&root, has_vms ? "vms" : "tenants");
    }
    t->plan = t->plan || (has_vms && t->vms);
    t->root = node;
    field_choice(&root, "version");
    s->name = field_text(&root, "name");
    s->question = field_text(&root, "question");
    read_statistics(t, &root);
    fleetin_read(&root, s, t->plan);
    placein_policy(&root, s);
    modes_read(&root, s, over == NULL ? NULL : over->mode, over == NULL ? 0 : over->mode_n);
    if (over != NULL) {
        keep_nth(s, over);
    }
    read_cost(t, &root);
    if (has_vms && !field_has(&root, "tenants")) {
        return read_vms(t, &root);
    }
    return read_tenants(t, &root) && read_life(t, &root) &&
           (t->plan || placein_gpus(&root, s, over != NULL && over->tenant_n > 0) ||
            no_memory(t)) &&
           read_gates(t, &root, over != NULL && (over->mode_n > 0 || over->mode_nth > 0));
}

/* Places are the plan's to find, and only instances on one GPU model have streams to choose. */
static void settle_for_plan(const struct reading *t, struct scenario *s)
{
    if (s->place == PLACE_LISTED) {
        s->place = PLACE_BEST_FIT;
    }
    for (int i = 0; s->group_n > 0 && i < s->flow_n; i++) {
        if (s->tenant[i].work.streams_auto) {
            diag_warning(t->r.d, s->tenant_at[s->tenant[i].whole_ix],
                         "over hosts 'streams: auto' of %s is 1", s->tenant[i].name);
            diag_help(t->r.d, "write numbers one after the other, or plan with 'fleet.gpu'");
        }
    }
}

/* A plan simulates some tens of times. Without a horizon it counts no more than PLAN_REQUESTS a
 * replica, but PLAN_LEAST_NS and never more than the default; how many replicas that takes is
 * for the intervals to say. What depends on the hour, ends or is closed keeps the default. */
static void shorten_for_plan(const struct reading *t, struct scenario *s)
{
    enum {
        PLAN_REQUESTS = 500000
    };
    static const int64_t PLAN_LEAST_NS = 20000000000;
    double rate_per_s = 0;
    bool counts = !s->horizon_given && !t->leaves_life_out;
    for (int i = 0; i < s->flow_n; i++) {
        const struct tenant *tenant = &s->tenant[i];
        const bool is_whole = tenant->part_n > 0;
        counts = counts && (is_whole || work_is_renewal(&tenant->work));
        rate_per_s += is_whole ? 0 : tenant->work.arrivals.rate_per_s * tenant->count;
    }
    if (!counts || !(PLAN_REQUESTS < rate_per_s * (double)s->horizon_ns * 1e-9)) {
        return;
    }
    /* Whole seconds read well in the scenario that a plan writes. */
    const int64_t ns = (int64_t)ceil(PLAN_REQUESTS / rate_per_s) * 1000000000;
    s->horizon_ns = ns > PLAN_LEAST_NS ? ns : PLAN_LEAST_NS;
    s->horizon_of_plan = true;
}

const struct scenario *scenario_read(struct arena *arena, const struct catalog *catalog,
                                     const char *path, const char *bytes, size_t n,
                                     const struct scenario_overrides *over, struct diag *d)
{
    const size_t errors_before = d->error_n;
    const size_t entries_before = d->entry_n;
    const struct yaml_source source = {.file = path, .bytes = bytes, .n = n, .col = 1};
    struct yaml_node *root = yaml_read(arena, &source, d);
    if (root == NULL) {
        return NULL;
    }
    struct scenario *s = arena_alloc(arena, 1, sizeof *s);
    if (s == NULL) {
        diag_machine(d, "out of memory while reading '%s'", path);
        return NULL;
    }
    *s = (struct scenario){.path = path,
                           .catalog = catalog,
                           .plugin = over == NULL ? NULL : over->plugin,
                           .gpu_ix = -1,
                           .gpu_at = SPAN_NONE,
                           .hypervisor = "none"};
    struct reading t = {
        .r = {.field = fieldtab, .n = fieldtab_n, .arena = arena, .d = d},
        .catalog = catalog,
        .s = s,
        .plan = over != NULL && over->plan,
        .vms = over != NULL && over->vms,
    };
    if (over != NULL && root->kind == YAML_MAP) {
        apply_overrides(&t, &root, over);
    }
    const bool ok = read_root(&t, root, over) && d->error_n == errors_before;
    drop_repeats(d, entries_before);
    if (!ok) {
        return NULL;
    }
    if (t.plan) {
        settle_for_plan(&t, s);
        shorten_for_plan(&t, s);
    }
    return finish(&t, root) ? s : NULL;
}

void scenario_resolved(const struct scenario *s, struct text *out)
{
    text_add(out, s->resolved);
}

bool scenario_explain(const char *field, struct text *out, struct diag *d)
{
    const struct field_reader r = {.field = fieldtab, .n = fieldtab_n, .d = d};
    static const char entry[] = "modes.scheduler.";
    const bool in_entry = strncmp(field, entry, sizeof entry - 1) == 0;
    const char *path = in_entry ? field + strlen("modes.") : field;
    const struct field *f = field_find(&r, path);
    if (f != NULL) {
        field_explain(&r, f, out);
        return true;
    }
    const char *known[256];
    size_t n = 0;
    for (int i = 0; i < fieldtab_n && n < 256; i++) {
        known[n++] = fieldtab[i].path;
    }
    /* A last part alone is enough when only one field has it. */
    const struct field *found = NULL;
    for (int i = 0; i < fieldtab_n; i++) {
        if (strcmp(field_name(&fieldtab[i]), field) == 0) {
            found = found == NULL ? &fieldtab[i] : NULL;
            if (found == NULL) {
                break;
            }
        }
    }
    diag_error(d, SPAN_NONE, "there is no field '%.*s'", field_shown(field), field);
    if (found != NULL) {
        diag_help(d, "did you mean '%s'?", found->path);
    } else {
        field_suggest(d, field, known, n);
    }
    return false;
}

void scenario_fields(struct text *out)
{
    const struct field_reader r = {.field = fieldtab, .n = fieldtab_n};
    field_print(&r, out);
}
