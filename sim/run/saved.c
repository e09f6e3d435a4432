/* SPDX-License-Identifier: GPL-3.0-or-later */
/* saved.c - the walk over a saved result: runs, modes, tenants, and one level of objects below.
 *
 * What the walk does not know it takes as it finds it, so that a file of a later version with
 * more figures can be read; what it needs and does not find is said with its path. */
#include "sim/run/saved.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/text.h"

#define RESULT_SCHEMA "vgpusim.result/1"
#define TEST_SCHEMA   "vgpusim.test/1"

/* Far above what any result has; whoever compares looks for each in all. */
enum {
    RUNS_MAX = 1000,
    PARTS_MAX = 1 << 14, /* modes and tenants of a run */
    FIGURES_MAX = 1000   /* of a part */
};

struct walk {
    struct arena *arena;
    const char *file;
    struct diag *d;
};

static bool no_memory(struct walk *w)
{
    return diag_machine(w->d, "out of memory while reading '%s'", w->file);
}

static bool damaged(struct walk *w, const char *where, const char *what)
{
    diag_error(w->d, SPAN_NONE, "%s: %s has no %s: this is not a whole result", w->file, where,
               what);
    diag_help(w->d, "write it anew: vgpusim run SCENARIO --format json -o %s", w->file);
    return false;
}

/* A name of which the reader could find only the first. */
static bool twice(struct walk *w, const char *what, const char *name)
{
    diag_error(w->d, SPAN_NONE, "%s: %s '%.60s' is there twice", w->file, what, name);
    diag_help(w->d, "write it anew: vgpusim run SCENARIO --format json -o %s", w->file);
    return false;
}

static bool too_many(struct walk *w, const char *what, int most)
{
    return diag_error(w->d, SPAN_NONE, "%s: more than %d %s", w->file, most, what);
}

/* a, separator, b in the arena; NULL when memory is out. */
static const char *join(struct arena *arena, const char *a, const char *separator,
                        const char *b)
{
    struct text t;
    text_init(&t);
    text_addf(&t, "%s%s%s", a, separator, b);
    const char *s = t.failed ? NULL : arena_copy(arena, text_str(&t), t.n);
    text_fini(&t);
    return s;
}

/* The name itself, or with " #2" and so on after `before` others of that name. */
static const char *ordinal(struct arena *arena, const char *name, int before)
{
    char number[16];
    if (before == 0) {
        return name;
    }
    snprintf(number, sizeof number, "%d", before + 1);
    return join(arena, name, " #", number);
}

/* ---- Figures ---- */

static bool is_figure(const struct jsonin *node)
{
    return node->kind == JSONIN_NUMBER || node->kind == JSONIN_BOOL ||
           (node->kind == JSONIN_OBJECT && jsonin_find(node, "value") != NULL);
}

static struct estimate estimate_of(const struct jsonin *node)
{
    return node->kind == JSONIN_BOOL ? ci_exact(node->number, 0) : jsonin_estimate(node);
}

static bool add_figure(struct walk *w, struct saved_part *part, const char *group,
                       const struct jsonin *node)
{
    const struct estimate e = estimate_of(node);
    const char *path = group == NULL ? node->key : join(w->arena, group, ".", node->key);
    if (path == NULL) {
        return no_memory(w);
    }
    if (!e.has_value) {
        return true;
    }
    if (saved_find_figure(part, path) != NULL) {
        return twice(w, "the figure", path);
    }
    if (part->figure_n == FIGURES_MAX) {
        return too_many(w, "figures of a mode or tenant", FIGURES_MAX);
    }
    part->figure[part->figure_n++] = (struct saved_figure){path, e};
    return true;
}

/* Figures of the object, and of the objects right below it. */
static bool read_part(struct walk *w, struct saved_part *part, const struct jsonin *object)
{
    size_t room = 0;
    for (int i = 0; i < object->n; i++) {
        room += 1 + (size_t)jsonin_n(&object->item[i]);
    }
    part->figure = arena_alloc(w->arena, room, sizeof *part->figure);
    if (part->figure == NULL) {
        return no_memory(w);
    }
    for (int i = 0; i < object->n; i++) {
        const struct jsonin *node = &object->item[i];
        if (is_figure(node)) {
            if (!add_figure(w, part, NULL, node)) {
                return false;
            }
            continue;
        }
        for (int k = 0; node->kind == JSONIN_OBJECT && k < node->n; k++) {
            if (is_figure(&node->item[k]) && !add_figure(w, part, node->key, &node->item[k])) {
                return false;
            }
        }
    }
    return true;
}

/* ---- Modes ---- */

/* The name under which a mode is compared; NULL when memory is out. */
static const char *mode_key(struct walk *w, const struct saved_run *run, const char *mode,
                            const char *policy)
{
    const char *name = policy == NULL ? mode : join(w->arena, mode, "/", policy);
    int before = 0;
    if (name == NULL) {
        return NULL;
    }
    const size_t n = strlen(name);
    for (int i = 0; i < run->part_n; i++) {
        const struct saved_part *p = &run->part[i];
        before += p->tenant == NULL && strncmp(p->mode, name, n) == 0 &&
                  (p->mode[n] == '\0' || p->mode[n] == ' ');
    }
    return ordinal(w->arena, name, before);
}

/* The next part of the run; it must be the only one of its name. */
static struct saved_part *add_part(struct walk *w, struct saved_run *run, const char *mode,
                                   const char *tenant)
{
    const struct saved_part part = {.mode = mode, .tenant = tenant};
    if (saved_find_part(run, &part) != NULL) {
        (void)twice(w, tenant == NULL ? "the mode" : "the tenant",
                    tenant == NULL ? mode : tenant);
        return NULL;
    }
    run->part[run->part_n] = part;
    return &run->part[run->part_n++];
}

