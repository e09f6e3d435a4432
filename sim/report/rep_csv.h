/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_csv.h - parts of the CSV of a result, for those who write several results into one table.
 */
#ifndef SIM_REPORT_REP_CSV_H
#define SIM_REPORT_REP_CSV_H

#include <stdint.h>

#include "sim/base/text.h"
#include "sim/run/result.h"

/* The names of the columns, without a line feed. */
extern const char rep_csv_header[];

struct rep_csv_point {
    int64_t number;   /* for the column `point` */
    const char *more; /* further cells that end every row, each with its comma before it; "" */
};

/* Every row of a result that was simulated. */
void rep_csv_rows(const struct result *r, const struct rep_csv_point *point, struct text *sink);

#endif
