/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_admit.c - the number of each mode, what limits it, and what was tried around it. */
#include "sim/report/rep_admit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/report/rep_json.h"
#include "sim/report/table.h"

/* Of the enum. */
static const char *const limits[] = {
    [ADMIT_BY_PLACEMENT] = "placement",
    [ADMIT_BY_OBJECTIVES] = "objectives",
};

static const char *const verdicts[] = {
    [HOLDS_NO] = "does not hold",
    [HOLDS_UNSURE] = "is not clear",
    [HOLDS_YES] = "holds",
};

static const char *key_of(const struct admit *a, const struct admit_mode *m)
{
    return a->scenario->catalog->gpu[m->gpu_ix].key;
}

static const char *name_of(const struct admit *a)
{
    return a->scenario->tenant[a->tenant_ix].name;
}

static void add_label(const struct admit *a, const struct admit_mode *m, struct text *line)
{
    if (a->scenario->plan_gpu_n > 0) {
        text_addf(line, "%s ", key_of(a, m));
    }
    rep_mode_label(a->scenario, &a->scenario->mode[m->mode_ix], line);
}

/* What a VM of the tenant sits on in the answer: profile, type or GPU; NULL where none holds.
 */
static const char *seat_of(const struct admit *a, const struct admit_mode *m)
{
    if (m->most == 0) {
        return NULL;
    }
    const struct tenant_result *t = &m->at.result->mode[0].tenant[a->tenant_ix];
    return t->mig ? t->mig : t->gpu_type;
}

/* "2 × L40S", or the groups of hosts. */
static void add_fleet(const struct admit *a, struct text *line)
{
    const struct scenario *s = a->scenario;
    for (int g = 0; g < s->group_n; g++) {
        text_addf(line, "%s%d × host %s with %d × %s", g > 0 ? " + " : "", s->group[g].count,
                  s->group[g].name, s->group[g].gpus, s->catalog->gpu[s->group[g].gpu_ix].key);
    }
    if (s->group_n == 0) {
        text_addf(line, "%d × %s", s->gpu_count,
                  s->plan_gpu_n > 0 ? "each GPU of the list" : s->catalog->gpu[s->gpu_ix].key);
    }
}

/* ---- JSON ---- */

static void write_mode(struct jout *j, const struct admit *a, const struct admit_mode *m)
{
    const struct mode_spec *spec = &a->scenario->mode[m->mode_ix];
    jout_open_object(j, NULL, false);
    jout_string(j, "mode", mode_name(spec->kind));
    jout_string(j, "policy", rep_policy(spec));
    jout_string(j, "model", key_of(a, m));
    jout_int(j, "vms", m->most);
    jout_int(j, "placeable", m->placeable);
    jout_string(j, "on", seat_of(a, m));
    jout_string(j, "limit", limits[m->limit]);
    jout_string(j, "because", m->why[0] != '\0' ? m->why : NULL);
    jout_bool(j, "monotone", m->is_monotone);
    jout_open_list(j, "tried", false);
    for (int i = 0; i < m->look_n; i++) {
        jout_open_object(j, NULL, true);
        jout_int(j, "vms", m->look[i].count);
        jout_bool(j, "holds", m->look[i].holds == HOLDS_YES);
        jout_string(j, "text", m->look[i].why);
        jout_close_object(j);
    }
    jout_close_list(j);
    if (m->most > 0) {
        rep_json_layout(j, m->at.result, &m->at.result->mode[0]);
        jout_real(j, "cost_per_hour_usd", m->at.bill.usd);
    }
    jout_close_object(j);
}

void rep_admit_json(const struct admit *a, struct text *sink)
{
    struct jout jout;
    struct jout *j = &jout;
    jout_init(j, sink);
    jout_open_object(j, NULL, false);
    jout_string(j, "schema", "vgpusim.plan-fit/1");
    jout_string(j, "scenario", a->scenario->name);
    jout_int(j, "seed", (int64_t)a->seed);
    jout_string(j, "version", a->version);
    jout_string(j, "tenant", name_of(a));
    jout_int(j, "fleet_gpus", a->scenario->gpu_count);
    if (a->best >= 0) {
        jout_int(j, "best", a->best);
    } else {
        jout_null(j, "best");
    }
    jout_open_list(j, "modes", false);
    for (int i = 0; i < a->mode_n; i++) {
        write_mode(j, a, &a->mode[i]);
    }
    jout_close_list(j);
    jout_int(j, "experiments", a->simulated);
    jout_bool(j, "interrupted", a->interrupted);
    jout_close_object(j);
}

