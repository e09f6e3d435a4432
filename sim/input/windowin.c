/* SPDX-License-Identifier: GPL-3.0-or-later */
/* windowin.c - the rows of one client as windows of a renewal process.
 *
 * A row with a rate and without a law, or the reverse, is an error: a window that is silent has
 * a rate of 0, whatever stands beside it. */
#include "sim/input/windowin.h"

#include <math.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/input/csvin.h"
#include "sim/input/field.h"

enum {
    BAD_ROWS_SHOWN = 20,
    CLIENTS_LISTED = 64 /* that a suggestion looks at */
};

struct columns {
    int client, start, rate, cv, pattern;
};

struct windowin {
    const struct windowin_conf *conf;
    struct csvin csv;
    struct columns col;
    double *start_s; /* [n] */
    struct rate_window *window;
    int n;
    struct diag *d;
};

static bool find_columns(struct windowin *x)
{
    struct columns *c = &x->col;
    c->client = csvin_column(&x->csv, "client");
    c->start = csvin_column_need(&x->csv, "start_s", x->d);
    c->rate = csvin_column_need(&x->csv, "rate_per_s", x->d);
    c->cv = csvin_column_need(&x->csv, "cv", x->d);
    c->pattern = csvin_column_need(&x->csv, "pattern", x->d);
    if (c->client < 0 && x->conf->client != NULL) {
        return diag_error(x->d, x->conf->client_at, "'%s' has no column 'client'",
                          x->conf->shown);
    }
    return c->start >= 0 && c->rate >= 0 && c->cv >= 0 && c->pattern >= 0;
}

static bool is_ours(const struct windowin *x, size_t row)
{
    return x->conf->client == NULL ||
           strcmp(csvin_cell(&x->csv, row, x->col.client), x->conf->client) == 0;
}

/* Without a client to look for all rows must be of one. */
static bool is_one_client(const struct windowin *x)
{
    const char *first = x->csv.row_n > 0 ? csvin_cell(&x->csv, 0, x->col.client) : "";
    for (size_t i = 1; x->conf->client == NULL && i < x->csv.row_n; i++) {
        const char *other = csvin_cell(&x->csv, i, x->col.client);
        if (strcmp(first, other) != 0) {
            diag_error(x->d, x->conf->file_at, "'%s' has more than one client", x->conf->shown);
            diag_help(x->d, "name one of them: client: %.*s", field_shown(first), first);
            return false;
        }
    }
    return true;
}

static bool no_rows(const struct windowin *x)
{
    if (x->conf->client == NULL) {
        return diag_error(x->d, x->conf->file_at, "'%s' has no rows", x->conf->shown);
    }
    const char *known[CLIENTS_LISTED];
    size_t n = 0;
    for (size_t i = 0; i < x->csv.row_n && n < CLIENTS_LISTED; i++) {
        const char *cell = csvin_cell(&x->csv, i, x->col.client);
        if (n == 0 || strcmp(known[n - 1], cell) != 0) {
            known[n++] = cell;
        }
    }
    diag_error(x->d, x->conf->client_at, "'%s' has no client '%.*s'", x->conf->shown,
               field_shown(x->conf->client), x->conf->client);
    field_suggest(x->d, x->conf->client, known, n);
    return false;
}

/* A number that must be there. */
static bool need(const struct windowin *x, size_t row, int col, double hi, double *out)
{
    const struct csvin_at at = {.row = row, .col = col};
    const double range[2] = {0, hi};
    const enum csvin_got got = csvin_double(&x->csv, at, range, out, x->d);
    if (got == CSVIN_BLANK) {
        diag_error(x->d, csvin_span(&x->csv, row, col), "'%s' is blank", x->csv.column[col]);
    }
    return got == CSVIN_VALUE;
}

/* The law of the gaps of a window with arrivals, with a mean of one arrival. */
static bool read_law(const struct windowin *x, size_t row, struct dist *out)
{
    const char *word = csvin_cell(&x->csv, row, x->col.pattern);
    const char *name =
        strcmp(word, "Gamma") == 0 || strcmp(word, "gamma") == 0       ? "gamma"
        : strcmp(word, "Weibull") == 0 || strcmp(word, "weibull") == 0 ? "weibull"
        : strcmp(word, "Poisson") == 0 || strcmp(word, "poisson") == 0 ? "exponential"
                                                                       : NULL;
    if (name == NULL) {
        diag_error(x->d, csvin_span(&x->csv, row, x->col.pattern), "there is no pattern '%.*s'",
                   field_shown(word), word);
        diag_help(x->d, "a window with arrivals is Gamma, Weibull or Poisson");
        return false;
    }
    double cv = 0;
    if (strcmp(name, "exponential") != 0 && !need(x, row, x->col.cv, 1000, &cv)) {
        return false;
    }
    const char *why = dist_init(out, dist_find(name), 1.0, cv, 0, 0);
    return why == NULL || diag_error(x->d, csvin_span(&x->csv, row, x->col.cv), "%s", why);
}

