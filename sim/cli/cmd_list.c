/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_list.c - `list`: the tables inside the program, each row with its source.
 *
 * One description of columns serves every form: text (aligned, what is unknown is "-"), CSV
 * (what is unknown is empty) and JSON (null; numbers and lists of numbers stay such). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/census.h"
#include "models/life.h"
#include "sim/base/near.h"
#include "sim/base/units.h"
#include "sim/cli/cmd.h"
#include "sim/cli/load.h"
#include "sim/input/catalogin.h"
#include "sim/input/fieldtab.h"
#include "sim/report/jout.h"
#include "sim/report/rep.h"
#include "sim/report/table.h"
#include "sim/run/metric.h"

enum {
    LIST_COLUMNS_MAX = 16,
    LIST_WIDTH = 100000 /* a listing is searched and cut by its reader, not by us */
};

enum list_form {
    LIST_TEXT,
    LIST_CSV,
    LIST_JSON,
    LIST_NAMES /* of what is listed, each once */
};

/* A listing under construction. */
struct list {
    const struct opts *o;
    struct arena arena;
    struct diag diag;
    enum list_form form;
    struct text out;
    struct table table;
    struct jout json;
    const char *const *title; /* [columns] of the table under way; borrowed */
    int at;                   /* next column */
    int name_at;              /* the one that names a row */
};

/* ---- Rows ---- */

static void list_head(struct list *l, const char *const *title, int n)
{
    l->title = title;
    for (int i = 0; i < n; i++) {
        if (l->form == LIST_CSV) {
            text_addf(&l->out, "%s%s", i > 0 ? "," : "", title[i]);
        } else if (l->form == LIST_TEXT) {
            table_column(&l->table, TABLE_LEFT, 0, "%s", title[i]);
        }
    }
    if (l->form == LIST_CSV) {
        text_add(&l->out, "\n");
    }
}

static void list_row(struct list *l)
{
    l->at = 0;
    if (l->form == LIST_TEXT) {
        table_row(&l->table);
    } else if (l->form == LIST_JSON) {
        jout_open_object(&l->json, NULL, true);
    }
}

static void list_end(struct list *l)
{
    if (l->form == LIST_CSV) {
        text_add(&l->out, "\n");
    } else if (l->form == LIST_JSON) {
        jout_close_object(&l->json);
    }
}

/* One a line, and each once: GPUs share profiles. */
static void list_name(struct list *l, const char *s)
{
    const size_t n = strlen(s);
    const char *out = text_str(&l->out);
    for (const char *at = out; (at = strstr(at, s)) != NULL; at++) {
        if ((at == out || at[-1] == '\n') && at[n] == '\n') {
            return;
        }
    }
    text_addf(&l->out, "%s\n", s);
}

/* A cell in the forms of text; NULL or "" is unknown. */
static void list_plain(struct list *l, const char *s)
{
    const int at = l->at++;
    const bool is_unknown = s == NULL || s[0] == '\0';
    if (l->form == LIST_NAMES) {
        if (at == l->name_at && !is_unknown) {
            list_name(l, s);
        }
        return;
    }
    if (l->form == LIST_TEXT) {
        table_cell(&l->table, "%s", is_unknown ? "-" : s);
        return;
    }
    text_add(&l->out, at > 0 ? "," : "");
    rep_csv_cell(&l->out, is_unknown ? "" : s);
}

/* The column's name as a key of JSON, and on to the next. */
static const char *next_key(struct list *l)
{
    return l->title[l->at++];
}

static void list_text(struct list *l, const char *s)
{
    if (l->form == LIST_JSON) {
        jout_string(&l->json, next_key(l), s == NULL || s[0] == '\0' ? NULL : s);
    } else {
        list_plain(l, s);
    }
}

/* A number; below `least` it is unknown. */
static void list_int(struct list *l, int64_t x, int64_t least)
{
    if (l->form == LIST_JSON) {
        const char *key = next_key(l);
        if (x < least) {
            jout_null(&l->json, key);
        } else {
            jout_int(&l->json, key, x);
        }
        return;
    }
    char s[32];
    snprintf(s, sizeof s, "%lld", (long long)x);
    list_plain(l, x < least ? NULL : s);
}

