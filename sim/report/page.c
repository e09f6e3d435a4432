/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.c - frame, pictures and order of the page. Its tables are in page_tables.h. */
#include "sim/report/page.h"

#include <string.h>

#include "sim/report/answer.h"
#include "sim/report/page_table.h"
#include "sim/report/page_tables.h"
#include "sim/report/plot.h"

/* Kinds of pictures in the order of the script. */
static const enum plot_kind kinds[] = {PLOT_CDF, PLOT_UTILIZATION, PLOT_LAYOUT};

enum {
    KINDS_N = 3
};

struct page {
    const struct stored *s;
    const char *at; /* of the next picture; NULL: there are none */
    int picture_n;  /* put in so far */
    struct text *out;
};

void page_script(const struct stored *s, struct text *script)
{
    for (int i = 0; i < KINDS_N; i++) {
        if (plot_panels(kinds[i], s) > 0) {
            plot_stored(kinds[i], PLOT_PAGE, s, script);
        }
    }
}

/* ---- Pictures ---- */

/* Copies an SVG document with other ids and colours. `end` is behind its last byte. */
static void add_svg(struct page *p, const char *from, const char *end, const char *caption)
{
    static const struct {
        const char *from, *to;
        bool is_id; /* the number of the picture comes behind */
    } changes[] = {
        {" id='",                                         " id='p",                               true },
        {" id=\"",                                        " id=\"p",                              true },
        {"href='#",                                       "href='#p",                             true },
        {"url(#",                                         "url(#p",                               true },
        {"=\"black\"",                                    "=\"currentColor\"",                    false},
        {"='black'",                                      "='currentColor'",                      false},
        {"rgb(  0,   0,   0)",                            "currentColor",                         false},
        {"rgb(0,0,0)",                                    "currentColor",                         false},
        {"='rgb(187, 187, 187)'",                         "='currentColor' stroke-opacity='0.2'", false},
        {" xmlns=\"http://www.w3.org/2000/svg\"",         "",                                     false},
        {" xmlns:xlink=\"http://www.w3.org/1999/xlink\"", "",                                     false},
        {"<title>Gnuplot</title>",                        "<title>",                              false},
        {"<svg ",                                         "<svg role=\"img\" ",                   false},
    };
    const char *copied = from;
    for (const char *at = from; at < end; at++) {
        for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
            const size_t n = strlen(changes[i].from);
            if ((size_t)(end - at) < n || strncmp(at, changes[i].from, n) != 0) {
                continue;
            }
            text_add_n(p->out, copied, (size_t)(at - copied));
            text_add(p->out, changes[i].to);
            if (changes[i].is_id) {
                text_addf(p->out, "%d-", p->picture_n);
            } else if (strcmp(changes[i].to, "<title>") == 0) {
                page_text(p->out, caption);
                text_add(p->out, "</title>");
            }
            copied = at + n;
            at = copied - 1;
            break;
        }
    }
    text_add_n(p->out, copied, (size_t)(end - copied));
}

/* All pictures of one kind, in a grid. */
static void add_pictures(struct page *p, enum plot_kind kind)
{
    const int n = plot_panels(kind, p->s);
    if (n == 0) {
        return;
    }
    if (p->at == NULL) {
        text_add(p->out,
                 "<p class=\"word\">(No picture: this page was made without gnuplot.)</p>\n");
        return;
    }
    text_add(p->out, "<div class=\"pictures\">\n");
    for (int i = 0; i < n; i++) {
        struct text caption;
        text_init(&caption);
        plot_caption(kind, p->s, i, &caption);
        const char *from = strstr(p->at, "<svg ");
        const char *end = strstr(from, "</svg>") + strlen("</svg>");
        text_add(p->out, "<figure>\n");
        add_svg(p, from, end, text_str(&caption));
        text_add(p->out, "\n<figcaption>");
        page_text(p->out, text_str(&caption));
        text_add(p->out, "</figcaption></figure>\n");
        p->out->failed |= caption.failed;
        text_fini(&caption);
        p->at = end;
        p->picture_n++;
    }
    text_add(p->out, "</div>\n");
}

