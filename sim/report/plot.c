/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot.c - frame of a picture: terminal, grid of panels, legend, and the strings in it. */
#include "sim/report/plot.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    COLORS_N = 8,
    TITLE_HEIGHT = 34,
    LEGEND_ROW = 20,
    CHARACTER = 7 /* width of one, roughly */
};

/* Okabe and Ito without yellow, which vanishes on paper, and with grey instead. */
static const char *const colors[COLORS_N] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                             "#E69F00", "#56B4E9", "#7F7F7F", "#000000"};
static const char *const dashes[COLORS_N] = {"",     "8 4",     "2 3",         "10 3 2 3",
                                             "14 4", "4 2 1 2", "6 2 2 2 2 2", "1 2"};

const struct plot_part plot_parts[PLOT_PARTS_N] = {
    {"useful_frac",        "useful",                    "#0072B2", "solid 0.9"},
    {"switch_frac",        "switching",                 "#D55E00", "solid 0.6"},
    {"idle_reserved_frac", "reserved for idle tenants", "#E69F00", "pattern 4"},
    {"free_frac",          "free",                      "#7F7F7F", "empty"    },
};

const struct data_file *plot_file(const char *name)
{
    const struct data_file *found = NULL;
    for (int i = 0; i < plot_files_n; i++) {
        if (strcmp(plot_files[i].name, name) == 0) {
            found = &plot_files[i];
        }
    }
    assert(found != NULL);
    return found;
}

const char *plot_rgb(int i)
{
    return colors[i % COLORS_N];
}

const char *plot_dash(int i)
{
    return dashes[(i + i / COLORS_N) % COLORS_N];
}

void plot_letter(int tenant_ix, char out[4])
{
    char *at = out;
    if (tenant_ix >= 26) {
        *at++ = (char)('a' + (tenant_ix / 26 - 1) % 26);
    }
    *at++ = (char)('a' + tenant_ix % 26);
    *at = '\0';
}

/* ---- Strings and numbers ---- */

static void add_string(struct text *script, const char *s, size_t max, const char *percent)
{
    static const char harmless[] = " _-./:()+,=[]<>*";
    const size_t width = text_width(s);
    size_t n = 0;
    unsigned char last = 0;
    text_add(script, "\"");
    for (; *s != '\0'; s++) {
        const unsigned char c = (unsigned char)*s;
        const bool is_first = (c & 0xc0U) != 0x80U; /* of a character */
        n += is_first ? 1 : 0;
        if (n >= max && width > max) {
            text_add(script, "…");
            break;
        }
        const bool is_word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                             (c >= 'A' && c <= 'Z') || c >= 0x80U;
        const bool ends_cdata = c == '>' && last == ']'; /* gnuplot leaves it so in SVG */
        last = c;
        if ((is_word || strchr(harmless, c) != NULL) && !ends_cdata) {
            text_add_n(script, s, 1);
        } else {
            text_add(script, c == '%' ? percent : "?");
        }
    }
    text_add(script, "\"");
}

void plot_string(struct text *script, const char *s, size_t max)
{
    add_string(script, s, max, "%");
}

void plot_tic(struct text *script, const char *s, size_t max, int at)
{
    add_string(script, s, max, "%%");
    text_addf(script, " %d", at);
}

void plot_log_tics(struct text *script, const char *axis, double lo, double hi)
{
    static const double steps[] = {1, 2, 5};
    const bool is_wide = hi / lo > 1e3;
    const char *separator = "";
    text_addf(script, "set %stics (", axis);
    for (int decade = (int)floor(log10(lo)); decade <= (int)floor(log10(hi)); decade++) {
        for (int i = 0; i < 3 && (i == 0 || !is_wide); i++) {
            const double at = steps[i] * pow(10, decade);
            if (at >= lo * 0.999 && at <= hi * 1.001) {
                text_addf(script, "%s\"%.15g\" %.15g", separator, at, at);
                separator = ", ";
            }
        }
    }
    text_add(script, ")\n");
}

void plot_add_file(struct plot *p, const char *name)
{
    const struct data_file *f = plot_file(name);
    text_add_n(p->script, f->bytes, f->n);
}

/* ---- Frame ---- */

static void terminal(struct plot *p, int width, int height)
{
    if (p->target == PLOT_PNG) {
        text_addf(p->script,
                  "set terminal pngcairo size %d,%d noenhanced font \"sans,10\" background "
                  "\"white\"\n",
                  width, height);
    } else {
        text_addf(p->script,
                  "set terminal svg size %d,%d dynamic noenhanced font "
                  "\"sans-serif,12\"%s\n",
                  width, height, p->target == PLOT_SVG ? " background \"white\"" : "");
    }
}

/* Colours and dashes of all lines, numbered from 1. */
static void line_types(struct text *script)
{
    for (int i = 0; i < COLORS_N * COLORS_N; i++) {
        char dash[32];
        snprintf(dash, sizeof dash, "%s", plot_dash(i));
        for (char *c = dash; *c != '\0'; c++) {
            *c = *c == ' ' ? ',' : *c;
        }
        text_addf(script, "set linetype %d lc rgb \"%s\" lw 1.8 ps 0.6 pt %d dt %s%s%s\n",
                  i + 1, plot_rgb(i), 4 + i % 12, dash[0] == '\0' ? "1" : "(", dash,
                  dash[0] == '\0' ? "" : ")");
    }
}