static void list_real(struct list *l, double x)
{
    if (l->form == LIST_JSON) {
        jout_real(&l->json, next_key(l), x > 0 ? x : (double)NAN);
        return;
    }
    struct text s;
    text_init(&s);
    text_add_double(&s, x);
    list_plain(l, x > 0 ? text_str(&s) : NULL);
    text_fini(&s);
}

/* Whole numbers: separated by blanks, or a list. */
static void list_ints(struct list *l, const int *x, int n)
{
    struct text s;
    text_init(&s);
    if (l->form == LIST_JSON) {
        jout_open_list(&l->json, next_key(l), true);
    }
    for (int i = 0; i < n; i++) {
        if (l->form == LIST_JSON) {
            jout_int(&l->json, NULL, x[i]);
        } else {
            text_addf(&s, "%s%d", i > 0 ? " " : "", x[i]);
        }
    }
    if (l->form == LIST_JSON) {
        jout_close_list(&l->json);
    } else {
        list_plain(l, text_str(&s));
    }
    text_fini(&s);
}

/* ---- Tables ---- */

/* The GPU that the second operand names: -1 all, -2 wrong. */
static int gpu_filter(struct list *l, const struct catalog *c)
{
    if (l->o->operand_n < 2) {
        return -1;
    }
    const char *word = l->o->operand[1];
    const int ix = catalog_gpu_find(c, word);
    if (ix >= 0) {
        return ix;
    }
    const char **key = arena_alloc(&l->arena, (size_t)c->gpu_n, sizeof *key);
    if (key == NULL) {
        diag_machine(&l->diag, "out of memory");
        return -2;
    }
    for (int i = 0; i < c->gpu_n; i++) {
        key[i] = c->gpu[i].key;
    }
    const char *near = near_find(word, key, (size_t)c->gpu_n);
    diag_error(&l->diag, SPAN_NONE, "there is no GPU '%s' in the catalogue", word);
    if (near != NULL) {
        diag_help(&l->diag, "did you mean '%s'?", near);
    } else {
        diag_help(&l->diag, "vgpusim list gpus");
    }
    return -2;
}

static const struct catalog *list_catalog(struct list *l, int *only)
{
    const struct catalog *c = catalog_load(&l->arena, l->o->value[FLAG_CATALOG], &l->diag);
    *only = c == NULL ? -2 : gpu_filter(l, c);
    return *only == -2 ? NULL : c;
}

static bool list_gpus(struct list *l)
{
    static const char *const title[] = {"key",        "architecture",  "framebuffer_gib",
                                        "sms",        "bandwidth_gbs", "tdp_w",
                                        "mig_slices", "mig_axis",      "time_sliced_mig",
                                        "encoders",   "mmio_gb",       "doubtful",
                                        "source"};
    int only = -1;
    const struct catalog *c = list_catalog(l, &only);
    if (c == NULL) {
        return false;
    }
    list_head(l, title, 13);
    for (int i = 0; i < c->gpu_n; i++) {
        const struct gpu *g = &c->gpu[i];
        if (only >= 0 && i != only) {
            continue;
        }
        list_row(l);
        list_text(l, g->key);
        list_text(l, g->architecture);
        list_int(l, g->framebuffer_gib, 1);
        list_int(l, g->sm_count, 1);
        list_real(l, g->bandwidth_gbs);
        list_real(l, g->tdp_w);
        list_int(l, g->mig_slices, 0);
        list_int(l, g->mig_axis, 0);
        list_text(l, g->time_sliced_mig ? "yes" : "no");
        list_int(l, g->encoders, 0);
        list_int(l, g->mmio_gb, 1);
        list_text(l, g->low_confidence);
        list_text(l, g->source);
        list_end(l);
    }
    return true;
}

/* Ways to cut a GPU instance into compute instances: "1c.3g.20gb". Starts are in compute slices
 * of the instance, the maximum is per instance; memory and engines are those of the instance.
 * SMs are told where slices are of one size. */
