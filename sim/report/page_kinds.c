/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_kinds.c - figures that only some kinds of work have: frames, tokens, training steps.
 *
 * A VM with several workloads gives a row for each of them. */
#include <string.h>

#include "sim/report/page_tables.h"

/* A kind is known by the object that only its work has. */
static const struct kind {
    const char *object; /* "frame_ns" */
    const char *title;
    const char *column[PAGE_COLUMNS_MAX];
    int n;
} kinds[] = {
    {"frame_ns",
     "Frames",                     {"tenant", "mode", "mean", "p50", "p95", "late", "late, of all", "dropped", "per s"},
     9                                                                                                                    },
    {"ttft_ns",
     "Tokens",                     {"tenant", "mode", "first token, mean", "p95", "each further token, mean", "p95",
      "answers per s", "refused"},
     8                                                                                                                    },
    {"step_ns",  "Training steps", {"tenant", "mode", "mean", "p50", "p95", "steps per s"},                              6},
};

/* The tenant itself (0) or one of its workloads (from 1); NULL behind the last. */
static const struct jsonin *part_of(const struct jsonin *tenant, int ix)
{
    const struct jsonin *list = jsonin_find(tenant, "workloads");
    return ix == 0 ? tenant : ix <= jsonin_n(list) ? &list->item[ix - 1] : NULL;
}

static bool has_kind(const struct jsonin *part, const struct kind *k)
{
    return jsonin_n(jsonin_find(part, k->object)) > 0;
}

static void cell_time(struct page_table *t, const struct jsonin *part, const char *object,
                      const char *key)
{
    const struct estimate e = stored_get(part, object, key);
    page_cell_time(t, &e);
}

static void cell_count(struct page_table *t, const struct jsonin *part, const char *key)
{
    const struct estimate e = stored_get(part, NULL, key);
    page_cell_count(t, &e);
}

static void cell_rate(struct page_table *t, const struct jsonin *part)
{
    const struct estimate e = stored_get(part, NULL, "throughput_per_s");
    page_cell_value(t, &e, 1);
}

static void frames(struct page_table *t, const struct jsonin *part)
{
    const struct estimate late = stored_get(part, NULL, "frames_late");
    const struct estimate all = stored_get(part, NULL, "requests");
    const struct estimate frac =
        all.value > 0 && late.has_value ? ci_exact(late.value / all.value, 0) : ci_none();
    cell_time(t, part, "frame_ns", "mean");
    cell_time(t, part, "frame_ns", "p50");
    cell_time(t, part, "frame_ns", "p95");
    page_cell_count(t, &late);
    page_cell_percent(t, &frac);
    cell_count(t, part, "frames_dropped");
    cell_rate(t, part);
}

static void tokens(struct page_table *t, const struct jsonin *part)
{
    cell_time(t, part, "ttft_ns", "mean");
    cell_time(t, part, "ttft_ns", "p95");
    cell_time(t, part, "tpot_ns", "mean");
    cell_time(t, part, "tpot_ns", "p95");
    cell_rate(t, part);
    cell_count(t, part, "requests_dropped");
}

static void steps(struct page_table *t, const struct jsonin *part)
{
    cell_time(t, part, "step_ns", "mean");
    cell_time(t, part, "step_ns", "p50");
    cell_time(t, part, "step_ns", "p95");
    cell_rate(t, part);
}

/* Rows of one workload, mode by mode. */
static void rows_of_part(struct page_table *t, const struct stored *s, const struct kind *kind,
                         int tenant_ix, int ix)
{
    for (int m = 0; m < s->mode_n; m++) {
        const struct jsonin *part = part_of(stored_tenant(s, m, tenant_ix), ix);
        struct text name;
        if (part == NULL || !has_kind(part, kind) || !stored_is_simulated(s, m)) {
            continue;
        }
        text_init(&name);
        text_add(&name, stored_tenant_name(s, tenant_ix));
        text_add(&name, ix > 0 ? "/" : "");
        text_add(&name, ix > 0 ? jsonin_text(part, "name") : "");
        page_row_open(t, text_str(&name));
        page_cell(t, "limit", s->label[m]);
        if (strcmp(kind->object, "frame_ns") == 0) {
            frames(t, part);
        } else if (strcmp(kind->object, "ttft_ns") == 0) {
            tokens(t, part);
        } else {
            steps(t, part);
        }
        page_row_close(t);
        t->out->failed |= name.failed;
        text_fini(&name);
    }
}

static bool is_there(const struct stored *s, const struct kind *kind)
{
    for (int m = 0; m < s->mode_n; m++) {
        for (int k = 0; k < s->tenant_n; k++) {
            const struct jsonin *part;
            for (int ix = 0; (part = part_of(stored_tenant(s, m, k), ix)) != NULL; ix++) {
                if (has_kind(part, kind) && stored_is_simulated(s, m)) {
                    return true;
                }
            }
        }
    }
    return false;
}

bool page_has_kinds(const struct stored *s)
{
    bool any = false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        any = any || is_there(s, &kinds[i]);
    }
    return any;
}

void page_kinds(const struct stored *s, struct text *out)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct kind *kind = &kinds[i];
        struct page_table t = {.out = out, .n = kind->n, .left = 3};
        if (!is_there(s, kind)) {
            continue;
        }
        memcpy(t.column, kind->column, sizeof t.column);
        text_addf(out, "<h3>%s</h3>\n", kind->title);
        page_table_open(&t, NULL);
        for (int k = 0; k < s->tenant_n; k++) {
            const int parts = 1 + jsonin_n(jsonin_find(stored_tenant(s, 0, k), "workloads"));
            for (int ix = 0; ix < parts; ix++) {
                rows_of_part(&t, s, kind, k, ix);
            }
        }
        page_table_close(&t);
    }
}
