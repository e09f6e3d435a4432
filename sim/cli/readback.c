/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readback.c - bytes to saved results. */
#include "sim/cli/readback.h"

#include "sim/cli/term.h"

static bool read_bytes(struct saved *out, struct arena *arena, const char *name,
                       const struct text *bytes, struct diag *d)
{
    if (bytes->failed) {
        return diag_machine(d, "out of memory while reading '%s'", name);
    }
    const struct jsonin *root = jsonin_read(arena, name, text_str(bytes), bytes->n, d);
    return root != NULL && saved_read(out, arena, root, name, d);
}

bool readback_file(struct saved *out, struct arena *arena, const char *path, struct diag *d)
{
    struct text bytes;
    text_init(&bytes);
    const bool ok =
        term_read(path, JSONIN_BYTES_MAX, &bytes, d) && read_bytes(out, arena, path, &bytes, d);
    text_fini(&bytes);
    return ok;
}

bool readback_suite(struct saved *out, struct arena *arena, const struct suite *s,
                    struct diag *d)
{
    const struct rep_options options = {.width = 100};
    struct text bytes;
    text_init(&bytes);
    rep_suite_json(s, &options, &bytes);
    const bool ok = read_bytes(out, arena, "<results>", &bytes, d);
    text_fini(&bytes);
    return ok;
}
