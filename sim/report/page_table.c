/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_table.c - cells between tags. */
#include "sim/report/page_table.h"

#include "sim/report/answer.h"
#include "sim/report/rep.h"

void page_text(struct text *out, const char *s)
{
    static const struct {
        char sign;
        const char *entity;
    } entities[] = {
        {'&',  "&amp;" },
        {'<',  "&lt;"  },
        {'>',  "&gt;"  },
        {'"',  "&quot;"},
        {'\'', "&#39;" }
    };
    for (; s != NULL && *s != '\0'; s++) {
        const char *entity = NULL;
        for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
            entity = *s == entities[i].sign ? entities[i].entity : entity;
        }
        if (entity != NULL) {
            text_add(out, entity);
        } else if ((unsigned char)*s >= 0x20 && *s != 0x7f) {
            text_add_n(out, s, 1);
        } else if (*s == '\n' || *s == '\t') {
            text_add_n(out, s, 1);
        }
    }
}

/* ---- Tables ---- */

void page_table_open(struct page_table *t, const char *caption)
{
    text_add(t->out, "<div class=\"table\"><table>\n");
    if (caption != NULL) {
        text_add(t->out, "<caption>");
        page_text(t->out, caption);
        text_add(t->out, "</caption>\n");
    }
    text_add(t->out, "<thead><tr>");
    for (int i = 0; i < t->n; i++) {
        text_addf(t->out, "<th scope=\"col\"%s>",
                  (t->left >> i & 1U) != 0 ? " class=\"limit\"" : "");
        page_text(t->out, t->column[i]);
        text_add(t->out, "</th>");
    }
    text_add(t->out, "</tr></thead>\n<tbody>\n");
}

void page_table_close(struct page_table *t)
{
    text_add(t->out, "</tbody>\n</table></div>\n");
}

void page_row_open(struct page_table *t, const char *name)
{
    t->at = 1;
    text_add(t->out, "<tr><th scope=\"row\">");
    page_text(t->out, name);
    text_add(t->out, "</th>");
}

void page_row_close(struct page_table *t)
{
    text_add(t->out, "</tr>\n");
}

/* A cell and, below it, a word; `class` NULL: a number. */
void page_cell_word(struct page_table *t, const char *class, const char *s, const char *word)
{
    text_add(t->out, "<td data-label=\"");
    page_text(t->out, t->column[t->at++]);
    text_add(t->out, "\"");
    if (class != NULL) {
        text_addf(t->out, " class=\"%s\"", class);
    }
    text_add(t->out, "><span>");
    page_text(t->out, s);
    if (word[0] != '\0') {
        text_add(t->out, " <small>");
        page_text(t->out, word);
        text_add(t->out, "</small>");
    }
    text_add(t->out, "</span></td>");
}

void page_cell(struct page_table *t, const char *class, const char *s)
{
    page_cell_word(t, class, s, "");
}

void page_cell_done(struct page_table *t, struct text *s)
{
    page_cell(t, NULL, text_str(s));
    t->out->failed |= s->failed;
    text_fini(s);
}

void page_cell_value(struct page_table *t, const struct estimate *e, double per_unit)
{
    struct text s;
    text_init(&s);
    rep_estimate(&s, e, per_unit);
    page_cell_done(t, &s);
}

void page_cell_count(struct page_table *t, const struct estimate *e)
{
    struct text s;
    text_init(&s);
    if (e->has_value) {
        text_addf(&s, "%.0f", e->value);
    } else {
        text_add(&s, "-");
    }
    page_cell_done(t, &s);
}

void page_cell_time(struct page_table *t, const struct estimate *e)
{
    struct text s;
    text_init(&s);
    answer_value(&s, e, true);
    page_cell_done(t, &s);
}

void page_cell_percent(struct page_table *t, const struct estimate *e)
{
    struct text s;
    text_init(&s);
    rep_estimate(&s, e, 0.01);
    text_add(&s, e->has_value ? " %" : "");
    page_cell_done(t, &s);
}
