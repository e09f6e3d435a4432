/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_plot.c - `plot KIND FILE`: one picture of a saved result or table, drawn by gnuplot. */
#include <string.h>

#include "sim/base/near.h"
#include "sim/cli/cmd.h"
#include "sim/cli/gp.h"
#include "sim/cli/load.h"
#include "sim/cli/term.h"
#include "sim/cli/turns.h"
#include "sim/input/catalogin.h"
#include "sim/report/plot.h"

#define PLOT_NAME(kind, name, operand, help) [kind] = name,

static const char *const names[PLOT_KINDS_N] = {PLOT_LIST(PLOT_NAME)};

/* PLOT_KINDS_N with a diagnostic where there is no such kind. */
static enum plot_kind kind_find(const char *name, struct diag *d)
{
    for (int i = 0; i < PLOT_KINDS_N; i++) {
        if (strcmp(names[i], name) == 0) {
            return (enum plot_kind)i;
        }
    }
    const char *near = near_find(name, names, PLOT_KINDS_N);
    diag_error(d, SPAN_NONE, "plot: there is no '%s'", name);
    if (near != NULL) {
        diag_help(d, "did you mean '%s'?", near);
    } else {
        diag_help(d, "vgpusim plot --help lists the kinds");
    }
    return PLOT_KINDS_N;
}

/* Is the file of the sort that the kind draws, JSON or a table? False with a diagnostic. */
static bool is_of_sort(struct load *l, const char *kind, bool wants_json, const char *help)
{
    const char *bytes = text_str(&l->bytes);
    const char first = bytes[strspn(bytes, " \t\r\n")];
    if ((first == '{' || first == '[') == wants_json) {
        return true;
    }
    diag_error(&l->diag, (struct span){.file = l->path, .line = 1, .col = 1, .len = 1},
               "'plot %s' draws %s, and this is %s", kind,
               wants_json ? "a result in JSON" : "a table in CSV",
               wants_json ? "none" : "JSON");
    diag_help(&l->diag, "%s", help);
    return false;
}

static bool of_result(struct load *l, enum plot_kind kind, enum plot_target target,
                      struct text *script)
{
    const struct jsonin *root =
        jsonin_read(&l->arena, l->path, text_str(&l->bytes), l->bytes.n, &l->diag);
    struct stored *s = arena_alloc(&l->arena, 1, sizeof *s);
    if (root == NULL || s == NULL) {
        return root != NULL ? diag_machine(&l->diag, "out of memory") : false;
    }
    if (!stored_init(s, &l->arena, root, l->path, &l->diag)) {
        return false;
    }
    if (plot_panels(kind, s) == 0) {
        diag_error(&l->diag, (struct span){.file = l->path, .line = 1, .col = 1, .len = 1},
                   "nothing to draw: %s",
                   kind == PLOT_LAYOUT ? "no VM is placed" : "no mode was simulated");
        diag_help(&l->diag, "vgpusim run SCENARIO --format json -o %s", l->path);
        return false;
    }
    plot_stored(kind, target, s, script);
    return true;
}

static bool of_plan(struct load *l, enum plot_target target, struct text *script)
{
    const struct jsonin *root =
        jsonin_read(&l->arena, l->path, text_str(&l->bytes), l->bytes.n, &l->diag);
    return root != NULL && jsonin_schema(root, l->path, "vgpusim.plan/1", &l->diag) &&
           plot_front(target, root, l->path, script, &l->diag);
}

static bool of_table(struct load *l, const struct opts *o, enum plot_kind kind,
                     enum plot_target target, const struct text *bytes, struct text *script)
{
    struct csvin csv;
    if (!csvin_read(&csv, &l->arena, l->path, text_str(bytes), bytes->n, &l->diag)) {
        return false;
    }
    return kind == PLOT_TIMELINE
               ? plot_timeline(target, &csv, script, &l->diag)
               : plot_sweep(target, &csv, o->value[FLAG_METRIC], &l->arena, script, &l->diag);
}

/* A stretch that is long enough for some turns: its length doubles until there are as many. */
static bool turns_enough(struct load *l, uint64_t seed, struct text *rows)
{
    enum {
        ENOUGH = 40,
        DOUBLINGS = 12
    };
    int turn_n = 0;
    bool ok = true;
    for (int i = 0; ok && i <= DOUBLINGS && turn_n < ENOUGH; i++) {
        text_reset(rows);
        ok = turns_table(l, seed, TURNS_LENGTH_NS << i, rows);
        turn_n = 0;
        for (const char *at = text_str(rows); (at = strstr(at, ",run,")) != NULL; at++) {
            turn_n++;
        }
    }
    return ok;
}

