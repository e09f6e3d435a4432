/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_plan_vms.c - `plan` of a scenario with `vms`: placed only, nothing is simulated. */
#include <string.h>

#include "sim/cli/cmd.h"
#include "sim/cli/load.h"
#include "sim/cli/outputs.h"
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
    if (o->value[FLAG_TRACE] != NULL) {
        diag_error(d, SPAN_NONE,
                   "VMs that come and go are placed and not simulated: there is "
                   "nothing to trace");
        diag_help(d, "leave out --trace");
    }
    return !diag_failed(d);
}

struct page {
    const struct opts *o;
    const struct vms_plan *plan;
};

static void write_page(const void *what, const char *format, int width, struct text *sink)
{
    const struct page *p = what;
    const struct rep_options options = {.quiet = opt_is_on(p->o, FLAG_QUIET), .width = width};
    if (strcmp(format, "json") == 0) {
        rep_vms_json(p->plan, sink);
    } else if (strcmp(format, "csv") == 0) {
        rep_vms_csv(p->plan, sink);
    } else {
        rep_vms_text(p->plan, &options, sink);
    }
}

enum err cmd_plan_vms(struct load *l, const struct opts *o, const struct outputs *to)
{
    struct diag d;
    diag_init(&d);
    const struct vms_plan *p =
        check_flags(o, &d) ? plan_vms(&l->arena, l->scenario, VGPUSIM_VERSION, &d) : NULL;
    enum err status = ERR_OK;
    if (p != NULL) {
        const struct page page = {o, p};
        status = err_worse(outputs_emit(o, to, write_page, &page, &d),
                           p->meets_n > 0 || p->mix.part_n > 0 ? ERR_OK : ERR_NO);
    }
    status = err_worse(status, load_show_plain(&d, o));
    diag_fini(&d);
    return status;
}
