/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_assess.c - assessments as lines that begin with their verdict. */
#include "sim/report/rep_assess.h"

#include <string.h>

#include "sim/report/table.h"

static bool is_same_answer(const struct assessment *a, const struct assessment *b)
{
    return a->set == b->set && a->entry_ix == b->entry_ix && a->verdict == b->verdict &&
           strcmp(a->text, b->text) == 0;
}

/* Has an earlier row of the entry told this answer? */
static bool is_told(const struct assessments *x, int ix)
{
    for (int i = ix - 1; i >= 0 && x->list[i].set == x->list[ix].set &&
                         x->list[i].entry_ix == x->list[ix].entry_ix;
         i--) {
        if (is_same_answer(&x->list[i], &x->list[ix])) {
            return true;
        }
    }
    return false;
}

/* "impossible  all-1g.10gb[1] A100-PCIE-40GB: MIG-02 7 x 1g.10gb, but ..." */
static void write_answer(const struct assessments *x, int ix,
                         const struct rep_assess_options *o, struct text *sink)
{
    const struct assessment *a = &x->list[ix];
    struct text line;
    text_init(&line);
    text_addf(&line, "%s[%d] %s", a->set->name, a->entry_ix, a->where);
    for (int i = ix + 1; i < x->n && x->list[i].set == a->set; i++) {
        if (is_same_answer(&x->list[i], a)) {
            text_addf(&line, ", %s", x->list[i].where);
        }
    }
    text_addf(&line, ": %s%s%s", a->rule == NULL ? "" : a->rule, a->rule == NULL ? "" : " ",
              a->text);
    text_addf(sink, "%-10s  ", assess_name(a->verdict));
    table_wrap(sink, text_str(&line), 12, (size_t)o->width, 14);
    sink->failed |= line.failed;
    text_fini(&line);
}

static void write_cell(struct text *sink, const char *s, const char *end)
{
    const bool is_quoted = strpbrk(s, ",\"\n\r") != NULL;
    text_add(sink, is_quoted ? "\"" : "");
    for (; *s != '\0'; s++) {
        text_add(sink, *s == '"' ? "\"" : "");
        text_add_n(sink, s, 1);
    }
    text_add(sink, is_quoted ? "\"" : "");
    text_add(sink, end);
}

static void write_csv(const struct assessments *x, struct text *sink)
{
    text_add(sink, "config,entry,board,verdict,rule,text\n");
    for (int i = 0; i < x->n; i++) {
        const struct assessment *a = &x->list[i];
        write_cell(sink, a->set->name, ",");
        text_addf(sink, "%d,", a->entry_ix);
        write_cell(sink, a->where, ",");
        write_cell(sink, assess_name(a->verdict), ",");
        write_cell(sink, a->rule == NULL ? "" : a->rule, ",");
        write_cell(sink, a->text, "\n");
    }
}

void rep_assess_write(const struct assessments *x, const struct config *config,
                      const struct rep_assess_options *o, struct text *sink)
{
    if (o->is_csv) {
        write_csv(x, sink);
        return;
    }
    for (int i = 0; i < x->n && !o->quiet; i++) {
        if ((o->all || x->list[i].entry_verdict != ASSESS_POSSIBLE) && !is_told(x, i)) {
            write_answer(x, i, o, sink);
        }
    }
    text_addf(
        sink, "%s: %d configurations of %s; entries: %d possible, %d impossible, %d unknown",
        o->path, config->set_n,
        config->kind == CONFIG_MIG ? "mig-parted" : "vgpu-device-manager",
        x->entry_n[ASSESS_POSSIBLE], x->entry_n[ASSESS_IMPOSSIBLE], x->entry_n[ASSESS_UNKNOWN]);
    if (x->skipped_n > 0) {
        text_addf(sink, ", %d for other boards", x->skipped_n);
    }
    text_add(sink, "\n");
}
