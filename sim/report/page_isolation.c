/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_isolation.c - who suffers, from whom, and what the policy keeps unused for it.
 *
 * docs/isolation.md defines the counts. A worst neighbour is known where the run was asked to
 * silence one neighbour after the other. */
#include <string.h>

#include "sim/base/units.h"
#include "sim/report/answer.h"
#include "sim/report/page_tables.h"

static const struct jsonin *worst_of(const struct stored *s, int mode_ix, int tenant_ix)
{
    return jsonin_find(stored_tenant(s, mode_ix, tenant_ix), "worst_neighbour");
}

static bool has_worst(const struct stored *s)
{
    for (int m = 0; m < s->mode_n; m++) {
        for (int k = 0; k < s->tenant_n; k++) {
            if (jsonin_text(worst_of(s, m, k), "tenant") != NULL) {
                return true;
            }
        }
    }
    return false;
}

/* ---- By mode ---- */

void page_isolation_modes(const struct stored *s, struct text *out)
{
    static const char *const counts[] = {"slowdown", "slo_miss_by_neighbour", "entitlement",
                                         "memory", "policy"};
    struct page_table t = {
        .out = out,
        .column = {"mode", "requests violated", "of all", "slowed beyond tolerance",
                   "limit missed by neighbours", "owed and withheld", "memory overrun",
                   "VMs with a broken requirement", "fairness of service", "reserved and idle"},
        .n = 10
    };
    page_table_open(&t, NULL);
    for (int m = 0; m < s->mode_n; m++) {
        struct estimate e = stored_get(s->mode[m], "violations", "total");
        if (!stored_is_simulated(s, m)) {
            continue;
        }
        page_row_open(&t, s->label[m]);
        page_cell_count(&t, &e);
        e = stored_get(s->mode[m], "violations", "total_frac");
        page_cell_percent(&t, &e);
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            e = stored_get(s->mode[m], "violations", counts[i]);
            page_cell_count(&t, &e);
        }
        e = stored_get(s->mode[m], NULL, "fairness");
        page_cell_value(&t, &e, 1);
        e = stored_get(s->mode[m], "utilization", "idle_reserved_frac");
        page_cell_percent(&t, &e);
        page_row_close(&t);
    }
    page_table_close(&t);
}

/* ---- By victim ---- */

/* Is there anything to be said of this tenant in this mode? */
static bool suffers(const struct jsonin *tenant)
{
    const struct estimate total = stored_get(tenant, "violations", "total");
    const struct estimate inflation = stored_get(tenant, NULL, "p95_inflation");
    return total.has_value && (total.value > 0 || inflation.value > 1);
}

static void victim_row(struct page_table *t, const struct stored *s, int m, int k)
{
    const struct jsonin *tenant = stored_tenant(s, m, k);
    const struct jsonin *worst = worst_of(s, m, k);
    struct estimate e = stored_get(tenant, "violations", "total");
    page_row_open(t, stored_tenant_name(s, k));
    page_cell(t, "limit", s->label[m]);
    page_cell_count(t, &e);
    e = stored_get(tenant, "violations", "total_frac");
    page_cell_percent(t, &e);
    e = stored_get(tenant, "violations", "slo_miss_by_neighbour");
    page_cell_count(t, &e);
    e = stored_get(tenant, NULL, "p95_inflation");
    page_cell_value(t, &e, 1);
    e = stored_get(tenant, NULL, "slowdown_p95");
    page_cell_value(t, &e, 1);
    if (t->at < t->n) {
        const char *name = jsonin_text(worst, "tenant");
        page_cell(t, "limit", name == NULL ? "-" : name);
        e = stored_get(worst, NULL, "p95_cost_ns");
        page_cell_time(t, &e);
        e = stored_get(worst, NULL, "violations_without");
        page_cell_count(t, &e);
    }
    page_row_close(t);
}

void page_isolation_victims(const struct stored *s, struct text *out)
{
    struct page_table t = {
        .out = out,
        .column = {"victim", "mode", "requests violated", "of its requests",
                   "limit missed by neighbours", "p95 over that alone",
                   "p95 of each request's slowdown", "worst neighbour", "p95 that it costs",
                   "violated without it"},
        .n = has_worst(s) ? 10 : 7,
        .left = 3 | 1 << 7
    };
    int quiet_n = 0;
    int row_n = 0;
    for (int k = 0; k < s->tenant_n; k++) {
        for (int m = 0; m < s->mode_n; m++) {
            const struct jsonin *tenant = stored_tenant(s, m, k);
            if (!suffers(tenant)) {
                quiet_n += stored_get(tenant, "violations", "total").has_value ? 1 : 0;
                continue;
            }
            if (row_n++ == 0) {
                page_table_open(&t, NULL);
            }
            victim_row(&t, s, m, k);
        }
    }
    if (row_n > 0) {
        page_table_close(&t);
    }
    text_addf(out,
              "<p>In %d %s%s of tenant and mode no request was slowed beyond its tolerance and "
              "no p95 was raised.</p>\n",
              quiet_n, row_n > 0 ? "further " : "", quiet_n == 1 ? "pair" : "pairs");
}

/* ---- By offender ---- */

/* "quiet: p95 4.30±0.10 ms higher, 12345 of 23456 violations" of one victim; its violations
 * that go with the offender. */
static double add_victim(const struct stored *s, int m, int k, struct text *out)
{
    const struct jsonin *worst = worst_of(s, m, k);
    const struct estimate cost = stored_get(worst, NULL, "p95_cost_ns");
    const double without = stored_get(worst, NULL, "violations_without").value;
    const double total = stored_get(stored_tenant(s, m, k), "violations", "total").value;
    text_add(out, out->n > 0 ? "; " : "");
    text_add(out, stored_tenant_name(s, k));
    text_add(out, ": p95 ");
    answer_value(out, &cost, true);
    text_addf(out, " higher, %.0f of %.0f violations", total - without, total);
    return total - without;
}

