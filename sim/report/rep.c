/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep.c - the formats, and the names that all of them share. */
#include "sim/report/rep.h"

#include <string.h>

const struct rep_format *const rep_formats[] = {&rep_text, &rep_json, &rep_csv};
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

void rep_mode_label(const struct mode_spec *spec, struct text *out)
{
    text_add(out, mode_name(spec->kind));
    const char *policy = rep_policy(spec);
    if (policy != NULL) {
        text_addf(out, "/%s", policy);
    }
}
