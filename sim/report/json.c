/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json.c - the JSON writer: commas and line breaks from a small stack of levels. */
#include "sim/report/json.h"

#include <assert.h>
#include <stddef.h>

void json_init(struct json *j, struct text *out)
{
    *j = (struct json){.out = out};
}

/* Comma, line break and key before a value. */
static void json_item(struct json *j, const char *key)
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

static void json_open(struct json *j, const char *key, bool flat, const char *bracket)
{
    assert(j->depth < JSON_DEPTH_MAX);
    json_item(j, key);
    text_add(j->out, bracket);
    const bool is_flat = flat || j->is_flat[j->depth];
    j->depth++;
    j->has_item[j->depth] = false;
    j->is_flat[j->depth] = is_flat;
}

static void json_close(struct json *j, const char *bracket)
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

void json_open_object(struct json *j, const char *key, bool flat)
{
    json_open(j, key, flat, "{");
}

void json_close_object(struct json *j)
{
    json_close(j, "}");
}

void json_open_list(struct json *j, const char *key, bool flat)
{
    json_open(j, key, flat, "[");
}

void json_close_list(struct json *j)
{
    json_close(j, "]");
}

void json_string(struct json *j, const char *key, const char *s)
{
    json_item(j, key);
    text_add_json(j->out, s);
}

void json_int(struct json *j, const char *key, int64_t x)
{
    json_item(j, key);
    text_addf(j->out, "%lld", (long long)x);
}

void json_real(struct json *j, const char *key, double x)
{
    json_item(j, key);
    text_add_double(j->out, x);
}

void json_bool(struct json *j, const char *key, bool x)
{
    json_item(j, key);
    text_add(j->out, x ? "true" : "false");
}

void json_null(struct json *j, const char *key)
{
    json_item(j, key);
    text_add(j->out, "null");
}

void json_estimate(struct json *j, const char *key, const struct estimate *e)
{
    if (!e->has_value) {
        json_null(j, key);
        return;
    }
    json_open_object(j, key, true);
    json_real(j, "value", e->value);
    if (e->has_ci) {
        json_real(j, "ci95_lo", e->lo);
        json_real(j, "ci95_hi", e->hi);
    } else {
        json_null(j, "ci95_lo");
        json_null(j, "ci95_hi");
    }
    json_int(j, "samples", e->samples);
    json_close_object(j);
}