static void list_compute(struct list *l, const struct catalog *c, const struct mig_profile *p)
{
    struct mig_compute kind[MIG_COMPUTE_KINDS_MAX];
    const int n = mig_compute_kinds(p->compute_slices, kind);
    for (int i = 0; i < n && kind[i].slices < p->compute_slices; i++) {
        char name[64];
        snprintf(name, sizeof name, "%dc.%.50s", kind[i].slices, p->name);
        list_row(l);
        list_text(l, c->gpu[p->gpu_ix].key);
        list_text(l, name);
        list_int(l, kind[i].slices, 0);
        list_text(l, NULL);
        list_text(l, NULL);
        list_ints(l, kind[i].starts, kind[i].starts_n);
        list_int(l, kind[i].max, 1);
        list_text(l, NULL);
        list_text(l, NULL);
        list_text(l, NULL);
        list_text(l, NULL);
        list_text(l, p->source);
        list_end(l);
    }
}

static bool list_mig(struct list *l)
{
    static const char *const title[] = {"gpu",           "profile",      "compute_slices",
                                        "memory_units",  "sms",          "starts",
                                        "max_instances", "copy_engines", "decoders",
                                        "encoders",      "inferred",     "source"};
    int only = -1;
    const struct catalog *c = list_catalog(l, &only);
    if (c == NULL) {
        return false;
    }
    list_head(l, title, 12);
    for (int i = 0; i < c->mig_n; i++) {
        const struct mig_profile *p = &c->mig[i];
        if (only >= 0 && p->gpu_ix != only) {
            continue;
        }
        list_row(l);
        list_text(l, c->gpu[p->gpu_ix].key);
        list_text(l, p->name);
        list_int(l, p->compute_slices, 0);
        list_int(l, p->size, 1);
        list_int(l, p->sm_count, 1);
        list_ints(l, p->starts, p->starts_n);
        list_int(l, p->max_instances, 1);
        list_int(l, p->copy_engines, 0);
        list_int(l, p->decoders, 0);
        list_int(l, p->encoders, 0);
        list_text(l, p->inferred ? p->inferred_fields : NULL);
        list_text(l, p->source);
        list_end(l);
        list_compute(l, c, p);
    }
    return true;
}

/* A listing of layouts under way. */
struct layouts {
    struct list *l;
    const char *gpu;
};

/* "3g.40gb@4 1g.10gb@6" by the order of `at`, or "3g.40gb:4,..." as -cgi takes it; without
 * starts "3g.40gb,1g.10gb". */
static void add_instances(struct text *out, const struct mig_geometry *g,
                          const struct layout_instance *at, int n, const char *form)
{
    for (int i = 0; i < n; i++) {
        text_addf(out, "%s%s",
                  i == 0           ? ""
                  : form[0] == '@' ? " "
                                   : ",",
                  g->profile[at[i].kind]->name);
        if (form[0] != '\0') {
            text_addf(out, "%s%d", form, at[i].start);
        }
    }
}

/* Without an order that the driver's own choice of starts leads through, starts are named. */
static void list_creation(struct list *l, const struct layout *layout)
{
    struct text s;
    struct layout_instance order[LAYOUT_MAX];
    text_init(&s);
    const int n = census_order(layout->g, layout->count, layout, order);
    if (n >= 0) {
        add_instances(&s, layout->g, order, n, "");
    } else {
        add_instances(&s, layout->g, layout->instance, layout->instance_n, ":");
    }
    list_text(l, text_str(&s));
    text_fini(&s);
    list_text(l, census_any_order(layout->g, layout->count) ? "no" : "yes");
}

/* One character for a unit: an instance begins with its compute slices and goes on with '-';
 * '.' is free. "4---2-1." */
static void list_axis(struct list *l, const struct layout *layout)
{
    char unit[LAYOUT_UNITS_MAX + 1];
    memset(unit, '.', sizeof unit);
    unit[layout->g->units_n] = '\0';
    for (int i = 0; i < layout->instance_n; i++) {
        const struct layout_instance *at = &layout->instance[i];
        const int slices = layout->g->profile[at->kind]->compute_slices;
        memset(unit + at->start, '-', (size_t)layout->g->axis.kind[at->kind].size);
        unit[at->start] = (char)(slices < 10 ? '0' + slices : '#');
    }
    list_text(l, unit);
}

