/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timeline.c - segments and records of the event engine on a grid. */
#include "sim/run/timeline.h"

#include <string.h>

#include "sim/base/units.h"
#include "sim/run/lane.h"

struct grid {
    const struct lane *lane;
    char *cell; /* [vm_n * TIMELINE_COLUMNS] */
    int64_t length_ns;
};

/* Middle of a column. */
static int64_t middle_ns(const struct grid *g, int column)
{
    return (2 * column + 1) * g->length_ns / (2 * TIMELINE_COLUMNS);
}

/* Marks the columns whose middle lies in [from, to); a stronger mark stays. */
static void mark(struct grid *g, int vm, int64_t from_ns, int64_t to_ns, char what)
{
    for (int i = 0; i < TIMELINE_COLUMNS; i++) {
        char *cell = &g->cell[vm * TIMELINE_COLUMNS + i];
        int64_t at = middle_ns(g, i);
        if (at >= from_ns && at < to_ns && (*cell == '.' || what != '-')) {
            *cell = what;
        }
    }
}

static void on_segment(void *context, const struct lane_segment *x)
{
    struct grid *g = context;
    if (x->domain == 0 && x->vm >= 0) {
        mark(g, x->vm, x->from_ns, x->to_ns, x->is_switch ? '/' : '#');
    }
}

static void on_done(void *context, const struct lane_done *r, int n)
{
    for (int i = 0; i < n; i++) {
        mark(context, r[i].vm, r[i].arrival_ns, r[i].done_ns, '-');
    }
}

static void axis(const struct grid *g, int indent, struct text *out)
{
    text_pad(out, (size_t)indent);
    for (int i = 0; i < TIMELINE_COLUMNS; i += 8) {
        text_add(out, i == 0 ? "|" : "       |");
    }
    text_add(out, "\n");
    text_pad(out, (size_t)indent);
    for (int i = 0; i < TIMELINE_COLUMNS; i += 16) {
        size_t before = out->n;
        units_print(out, Q_TIME, (double)i * (double)g->length_ns / TIMELINE_COLUMNS);
        size_t used = text_width(text_str(out) + before);
        text_pad(out, i + 16 < TIMELINE_COLUMNS && used < 16 ? 16 - used : 0);
    }
    text_add(out, "\n");
}

static bool run(const struct lane *lane, struct arena *arena, const struct lane_options *o)
{
    struct lane_books books;
    struct lane_sim *sim = lane_sim_new_events(arena, lane);
    if (!sim || !lane_books_init(&books, arena, lane)) {
        return false;
    }
    bool ok = lane_sim_run(sim, o, &books);
    lane_sim_fini(sim);
    return ok;
}

bool timeline_draw(const struct scenario *s, const struct lane *lane, uint64_t seed,
                   int64_t length_ns, struct text *out, struct diag *d)
{
    enum {
        INDENT = 16
    };
    struct arena arena;
    struct grid g = {.lane = lane, .length_ns = length_ns};
    size_t cells = (size_t)lane->vm_n * TIMELINE_COLUMNS;
    arena_init(&arena, "timeline");
    g.cell = arena_alloc(&arena, cells, 1);
    if (g.cell) {
        memset(g.cell, '.', cells);
    }
    const struct lane_options o = {.seed = seed,
                                   .to_ns = length_ns,
                                   .done = on_done,
                                   .segment = on_segment,
                                   .context = &g};
    bool ok = g.cell && run(lane, &arena, &o);
    for (int v = 0; ok && v < lane->vm_n; v++) {
        const struct lane_vm *vm = &lane->vm[v];
        size_t before = out->n;
        text_addf(out, "  %s/%d", s->tenant[vm->tenant_ix].name, vm->vm_ix);
        size_t used = text_width(text_str(out) + before);
        text_pad(out, used < INDENT ? INDENT - used : 1);
        text_add_n(out, &g.cell[v * TIMELINE_COLUMNS], TIMELINE_COLUMNS);
        text_add(out, "\n");
    }
    if (ok) {
        axis(&g, INDENT, out);
    }
    arena_fini(&arena);
    return ok || diag_machine(d, "out of memory while drawing '%s'", s->name);
}

/* ---- Rows ---- */

struct rows {
    const struct scenario *s;
    const struct lane *lane;
    const char *mode; /* a cell */
    int64_t length_ns;
    struct text *out;
};

static void add_row(const struct rows *x, int vm_ix, const char *state, int64_t from_ns,
                    int64_t to_ns)
{
    const struct lane_vm *vm = &x->lane->vm[vm_ix];
    const int64_t end_ns = to_ns < x->length_ns ? to_ns : x->length_ns;
    if (from_ns < end_ns) {
        text_addf(x->out, "%s,%s/%d,%s,%lld,%lld\n", x->mode, x->s->tenant[vm->tenant_ix].name,
                  vm->vm_ix, state, (long long)from_ns, (long long)end_ns);
    }
}

static void row_of_segment(void *context, const struct lane_segment *x)
{
    if (x->domain == 0 && x->vm >= 0) {
        add_row(context, x->vm, x->is_switch ? "switch" : "run", x->from_ns, x->to_ns);
    }
}

static void row_of_done(void *context, const struct lane_done *r, int n)
{
    for (int i = 0; i < n; i++) {
        add_row(context, r[i].vm, "work", r[i].arrival_ns, r[i].done_ns);
    }
}

bool timeline_rows(const struct scenario *s, const struct lane *lane, uint64_t seed,
                   int64_t length_ns, const char *mode, struct text *out, struct diag *d)
{
    struct arena arena;
    struct rows rows = {.s = s, .lane = lane, .mode = mode, .length_ns = length_ns, .out = out};
    const struct lane_options o = {.seed = seed,
                                   .to_ns = length_ns,
                                   .done = row_of_done,
                                   .segment = row_of_segment,
                                   .context = &rows};
    arena_init(&arena, "timeline");
    bool ok = run(lane, &arena, &o);
    for (int v = 0; ok && v < lane->vm_n; v++) {
        add_row(&rows, v, "there", 0, length_ns);
    }
    arena_fini(&arena);
    return ok || diag_machine(d, "out of memory while drawing '%s'", s->name);
}
