/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_coupling.c - GPU instances that share a board's power, against times worked out by hand:
 * rate = 1 - c x (busy SMs of the other instances over their SMs). docs/model.md, A18. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>

#include <cmocka.h>

#include "tests/scenario_result.h"
