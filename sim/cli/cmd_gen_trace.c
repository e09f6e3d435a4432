/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_gen_trace.c - `gen trace`: arrivals and GPU times of a stated law as CSV.
 *
 * The rows are those that one VM of the same law would see in a simulation: the same cursor
 * walks the same streams. Times are printed from whole nanoseconds, so that reading the file
 * back loses nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/work.h"
#include "sim/base/near.h"
#include "sim/base/units.h"
#include "sim/cli/cmd.h"
#include "sim/cli/load.h"
#include "sim/cli/simulate.h"
#include "sim/cli/term.h"

#define ROWS_MAX  INT64_C(10000000)
#define SECOND_NS INT64_C(1000000000)
#define MS_NS     INT64_C(1000000)

enum {
    STEPS_MAX = 64 /* states of an mmpp, points of a curve */
};

struct law {
    struct work work;
    struct mmpp_state state[STEPS_MAX];
    struct rate_point point[STEPS_MAX];
    int64_t duration_ns;
    int64_t rows;
    uint64_t seed;
    bool has_tokens;
    struct dist tokens[2]; /* of the prompt, generated */
};

/* ---- Flags ---- */

static bool flag_missing(enum flag_id flag, const char *example, struct diag *d)
{
    diag_error(d, SPAN_NONE, "gen trace: needs --%s", flags[flag].name);
    diag_help(d, "for example --%s %s", flags[flag].name, example);
    return false;
}

static bool flag_quantity(const struct opts *o, enum flag_id flag, enum quantity q, double *out,
                          struct diag *d)
{
    char why[UNITS_WHY];
    char help[UNITS_WHY];
    if (units_parse(q, o->value[flag], out, why, help)) {
        return true;
    }
    diag_error(d, SPAN_NONE, "--%s: %s", flags[flag].name, why);
    if (help[0] != '\0') {
        diag_help(d, "%s", help);
    }
    return false;
}

/* Quantities with commas between them: how many, 0 where one is wrong. */
static int flag_list(const struct opts *o, enum flag_id flag, enum quantity q,
                     const char *example, double out[STEPS_MAX], struct diag *d)
{
    const char *s = o->value[flag];
    if (s == NULL) {
        (void)flag_missing(flag, example, d);
        return 0;
    }
    for (int n = 1; n <= STEPS_MAX; n++) {
        char item[64];
        char why[UNITS_WHY];
        char help[UNITS_WHY];
        const size_t item_n = strcspn(s, ",");
        snprintf(item, sizeof item, "%.*s", (int)(item_n < sizeof item ? item_n : 0), s);
        if (!units_parse(q, item, &out[n - 1], why, help)) {
            diag_error(d, SPAN_NONE, "--%s: item %d: %s", flags[flag].name, n, why);
            diag_help(d, "for example --%s %s", flags[flag].name, example);
            return 0;
        }
        if (s[item_n] == '\0') {
            return n;
        }
        s += item_n + 1;
    }
    (void)diag_error(d, SPAN_NONE, "--%s: more than %d items", flags[flag].name, STEPS_MAX);
    return 0;
}

/* A bare number above 0; 0 when the flag is absent. */
static bool flag_number(const struct opts *o, enum flag_id flag, double *out, struct diag *d)
{
    *out = 0;
    const char *s = o->value[flag];
    if (s == NULL) {
        return true;
    }
    char *end = NULL;
    const double x = strtod(s, &end);
    if (end == s || *end != '\0' || !(x > 0) || !(x < 1e6)) {
        return diag_error(d, SPAN_NONE, "--%s: '%s' is not a number above 0", flags[flag].name,
                          s);
    }
    *out = x;
    return true;
}

/* A flag that the distribution does not know would be ignored; it is refused. */
static bool flag_unused(const struct opts *o, enum flag_id flag, bool is_taken, const char *by,
                        struct diag *d)
{
    if (o->value[flag] == NULL || is_taken) {
        return true;
    }
    return diag_error(d, SPAN_NONE, "--%s does not apply to %s", flags[flag].name, by);
}

