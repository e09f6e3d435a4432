/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid.c - cutting of arguments into values, and numbers of points into values of axes.
 *
 * Ranges are counted in whole billionths of their unit, so that 0.1..0.3:0.1 ends where it
 * says. */
#include "sim/input/grid.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/text.h"
#include "sim/base/units.h"

enum {
    RANGE_SCALE = 9, /* decimals of a range */
    RANGE_UNIT = 1000000000
};

void grid_init(struct grid *g)
{
    *g = (struct grid){.point_n = 1};
}

/* ---- Values of one axis ---- */

/* An argument under examination. */
struct cut {
    struct grid_axis *axis;
    struct arena *arena;
    struct diag *d;
    int most; /* values that may be */
};

static int characters(const char *s, size_t n)
{
    int count = 0;
    for (size_t i = 0; i < n; i++) {
        count += ((unsigned char)s[i] & 0xC0) != 0x80;
    }
    return count;
}

/* Place of n bytes of the argument. */
static struct span place(const struct cut *c, const char *s, size_t n)
{
    const int len = characters(s, n);
    return (struct span){.file = c->axis->file,
                         .line = 1,
                         .col =
                             characters(c->axis->argument, (size_t)(s - c->axis->argument)) + 1,
                         .len = len > 0 ? len : 1};
}

/* Keeps a copy of text[n], which stands at `at`. */
static bool keep(struct cut *c, const char *text, size_t n, struct span at)
{
    struct grid_axis *a = c->axis;
    if (a->value_n == c->most) {
        diag_error(c->d, at, "more than %d points", GRID_POINTS_MAX);
        diag_help(c->d, "vary less at once, or with a larger step");
        return false;
    }
    if (a->value_n == a->cap) {
        const int cap = a->cap == 0 ? 16 : 2 * a->cap;
        struct grid_value *more = arena_alloc(c->arena, (size_t)cap, sizeof *more);
        if (more == NULL) {
            return diag_machine(c->d, "out of memory while reading --vary");
        }
        if (a->value_n > 0) {
            memcpy(more, a->value, (size_t)a->value_n * sizeof *more);
        }
        a->value = more;
        a->cap = cap;
    }
    const char *copy = arena_copy(c->arena, text, n);
    if (copy == NULL) {
        return diag_machine(c->d, "out of memory while reading --vary");
    }
    a->value[a->value_n++] = (struct grid_value){.text = copy, .col = at.col};
    return true;
}

/* A number and its unit: "10/s", "0.5 ms", "8". */
struct amount {
    int64_t whole; /* in billionths */
    const char *unit;
    size_t unit_n;
};

/* False when s[n] does not begin with a number that fits. */
static bool amount_read(const char *s, size_t n, struct amount *out)
{
    size_t digits = 0;
    while (digits < n && strchr("+-.0123456789", s[digits]) != NULL) {
        digits++;
    }
    out->unit = s + digits;
    out->unit_n = n - digits;
    return digits > 0 && units_decimal(s, digits, RANGE_SCALE, &out->whole);
}

/* Has `a` the unit of b, or none of its own? */
static bool amount_agrees(const struct amount *a, const struct amount *b)
{
    return a->unit_n == 0 ||
           (a->unit_n == b->unit_n && memcmp(a->unit, b->unit, a->unit_n) == 0);
}

static bool keep_amount(struct cut *c, int64_t whole, const struct amount *like, struct span at)
{
    char number[48];
    const char *sign = whole < 0 ? "-" : "";
    const int64_t size = whole < 0 ? -whole : whole;
    int n = snprintf(number, sizeof number, "%s%" PRId64, sign, size / RANGE_UNIT);
    if (size % RANGE_UNIT != 0) {
        n += snprintf(number + n, sizeof number - (size_t)n, ".%09" PRId64, size % RANGE_UNIT);
        while (number[n - 1] == '0') {
            n--;
        }
    }
    struct text text;
    text_init(&text);
    text_add_n(&text, number, (size_t)n);
    text_add_n(&text, like->unit, like->unit_n);
    const bool ok = text.failed ? diag_machine(c->d, "out of memory while reading --vary")
                                : keep(c, text_str(&text), text.n, at);
    text_fini(&text);
    return ok;
}

static bool bad_range(struct cut *c, struct span at, const char *why)
{
    diag_error(c->d, at, "%s", why);
    diag_help(c->d, "write '1..8', or '10/s..50/s:10/s' with a step");
    return false;
}

/* s[n] with ".." at `dots`. */
static bool cut_range(struct cut *c, const char *s, size_t n, size_t dots)
{
    const struct span at = place(c, s, n);
    const char *from = s + dots + 2;
    const size_t rest = n - dots - 2;
    const char *colon = memchr(from, ':', rest);
    const size_t to_n = colon == NULL ? rest : (size_t)(colon - from);
    struct amount lo, hi;
    struct amount step = {.whole = RANGE_UNIT};
    if (!amount_read(s, dots, &lo) || !amount_read(from, to_n, &hi) ||
        (colon != NULL && !amount_read(colon + 1, rest - to_n - 1, &step))) {
        return bad_range(c, at, "a range needs a number at both ends");
    }
    if (!amount_agrees(&lo, &hi) || !amount_agrees(&step, &hi)) {
        return bad_range(c, at, "the ends and the step of a range have one unit");
    }
    if (step.whole <= 0 || hi.whole < lo.whole) {
        return bad_range(c, at, "a range goes up, by a step above 0");
    }
    const uint64_t steps = ((uint64_t)hi.whole - (uint64_t)lo.whole) / (uint64_t)step.whole;
    bool ok = true;
    int64_t whole = lo.whole;
    for (uint64_t k = 0; ok && k <= steps; k++) {
        ok = keep_amount(c, whole, &hi, at);
        whole += k < steps ? step.whole : 0;
    }
    return ok;
}

