/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_plan_vms.c - `plan` of a scenario with `vms`: placed only, nothing is simulated. */
#include <string.h>

#include "sim/cli/cmd.h"
#include "sim/cli/load.h"
#include "sim/cli/term.h"
#include "sim/plan/plan_vms.h"
#include "sim/report/rep_vms.h"

/* Flags that ask for more than a trace of VMs can say. */
static bool check_flags(const struct opts *o, struct diag *d)
{
    if (o->value[FLAG_FIT] != NULL) {
        diag_error(d, SPAN_NONE, "--fit asks about a tenant, and 'vms' has none");
        diag_help(d, "leave it out: the plan says how many VMs are refused on fewer GPUs");
    }
    if (o->value[FLAG_WRITE_SCENARIO] != NULL) {
        diag_error(d, SPAN_NONE,
                   "VMs that come and go are no scenario to run: there is none "
                   "to write");
        diag_help(d, "leave out --write-scenario; --format json or csv has all figures");
    }
    return !diag_failed(d);
}

static enum err emit(const struct vms_plan *p, const struct opts *o)
{
    const char *format = opt_is_on(o, FLAG_JSON) ? "json" : o->value[FLAG_FORMAT];
    const struct rep_options options = {
        .quiet = opt_is_on(o, FLAG_QUIET),
        .width = o->value[FLAG_OUTPUT] == NULL ? term_width() : 100,
    };
    struct text document;
    text_init(&document);
    if (format != NULL && strcmp(format, "json") == 0) {
        rep_vms_json(p, &document);
    } else if (format != NULL && strcmp(format, "csv") == 0) {
        rep_vms_csv(p, &document);
    } else {
        rep_vms_text(p, &options, &document);
    }
    return err_worse(load_emit(o, &document), p->meets_n > 0 ? ERR_OK : ERR_NO);
}

enum err cmd_plan_vms(struct load *l, const struct opts *o)
{
    struct diag d;
    diag_init(&d);
    const struct vms_plan *p =
        check_flags(o, &d) ? plan_vms(&l->arena, l->scenario, VGPUSIM_VERSION, &d) : NULL;
    enum err status = p != NULL ? emit(p, o) : ERR_OK;
    status = err_worse(status, load_show_plain(&d, o));
    diag_fini(&d);
    return status;
}