/* A result holds no turns, but the scenario and the seed that give them again. */
static bool turns_of_result(struct load *l, const struct jsonin *result, struct text *rows)
{
    const char *resolved = jsonin_text(result, "resolved");
    const double seed = jsonin_number(result, "seed");
    const struct scenario_overrides none = {.set_n = 0};
    if (resolved == NULL || !(seed >= 0)) {
        return diag_error(&l->diag,
                          (struct span){.file = l->path, .line = 1, .col = 1, .len = 1},
                          "this result lacks its scenario (\"resolved\") or its seed");
    }
    l->catalog = catalog_load(&l->arena, NULL, &l->diag);
    if (l->catalog != NULL) {
        l->scenario = scenario_read(&l->arena, l->catalog, l->path, resolved, strlen(resolved),
                                    &none, &l->diag);
    }
    return l->scenario != NULL && turns_enough(l, (uint64_t)seed, rows);
}

/* Turns come as a table, in a trace, or from the scenario of a result. */
static bool of_turns(struct load *l, const struct opts *o, enum plot_target target,
                     struct text *script)
{
    const char *bytes = text_str(&l->bytes);
    if (bytes[strspn(bytes, " \t\r\n")] != '{') {
        return of_table(l, o, PLOT_TIMELINE, target, &l->bytes, script);
    }
    struct text rows;
    text_init(&rows);
    const struct jsonin *root = jsonin_read(&l->arena, l->path, bytes, l->bytes.n, &l->diag);
    const char *schema = jsonin_text(root, "schema");
    const bool is_result = schema != NULL && strcmp(schema, "vgpusim.result/1") == 0;
    bool ok = root != NULL && (is_result ? turns_of_result(l, root, &rows)
                                         : plot_trace_rows(root, l->path, &rows, &l->diag));
    ok = ok && (!rows.failed || diag_machine(&l->diag, "out of memory"));
    ok = ok && of_table(l, o, PLOT_TIMELINE, target, &rows, script);
    text_fini(&rows);
    return ok;
}

static bool script_of(struct load *l, const struct opts *o, struct gp_picture *wanted,
                      struct text *script)
{
    const enum plot_kind kind = kind_find(o->operand[0], &l->diag);
    if (kind == PLOT_KINDS_N ||
        !gp_picture(o->value[FLAG_OUTPUT], "output", wanted, &l->diag)) {
        return false;
    }
    const enum plot_target target = wanted->target;
    if (o->value[FLAG_METRIC] != NULL && kind != PLOT_SWEEP) {
        return diag_error(&l->diag, SPAN_NONE, "--metric is for 'plot sweep'");
    }
    l->path = o->operand[1];
    if (!term_read(l->path, JSONIN_BYTES_MAX, &l->bytes, &l->diag)) {
        return false;
    }
    const char *help = kind == PLOT_SWEEP
                           ? "vgpusim sweep SCENARIO --vary PATH=A,B -o sweep.csv writes one"
                       : kind == PLOT_FRONTIER
                           ? "vgpusim plan SCENARIO --format json -o plan.json writes one"
                           : "vgpusim run SCENARIO --format json -o result.json writes one";
    if (kind != PLOT_TIMELINE && !is_of_sort(l, names[kind], kind != PLOT_SWEEP, help)) {
        return false;
    }
    return kind == PLOT_FRONTIER   ? of_plan(l, target, script)
           : kind < PLOT_TIMELINE  ? of_result(l, kind, target, script)
           : kind == PLOT_TIMELINE ? of_turns(l, o, target, script)
                                   : of_table(l, o, kind, target, &l->bytes, script);
}

enum err cmd_plot(const struct opts *o)
{
    struct load l;
    struct text script;
    struct text picture;
    load_init(&l);
    text_init(&script);
    text_init(&picture);
    struct gp_picture wanted;
    bool ok =
        script_of(&l, o, &wanted, &script) && gp_draw(&wanted, &script, &picture, &l.diag);
    enum err status = load_show(&l, o);
    if (ok) {
        status = err_worse(status, load_emit(o, &picture));
    } else {
        text_fini(&picture);
    }
    text_fini(&script);
    load_fini(&l);
    return status;
}
