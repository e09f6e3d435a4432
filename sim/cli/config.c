/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config.c - from flags and a configuration file to what is possible of it. */
#include "sim/cli/config.h"

#include <string.h>

#include "sim/base/near.h"
#include "sim/cli/term.h"
#include "sim/input/catalogin.h"
#include "sim/input/configin.h"
#include "sim/report/rep_assess.h"

bool config_is(struct load *l, const char *path)
{
    return load_bytes(l, path) && configin_is(text_str(&l->bytes), l->bytes.n);
}

/* --gpu; -1 when it is not given, -2 when it is wrong. */
static int board_of(struct load *l, const struct opts *o)
{
    const struct catalog *c = l->catalog;
    const char *key = o->value[FLAG_GPU];
    const int ix = key == NULL ? -1 : catalog_gpu_find(c, key);
    if (key == NULL || ix >= 0) {
        return ix;
    }
    const char **name = arena_alloc(&l->arena, (size_t)c->gpu_n, sizeof *name);
    for (int i = 0; name != NULL && i < c->gpu_n; i++) {
        name[i] = c->gpu[i].key;
    }
    const char *near = name == NULL ? NULL : near_find(key, name, (size_t)c->gpu_n);
    diag_error(&l->diag, SPAN_NONE, "--gpu: there is no GPU '%s' in the catalogue", key);
    if (near != NULL) {
        diag_help(&l->diag, "did you mean '%s'?", near);
    } else {
        diag_help(&l->diag, "vgpusim list gpus");
    }
    return -2;
}

enum err config_assess(struct load *l, const struct opts *o, bool all, struct text *out)
{
    const char *format = o->value[FLAG_FORMAT];
    const struct yaml_source source = {l->path, text_str(&l->bytes), l->bytes.n, 1, 0};
    struct assessments found;
    if (opt_is_on(o, FLAG_JSON) || (format != NULL && strcmp(format, "json") == 0)) {
        diag_error(&l->diag, SPAN_NONE, "a configuration file is assessed as text or CSV");
        diag_help(&l->diag, "use --format csv");
        return ERR_INPUT;
    }
    l->catalog = catalog_load(&l->arena, o->value[FLAG_CATALOG], &l->diag);
    const int gpu_ix = l->catalog == NULL ? -2 : board_of(l, o);
    const struct config *config =
        gpu_ix < -1 ? NULL : configin_read(&l->arena, &source, &l->diag);
    if (config == NULL) {
        return ERR_INPUT;
    }
    if (!assess_config(&found, &l->arena, l->catalog, config, gpu_ix, &l->diag)) {
        return ERR_MACHINE;
    }
    const struct rep_assess_options options = {
        .path = l->path,
        .all = all || opt_is_on(o, FLAG_VERBOSE),
        .quiet = opt_is_on(o, FLAG_QUIET),
        .is_csv = format != NULL && strcmp(format, "csv") == 0,
        .width = o->value[FLAG_OUTPUT] == NULL ? term_width() : 100,
    };
    rep_assess_write(&found, config, &options, out);
    return found.entry_n[ASSESS_IMPOSSIBLE] > 0 ? ERR_NO : ERR_OK;
}
