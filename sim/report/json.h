/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json.h - an ordered JSON writer over a text: keys come out in the order of the calls.
 *
 * Objects and lists are written over several lines, two blanks a level, or on one line when
 * opened so; everything inside a one-line value is on that line too. Numbers are the shortest
 * that read back. */
#ifndef SIM_REPORT_JSON_H
#define SIM_REPORT_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/text.h"
#include "sim/core/ci.h"

enum {
    JSON_DEPTH_MAX = 16
};

struct json {
    struct text *out; /* borrowed */
    int depth;
    bool has_item[JSON_DEPTH_MAX + 1];
    bool is_flat[JSON_DEPTH_MAX + 1];
};

void json_init(struct json *j, struct text *out);

/* `key` is NULL inside a list and at the root. */
void json_open_object(struct json *j, const char *key, bool flat);
void json_close_object(struct json *j);
void json_open_list(struct json *j, const char *key, bool flat);
void json_close_list(struct json *j);

void json_string(struct json *j, const char *key, const char *s); /* NULL gives null */
void json_int(struct json *j, const char *key, int64_t x);
void json_real(struct json *j, const char *key, double x); /* null unless finite */
void json_bool(struct json *j, const char *key, bool x);
void json_null(struct json *j, const char *key);

/* {"value", "ci95_lo", "ci95_hi", "samples"} or null. */
void json_estimate(struct json *j, const char *key, const struct estimate *e);

#endif