/* ---- Law ---- */

static bool read_service(const struct opts *o, struct law *law, struct diag *d)
{
    const char *name = o->value[FLAG_SERVICE] == NULL ? "exponential" : o->value[FLAG_SERVICE];
    const struct dist_kind *kind = dist_find(name);
    if (kind == NULL) {
        const char *names[32];
        size_t n = 0;
        for (int i = 0; i < dist_kinds_n && n < 32; i++) {
            names[n++] = dist_kinds[i]->name;
        }
        const char *near = near_find(name, names, n);
        diag_error(d, SPAN_NONE, "--service: there is no distribution '%s'", name);
        if (near != NULL) {
            diag_help(d, "did you mean '%s'?", near);
        }
        return false;
    }
    static const int64_t stages[2] = {1, 100000};
    double mean_ns = 0;
    double cv = 0;
    double shape = 0;
    int64_t k = 0;
    if (o->value[FLAG_MEAN] == NULL) {
        return flag_missing(FLAG_MEAN, "'27 ms'", d);
    }
    bool ok = flag_quantity(o, FLAG_MEAN, Q_TIME, &mean_ns, d);
    ok = flag_number(o, FLAG_CV, &cv, d) && ok;
    ok = flag_number(o, FLAG_SHAPE, &shape, d) && ok;
    ok = opt_whole(o, FLAG_K, stages, 0, &k, d) && ok;
    ok = flag_unused(o, FLAG_CV, kind->takes_cv, name, d) && ok;
    ok = flag_unused(o, FLAG_SHAPE, kind->takes_shape, name, d) && ok;
    ok = flag_unused(o, FLAG_K, kind->takes_k, name, d) && ok;
    if (!ok) {
        return false;
    }
    if (!(mean_ns >= 0) || mean_ns > (double)TIME_MAX_NS) {
        return diag_error(d, SPAN_NONE, "--mean: '%s' is out of range", o->value[FLAG_MEAN]);
    }
    const char *wrong = dist_init(&law->work.service, kind, mean_ns, cv, shape, (int)k);
    return wrong == NULL || diag_error(d, SPAN_NONE, "--service %s: %s", name, wrong);
}

/* Arrivals with independent gaps. */
static bool read_gaps(const struct opts *o, struct law *law, const char *process,
                      struct diag *d)
{
    struct arrivals *a = &law->work.arrivals;
    a->process = process;
    a->periodic = strcmp(process, "periodic") == 0;
    const bool is_poisson = strcmp(process, "poisson") == 0;
    const struct dist_kind *kind = dist_find(a->periodic  ? "deterministic"
                                             : is_poisson ? "exponential"
                                                          : process);
    double cv = 0;
    double shape = 0;
    if (o->value[FLAG_RATE] == NULL) {
        return flag_missing(FLAG_RATE, "5/s", d);
    }
    bool ok = flag_quantity(o, FLAG_RATE, Q_RATE, &a->rate_per_s, d);
    ok = flag_number(o, FLAG_ARRIVAL_CV, &cv, d) && ok;
    ok = flag_number(o, FLAG_ARRIVAL_SHAPE, &shape, d) && ok;
    ok = flag_unused(o, FLAG_ARRIVAL_CV, kind->takes_cv, process, d) && ok;
    ok = flag_unused(o, FLAG_ARRIVAL_SHAPE, kind->takes_shape, process, d) && ok;
    ok = flag_unused(o, FLAG_PHASE, a->periodic, process, d) && ok;
    ok = opt_ns(o, FLAG_PHASE, 0, &a->phase_ns, d) && ok;
    if (!ok) {
        return false;
    }
    if (!(a->rate_per_s > 1e-7) || !(a->rate_per_s < 1e9)) {
        return diag_error(d, SPAN_NONE, "--rate: '%s' is out of range", o->value[FLAG_RATE]);
    }
    const char *wrong = dist_init(&a->gap, kind, 1e9 / a->rate_per_s, cv, shape, 0);
    return wrong == NULL || diag_error(d, SPAN_NONE, "--process %s: %s", process, wrong);
}

