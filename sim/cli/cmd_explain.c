/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_explain.c - `explain`: what a field of a scenario means, or a value of RmPVMRL. */
#include <string.h>

#include "sim/cli/cmd.h"
#include "sim/cli/load.h"
#include "sim/input/scenario.h"
#include "sim/plan/rmpvmrl.h"

/* A word of the form "rmpvmrl=0x11" asks for the value, any other for a field. */
static bool explain_write(const char *word, struct text *out, struct diag *d)
{
    static const char *const key[] = {"rmpvmrl=", "scheduler.rmpvmrl=", "RmPVMRL="};
    for (size_t i = 0; i < sizeof key / sizeof key[0]; i++) {
        if (strncmp(word, key[i], strlen(key[i])) == 0) {
            return rmpvmrl_explain(word + strlen(key[i]), out, d);
        }
    }
    return scenario_explain(word, out, d);
}

enum err cmd_explain(const struct opts *o)
{
    struct diag d;
    struct text out;
    diag_init(&d);
    text_init(&out);
    enum err status = ERR_OK;
    if (explain_write(o->operand[0], &out, &d)) {
        status = load_emit(o, &out);
    } else {
        text_fini(&out);
    }
    status = err_worse(status, load_show_plain(&d, o));
    diag_fini(&d);
    return status;
}