static void list_layout(void *user, const struct layout *layout, bool is_maximal)
{
    struct layouts *x = user;
    struct text s;
    struct layout_rest rest;
    if (!is_maximal || layout->instance_n == 0) {
        return;
    }
    layout_rest(layout, &rest);
    text_init(&s);
    add_instances(&s, layout->g, layout->instance, layout->instance_n, "@");
    list_row(x->l);
    list_text(x->l, x->gpu);
    list_axis(x->l, layout);
    list_text(x->l, text_str(&s));
    list_int(x->l, layout->g->compute_n - rest.compute_free, 0);
    list_int(x->l, layout->g->units_n - rest.memory_free, 0);
    list_int(x->l, rest.compute_stranded, 0);
    list_int(x->l, rest.memory_stranded, 0);
    list_creation(x->l, layout);
    list_end(x->l);
    text_fini(&s);
}

/* Maximal layouts: of plain profiles, or with -v of all. */
static bool list_layouts(struct list *l)
{
    static const char *const title[] = {"gpu",
                                        "axis",
                                        "layout",
                                        "compute_slices",
                                        "memory_units",
                                        "stranded_slices",
                                        "stranded_units",
                                        "create",
                                        "order_matters"};
    int only = -1;
    const struct catalog *c = list_catalog(l, &only);
    if (c == NULL) {
        return false;
    }
    list_head(l, title, 9);
    for (int i = 0; i < c->gpu_n; i++) {
        struct mig_geometry g;
        struct layouts x = {.l = l, .gpu = c->gpu[i].key};
        mig_geometry_init(&g, c, i);
        if (!opt_is_on(l->o, FLAG_VERBOSE)) {
            mig_geometry_plain(&g);
        }
        if (only >= 0 && i == only && g.axis.kind_n == 0) {
            if (c->gpu[i].mig_slices == 0) {
                return diag_error(&l->diag, SPAN_NONE, "%s has no MIG", x.gpu);
            }
            diag_error(&l->diag, SPAN_NONE, "the start indexes of %s are not known", x.gpu);
            diag_help(&l->diag, "what is known: vgpusim list mig %s", x.gpu);
            return false;
        }
        if ((only < 0 || i == only) && g.axis.kind_n > 0 &&
            census_walk(&g, list_layout, &x) < 0) {
            return diag_error(&l->diag, SPAN_NONE, "%s has more than %d layouts", x.gpu,
                              CENSUS_LAYOUTS_MAX);
        }
    }
    return true;
}

static bool list_vgpus(struct list *l)
{
    static const char *const title[] = {"gpu",
                                        "type",
                                        "series",
                                        "mode",
                                        "mig_profile",
                                        "framebuffer_gib",
                                        "max_per_gpu",
                                        "max_per_gpu_mixed",
                                        "max_per_instance",
                                        "placement_ids",
                                        "placement_size",
                                        "source"};
    static const char *const mode[] = {"time-sliced", "mig", "time-sliced-mig"};
    int only = -1;
    const struct catalog *c = list_catalog(l, &only);
    if (c == NULL) {
        return false;
    }
    list_head(l, title, 12);
    for (int i = 0; i < c->vgpu_n; i++) {
        const struct vgpu_type *v = &c->vgpu[i];
        if (only >= 0 && v->gpu_ix != only) {
            continue;
        }
        const char series[2] = {v->series, '\0'};
        list_row(l);
        list_text(l, c->gpu[v->gpu_ix].key);
        list_text(l, v->name);
        list_text(l, series);
        list_text(l, mode[v->mode]);
        list_text(l, v->mig_profile);
        list_int(l, v->framebuffer_gib, 1);
        list_int(l, v->max_per_gpu, 1);
        list_int(l, v->max_per_gpu_mixed, 1);
        list_int(l, v->max_per_instance, 1);
        list_ints(l, v->placement_ids, v->placement_ids_n);
        list_int(l, v->placement_size, 1);
        list_text(l, v->source);
        list_end(l);
    }
    return true;
}

static bool list_pci(struct list *l)
{
    static const char *const title[] = {"pci_id", "gpu", "product", "table", "source"};
    int only = -1;
    const struct catalog *c = list_catalog(l, &only);
    if (c == NULL) {
        return false;
    }
    list_head(l, title, 5);
    for (int i = 0; i < c->pci_n; i++) {
        const struct pci_id *p = &c->pci[i];
        if (only >= 0 && p->gpu_ix != only) {
            continue;
        }
        char id[16];
        snprintf(id, sizeof id, "0x%04X", p->id);
        list_row(l);
        list_text(l, id);
        list_text(l, c->gpu[p->gpu_ix].key);
        list_text(l, p->product);
        list_text(l, p->mig_only ? "mig" : "all");
        list_text(l, p->source);
        list_end(l);
    }
    return true;
}