static bool has_all_pictures(const struct stored *s, const struct text *pictures)
{
    int wanted = 0;
    for (int i = 0; i < KINDS_N; i++) {
        wanted += plot_panels(kinds[i], s);
    }
    const char *at = text_str(pictures);
    for (int i = 0; i < wanted && at != NULL; i++) {
        at = strstr(at, "<svg ");
        at = at == NULL ? NULL : strstr(at, "</svg>");
    }
    return at != NULL;
}

/* ---- Legends ---- */

/* Black follows the colour of the text. */
static const char *page_rgb(int i)
{
    return strcmp(plot_rgb(i), "#000000") == 0 ? "currentColor" : plot_rgb(i);
}

static void legend_lines(struct page *p)
{
    text_add(p->out, "<ul class=\"legend\">\n");
    for (int m = 0; m < p->s->mode_n; m++) {
        if (!stored_is_simulated(p->s, m)) {
            continue;
        }
        text_addf(
            p->out,
            "<li><svg width=\"40\" height=\"10\" aria-hidden=\"true\"><path d=\"M0 5h40\" "
            "stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\"/></svg> ",
            page_rgb(m), plot_dash(m));
        page_text(p->out, p->s->label[m]);
        text_add(p->out, "</li>\n");
    }
    text_add(p->out, "</ul>\n");
}

static void legend_boxes(struct page *p, bool tenants)
{
    const int n = tenants ? p->s->tenant_n : PLOT_PARTS_N;
    text_add(p->out, "<ul class=\"legend\">\n");
    for (int i = 0; i < n; i++) {
        char letter[4];
        plot_letter(i, letter);
        const bool is_hatched = !tenants && strncmp(plot_parts[i].fill, "pattern", 7) == 0;
        const bool is_empty = !tenants && strcmp(plot_parts[i].fill, "empty") == 0;
        text_addf(p->out,
                  "<li><svg width=\"26\" height=\"12\" aria-hidden=\"true\"><rect x=\"1\" "
                  "y=\"1\" width=\"24\" height=\"10\" stroke=\"%s\" fill=\"%s\" "
                  "fill-opacity=\"%s\"/>%s</svg> ",
                  tenants ? page_rgb(i) : plot_parts[i].rgb,
                  is_empty || is_hatched ? "none"
                  : tenants              ? plot_rgb(i)
                                         : plot_parts[i].rgb,
                  tenants ? "0.45" : "0.8",
                  is_hatched ? "<path d=\"M4 1l8 10M12 1l8 10\" stroke=\"#E69F00\"/>" : "");
        if (tenants) {
            text_addf(p->out, "%s ", letter);
        }
        page_text(p->out, tenants ? stored_tenant_name(p->s, i) : plot_parts[i].label);
        text_add(p->out, "</li>\n");
    }
    text_add(p->out, "</ul>\n");
}

/* ---- Sections ---- */

static void open_section(struct page *p, const char *id, const char *title, const char *lead)
{
    text_addf(p->out, "<section id=\"%s\">\n<h2>%s</h2>\n", id, title);
    if (lead != NULL) {
        text_addf(p->out, "<p class=\"lead\">%s</p>\n", lead);
    }
}

static void close_section(struct page *p)
{
    text_add(p->out, "</section>\n");
}

