/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot.h - pictures as gnuplot scripts: data and labels from us, looks from the files of
 * plots/.
 *
 * A picture is a row of panels. In a file of its own it gets a title, its panels in a grid and
 * one legend; for a page every panel is a document of its own and the page writes the legend.
 * Colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), which people with
 * impaired colour vision tell apart; dashes or letters differ too, for print. Strings pass a
 * filter before they enter a script: letters, digits, blanks and harmless signs only. */
#ifndef SIM_REPORT_PLOT_H
#define SIM_REPORT_PLOT_H

#include <stdbool.h>

#include "models/data.h"
#include "sim/base/text.h"
#include "sim/input/csvin.h"
#include "sim/report/stored.h"

/* The files of plots/. */
extern const struct data_file plot_files[];
extern const int plot_files_n;

/* The contents of one of them, not NUL-terminated; it must be there. */
const struct data_file *plot_file(const char *name);

/*       enum         name           operand  what it shows */
#define PLOT_LIST(X)                                                                           \
    X(PLOT_CDF, "cdf", "RESULT.json", "latency distribution of each tenant, a line per mode")  \
    X(PLOT_COMPARE, "compare", "RESULT.json", "p95 of each tenant, mode beside mode")          \
    X(PLOT_UTILIZATION, "utilization", "RESULT.json", "where the GPU time goes in each mode")  \
    X(PLOT_LAYOUT, "layout", "RESULT.json", "who lies where on the GPUs, GPUs alike as one")   \
    X(PLOT_TIMELINE, "timeline", "FILE", "turns of run --trace, gen timeline or a result")     \
    X(PLOT_SWEEP, "sweep", "SWEEP.csv", "a metric over the values of vgpusim sweep")           \
    X(PLOT_FRONTIER, "frontier", "PLAN.json", "cost against p95 of the plans that hold")

enum plot_kind {
#define PLOT_ENUM(kind, name, operand, help) kind,
    PLOT_LIST(PLOT_ENUM)
#undef PLOT_ENUM
    PLOT_KINDS_N
};

enum plot_target {
    PLOT_SVG,
    PLOT_PNG,
    PLOT_PAGE /* SVG to be put into a page, one document per panel */
};

enum {
    PLOT_PANELS_MAX = 48, /* of one picture */
    PLOT_WIDTH = 420,     /* of a panel */
    PLOT_HEIGHT = 300
};

/* A picture being written. */
struct plot {
    struct text *script;
    enum plot_target target;
    int panel_n; /* of the picture */
    int panel_ix;
    int cols;
    int width, height;          /* of a panel */
    int legend_n, legend_width; /* entries, columns of the widest */
    int picture_height, legend_height;
    int height_sum; /* of all panels where they differ in height, one below the other; else 0 */
    int top;        /* of the next panel, below the title */
};

/* Panels that a result gives: at most PLOT_PANELS_MAX. */
int plot_panels(enum plot_kind kind, const struct stored *s);

/* What panel `ix` shows in a phrase: "latency of chat", for captions. */
void plot_caption(enum plot_kind kind, const struct stored *s, int ix, struct text *out);

/* The script of the first four kinds. With PLOT_PAGE it writes plot_panels() documents. */
void plot_stored(enum plot_kind kind, enum plot_target target, const struct stored *s,
                 struct text *script);

/* The script of the front of a saved plan, the file `path`. False with a diagnostic where it
 * has none. */
bool plot_front(enum plot_target target, const struct jsonin *plan, const char *path,
                struct text *script, struct diag *d);

/* The script of tables. `metric` of a sweep is a JSON path, NULL: latency_ns.p95. False
 * with diagnostics where the table is not of that kind. */
bool plot_timeline(enum plot_target target, const struct csvin *csv, struct text *script,
                   struct diag *d);

/* The table of turns of a trace (run --trace), the first GPU of each mode; into `rows`. False
 * with a diagnostic where the JSON of the file `path` is no such trace, or too long a one. */
bool plot_trace_rows(const struct jsonin *trace, const char *path, struct text *rows,
                     struct diag *d);
bool plot_sweep(enum plot_target target, const struct csvin *csv, const char *metric,
                struct arena *a, struct text *script, struct diag *d);

/* Errors of fitted laws: the first PLOT_PANELS_MAX workloads. */
struct rep_fit;
void plot_fit(enum plot_target target, const struct rep_fit *r, struct text *script);

/* ---- Looks, for pages that write legends ---- */

/* Colour "#0072B2" and dashes "8 4" ("": solid) of line i, from 0; both repeat, together less
 * often. */
const char *plot_rgb(int i);
const char *plot_dash(int i);

/* Parts of a bar, in the order in which they are stacked. */
enum {
    PLOT_PARTS_N = 4
};
struct plot_part {
    const char *key;   /* "useful_frac" */
    const char *label; /* "useful" */
    const char *rgb;
    const char *fill; /* gnuplot's fill style */
};
extern const struct plot_part plot_parts[PLOT_PARTS_N];

/* 'a', 'b' ... of a tenant in a layout. */
void plot_letter(int tenant_ix, char out[4]);

/* ---- Parts of a script ---- */

/* Begins a picture of panel_n panels with a title. */
void plot_begin(struct plot *p, const char *title);
void plot_panel(struct plot *p, const char *title);
void plot_end(struct plot *p);

/* Legend entries of a picture with a file of its own, between the last panel and plot_end. */
void plot_legend_begin(struct plot *p);
void plot_legend_line(struct plot *p, int ix, int line, const char *label);
void plot_legend_area(struct plot *p, int ix, const char *rgb, const char *fill,
                      const char *label);

/* `type`: number of gnuplot's point. */
void plot_legend_point(struct plot *p, int ix, int type, const char *rgb, const char *label);

/* A string literal of gnuplot, at most `max` characters, filtered. */
void plot_string(struct text *script, const char *s, size_t max);

/* A label and its place in a list of tics, where gnuplot takes % for a format. */
void plot_tic(struct text *script, const char *s, size_t max, int at);

/* `set xtics` at 1, 2, 5 and their decades in [lo, hi], 0 < lo < hi. */
void plot_log_tics(struct text *script, const char *axis, double lo, double hi);

/* Appends one of plots/. */
void plot_add_file(struct plot *p, const char *name);

#endif
