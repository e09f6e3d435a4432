/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_bill.h - what an hour costs, as plans of every kind write it. */
#ifndef SIM_REPORT_REP_BILL_H
#define SIM_REPORT_REP_BILL_H

#include "sim/plan/bill.h"
#include "sim/report/jout.h"
#include "sim/report/rep.h"

/* Keys of a candidate. */
void rep_bill_json(struct jout *j, const struct bill *b);

/* "  An hour: 2 GPUs 5.00 USD, 8 vGPU licences 0.80 USD, at most 0.6 kWh 0.07 USD." */
void rep_bill_text(const struct bill *b, int gpus, const struct rep_options *o,
                   struct text *sink);

#endif
