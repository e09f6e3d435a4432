/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep.c - the formats, and the names that all of them share. */
#include "sim/report/rep.h"

#include <math.h>
#include <string.h>

#include "sim/base/units.h"

const struct rep_format *const rep_formats[] = {
    &rep_text, &rep_json, &rep_csv, &rep_junit, &rep_openmetrics, &rep_markdown, &rep_hist};
const int rep_formats_n = (int)(sizeof rep_formats / sizeof rep_formats[0]);

const struct rep_format *rep_find(const char *name)
{
    for (int i = 0; i < rep_formats_n; i++) {
        if (strcmp(rep_formats[i]->name, name) == 0) {
            return rep_formats[i];
        }
    }
    return NULL;
}

const char *rep_policy(const struct mode_spec *spec)
{
    return mode_takes_turns(spec->kind) ? spec->sched.kind->name : NULL;
}

void rep_estimate(struct text *out, const struct estimate *e, double per_unit)
{
    if (!e->has_value) {
        text_add(out, "-");
        return;
    }
    const double x = e->value / per_unit;
    units_print_number(out, x);
    if (!e->has_ci) {
        return;
    }
    /* The half-width gets the decimals of its value, and more where it would round to zero. */
    const double half = ci_half_width(e) / per_unit;
    int decimals = units_decimals(x);
    double shown = half * pow(10, decimals);
    /* Rounding noise of equal values; below a part in 10^9 nobody reads the digits. */
    if (half < fabs(x) * 1e-9) {
        text_add(out, "±0");
        return;
    }
    while (half > 0 && shown < 0.5 && decimals < 12) {
        shown *= 10;
        decimals++;
    }
    text_addf(out, "±%.*f", half > 0 ? decimals : 0, half);
}

/* ---- Labels ---- */

enum {
    BY_DISCIPLINE = 1 << 0,
    BY_SLICE = 1 << 1,
    BY_SWITCH = 1 << 2,
    BY_AVERAGING = 1 << 3,
    BY_LINGER = 1 << 4,
    BY_YIELD = 1 << 5,
    BY_GRANULARITY = 1 << 6,
    BY_WORKING_SET = 1 << 7
};

/* The options in which entries of one kind and policy differ from this one. */
static unsigned differences(const struct scenario *s, const struct mode_spec *spec)
{
    const struct sched_conf *a = &spec->sched;
    unsigned by = 0;
    for (int i = 0; mode_takes_turns(spec->kind) && i < s->mode_n; i++) {
        const struct sched_conf *b = &s->mode[i].sched;
        if (s->mode[i].kind != spec->kind || a->kind != b->kind) {
            continue;
        }
        by |= a->discipline != b->discipline ? BY_DISCIPLINE : 0;
        by |= a->slice_ns != b->slice_ns ? BY_SLICE : 0;
        by |= a->switch_ns != b->switch_ns ? BY_SWITCH : 0;
        by |= a->averaging != b->averaging ? BY_AVERAGING : 0;
        by |= a->linger_ns != b->linger_ns ? BY_LINGER : 0;
        by |= a->yield_idle != b->yield_idle ? BY_YIELD : 0;
        by |= a->granularity_ns != b->granularity_ns ? BY_GRANULARITY : 0;
        bool same_set = !(a->working_set_bytes < b->working_set_bytes) &&
                        !(a->working_set_bytes > b->working_set_bytes);
        by |= same_set ? 0 : BY_WORKING_SET;
    }
    return by;
}

/* ", slice 2 ms" where asked for; the value that stands for the default has no number. */
static void add_time(struct text *out, bool asked, const char *what, int64_t ns, int64_t unset)
{
    if (!asked) {
        return;
    }
    text_addf(out, ", %s ", what);
    if (ns == unset) {
        text_add(out, "by default");
    } else {
        units_exact(out, Q_TIME, (double)ns);
    }
}

static void add_differences(struct text *out, unsigned by, const struct sched_conf *c)
{
    if (by & BY_DISCIPLINE) {
        text_addf(out, ", %s", discipline_name(c->discipline));
    }
    add_time(out, by & BY_SLICE, "slice", c->slice_ns, 0);
    add_time(out, by & BY_SWITCH, "switch", c->switch_ns, -1);
    if (by & BY_AVERAGING) {
        text_addf(out, ", averaging %d", c->averaging);
    }
    add_time(out, by & BY_LINGER, "linger", c->linger_ns, -1);
    if (by & BY_YIELD) {
        text_addf(out, ", idle slots %s", c->yield_idle ? "given" : "kept");
    }
    add_time(out, by & BY_GRANULARITY, "granularity", c->granularity_ns, -1);
    if (by & BY_WORKING_SET) {
        text_add(out, ", working set ");
        units_exact(out, Q_BYTES, c->working_set_bytes);
    }
}

void rep_mode_label(const struct scenario *s, const struct mode_spec *spec, struct text *out)
{
    text_add(out, mode_name(spec->kind));
    const char *policy = rep_policy(spec);
    if (policy != NULL) {
        text_addf(out, "/%s", policy);
        struct text parts;
        text_init(&parts);
        add_differences(&parts, differences(s, spec), &spec->sched);
        if (parts.n > 0) {
            text_addf(out, " (%s)", text_str(&parts) + strlen(", "));
        }
        out->failed = out->failed || parts.failed;
        text_fini(&parts);
    }
}
