/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load.c - reading of a scenario for the commands that take one. */
#include "sim/cli/load.h"

#include <string.h>

#include "sim/cli/show.h"
#include "sim/cli/term.h"
#include "sim/input/catalogin.h"
#include "sim/plan/plan_vms.h"

void load_init(struct load *l)
{
    l->plan = false;
    l->plugin.handle = NULL;
    l->vms = false;
    arena_init(&l->arena, "program");
    diag_init(&l->diag);
    text_init(&l->bytes);
    text_init(&l->sets);
    l->path = NULL;
    l->is_read = false;
    l->catalog = NULL;
    l->scenario = NULL;
}

void load_fini(struct load *l)
{
    text_fini(&l->sets);
    text_fini(&l->bytes);
    diag_fini(&l->diag);
    arena_fini(&l->arena);
    plugin_unload(&l->plugin);
}

bool load_bytes(struct load *l, const char *path)
{
    if (l->path != path) {
        l->path = path;
        l->is_read = term_read(path, SCENARIO_BYTES_MAX, &l->bytes, &l->diag);
    }
    return l->is_read;
}

/* "50,99" as the list that the scenario would have; NULL where there is none. */
static const char *percentiles_of(struct load *l, const char *word)
{
    struct text list;
    if (word == NULL || word[0] == '[') {
        return word;
    }
    text_init(&list);
    text_addf(&list, "[%s]", word);
    const char *kept = list.failed ? NULL : arena_copy(&l->arena, text_str(&list), list.n);
    text_fini(&list);
    if (kept == NULL) {
        diag_machine(&l->diag, "out of memory");
    }
    return kept;
}

bool load_overrides(struct load *l, const struct opts *o, const char *path,
                    struct scenario_overrides *over)
{
    *over = (struct scenario_overrides){
        .set = l->set,
        .set_n = opt_list(o, FLAG_SET, l->set, SET_MAX),
        .horizon = o->value[FLAG_HORIZON],
        .replicas = o->value[FLAG_REPLICAS],
        .replicas_max = o->value[FLAG_MAX_REPLICAS],
        .precision = o->value[FLAG_PRECISION],
        .percentiles = percentiles_of(l, o->value[FLAG_PERCENTILES]),
        .mode = l->mode,
        .mode_n = opt_list(o, FLAG_MODE, l->mode, MODES_MAX),
        .plan = l->plan,
        .vms = l->vms,
    };
    if (!load_bytes(l, path)) {
        return false;
    }
    if (o->value[FLAG_GPU] != NULL) {
        diag_error(&l->diag, SPAN_NONE,
                   "--gpu is for configuration files of mig-parted and "
                   "vgpu-device-manager");
        diag_help(&l->diag, "a scenario names its GPU: --set fleet.gpu=%s", o->value[FLAG_GPU]);
        return false;
    }
    if (over->set_n > SET_MAX) {
        return diag_error(&l->diag, SPAN_NONE, "more than %d --set flags", SET_MAX);
    }
    if (over->mode_n > MODES_MAX) {
        return diag_error(&l->diag, SPAN_NONE, "more than %d --mode flags", MODES_MAX);
    }
    for (int i = 0; i < over->set_n; i++) {
        text_addf(&l->sets, "%s\n", l->set[i]);
    }
    const char *object = o->value[FLAG_SCHEDULER];
    if (object != NULL && l->plugin.handle == NULL) {
        if (!plugin_load(&l->plugin, object, &l->diag)) {
            return false;
        }
    }
    over->plugin = object == NULL ? NULL : &l->plugin.sched;
    l->catalog = catalog_load(&l->arena, o->value[FLAG_CATALOG], &l->diag);
    return l->catalog != NULL;
}

/* A plug-in that no mode asks for is a slip. */
static void look_for_use(struct load *l)
{
    const struct sched_plugin *plugin = l->over.plugin;
    bool is_used = plugin == NULL;
    for (int i = 0; i < l->scenario->mode_n; i++) {
        is_used = is_used || l->scenario->mode[i].sched.kind == &plugin->kind;
    }
    if (!is_used) {
        diag_warning(&l->diag, SPAN_NONE, "--scheduler: no mode uses the policy '%s'",
                     plugin->kind.name);
        diag_help(&l->diag, "--set scheduler.policy=%s, or --mode time-sliced/%s",
                  plugin->kind.name, plugin->kind.name);
    }
}

bool load_scenario(struct load *l, const struct opts *o, const char *path)
{
    if (!load_overrides(l, o, path, &l->over)) {
        return false;
    }
    l->scenario = scenario_read(&l->arena, l->catalog, path, text_str(&l->bytes), l->bytes.n,
                                &l->over, &l->diag);
    if (l->scenario != NULL) {
        look_for_use(l);
    }
    return l->scenario != NULL;
}

bool load_placement(struct load *l, const struct opts *o, const char *path)
{
    l->vms = true;
    if (!load_scenario(l, o, path) || l->scenario->vms == NULL) {
        return l->scenario != NULL;
    }
    const struct vms_plan *p = plan_vms(&l->arena, l->scenario, VGPUSIM_VERSION, &l->diag);
    l->scenario = p == NULL ? NULL : plan_vms_moment(&l->arena, p, &l->diag);
    return l->scenario != NULL;
}

enum err load_show(struct load *l, const struct opts *o)
{
    const struct show_source source[] = {
        {l->path == NULL ? "" : l->path, text_str(&l->bytes), l->bytes.n},
        {"<--set>",                      text_str(&l->sets),  l->sets.n },
    };
    const struct show_options options = {
        .source = source,
        .source_n = 2,
        .file = l->path,
        .color = term_color(o->value[FLAG_COLOR]),
        .ascii = opt_is_on(o, FLAG_ASCII),
    };
    return show_stderr(&l->diag, &options);
}

enum err load_show_plain(struct diag *d, const struct opts *o)
{
    const struct show_options options = {.color = term_color(o->value[FLAG_COLOR]),
                                         .ascii = opt_is_on(o, FLAG_ASCII)};
    return show_stderr(d, &options);
}

enum err load_emit(const struct opts *o, struct text *document)
{
    struct diag d;
    diag_init(&d);
    const char *path = o->value[FLAG_OUTPUT] == NULL ? "-" : o->value[FLAG_OUTPUT];
    const char *format = o->value[FLAG_FORMAT];
    if (opt_is_on(o, FLAG_ASCII) && !opt_is_on(o, FLAG_JSON) &&
        (format == NULL || strcmp(format, "text") == 0)) {
        text_ascii(document);
    }
    if (document->failed) {
        diag_machine(&d, "out of memory while writing");
    } else {
        term_write(path, text_str(document), document->n, &d);
    }
    const enum err status = load_show_plain(&d, o);
    diag_fini(&d);
    text_fini(document);
    return status;
}