/* States of an mmpp or points of a curve: as many times as rates. */
static bool read_steps(const struct opts *o, struct law *law, bool is_mmpp, struct diag *d)
{
    const enum flag_id of_time = is_mmpp ? FLAG_HOLDING : FLAG_AT;
    double rate_per_s[STEPS_MAX];
    double time_ns[STEPS_MAX];
    const int n =
        flag_list(o, FLAG_RATES, Q_RATE, is_mmpp ? "40/s,2/s" : "5/s,50/s,5/s", rate_per_s, d);
    const int times_n =
        flag_list(o, of_time, Q_TIME, is_mmpp ? "1s,5s" : "0h,12h,24h", time_ns, d);
    if (n == 0 || times_n == 0) {
        return false;
    }
    if (n != times_n) {
        return diag_error(d, SPAN_NONE, "--rates has %d items and --%s has %d", n,
                          flags[of_time].name, times_n);
    }
    for (int i = 0; i < n; i++) {
        if (!(time_ns[i] >= 0 && time_ns[i] <= (double)TIME_MAX_NS)) {
            return diag_error(d, SPAN_NONE, "--%s: item %d is out of range",
                              flags[of_time].name, i + 1);
        }
        law->state[i].rate_per_s = rate_per_s[i];
        law->point[i].rate_per_s = rate_per_s[i];
        law->point[i].at_ns = (int64_t)time_ns[i];
    }
    const char *wrong = is_mmpp ? arrivals_mmpp(&law->work.arrivals, law->state, time_ns, n)
                                : arrivals_diurnal(&law->work.arrivals, law->point, n);
    return wrong == NULL || diag_error(d, SPAN_NONE, "--rates: %s", wrong);
}

static bool read_arrivals(const struct opts *o, struct law *law, struct diag *d)
{
    const char *process = o->value[FLAG_PROCESS] == NULL ? "poisson" : o->value[FLAG_PROCESS];
    const bool is_mmpp = strcmp(process, "mmpp") == 0;
    const bool has_steps = is_mmpp || strcmp(process, "diurnal") == 0;
    bool apt = flag_unused(o, FLAG_RATES, has_steps, process, d);
    apt = flag_unused(o, FLAG_HOLDING, is_mmpp, process, d) && apt;
    apt = flag_unused(o, FLAG_AT, has_steps && !is_mmpp, process, d) && apt;
    if (has_steps) {
        static const enum flag_id of_gaps[] = {FLAG_RATE, FLAG_ARRIVAL_CV, FLAG_ARRIVAL_SHAPE,
                                               FLAG_PHASE};
        for (int i = 0; i < 4; i++) {
            apt = flag_unused(o, of_gaps[i], false, process, d) && apt;
        }
        return read_steps(o, law, is_mmpp, d) && apt;
    }
    return read_gaps(o, law, process, d) && apt;
}

/* "PROMPT,GENERATED": two means. */
static bool read_tokens(const struct opts *o, struct law *law, struct diag *d)
{
    const char *s = o->value[FLAG_TOKENS];
    law->has_tokens = s != NULL;
    for (int i = 0; i < 2 && s != NULL; i++) {
        char *end = NULL;
        const double mean = strtod(s, &end);
        if (end == s || *end != (i == 0 ? ',' : '\0') || !(mean >= 1) || !(mean <= 1e9)) {
            diag_error(d, SPAN_NONE, "--tokens: '%s' is not two numbers",
                       o->value[FLAG_TOKENS]);
            diag_help(d, "write something like '--tokens 1000,250'");
            return false;
        }
        const char *wrong = dist_init(&law->tokens[i], dist_find("lognormal"), mean, 1, 0, 0);
        if (wrong != NULL) {
            return diag_error(d, SPAN_NONE, "--tokens: %s", wrong);
        }
        s = end + 1;
    }
    return true;
}

