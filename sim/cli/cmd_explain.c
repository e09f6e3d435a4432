/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_explain.c - `explain`: what a field of a scenario means. */
#include "sim/cli/cmd.h"
#include "sim/cli/load.h"
#include "sim/input/scenario.h"

enum err cmd_explain(const struct opts *o)
{
    struct diag d;
    struct text out;
    diag_init(&d);
    text_init(&out);
    enum err status = ERR_OK;
    if (scenario_explain(o->operand[0], &out, &d)) {
        status = load_emit(o, &out);
    } else {
        text_fini(&out);
    }
    status = err_worse(status, load_show_plain(&d, o));
    diag_fini(&d);
    return status;
}