static bool read_row(struct windowin *x, size_t row)
{
    struct rate_window *w = &x->window[x->n];
    double rate = 0;
    if (!need(x, row, x->col.start, (double)TIME_MAX_NS * 1e-9, &x->start_s[x->n]) ||
        !need(x, row, x->col.rate, 1e9, &rate)) {
        return false;
    }
    if (x->n > 0 && !(x->start_s[x->n] > x->start_s[x->n - 1])) {
        return diag_error(x->d, csvin_span(&x->csv, row, x->col.start),
                          "the windows of a client must follow one another in time");
    }
    w->rate_per_s = rate * x->conf->scale;
    if (rate > 0 && !read_law(x, row, &w->gap)) {
        return false;
    }
    x->n++;
    return true;
}

/* Ends from beginnings; t = 0 is the first. */
static bool set_ends(struct windowin *x)
{
    if (x->n < 2) {
        diag_error(x->d, x->conf->file_at, "one window: its length is not known");
        diag_help(x->d, "give two windows or more; the last is as long as the one before");
        return false;
    }
    for (int i = 0; i < x->n; i++) {
        const int next = i + 1 < x->n ? i + 1 : i;
        const double step_s = x->start_s[next] - x->start_s[next - 1];
        const double end_s = (i + 1 < x->n ? x->start_s[next] : x->start_s[i] + step_s);
        const double end_ns = (end_s - x->start_s[0]) * 1e9;
        x->window[i].until_ns = end_ns < (double)TIME_MAX_NS ? (int64_t)end_ns : TIME_MAX_NS;
    }
    return true;
}

static bool read_all(struct arena *arena, struct arena *scratch, struct windowin *x,
                     struct arrivals *out)
{
    int bad_n = 0;
    if (!csvin_read_file(&x->csv, scratch, x->conf->path, x->d) || !find_columns(x) ||
        !is_one_client(x)) {
        return false;
    }
    size_t rows = 0;
    for (size_t i = 0; i < x->csv.row_n; i++) {
        rows += is_ours(x, i);
    }
    if (rows == 0) {
        return no_rows(x);
    }
    if (rows > WINDOWS_MAX) {
        return diag_error(x->d, x->conf->file_at, "more than %d windows", WINDOWS_MAX);
    }
    x->window = arena_alloc(arena, rows, sizeof *x->window);
    x->start_s = arena_alloc(scratch, rows, sizeof *x->start_s);
    if (x->window == NULL || x->start_s == NULL) {
        return diag_machine(x->d, "out of memory while reading '%s'", x->conf->shown);
    }
    for (size_t i = 0; i < x->csv.row_n; i++) {
        bad_n += is_ours(x, i) && !read_row(x, i);
        if (bad_n == BAD_ROWS_SHOWN) {
            return diag_error(x->d, csvin_span(&x->csv, i, -1),
                              "the rows after this one were not read");
        }
    }
    if (bad_n > 0 || !set_ends(x)) {
        return false;
    }
    out->scale = x->conf->scale;
    const char *why = arrivals_windows(out, x->window, x->n);
    return why == NULL || diag_error(x->d, x->conf->file_at, "%s", why);
}

bool windowin_read(struct arena *arena, const struct windowin_conf *conf, struct arrivals *out,
                   struct diag *d)
{
    struct arena scratch;
    struct windowin x = {.conf = conf, .d = d};
    arena_init(&scratch, "windows");
    const bool ok = read_all(arena, &scratch, &x, out);
    arena_fini(&scratch);
    return ok;
}

static uint64_t fold(uint64_t hash, const void *at, size_t n)
{
    const unsigned char *byte = at;
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

uint64_t windowin_hash(uint64_t hash, const struct arrivals *a)
{
    for (int i = 0; i < a->window_n; i++) {
        const struct rate_window *w = &a->window[i];
        hash = fold(hash, &w->until_ns, sizeof w->until_ns);
        hash = fold(hash, &w->rate_per_s, sizeof w->rate_per_s);
        hash = fold(hash, &w->gap.cv, sizeof w->gap.cv);
    }
    return hash;
}
