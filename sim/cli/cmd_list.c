/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_list.c - `list`: the tables inside the program, each row with its source.
 *
 * One description of columns serves both forms: text (aligned, what is unknown is "-") and CSV
 * (what is unknown is empty). */
#include <stdio.h>
#include <string.h>

#include "sim/base/near.h"
#include "sim/cli/cmd.h"
#include "sim/cli/load.h"
#include "sim/input/catalogin.h"
#include "sim/report/table.h"
#include "sim/run/metric.h"

enum {
    LIST_COLUMNS_MAX = 16,
    LIST_WIDTH = 100000 /* a listing is searched and cut by its reader, not by us */
};

/* A listing under construction. */
struct list {
    const struct opts *o;
    struct arena arena;
    struct diag diag;
    bool is_csv;
    bool is_names; /* first column only */
    struct text out;
    struct table table;
    int at; /* next column */
};

/* ---- Rows ---- */

static void list_head(struct list *l, const char *const *title, int n)
{
    for (int i = 0; i < n; i++) {
        if (l->is_csv && !l->is_names) {
            text_addf(&l->out, "%s%s", i > 0 ? "," : "", title[i]);
        } else {
            table_column(&l->table, TABLE_LEFT, 0, "%s", title[i]);
        }
    }
    if (l->is_csv && !l->is_names) {
        text_add(&l->out, "\n");
    }
}

static void list_row(struct list *l)
{
    l->at = 0;
    if (!l->is_csv && !l->is_names) {
        table_row(&l->table);
    }
}

static void list_end(struct list *l)
{
    if (l->is_csv && !l->is_names) {
        text_add(&l->out, "\n");
    }
}

static void add_quoted(struct text *out, const char *s)
{
    text_add(out, "\"");
    for (; *s != '\0'; s++) {
        text_add_n(out, s, 1);
        if (*s == '"') {
            text_add(out, "\"");
        }
    }
    text_add(out, "\"");
}

/* A cell; NULL or "" is unknown. */
static void list_text(struct list *l, const char *s)
{
    const int at = l->at++;
    const bool is_unknown = s == NULL || s[0] == '\0';
    if (l->is_names) {
        if (at == 0) {
            text_addf(&l->out, "%s\n", is_unknown ? "" : s);
        }
        return;
    }
    if (!l->is_csv) {
        table_cell(&l->table, "%s", is_unknown ? "-" : s);
        return;
    }
    text_add(&l->out, at > 0 ? "," : "");
    if (!is_unknown && s[strcspn(s, ",\"\r\n")] != '\0') {
        add_quoted(&l->out, s);
    } else {
        text_add(&l->out, is_unknown ? "" : s);
    }
}

/* A number; below `least` it is unknown. */
static void list_int(struct list *l, int64_t x, int64_t least)
{
    char s[32];
    snprintf(s, sizeof s, "%lld", (long long)x);
    list_text(l, x < least ? NULL : s);
}

static void list_real(struct list *l, double x)
{
    struct text s;
    text_init(&s);
    text_add_double(&s, x);
    list_text(l, x > 0 ? text_str(&s) : NULL);
    text_fini(&s);
}

/* Whole numbers separated by blanks. */
static void list_ints(struct list *l, const int *x, int n)
{
    struct text s;
    text_init(&s);
    for (int i = 0; i < n; i++) {
        text_addf(&s, "%s%d", i > 0 ? " " : "", x[i]);
    }
    list_text(l, text_str(&s));
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
    static const char *const title[] = {
        "key",        "architecture", "framebuffer_gib", "sms",     "bandwidth_gbs", "tdp_w",
        "mig_slices", "mig_axis",     "time_sliced_mig", "mmio_gb", "doubtful",      "source"};
    int only = -1;
    const struct catalog *c = list_catalog(l, &only);
    if (c == NULL) {
        return false;
    }
    list_head(l, title, 12);
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
        list_int(l, g->mmio_gb, 1);
        list_text(l, g->low_confidence);
        list_text(l, g->source);
        list_end(l);
    }
    return true;
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
    if (l->is_names) {
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

static bool list_rules(struct list *l)
{
    static const char *const title[] = {"rule",      "verdict", "checked", "status",
                                        "condition", "text",    "source"};
    int n = 0;
    const struct rule *r = catalog_rules(&l->arena, l->o->value[FLAG_CATALOG], &n, &l->diag);
    list_head(l, title, 7);
    for (int i = 0; r != NULL && i < n; i++) {
        bool is_checked = false;
        for (int k = 0; rule_checked(k) != NULL; k++) {
            is_checked = is_checked || strcmp(rule_checked(k), r[i].id) == 0;
        }
        list_row(l);
        list_text(l, r[i].id);
        list_text(l, rule_verdict_name(r[i].verdict));
        list_text(l, is_checked ? "by tenant" : NULL);
        list_text(l, r[i].status);
        list_text(l, r[i].condition);
        list_text(l, r[i].text);
        list_text(l, r[i].source);
        list_end(l);
    }
    return r != NULL;
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

/* The fields come as text from their own table. */
static bool list_fields(struct list *l)
{
    if (l->is_csv || l->is_names) {
        diag_error(&l->diag, SPAN_NONE, "list fields: there is only the text form");
        diag_help(&l->diag, "vgpusim list fields");
        return false;
    }
    scenario_fields(&l->out);
    return true;
}

/* ---- Command ---- */

static const struct {
    const char *name;
    bool (*list)(struct list *l);
    bool takes_gpu;
} lists[] = {
    {"gpus",       list_gpus,       true },
    {"mig",        list_mig,        true },
    {"vgpus",      list_vgpus,      true },
    {"pci",        list_pci,        true },
    {"schedulers", list_schedulers, false},
    {"rules",      list_rules,      false},
    {"metrics",    list_metrics,    false},
    {"fields",     list_fields,     false},
};

static const int lists_n = (int)(sizeof lists / sizeof lists[0]);

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
        if (!lists[i].list(l)) {
            return false;
        }
        if (l->table.column_n > 0 && !l->is_names) {
            table_print(&l->table, LIST_WIDTH, 0, &l->out);
        }
        return true;
    }
    const char *near = near_find(word, name, (size_t)lists_n);
    diag_error(&l->diag, SPAN_NONE, "list: there is no table '%s'", word);
    if (near != NULL) {
        diag_help(&l->diag, "did you mean '%s'?", near);
    } else {
        diag_help(&l->diag, "gpus, mig, vgpus, pci, schedulers, rules, metrics or fields");
    }
    return false;
}

enum err cmd_list(const struct opts *o)
{
    struct list l = {.o = o};
    arena_init(&l.arena, "program");
    diag_init(&l.diag);
    text_init(&l.out);
    table_init(&l.table);
    l.is_csv = o->value[FLAG_FORMAT] != NULL && strcmp(o->value[FLAG_FORMAT], "csv") == 0;
    l.is_names = opt_is_on(o, FLAG_NAMES);
    enum err status = ERR_OK;
    const bool is_json =
        o->value[FLAG_FORMAT] != NULL && strcmp(o->value[FLAG_FORMAT], "json") == 0;
    if (is_json) {
        diag_error(&l.diag, SPAN_NONE, "list: '--format json' is not built yet");
        diag_help(&l.diag, "use --format csv");
    } else if (list_write(&l)) {
        status = load_emit(o, &l.out);
    }
    status = err_worse(status, load_show_plain(&l.diag, o));
    text_fini(&l.out);
    table_fini(&l.table);
    diag_fini(&l.diag);
    arena_fini(&l.arena);
    return status;
}