static bool list_schedulers(struct list *l)
{
    static const char *const title[] = {"scheduler", "what",   "value",
                                        "unit",      "status", "source"};
    list_head(l, title, 6);
    for (int i = 0; i < sched_kinds_n; i++) {
        const struct sched_kind *k = sched_kinds[i];
        list_row(l);
        list_text(l, k->name);
        list_text(l, k->help);
        list_text(l, NULL);
        list_text(l, NULL);
        list_text(l, "simulated");
        list_text(l, k->source);
        list_end(l);
    }
    if (l->form == LIST_NAMES) {
        return true;
    }
    int n = 0;
    const struct sched_fact *f =
        catalog_sched_facts(&l->arena, l->o->value[FLAG_CATALOG], &n, &l->diag);
    for (int i = 0; f != NULL && i < n; i++) {
        list_row(l);
        list_text(l, f[i].name);
        list_text(l, f[i].condition);
        list_text(l, f[i].value);
        list_text(l, f[i].unit);
        list_text(l, f[i].status);
        list_text(l, f[i].source);
        list_end(l);
    }
    return f != NULL;
}

/* "tenant", or "no: why no scenario can express it". */
static void list_use(struct list *l, const struct rule *r)
{
    struct text s;
    text_init(&s);
    text_addf(&s, "%s%s%s", rule_use_name(r->use), r->reason == NULL ? "" : ": ",
              r->reason == NULL ? "" : r->reason);
    list_text(l, text_str(&s));
    text_fini(&s);
}

static bool list_rules(struct list *l)
{
    static const char *const title[] = {"rule",      "verdict", "checked", "status",
                                        "condition", "text",    "source"};
    int n = 0;
    const struct rule *r = catalog_rules(&l->arena, l->o->value[FLAG_CATALOG], &n, &l->diag);
    list_head(l, title, 7);
    for (int i = 0; r != NULL && i < n; i++) {
        list_row(l);
        list_text(l, r[i].id);
        list_text(l, rule_verdict_name(r[i].verdict));
        list_use(l, &r[i]);
        list_text(l, r[i].status);
        list_text(l, r[i].condition);
        list_text(l, r[i].text);
        list_text(l, r[i].source);
        list_end(l);
    }
    return r != NULL;
}

static bool list_faults(struct list *l)
{
    static const char *const title[] = {"mode",     "class",    "hits all in the same",
                                        "promised", "down for", "source"};
    const struct catalog *c = catalog_load(&l->arena, l->o->value[FLAG_CATALOG], &l->diag);
    list_head(l, title, 6);
    for (int i = 0; c != NULL && i < c->fault_n; i++) {
        const struct fault_rule *f = &c->fault[i];
        struct text down;
        text_init(&down);
        if (f->downtime_s > 0) {
            units_print(&down, Q_TIME, f->downtime_s * 1e9);
        }
        list_row(l);
        list_text(l, f->mode);
        list_text(l, fault_class_name(f->class));
        list_text(l, fault_scope_name(f->scope));
        list_text(l, fault_scope_name(f->promised));
        list_text(l, f->downtime_s > 0 ? text_str(&down) : NULL);
        list_text(l, f->source);
        list_end(l);
        text_fini(&down);
    }
    return c != NULL;
}

static bool list_metrics(struct list *l)
{
    static const char *const title[] = {"metric", "of", "unit", "better", "meaning"};
    list_head(l, title, 5);
    for (int i = 0; i < metrics_n; i++) {
        const struct metric *m = &metrics[i];
        char path[METRIC_PATH];
        snprintf(path, sizeof path, "%s%s", m->path, m->type == METRIC_PERCENTILES ? "NN" : "");
        list_row(l);
        list_text(l, path);
        list_text(l, m->scope == METRIC_OF_TENANT ? "tenant" : "mode");
        list_text(l, m->unit);
        list_text(l, metric_better_name(m->better));
        list_text(l, m->when == METRIC_NOT_MODELLED ? "(not modelled yet: null)" : m->help);
        list_end(l);
    }
    return true;
}

