/* SPDX-License-Identifier: GPL-3.0-or-later */
/* err.c - the order of the process exit statuses. */
#include "sim/base/err.h"

/* Place in the order of severity; a number that is not in the list counts as a bug of ours. */
static int err_rank(enum err e)
{
    static const enum err order[] = {ERR_OK,      ERR_UNDECIDED,   ERR_NO, ERR_INPUT,
                                     ERR_MACHINE, ERR_INTERRUPTED, ERR_BUG};
    const int order_n = (int)(sizeof order / sizeof order[0]);
    for (int i = 0; i < order_n; i++) {
        if (order[i] == e) {
            return i;
        }
    }
    return order_n;
}

enum err err_worse(enum err a, enum err b)
{
    return err_rank(a) >= err_rank(b) ? a : b;
}
