/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_check.c - `check`: is a scenario well formed, and is it possible on this hardware? The
 * same of configuration files; and do the tables of a directory agree with themselves? */
#include <string.h>

#include "sim/base/err.h"
#include "sim/cli/cmd.h"
#include "sim/cli/config.h"
#include "sim/cli/load.h"
#include "sim/cli/term.h"
#include "sim/fleet/fleet.h"
#include "sim/input/catalogin.h"
#include "sim/input/vmsin.h"
#include "sim/report/rep_check.h"

/* A check under way: the document, in one of its forms. */
struct checking {
    const struct opts *o;
    struct text *out;
    struct jout *json; /* NULL: text */
};

/* Places every mode of a good scenario into `fleet` [mode_n]. ERR_OK if one is feasible. */
static enum err place_modes(struct load *l, const struct fleet **fleet)
{
    enum err status = ERR_NO;
    for (int i = 0; i < l->scenario->mode_n; i++) {
        struct fleet *f = arena_alloc(&l->arena, 1, sizeof *f);
        if (f == NULL) {
            diag_machine(&l->diag, "out of memory");
        }
        if (f == NULL || !fleet_place(f, &l->arena, l->scenario, i, &l->diag)) {
            return ERR_MACHINE;
        }
        fleet[i] = f;
        if (f->feasible) {
            status = ERR_OK;
        }
    }
    return status;
}

static enum err check_modes(struct load *l, const struct checking *x)
{
    const struct scenario *s = l->scenario;
    struct rep_check c = {.s = s};
    const struct fleet *fleet[MODES_MAX] = {NULL};
    c.rule = catalog_rules(&l->arena, x->o->value[FLAG_CATALOG], &c.rule_n, &l->diag);
    const enum err status = c.rule == NULL ? ERR_MACHINE : place_modes(l, fleet);
    if (status == ERR_MACHINE) {
        return status;
    }
    c.fleet = fleet;
    if (x->json != NULL) {
        rep_check_json(&c, x->json);
        return status;
    }
    text_addf(x->out, "%s: well formed, %d %s, %d %s\n", l->path, s->tenant_n,
              s->tenant_n == 1 ? "tenant" : "tenants", s->vm_n, s->vm_n == 1 ? "VM" : "VMs");
    if (!opt_is_on(x->o, FLAG_QUIET)) {
        rep_check_text(&c, term_width(), x->out);
    }
    return status;
}

/* VMs that come and go: whether they have a place is for `plan` to say. */
static void check_vms(const struct load *l, const struct checking *x)
{
    const int n = l->scenario->vms->row_n;
    if (x->json != NULL) {
        jout_int(x->json, "vms", n);
    } else {
        text_addf(x->out, "%s: well formed, %d %s; how many GPUs they take: vgpusim plan %s\n",
                  l->path, n, n == 1 ? "VM that comes and goes" : "VMs that come and go",
                  l->path);
    }
}

/* A scenario in JSON is an object in any case: whether it is well formed, and then its modes.
 */
static enum err check_scenario(struct load *l, const struct checking *x, const char *path)
{
    const bool is_good = load_scenario(l, x->o, path);
    enum err status = ERR_OK;
    if (x->json != NULL) {
        jout_open_object(x->json, NULL, false);
        jout_string(x->json, "path", path);
        jout_bool(x->json, "well_formed", is_good);
    }
    if (is_good && l->scenario->vms != NULL) {
        check_vms(l, x);
    } else if (is_good) {
        status = check_modes(l, x);
    }
    if (x->json != NULL) {
        jout_close_object(x->json);
    }
    return status;
}

static enum err check_one(const struct checking *x, const char *path)
{
    const struct opts *o = x->o;
    const char *format = o->value[FLAG_FORMAT];
    struct load l;
    load_init(&l);
    l.vms = true;
    enum err status = ERR_OK;
    if (config_is(&l, path)) {
        status = config_assess(&l, o, false, x->out);
    } else if (format != NULL && strcmp(format, "csv") == 0) {
        diag_error(&l.diag, SPAN_NONE, "a scenario is checked as text or JSON");
        diag_help(&l.diag, "use --format json");
    } else if (!opt_is_on(o, FLAG_PRINT_RESOLVED)) {
        status = check_scenario(&l, x, path);
    } else if (load_scenario(&l, o, path)) {
        scenario_resolved(l.scenario, x->out);
    }
    status = err_worse(status, load_show(&l, o));
    load_fini(&l);
    return status;
}

static enum err check_all(const struct opts *o, struct text *out)
{
    const char *format = o->value[FLAG_FORMAT];
    const bool is_json =
        opt_is_on(o, FLAG_JSON) || (format != NULL && strcmp(format, "json") == 0);
    enum err status = ERR_OK;
    struct jout json;
    const struct checking x = {.o = o,
                               .out = out,
                               .json = is_json && !opt_is_on(o, FLAG_PRINT_RESOLVED) ? &json
                                                                                     : NULL};
    jout_init(&json, out);
    if (x.json != NULL) {
        jout_open_object(&json, NULL, false);
        jout_string(&json, "schema", "vgpusim.check/1");
        jout_open_list(&json, "scenarios", false);
    }
    for (int i = 0; i < o->operand_n; i++) {
        status = err_worse(status, check_one(&x, o->operand[i]));
    }
    if (x.json != NULL) {
        jout_close_list(&json);
        jout_close_object(&json);
    }
    return status;
}

/* The tables of a directory over the built-in ones, without a scenario. */
static enum err check_catalog(const struct opts *o, struct text *out)
{
    const char *dir = o->value[FLAG_CATALOG];
    struct arena arena;
    struct diag diag;
    int rule_n = 0, fact_n = 0;
    arena_init(&arena, "program");
    diag_init(&diag);
    if (dir == NULL) {
        diag_error(&diag, SPAN_NONE, "check: needs %s, or --catalog DIR", o->command->synopsis);
        diag_help(&diag, "vgpusim check -h");
    } else {
        const struct catalog *c = catalog_load(&arena, dir, &diag);
        const bool has_rules = catalog_rules(&arena, dir, &rule_n, &diag) != NULL;
        const bool has_facts = catalog_sched_facts(&arena, dir, &fact_n, &diag) != NULL;
        if (c != NULL && has_rules && has_facts) {
            text_addf(
                out,
                "%s: nothing contradicts itself; with the built-in tables %d GPUs, %d MIG "
                "profiles, %d vGPU types\n",
                dir, c->gpu_n, c->mig_n, c->vgpu_n);
        }
    }
    const enum err status = load_show_plain(&diag, o);
    diag_fini(&diag);
    arena_fini(&arena);
    return status;
}

enum err cmd_check(const struct opts *o)
{
    struct text out;
    text_init(&out);
    const enum err status = o->operand_n == 0 ? check_catalog(o, &out) : check_all(o, &out);
    return err_worse(status, load_emit(o, &out));
}