/* ---- CSV ---- */

void rep_admit_csv(const struct admit *a, struct text *sink)
{
    text_add(sink, "gpu,count,mode,policy,tenant,vms,placeable,limit,cost_usd_per_hour\n");
    for (int i = 0; i < a->mode_n; i++) {
        const struct admit_mode *m = &a->mode[i];
        const struct mode_spec *spec = &a->scenario->mode[m->mode_ix];
        const char *policy = rep_policy(spec);
        text_addf(sink, "%s,%d,%s,%s,%s,%d,%d,%s,", key_of(a, m), a->scenario->gpu_count,
                  mode_name(spec->kind), policy ? policy : "", name_of(a), m->most,
                  m->placeable, limits[m->limit]);
        if (m->most > 0 && isfinite(m->at.bill.usd)) {
            text_add_double(sink, m->at.bill.usd);
        }
        text_add(sink, "\n");
    }
}

/* ---- Text ---- */

static void write_table(const struct admit *a, const struct rep_options *o, struct text *sink)
{
    struct table t;
    table_init(&t);
    table_column(&t, TABLE_LEFT, 0, "mode");
    table_column(&t, TABLE_RIGHT, 0, "VMs");
    table_column(&t, TABLE_RIGHT, 0, "placeable");
    table_column(&t, TABLE_LEFT, 1, "each on");
    table_column(&t, TABLE_LEFT, 0, "limited by");
    table_column(&t, TABLE_RIGHT, 2, "USD/h");
    for (int i = 0; i < a->mode_n; i++) {
        const struct admit_mode *m = &a->mode[i];
        struct text label;
        text_init(&label);
        add_label(a, m, &label);
        table_row(&t);
        table_cell(&t, "%s", text_str(&label));
        table_cell(&t, "%d", m->most);
        table_cell(&t, "%d", m->placeable);
        table_cell(&t, "%s", m->most > 0 ? seat_of(a, m) : "-");
        table_cell(&t, "%s", limits[m->limit]);
        if (m->most > 0 && m->at.bill.usd > 0.0) {
            table_cell(&t, "%.2f", m->at.bill.usd);
        } else {
            table_cell(&t, "-");
        }
        text_fini(&label);
    }
    table_print(&t, (size_t)o->width, 0, sink);
    table_fini(&t);
}

/* "mig: 14 hold (p95 of ...); 15: MIG-01 ..." */
static void write_tried(const struct admit *a, const struct admit_mode *m,
                        const struct rep_options *o, struct text *sink)
{
    struct text line;
    text_init(&line);
    add_label(a, m, &line);
    text_add(&line, ":");
    for (int i = 0; i < m->look_n; i++) {
        const struct admit_try *look = &m->look[i];
        text_addf(&line, " %d %s (%s);", look->count, verdicts[look->holds], look->why);
    }
    if (m->limit != ADMIT_BY_OBJECTIVES) {
        text_addf(&line, " %d cannot be placed: %s.", m->placeable + 1, m->why);
    } else if (m->look_n == 0) {
        text_addf(&line, " not one holds: %s.", m->why);
    } else if (m->is_monotone) {
        text_add(&line, " so the objectives end it.");
    } else {
        text_add(&line, " the answer is not monotone: another number may hold as well.");
    }
    table_paragraph(sink, o->width, 2, &line);
}

void rep_admit_text(const struct admit *a, const struct rep_options *o, struct text *sink)
{
    struct text line;
    text_init(&line);
    text_addf(&line, "How many VMs of %s fit on ", name_of(a));
    add_fleet(a, &line);
    text_add(&line, " with every objective held?");
    table_paragraph(sink, o->width, 0, &line);
    text_init(&line);
    text_add(sink, "\n");
    if (a->best >= 0) {
        text_addf(&line, "%d, ", a->mode[a->best].most);
        add_label(a, &a->mode[a->best], &line);
    } else {
        text_add(&line, "Not one");
    }
    text_add(&line, ".");
    table_paragraph(sink, o->width, 0, &line);
    text_add(sink, "\n");
    write_table(a, o, sink);
    text_add(sink, o->quiet ? "" : "\ntried:\n");
    for (int i = 0; i < a->mode_n && !o->quiet; i++) {
        write_tried(a, &a->mode[i], o, sink);
    }
    text_addf(sink, "\n%d %s.\n", a->simulated,
              a->simulated == 1 ? "experiment" : "experiments");
}
