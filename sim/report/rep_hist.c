/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_hist.c - the latencies of every tenant as a histogram of text.
 *
 * Bounds go 1, 2, 5, 10 ...: three rows a decade show a second mode where a mean hides it. The
 * counts are those of the result's bins, so that they are right to the error of a bin. */
#include <string.h>

#include "sim/base/units.h"
#include "sim/report/rep.h"
#include "sim/report/table.h"

enum {
    BAR_WIDTH = 40
};

/* The next bound: 1, 2, 5 times a power of ten. */
static int64_t next_bound(int64_t bound)
{
    int64_t ten = 1;
    while (ten <= bound / 10) {
        ten *= 10;
    }
    return bound == 2 * ten ? 5 * ten : 2 * bound;
}

static int64_t first_bound(int64_t value)
{
    int64_t bound = 1;
    while (bound < value) {
        bound = next_bound(bound);
    }
    return bound;
}

/* Requests in the bins from `*i` on that end at or below the bound. */
static int64_t take(const struct tenant_result *t, int *i, int64_t bound)
{
    int64_t n = 0;
    while (*i < t->bin_n && t->bin[*i].most <= bound) {
        n += t->bin[(*i)++].n;
    }
    return n;
}

/* The largest count of a row, which has the longest bar. */
static int64_t longest(const struct tenant_result *t)
{
    int64_t most = 1;
    int i = 0;
    for (int64_t bound = first_bound(t->bin[0].most); i < t->bin_n; bound = next_bound(bound)) {
        const int64_t n = take(t, &i, bound);
        most = n > most ? n : most;
    }
    return most;
}

static void print_row(struct table *table, int64_t bound, int64_t n, double all, double below,
                      int64_t most)
{
    char bar[BAR_WIDTH + 1];
    struct text unit;
    text_init(&unit);
    units_exact(&unit, Q_TIME, (double)bound);
    const int length = (int)((n * BAR_WIDTH + most - 1) / most);
    memset(bar, '#', (size_t)length);
    bar[length] = '\0';
    table_row(table);
    table_cell(table, "%s", text_str(&unit));
    table_cell(table, "%lld", (long long)n);
    table_cell(table, "%.2f", 100 * (double)n / all);
    table_cell(table, "%.2f", 100 * below / all);
    table_cell(table, "%s", bar);
    table->failed |= unit.failed;
    text_fini(&unit);
}

static void print_bins(const struct tenant_result *t, int width, struct text *sink)
{
    struct table table;
    double all = 0;
    double below = 0;
    int i = 0;
    for (int k = 0; k < t->bin_n; k++) {
        all += (double)t->bin[k].n;
    }
    table_init(&table);
    table_column(&table, TABLE_RIGHT, 0, "up to");
    table_column(&table, TABLE_RIGHT, 0, "requests");
    table_column(&table, TABLE_RIGHT, 0, "%%");
    table_column(&table, TABLE_RIGHT, 1, "sum %%");
    table_column(&table, TABLE_LEFT, 2, "%s", "");
    const int64_t most = longest(t);
    for (int64_t bound = first_bound(t->bin[0].most); i < t->bin_n; bound = next_bound(bound)) {
        const int64_t n = take(t, &i, bound);
        below += (double)n;
        print_row(&table, bound, n, all, below, most);
    }
    table_fit(&table, (size_t)width);
    table_print(&table, (size_t)width, 2, sink);
    table_fini(&table);
}

static void hist_write(const struct result *r, const struct rep_options *o, struct text *sink)
{
    const struct scenario *s = r->scenario;
    for (int m = 0; m < s->mode_n; m++) {
        for (int t = 0; t < s->flow_n; t++) {
            const struct tenant_result *one = &r->mode[m].tenant[t];
            rep_mode_label(s, r->mode[m].spec, sink);
            text_addf(sink, " · %s", s->tenant[t].name);
            if (one->bin_n > 0) {
                text_add(sink, " · latency\n");
                print_bins(one, o->width - 2, sink);
            } else {
                text_addf(sink, " · %s\n",
                          !r->mode[m].feasible ? "infeasible"
                          : one->saturated     ? "saturated: no latency"
                                               : "no samples");
            }
        }
    }
}

const struct rep_format rep_hist = {
    .name = "hist",
    .help = "latencies of every tenant as a histogram of text",
    .write = hist_write,
};