static void head(struct page *p)
{
    const char *name = jsonin_text(p->s->root, "scenario");
    const char *question = jsonin_text(p->s->root, "question");
    const struct data_file *css = plot_file("report.css");
    text_add(p->out,
             "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    page_text(p->out, name == NULL ? "result" : name);
    text_add(p->out, " - vgpusim</title>\n<style>\n");
    text_add_n(p->out, css->bytes, css->n);
    text_add(p->out, "</style>\n</head>\n<body>\n<header>\n<h1>");
    page_text(p->out, name == NULL ? "result" : name);
    text_add(p->out, "</h1>\n");
    if (question != NULL) {
        text_add(p->out, "<p class=\"question\">");
        page_text(p->out, question);
        text_add(p->out, "</p>\n");
    }
    struct text answer;
    text_init(&answer);
    answer_write(p->s, &answer);
    text_add(p->out, "<div class=\"answer\">\n<p id=\"answer\">");
    page_text(p->out, text_str(&answer));
    text_add(p->out, "</p>\n");
    text_reset(&answer);
    answer_beside(p->s, &answer);
    text_add(p->out, answer.n > 0 ? "<p class=\"beside\">" : "");
    page_text(p->out, text_str(&answer));
    text_add(p->out, answer.n > 0 ? "</p>\n</div>\n" : "</div>\n");
    p->out->failed |= answer.failed;
    text_fini(&answer);
    page_run(p->s, p->out);
    text_add(p->out, "</header>\n<main>\n");
}

static void compared(struct page *p)
{
    open_section(p, "modes", "Modes side by side", NULL);
    page_modes(p->s, p->out);
    close_section(p);
    open_section(
        p, "p95", "p95 latency of each tenant",
        "From the intended arrival to the end of the request. Value ± half of the 95 % "
        "interval, which stems from independent replications on common random "
        "numbers.");
    page_p95(p->s, p->out);
    close_section(p);
    if (page_has_differences(p->s)) {
        open_section(p, "differences", "Mode against mode", NULL);
        page_differences(p->s, p->out);
        close_section(p);
    }
    if (page_has_kinds(p->s)) {
        open_section(p, "kinds", "Frames, tokens, steps",
                     "What only this kind of work has. A frame is late when it is done after "
                     "the next tick, dropped when the pipeline was full at its own.");
        page_kinds(p->s, p->out);
        close_section(p);
    }
    if (page_has_gates(p->s)) {
        open_section(p, "gates", "Gates", "What the scenario expects, judged by intervals.");
        page_gates(p->s, p->out);
        close_section(p);
    }
}

static void drawn(struct page *p)
{
    open_section(
        p, "latency", "Latency distributions",
        "How many requests are done within a time. The scale stretches the tail; bars "
        "are 95 % intervals of percentiles; a cross marks the limit of an objective: a "
        "curve that passes left of it meets it.");
    legend_lines(p);
    add_pictures(p, PLOT_CDF);
    page_details(p->s, p->out);
    close_section(p);
    open_section(p, "utilization", "Where the GPU time goes",
                 "Parts of all SM time of the GPUs used. Reserved is time held for a tenant "
                 "with nothing to run.");
    legend_boxes(p, false);
    add_pictures(p, PLOT_UTILIZATION);
    page_utilization(p->s, p->out);
    close_section(p);
    open_section(p, "layout", "Who lies where", "GPUs that look alike are one row.");
    legend_boxes(p, true);
    add_pictures(p, PLOT_LAYOUT);
    page_layout(p->s, p->out);
    close_section(p);
}

static void rest(struct page *p)
{
    open_section(p, "isolation", "Isolation", NULL);
    page_isolation_lead(p->s, p->out);
    page_isolation_modes(p->s, p->out);
    text_add(p->out, "<h3>By victim</h3>\n");
    page_isolation_victims(p->s, p->out);
    text_add(p->out, "<h3>By offender</h3>\n");
    page_isolation_offenders(p->s, p->out);
    close_section(p);
    if (page_has_faults(p->s)) {
        open_section(
            p, "faults", "Faults",
            "Whom the fault of a VM hits besides its own, and how long tenants were in "
            "service. Promised is what mode and class of the fault contain.");
        page_faults(p->s, p->out);
        close_section(p);
    }
    if (page_has_shifts(p->s)) {
        open_section(p, "sensitivity", "Does the order hang on what nobody knows?",
                     "The same run with each unverified parameter at the ends of what it may "
                     "be. Orders: pairs of modes that a tenant's p95 tells apart.");
        page_shifts(p->s, p->out);
        close_section(p);
    }
    open_section(p, "assumptions", "What the numbers rest on", NULL);
    page_notes(p->s, p->out);
    close_section(p);
    open_section(p, "scenario", "The scenario, defaults filled in", NULL);
    page_scenario(p->s, p->out);
    close_section(p);
}

bool page_write(const struct stored *s, const struct text *pictures, struct text *out)
{
    const bool has_pictures = pictures != NULL && has_all_pictures(s, pictures);
    struct page p = {.s = s, .at = has_pictures ? text_str(pictures) : NULL, .out = out};
    head(&p);
    compared(&p);
    drawn(&p);
    rest(&p);
    text_add(out, "</main>\n</body>\n</html>\n");
    return pictures == NULL || has_pictures;
}
