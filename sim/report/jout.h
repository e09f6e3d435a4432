/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jout.h - an ordered JSON writer over a text: keys come out in the order of the calls.
 *
 * Objects and lists are written over several lines, two blanks a level, or on one line when
 * opened so; everything inside a one-line value is on that line too. Numbers are the shortest
 * that read back. */
#ifndef SIM_REPORT_JOUT_H
#define SIM_REPORT_JOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/text.h"
#include "sim/core/ci.h"

enum {
    JOUT_DEPTH_MAX = 32
};

struct jout {
    struct text *out; /* borrowed */
    int depth;
    bool has_item[JOUT_DEPTH_MAX + 1];
    bool is_flat[JOUT_DEPTH_MAX + 1];
};

void jout_init(struct jout *j, struct text *out);

/* `key` is NULL inside a list and at the root. */
void jout_open_object(struct jout *j, const char *key, bool flat);
void jout_close_object(struct jout *j);
void jout_open_list(struct jout *j, const char *key, bool flat);
void jout_close_list(struct jout *j);

void jout_string(struct jout *j, const char *key, const char *s); /* NULL gives null */
void jout_int(struct jout *j, const char *key, int64_t x);
void jout_real(struct jout *j, const char *key, double x); /* null unless finite */
void jout_bool(struct jout *j, const char *key, bool x);
void jout_null(struct jout *j, const char *key);

/* {"value", "ci95_lo", "ci95_hi", "samples"} or null. */
void jout_estimate(struct jout *j, const char *key, const struct estimate *e);

#endif