static void offender_row(struct page_table *t, const struct stored *s, int m, int offender)
{
    const char *name = stored_tenant_name(s, offender);
    double gone = 0;
    struct text victims;
    text_init(&victims);
    for (int k = 0; k < s->tenant_n; k++) {
        const char *worst = jsonin_text(worst_of(s, m, k), "tenant");
        if (worst != NULL && strcmp(worst, name) == 0) {
            gone += add_victim(s, m, k, &victims);
        }
    }
    if (victims.n > 0) {
        const struct estimate e = ci_exact(gone, 0);
        page_row_open(t, name);
        page_cell(t, "limit", s->label[m]);
        page_cell_count(t, &e);
        page_cell(t, "why", text_str(&victims));
        page_row_close(t);
    }
    t->out->failed |= victims.failed;
    text_fini(&victims);
}

void page_isolation_offenders(const struct stored *s, struct text *out)
{
    struct page_table t = {
        .out = out,
        .column = {"offender", "mode", "violations that end with it",
                   "who suffers most from it"},
        .n = 4,
        .left = 11
    };
    if (!has_worst(s)) {
        text_add(out, "<p>No neighbour is named: nobody is harmed, or the run was not asked to "
                      "silence one after the other (<code>vgpusim run SCENARIO "
                      "--isolation</code>).</p>\n");
        return;
    }
    page_table_open(&t, NULL);
    for (int k = 0; k < s->tenant_n; k++) {
        for (int m = 0; m < s->mode_n; m++) {
            offender_row(&t, s, m, k);
        }
    }
    page_table_close(&t);
}

/* ---- Faults ---- */

bool page_has_faults(const struct stored *s)
{
    for (int m = 0; m < s->mode_n; m++) {
        if (jsonin_n(jsonin_find(s->mode[m], "faults")) > 0) {
            return true;
        }
    }
    return false;
}

static void fault_modes(const struct stored *s, struct text *out)
{
    struct page_table t = {
        .out = out,
        .column = {"mode", "faults", "other VMs hit, mean", "most", "other tenants hit, most",
                   "VMs hit beyond the promise", "requests of others lost or begun anew",
                   "time that others were down, s"},
        .n = 8
    };
    page_table_open(&t, NULL);
    for (int m = 0; m < s->mode_n; m++) {
        const struct jsonin *f = jsonin_find(s->mode[m], "faults");
        if (jsonin_n(f) == 0 || !stored_is_simulated(s, m)) {
            continue;
        }
        struct estimate e = stored_get(f, NULL, "count");
        page_row_open(&t, s->label[m]);
        page_cell_count(&t, &e);
        e = stored_get(f, NULL, "blast_radius_mean");
        page_cell_value(&t, &e, 1);
        e = stored_get(f, NULL, "blast_radius_max");
        page_cell_count(&t, &e);
        e = stored_get(f, NULL, "tenants_max");
        page_cell_count(&t, &e);
        e = stored_get(f, NULL, "beyond_promise");
        page_cell_count(&t, &e);
        e = stored_get(f, NULL, "collateral_requests");
        page_cell_count(&t, &e);
        e = stored_get(f, NULL, "collateral_downtime_s");
        page_cell_value(&t, &e, 1);
        page_row_close(&t);
    }
    page_table_close(&t);
}

void page_faults(const struct stored *s, struct text *out)
{
    struct page_table t = {
        .out = out,
        .column = {"tenant", "mode", "in service", "requests lost",
                   "lost or begun anew by others' faults"},
        .n = 5,
        .left = 3
    };
    fault_modes(s, out);
    page_table_open(&t, NULL);
    for (int k = 0; k < s->tenant_n; k++) {
        for (int m = 0; m < s->mode_n; m++) {
            const struct jsonin *tenant = stored_tenant(s, m, k);
            if (!stored_is_simulated(s, m)) {
                continue;
            }
            struct estimate e = stored_get(tenant, NULL, "available_frac");
            page_row_open(&t, stored_tenant_name(s, k));
            page_cell(&t, "limit", s->label[m]);
            page_cell_percent(&t, &e);
            e = stored_get(tenant, NULL, "requests_lost");
            page_cell_count(&t, &e);
            e = stored_get(tenant, "violations", "fault");
            page_cell_count(&t, &e);
            page_row_close(&t);
        }
    }
    page_table_close(&t);
}

/* ---- What counts ---- */

/* "tolerance 20 % and 2 ms", where all modes and tenants share it. */
void page_isolation_lead(const struct stored *s, struct text *out)
{
    const struct jsonin *v = NULL;
    for (int m = 0; m < s->mode_n; m++) {
        v = stored_is_simulated(s, m) ? jsonin_find(s->mode[m], "violations") : v;
    }
    const struct estimate frac = stored_get(v, NULL, "slowdown_tolerance_frac");
    const struct estimate grace = stored_get(v, NULL, "grace_ns");
    text_add(out, "<p class=\"lead\">Each request against itself with idle neighbours, on the "
                  "same random numbers");
    if (frac.has_value && grace.has_value) {
        text_add(out, ". Violated: slower by over ");
        units_print_number(out, 100 * frac.value);
        text_add(out, " %");
        if (grace.value > 0) {
            text_add(out, " and ");
            answer_value(out, &grace, true);
        }
        text_add(out, ", or a limit missed because of neighbours");
    }
    text_add(out, ". Owed and withheld: what the policy promises whatever neighbours do; zero "
                  "under a scheduler without an error.</p>\n");
}
