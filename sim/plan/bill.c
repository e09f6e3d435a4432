/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bill.c - sums over boards, vGPUs and completions. */
#include "sim/plan/bill.h"

#include <math.h>

double bill_price(const struct scenario *s, int gpu_ix)
{
    for (int i = 0; i < s->price_n; i++) {
        if (s->price[i].gpu_ix == gpu_ix) {
            return s->price[i].usd;
        }
    }
    return (double)NAN;
}

static void add_boards(struct bill *b, const struct scenario *s, int gpu_ix, int gpus)
{
    b->gpu_usd += gpus * bill_price(s, gpu_ix);
    b->power_w += gpus * (double)s->catalog->gpu[gpu_ix].tdp_w;
}

/* Prices what has been counted. */
static void price(struct bill *b, const struct scenario *s)
{
    b->licence_usd = b->licences * s->licence_usd;
    b->energy_usd = b->power_w / 1e3 * s->energy_usd;
    b->usd = b->gpu_usd + b->licence_usd + b->energy_usd;
}

struct bill bill_boards(const struct scenario *s, int gpu_ix, int gpus, int licences)
{
    struct bill b = {.licences = licences, .million_usd = (double)NAN};
    add_boards(&b, s, gpu_ix, gpus);
    price(&b, s);
    return b;
}

struct bill bill_of(const struct result *r, int gpu_ix, int gpus)
{
    const struct scenario *s = r->scenario;
    const struct mode_result *m = &r->mode[0];
    struct bill b = {.gpu_usd = 0.0};
    double done_per_s = 0.0;
    for (int g = 0; g < s->group_n; g++) {
        add_boards(&b, s, s->group[g].gpu_ix, s->group[g].count * s->group[g].gpus);
    }
    if (s->group_n == 0) {
        add_boards(&b, s, gpu_ix, gpus);
    }
    for (int i = 0; m->fleet && i < m->fleet->seat_n; i++) {
        b.licences += m->fleet->seat[i].type != NULL;
    }
    for (int t = 0; t < s->tenant_n; t++) {
        const struct estimate *e = &m->tenant[t].throughput_per_s;
        done_per_s += e->has_value ? e->value : 0.0;
    }
    price(&b, s);
    b.million_usd = done_per_s > 0.0 ? b.usd / (done_per_s * 3600.0) * 1e6 : (double)NAN;
    return b;
}

void bill_add(struct bill *sum, const struct bill *b)
{
    sum->gpu_usd += b->gpu_usd;
    sum->licences += b->licences;
    sum->licence_usd += b->licence_usd;
    sum->power_w += b->power_w;
    sum->energy_usd += b->energy_usd;
    sum->usd += b->usd;
}

int bill_order(const struct bill *x, const struct bill *y)
{
    const bool has_x = x->usd > 0.0;
    const bool has_y = y->usd > 0.0;
    if (has_x != has_y) {
        return has_x ? -1 : 1;
    }
    return !has_x ? 0 : (x->usd > y->usd) - (x->usd < y->usd);
}