static bool read_mode(struct walk *w, struct saved_run *run, const struct jsonin *node, int ix)
{
    char where[64];
    const char *mode = jsonin_text(node, "mode");
    const struct jsonin *tenants = jsonin_find(node, "tenants");
    snprintf(where, sizeof where, "modes[%d]", ix);
    if (mode == NULL) {
        return damaged(w, where, "'mode'");
    }
    if (tenants == NULL || tenants->kind != JSONIN_LIST) {
        return damaged(w, where, "list of 'tenants'");
    }
    const char *key = mode_key(w, run, mode, jsonin_text(node, "policy"));
    if (key == NULL) {
        return no_memory(w);
    }
    struct saved_part *part = add_part(w, run, key, NULL);
    if (part == NULL || !read_part(w, part, node)) {
        return false;
    }
    for (int i = 0; i < tenants->n; i++) {
        const char *name = jsonin_text(&tenants->item[i], "name");
        snprintf(where, sizeof where, "modes[%d].tenants[%d]", ix, i);
        if (name == NULL) {
            return damaged(w, where, "'name'");
        }
        part = add_part(w, run, key, name);
        if (part == NULL || !read_part(w, part, &tenants->item[i])) {
            return false;
        }
    }
    return true;
}

/* ---- Runs ---- */

static bool read_run(struct walk *w, struct saved *out, const struct jsonin *root)
{
    struct saved_run *run = &out->run[out->run_n];
    const struct jsonin *modes = jsonin_find(root, "modes");
    const struct jsonin *is_random = jsonin_find(root, "random");
    const char *name = jsonin_text(root, "scenario");
    size_t room = 0;
    *run = (struct saved_run){.hash = jsonin_text(root, "scenario_hash")};
    run->seed = jsonin_number(root, "seed");
    run->is_random = is_random == NULL || jsonin_is_true(root, "random");
    if (name == NULL || run->hash == NULL || isnan(run->seed)) {
        return damaged(w, "the result", "'scenario', 'scenario_hash' or 'seed'");
    }
    if (modes == NULL || modes->kind != JSONIN_LIST || modes->n == 0) {
        return damaged(w, "the result", "list of 'modes'");
    }
    if (jsonin_is_true(root, "interrupted")) {
        diag_error(w->d, SPAN_NONE, "%s: the run was interrupted, its numbers are partial",
                   w->file);
        return false;
    }
    int before = 0;
    for (int i = 0; i < out->run_n; i++) {
        before += strcmp(out->run[i].scenario, name) == 0;
    }
    run->scenario = ordinal(w->arena, name, before);
    for (int i = 0; i < modes->n; i++) {
        room += 1 + (size_t)jsonin_n(jsonin_find(&modes->item[i], "tenants"));
    }
    if (room > PARTS_MAX) {
        return too_many(w, "modes and tenants", PARTS_MAX);
    }
    run->part = arena_alloc(w->arena, room, sizeof *run->part);
    if (run->scenario == NULL || run->part == NULL) {
        return no_memory(w);
    }
    if (saved_find_run(out, run->scenario) != NULL) {
        return twice(w, "the scenario", run->scenario);
    }
    for (int i = 0; i < modes->n; i++) {
        if (!read_mode(w, run, &modes->item[i], i)) {
            return false;
        }
    }
    out->run_n++;
    return true;
}

bool saved_read(struct saved *out, struct arena *arena, const struct jsonin *root,
                const char *file, struct diag *d)
{
    struct walk w = {.arena = arena, .file = file, .d = d};
    const char *schema = jsonin_text(root, "schema");
    const struct jsonin *results = jsonin_find(root, "results");
    const bool is_test = schema != NULL && strcmp(schema, TEST_SCHEMA) == 0;
    *out = (struct saved){0};
    if (!is_test && !jsonin_schema(root, file, RESULT_SCHEMA, d)) {
        return false;
    }
    if (is_test && (results == NULL || results->kind != JSONIN_LIST)) {
        return damaged(&w, "the file", "list of 'results'");
    }
    const int n = is_test ? results->n : 1;
    if (n > RUNS_MAX) {
        return too_many(&w, "results", RUNS_MAX);
    }
    out->run = arena_alloc(arena, (size_t)n, sizeof *out->run);
    if (out->run == NULL) {
        return no_memory(&w);
    }
    for (int i = 0; i < n; i++) {
        if (!read_run(&w, out, is_test ? &results->item[i] : root)) {
            return false;
        }
    }
    return true;
}

/* ---- Finding ---- */

const struct saved_run *saved_find_run(const struct saved *s, const char *scenario)
{
    for (int i = 0; i < s->run_n; i++) {
        if (strcmp(s->run[i].scenario, scenario) == 0) {
            return &s->run[i];
        }
    }
    return NULL;
}

const struct saved_part *saved_find_part(const struct saved_run *r,
                                         const struct saved_part *like)
{
    for (int i = 0; i < r->part_n; i++) {
        const struct saved_part *p = &r->part[i];
        const bool is_mode = p->tenant == NULL && like->tenant == NULL;
        const bool is_tenant =
            p->tenant != NULL && like->tenant != NULL && strcmp(p->tenant, like->tenant) == 0;
        if ((is_mode || is_tenant) && strcmp(p->mode, like->mode) == 0) {
            return p;
        }
    }
    return NULL;
}

const struct saved_figure *saved_find_figure(const struct saved_part *p, const char *path)
{
    for (int i = 0; i < p->figure_n; i++) {
        if (strcmp(p->figure[i].path, path) == 0) {
            return &p->figure[i];
        }
    }
    return NULL;
}