static int legend_columns(const struct plot *p)
{
    const int n = p->cols * p->width / ((p->legend_width + 1) * CHARACTER + 60);
    return n < 1 ? 1 : n > p->legend_n && p->legend_n > 0 ? p->legend_n : n;
}

void plot_begin(struct plot *p, const char *title)
{
    const int most = p->panel_n < 3 ? p->panel_n : 3;
    p->cols = p->panel_n < 1 || p->width >= 560 ? 1 : p->panel_n == 4 ? 2 : most;
    line_types(p->script);
    if (p->target == PLOT_PAGE) {
        return;
    }
    const int rows = p->panel_n < 1 ? 1 : (p->panel_n + p->cols - 1) / p->cols;
    const int columns = legend_columns(p);
    p->legend_height =
        p->legend_n == 0 ? 0 : (p->legend_n + columns - 1) / columns * LEGEND_ROW + 14;
    p->picture_height = TITLE_HEIGHT + (p->height_sum > 0 ? p->height_sum : rows * p->height) +
                        p->legend_height;
    terminal(p, p->cols * p->width, p->picture_height);
    text_add(p->script, "set multiplot title ");
    plot_string(p->script, title, (size_t)(p->cols * p->width / CHARACTER - 2));
    text_add(p->script, " font \",13\"\n");
}

void plot_panel(struct plot *p, const char *title)
{
    if (p->target == PLOT_PAGE) {
        text_add(p->script, "set output\nreset session\n");
        line_types(p->script);
        terminal(p, p->width, p->height);
    } else {
        const double width = 1.0 / p->cols;
        const double height = (double)p->height / p->picture_height;
        const int bottom = TITLE_HEIGHT + p->top + p->height;
        text_addf(p->script, "set size %.6f, %.6f\nset origin %.6f, %.6f\n", width, height,
                  width * (p->panel_ix % p->cols), 1.0 - (double)bottom / p->picture_height);
        p->top += (p->panel_ix + 1) % p->cols == 0 ? p->height : 0;
    }
    plot_add_file(p, "style.gp");
    text_add(p->script, "set title ");
    plot_string(p->script, title, (size_t)(p->width / CHARACTER - 4));
    text_add(p->script, "\n");
    p->panel_ix++;
}

void plot_end(struct plot *p)
{
    if (p->target != PLOT_PAGE) {
        text_add(p->script, "unset multiplot\n");
    }
    text_add(p->script, "set output\n");
}

/* ---- Legend ---- */

void plot_legend_begin(struct plot *p)
{
    const double height = (double)p->legend_height / p->picture_height;
    text_addf(p->script, "set size 1, %.6f\nset origin 0, 0\n", height > 0 ? height : 0.01);
    plot_add_file(p, "legend.gp");
}

/* Left end of entry ix, in parts of the picture. */
static void legend_at(const struct plot *p, int ix, double *x, double *y)
{
    const int columns = legend_columns(p);
    *x = (0.04 + ix % columns) / columns;
    *y = 1.0 - (p->picture_height - p->legend_height + 10.0 + LEGEND_ROW * (ix / columns)) /
                   p->picture_height;
}

static void legend_label(struct plot *p, double x, double y, const char *label)
{
    text_add(p->script, "set label ");
    plot_string(p->script, label, (size_t)p->legend_width + 1);
    text_addf(p->script, " at screen %.6f, screen %.6f left\n", x + 44.0 / (p->cols * p->width),
              y);
}

void plot_legend_line(struct plot *p, int ix, int line, const char *label)
{
    double x;
    double y;
    legend_at(p, ix, &x, &y);
    text_addf(p->script,
              "set arrow from screen %.6f, screen %.6f to screen %.6f, screen %.6f nohead lt "
              "%d\n",
              x, y, x + 36.0 / (p->cols * p->width), y, line + 1);
    legend_label(p, x, y, label);
}

void plot_legend_area(struct plot *p, int ix, const char *rgb, const char *fill,
                      const char *label)
{
    double x;
    double y;
    legend_at(p, ix, &x, &y);
    const double half = 6.0 / p->picture_height;
    text_addf(p->script,
              "set object rect from screen %.6f, screen %.6f to screen %.6f, screen %.6f fc "
              "rgb \"%s\" fs %s border lc rgb \"%s\"\n",
              x, y - half, x + 36.0 / (p->cols * p->width), y + half, rgb, fill, rgb);
    legend_label(p, x, y, label);
}

void plot_legend_point(struct plot *p, int ix, int type, const char *rgb, const char *label)
{
    double x;
    double y;
    legend_at(p, ix, &x, &y);
    text_addf(p->script,
              "set label \"\" at screen %.6f, screen %.6f point pt %d ps 0.8 lw 1.4 lc rgb "
              "\"%s\"\n",
              x + 24.0 / (p->cols * p->width), y, type, rgb);
    legend_label(p, x, y, label);
}
