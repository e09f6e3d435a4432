/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_bill.c - items that have no price are named without one. */
#include "sim/report/rep_bill.h"

#include "sim/report/table.h"

void rep_bill_json(struct jout *j, const struct bill *b)
{
    jout_real(j, "cost_per_hour_usd", b->usd);
    jout_real(j, "cost_per_million_usd", b->million_usd);
    jout_real(j, "gpu_cost_per_hour_usd", b->gpu_usd);
    jout_int(j, "licences", b->licences);
    jout_real(j, "licence_cost_per_hour_usd", b->licence_usd);
    jout_real(j, "power_w", b->power_w);
    jout_real(j, "energy_kwh_per_hour", b->power_w / 1e3);
    jout_real(j, "energy_cost_per_hour_usd", b->energy_usd);
}

void rep_bill_text(const struct bill *b, int gpus, const struct rep_options *o,
                   struct text *sink)
{
    struct text line;
    text_init(&line);
    text_addf(&line, "An hour: %d GPU%s", gpus, gpus == 1 ? "" : "s");
    if (b->gpu_usd > 0.0) {
        text_addf(&line, " %.2f USD", b->gpu_usd);
    }
    text_addf(&line, ", %d vGPU licence%s", b->licences, b->licences == 1 ? "" : "s");
    if (b->licence_usd > 0.0) {
        text_addf(&line, " %.2f USD", b->licence_usd);
    }
    if (b->power_w > 0.0) {
        text_addf(&line, ", at most %.4g kWh", b->power_w / 1e3);
    }
    if (b->energy_usd > 0.0) {
        text_addf(&line, " %.2f USD", b->energy_usd);
    }
    text_add(&line, ".");
    table_paragraph(sink, o->width, 2, &line);
}