static bool read_law(const struct opts *o, struct law *law, struct diag *d)
{
    static const int64_t rows[2] = {1, ROWS_MAX};
    law->work.kind = WORK_REQUESTS;
    law->work.streams = 1;
    law->duration_ns = TIME_MAX_NS;
    bool ok = read_arrivals(o, law, d);
    ok = read_tokens(o, law, d) && ok;
    if (!law->has_tokens) {
        ok = read_service(o, law, d) && ok;
    } else {
        static const enum flag_id of_service[] = {FLAG_SERVICE, FLAG_MEAN, FLAG_CV, FLAG_SHAPE,
                                                  FLAG_K};
        for (int i = 0; i < 5; i++) {
            ok = flag_unused(o, of_service[i], false, "--tokens", d) && ok;
        }
        (void)dist_init(&law->work.service, dist_find("deterministic"), 0, 0, 0, 0);
    }
    ok = opt_ns(o, FLAG_DURATION, 0, &law->duration_ns, d) && ok;
    ok = opt_whole(o, FLAG_ROWS, rows, ROWS_MAX, &law->rows, d) && ok;
    ok = simulate_seed(o, &law->seed, d) && ok;
    if (ok && o->value[FLAG_DURATION] == NULL && o->value[FLAG_ROWS] == NULL) {
        return flag_missing(FLAG_DURATION, "10min", d);
    }
    return ok;
}

/* ---- Rows ---- */

/* Whole tokens, at least one. */
static int64_t draw_tokens(const struct dist *dist, struct rng *r)
{
    const int64_t n = (int64_t)(dist_draw(dist, r) + 0.5);
    return n < 1 ? 1 : n;
}

static bool write_rows(const struct law *law, struct text *out, struct diag *d)
{
    struct rng_id id = {.seed = law->seed, .tenant = rng_name_hash("gen trace")};
    struct rng token[2];
    struct work_cursor cursor;
    work_cursor_init(&cursor, &law->work, &id);
    for (uint32_t i = 0; i < 2; i++) {
        id.client = i;
        rng_init(&token[i], &id, RNG_TRACE);
    }
    text_add(out, law->has_tokens ? "arrival_s,ContextTokens,GeneratedTokens\n"
                                  : "arrival_s,service_ms\n");
    struct request r;
    for (int64_t row = 0; *term_stop() == 0 && work_next(&cursor, &r); row++) {
        if (r.arrival_ns >= law->duration_ns || row >= law->rows) {
            if (row == ROWS_MAX && r.arrival_ns < law->duration_ns) {
                return diag_error(d, SPAN_NONE, "gen trace: more than %" PRId64 " rows",
                                  ROWS_MAX);
            }
            return true;
        }
        text_addf(out, "%" PRId64 ".%09" PRId64, r.arrival_ns / SECOND_NS,
                  r.arrival_ns % SECOND_NS);
        if (law->has_tokens) {
            const int64_t prompt = draw_tokens(&law->tokens[0], &token[0]);
            const int64_t generated = draw_tokens(&law->tokens[1], &token[1]);
            text_addf(out, ",%" PRId64 ",%" PRId64 "\n", prompt, generated);
        } else {
            text_addf(out, ",%" PRId64 ".%06" PRId64 "\n", r.service_ns / MS_NS,
                      r.service_ns % MS_NS);
        }
    }
    return true;
}

enum err cmd_gen_trace(const struct opts *o)
{
    struct diag d;
    struct text out;
    struct law law;
    memset(&law, 0, sizeof law);
    diag_init(&d);
    text_init(&out);
    enum err status = ERR_OK;
    if (read_law(o, &law, &d) && write_rows(&law, &out, &d)) {
        status = *term_stop() != 0 ? ERR_INTERRUPTED : load_emit(o, &out);
    }
    text_fini(&out);
    status = err_worse(status, load_show_plain(&d, o));
    diag_fini(&d);
    return status;
}