/* Where ".." stands after a number, or n. */
static size_t find_dots(const char *s, size_t n)
{
    if (n == 0 || strchr("+-0123456789", s[0]) == NULL) {
        return n;
    }
    size_t i = 0;
    while (i < n && !(s[i] == '.' && i + 1 < n && s[i + 1] == '.')) {
        i++;
    }
    return i;
}

static bool cut_value(struct cut *c, const char *s, size_t n)
{
    while (n > 0 && *s == ' ') {
        s++;
        n--;
    }
    while (n > 0 && s[n - 1] == ' ') {
        n--;
    }
    const struct span at = place(c, s, n);
    if (n == 0) {
        diag_error(c->d, at, "a value is missing");
        diag_help(c->d, "write '--vary tenants.chat.count=1,2,4'");
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)s[i] < ' ') {
            return diag_error(c->d, at, "a value has a line break or a control character");
        }
    }
    const size_t dots = find_dots(s, n);
    return dots < n ? cut_range(c, s, n, dots) : keep(c, s, n, at);
}

/* Bytes up to a comma that is outside brackets and quotes, or the end. */
static size_t value_length(const char *s)
{
    int depth = 0;
    char quote = '\0';
    size_t n = 0;
    for (; s[n] != '\0'; n++) {
        const char x = s[n];
        if (quote != '\0') {
            quote = x == quote ? '\0' : quote;
        } else if (x == '"' || x == '\'') {
            quote = x;
        } else if (x == '[' || x == '{') {
            depth++;
        } else if (x == ']' || x == '}') {
            depth--;
        } else if (x == ',' && depth <= 0) {
            break;
        }
    }
    return n;
}

/* ---- Axes ---- */

static const char *const files[GRID_AXES_MAX] = {
    "<--vary 1>",  "<--vary 2>",  "<--vary 3>",  "<--vary 4>",  "<--vary 5>",  "<--vary 6>",
    "<--vary 7>",  "<--vary 8>",  "<--vary 9>",  "<--vary 10>", "<--vary 11>", "<--vary 12>",
    "<--vary 13>", "<--vary 14>", "<--vary 15>", "<--vary 16>",
};

/* Splits off the path; NULL with a diagnostic, else where the values begin. */
static const char *cut_path(const struct grid *g, struct cut *c)
{
    struct grid_axis *a = c->axis;
    const char *equals = strchr(a->argument, '=');
    const size_t n = equals == NULL ? 0 : (size_t)(equals - a->argument);
    a->path = "";
    if (n == 0) {
        diag_error(c->d, place(c, a->argument, 1), "'%s' is not PATH=A,B,C", a->argument);
        diag_help(c->d, "write '--vary tenants.chat.count=1,2,4'");
        return NULL;
    }
    char *path = arena_copy(c->arena, a->argument, n);
    if (path == NULL) {
        diag_machine(c->d, "out of memory while reading --vary");
        return NULL;
    }
    a->path = path;
    for (int i = 0; i < g->axis_n; i++) {
        if (strcmp(g->axis[i].path, a->path) == 0) {
            diag_error(c->d, place(c, a->argument, n), "'%s' is varied twice", a->path);
            diag_help(c->d, "give all its values to one --vary");
            return NULL;
        }
    }
    return equals + 1;
}

bool grid_add(struct grid *g, struct arena *arena, const char *argument, struct diag *d)
{
    if (g->axis_n == GRID_AXES_MAX) {
        return diag_error(d, SPAN_NONE, "more than %d --vary flags", GRID_AXES_MAX);
    }
    struct grid_axis *a = &g->axis[g->axis_n];
    *a = (struct grid_axis){.file = files[g->axis_n], .argument = argument};
    struct cut c = {.axis = a, .arena = arena, .d = d, .most = GRID_POINTS_MAX / g->point_n};
    const char *s = cut_path(g, &c);
    bool ok = s != NULL;
    for (bool more = ok; more;) {
        const size_t n = value_length(s);
        ok = cut_value(&c, s, n) && ok;
        more = s[n] == ',' && a->value_n < c.most;
        if (s[n] == ',' && !more) {
            ok = keep(&c, s, 0, place(&c, s + n + 1, 1));
        }
        s += n + 1;
    }
    /* A wrong axis keeps its number, by which messages name it. */
    g->axis_n++;
    g->point_n *= a->value_n > 0 ? a->value_n : 1;
    return ok;
}

/* ---- Points ---- */

const struct grid_value *grid_at(const struct grid *g, int axis, int point)
{
    for (int k = g->axis_n - 1; k > axis; k--) {
        point /= g->axis[k].value_n;
    }
    return &g->axis[axis].value[point % g->axis[axis].value_n];
}

void grid_point(const struct grid *g, int point, struct setpath set[GRID_AXES_MAX])
{
    for (int i = 0; i < g->axis_n; i++) {
        const struct grid_axis *a = &g->axis[i];
        const struct grid_value *v = grid_at(g, i, point);
        set[i] = (struct setpath){.file = a->file,
                                  .path = a->path,
                                  .path_n = strlen(a->path),
                                  .path_col = 1,
                                  .value = v->text,
                                  .value_col = v->col};
    }
}