/* As text the fields come from their own table. */
static bool list_fields(struct list *l)
{
    static const char *const title[] = {"field", "type", "default", "required", "meaning"};
    if (l->form == LIST_TEXT) {
        scenario_fields(&l->out);
        return true;
    }
    list_head(l, title, 5);
    for (int i = 0; i < fieldtab_n; i++) {
        const struct field *f = &fieldtab[i];
        struct text type;
        text_init(&type);
        field_type_text(f, &type);
        list_row(l);
        list_text(l, f->path);
        list_text(l, text_str(&type));
        list_text(l, f->unset);
        list_text(l, (f->flags & FIELD_REQUIRED) != 0 ? "yes" : "no");
        list_text(l, f->help);
        list_end(l);
        text_fini(&type);
    }
    return true;
}

/* ---- Command ---- */

static const struct {
    const char *name;
    bool (*list)(struct list *l);
    bool takes_gpu;
    int name_at;
} lists[] = {
    {"gpus",       list_gpus,       true,  0},
    {"mig",        list_mig,        true,  1},
    {"layouts",    list_layouts,    true,  2},
    {"vgpus",      list_vgpus,      true,  1},
    {"pci",        list_pci,        true,  0},
    {"schedulers", list_schedulers, false, 0},
    {"rules",      list_rules,      false, 0},
    {"faults",     list_faults,     false, 1},
    {"metrics",    list_metrics,    false, 0},
    {"fields",     list_fields,     false, 0},
};

static const int lists_n = (int)(sizeof lists / sizeof lists[0]);

/* JSON is one object around the rows of the table. */
static bool list_one(struct list *l, const char *word, bool (*list)(struct list *l))
{
    if (l->form != LIST_JSON) {
        return list(l);
    }
    jout_init(&l->json, &l->out);
    jout_open_object(&l->json, NULL, false);
    jout_string(&l->json, "schema", "vgpusim.list/1");
    jout_string(&l->json, "table", word);
    jout_open_list(&l->json, "rows", false);
    const bool ok = list(l);
    jout_close_list(&l->json);
    jout_close_object(&l->json);
    return ok;
}

static bool list_write(struct list *l)
{
    const char *word = l->o->operand[0];
    const char *name[sizeof lists / sizeof lists[0]];
    for (int i = 0; i < lists_n; i++) {
        name[i] = lists[i].name;
        if (strcmp(word, lists[i].name) != 0) {
            continue;
        }
        if (l->o->operand_n > 1 && !lists[i].takes_gpu) {
            return diag_error(&l->diag, SPAN_NONE, "list %s: '%s' is one word too many", word,
                              l->o->operand[1]);
        }
        l->name_at = lists[i].name_at;
        if (!list_one(l, word, lists[i].list)) {
            return false;
        }
        if (l->form == LIST_TEXT && l->table.column_n > 0) {
            table_print(&l->table, LIST_WIDTH, 0, &l->out);
        }
        return true;
    }
    const char *near = near_find(word, name, (size_t)lists_n);
    diag_error(&l->diag, SPAN_NONE, "list: there is no table '%s'", word);
    if (near != NULL) {
        diag_help(&l->diag, "did you mean '%s'?", near);
    } else {
        diag_help(&l->diag,
                  "gpus, mig, layouts, vgpus, pci, schedulers, rules, faults, metrics or "
                  "fields");
    }
    return false;
}

static enum list_form form_of(const struct opts *o)
{
    const char *format = o->value[FLAG_FORMAT];
    if (opt_is_on(o, FLAG_NAMES)) {
        return LIST_NAMES;
    }
    if (format != NULL && strcmp(format, "csv") == 0) {
        return LIST_CSV;
    }
    return format != NULL && strcmp(format, "json") == 0 ? LIST_JSON : LIST_TEXT;
}

enum err cmd_list(const struct opts *o)
{
    struct list l = {.o = o};
    arena_init(&l.arena, "program");
    diag_init(&l.diag);
    text_init(&l.out);
    table_init(&l.table);
    l.form = form_of(o);
    enum err status = list_write(&l) ? load_emit(o, &l.out) : ERR_OK;
    status = err_worse(status, load_show_plain(&l.diag, o));
    text_fini(&l.out);
    table_fini(&l.table);
    diag_fini(&l.diag);
    arena_fini(&l.arena);
    return status;
}
