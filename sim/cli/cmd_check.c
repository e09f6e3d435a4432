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
#include "sim/report/rep.h"
#include "sim/report/rep_place.h"
#include "sim/report/table.h"

/* One mode as a row: feasible, or the rule and reason. */
static void add_mode(struct table *t, const struct scenario *s, int mode_ix,
                     const struct fleet *f, bool verbose)
{
    struct text label;
    text_init(&label);
    rep_mode_label(s, &s->mode[mode_ix], &label);
    table_row(t);
    table_cell(t, "%s", text_str(&label));
    text_reset(&label);
    if (f->feasible) {
        text_addf(&label, "feasible on %d %s", f->gpus_used,
                  f->gpus_used == 1 ? "GPU" : "GPUs");
    } else {
        rep_reasons(f, verbose, &label);
    }
    table_span(t, text_str(&label));
    t->failed |= label.failed;
    text_fini(&label);
}

/* Places every mode of a good scenario; the answer is yes if one of them is feasible. */
static enum err check_modes(struct load *l, const struct opts *o, struct text *out)
{
    const struct scenario *s = l->scenario;
    struct table t;
    enum err status = ERR_NO;
    table_init(&t);
    text_addf(out, "%s: well formed, %d %s, %d %s\n", l->path, s->tenant_n,
              s->tenant_n == 1 ? "tenant" : "tenants", s->vm_n, s->vm_n == 1 ? "VM" : "VMs");
    table_column(&t, TABLE_LEFT, 0, "mode");
    table_column(&t, TABLE_LEFT, 0, "is it possible?");
    for (int i = 0; i < s->mode_n; i++) {
        struct fleet *f = arena_alloc(&l->arena, 1, sizeof *f);
        if (f == NULL) {
            diag_machine(&l->diag, "out of memory");
        }
        if (f == NULL || !fleet_place(f, &l->arena, s, i, &l->diag)) {
            table_fini(&t);
            return ERR_MACHINE;
        }
        if (f->feasible) {
            status = ERR_OK;
        }
        add_mode(&t, s, i, f, opt_is_on(o, FLAG_VERBOSE));
    }
    if (!opt_is_on(o, FLAG_QUIET)) {
        table_print(&t, (size_t)term_width(), 2, out);
    }
    table_fini(&t);
    return status;
}

static enum err check_one(const struct opts *o, const char *path, struct text *out)
{
    struct load l;
    load_init(&l);
    enum err status = ERR_OK;
    if (config_is(&l, path)) {
        status = config_assess(&l, o, false, out);
    } else if (load_scenario(&l, o, path)) {
        if (opt_is_on(o, FLAG_PRINT_RESOLVED)) {
            scenario_resolved(l.scenario, out);
        } else {
            status = check_modes(&l, o, out);
        }
    }
    status = err_worse(status, load_show(&l, o));
    load_fini(&l);
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
    enum err status = ERR_OK;
    struct text out;
    text_init(&out);
    if (o->operand_n == 0) {
        status = check_catalog(o, &out);
    }
    for (int i = 0; i < o->operand_n; i++) {
        status = err_worse(status, check_one(o, o->operand[i], &out));
    }
    return err_worse(status, load_emit(o, &out));
}
