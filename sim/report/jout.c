/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jout.c - the JSON writer: commas and line breaks from a small stack of levels. */
#include "sim/report/jout.h"

#include <assert.h>
#include <stddef.h>

void jout_init(struct jout *j, struct text *out)
{
    *j = (struct jout){.out = out};
}

/* Comma, line break and key before a value. */
static void jout_item(struct jout *j, const char *key)
{
    const bool is_flat = j->is_flat[j->depth];
    if (j->has_item[j->depth]) {
        text_add(j->out, is_flat ? ", " : ",");
    }
    if (j->depth > 0 && !is_flat) {
        text_add(j->out, "\n");
        text_pad(j->out, 2 * (size_t)j->depth);
    }
    j->has_item[j->depth] = true;
    if (key != NULL) {
        text_add_json(j->out, key);
        text_add(j->out, ": ");
    }
}

static void jout_open(struct jout *j, const char *key, bool flat, const char *bracket)
{
    assert(j->depth < JOUT_DEPTH_MAX);
    jout_item(j, key);
    text_add(j->out, bracket);
    const bool is_flat = flat || j->is_flat[j->depth];
    j->depth++;
    j->has_item[j->depth] = false;
    j->is_flat[j->depth] = is_flat;
}

static void jout_close(struct jout *j, const char *bracket)
{
    assert(j->depth > 0);
    const bool is_broken = j->has_item[j->depth] && !j->is_flat[j->depth];
    j->depth--;
    if (is_broken) {
        text_add(j->out, "\n");
        text_pad(j->out, 2 * (size_t)j->depth);
    }
    text_add(j->out, bracket);
    if (j->depth == 0) {
        text_add(j->out, "\n");
    }
}

void jout_open_object(struct jout *j, const char *key, bool flat)
{
    jout_open(j, key, flat, "{");
}

void jout_close_object(struct jout *j)
{
    jout_close(j, "}");
}

void jout_open_list(struct jout *j, const char *key, bool flat)
{
    jout_open(j, key, flat, "[");
}

void jout_close_list(struct jout *j)
{
    jout_close(j, "]");
}

void jout_string(struct jout *j, const char *key, const char *s)
{
    jout_item(j, key);
    text_add_json(j->out, s);
}

void jout_int(struct jout *j, const char *key, int64_t x)
{
    jout_item(j, key);
    text_addf(j->out, "%lld", (long long)x);
}

void jout_real(struct jout *j, const char *key, double x)
{
    jout_item(j, key);
    text_add_double(j->out, x);
}

void jout_bool(struct jout *j, const char *key, bool x)
{
    jout_item(j, key);
    text_add(j->out, x ? "true" : "false");
}

void jout_null(struct jout *j, const char *key)
{
    jout_item(j, key);
    text_add(j->out, "null");
}

void jout_estimate(struct jout *j, const char *key, const struct estimate *e)
{
    if (!e->has_value) {
        jout_null(j, key);
        return;
    }
    jout_open_object(j, key, true);
    jout_real(j, "value", e->value);
    if (e->has_ci) {
        jout_real(j, "ci95_lo", e->lo);
        jout_real(j, "ci95_hi", e->hi);
    } else {
        jout_null(j, "ci95_lo");
        jout_null(j, "ci95_hi");
    }
    jout_int(j, "samples", e->samples);
    jout_close_object(j);
}
