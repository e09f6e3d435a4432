/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_run.c - `run` and `place`: one scenario, every mode, one document in each wanted format.
 */
#include <string.h>

#include "sim/cli/cmd.h"
#include "sim/cli/config.h"
#include "sim/cli/events.h"
#include "sim/cli/load.h"
#include "sim/cli/outputs.h"
#include "sim/cli/simulate.h"
#include "sim/cli/term.h"
#include "sim/report/rep.h"

/* What a document is made of. */
struct page {
    const struct result *result;
    const struct opts *o;
    bool place_only;
    double seconds; /* that the run took, under --timing */
};

static void write_page(const void *what, const char *format, int width, struct text *sink)
{
    const struct page *p = what;
    const struct rep_options options = {
        .quiet = opt_is_on(p->o, FLAG_QUIET),
        .verbose = opt_is_on(p->o, FLAG_VERBOSE),
        .compare = p->o->value[FLAG_AGAINST] != NULL,
        .place_only = p->place_only,
        .undecided = simulate_undecided(p->o),
        .width = width,
        .seconds = p->seconds,
        .path = p->o->operand[0],
    };
    rep_find(format)->write(p->result, &options, sink);
}

/* Warnings for those who read a format in which they would be overlooked. */
static void warn_result(const struct result *r, const struct outputs *to, struct diag *d)
{
    if (strcmp(to->format, "text") == 0) {
        return;
    }
    if (r->horizon_short) {
        diag_warning(d, SPAN_NONE, "the warm-up ends in the second half of the run");
        diag_help(d, "try a longer --horizon");
    }
    if (r->random && !r->precision_met) {
        diag_warning(d, SPAN_NONE, "precision not met: some p95 is not known to %g%%",
                     r->scenario->precision * 100);
        diag_help(d, "try more --replicas or a longer --horizon");
    }
}

/* The mode that --against names, which the scenario must have. */
static bool find_against(const struct scenario *s, const struct opts *o,
                         struct mode_pattern *against, struct exp_options *options,
                         struct diag *d)
{
    const char *word = o->value[FLAG_AGAINST];
    if (word == NULL) {
        return true;
    }
    if (!mode_pattern_read(word, s->plugin, against)) {
        mode_unknown(d, word, SPAN_NONE);
        return false;
    }
    for (int i = 0; i < s->mode_n; i++) {
        if (mode_matches(&s->mode[i], against)) {
            options->against = against;
            return true;
        }
    }
    diag_error(d, SPAN_NONE, "--against: the scenario does not run '%s'", word);
    diag_help(d, "list it under 'modes', or add --mode %s", word);
    return false;
}

static enum err run_loaded(struct load *l, const struct opts *o, bool place_only)
{
    struct outputs to;
    struct exp_options options;
    struct events_wanted events;
    const char *known =
        place_only ? "text json csv" : "text json csv junit openmetrics markdown hist";
    bool ok = outputs_find(o, known, &to, &l->diag);
    ok = simulate_options(o, &options, &l->diag) && ok;
    ok = events_wanted(o, &events, &l->diag) && ok;
    if (!ok) {
        return load_show_plain(&l->diag, o);
    }
    const char *path = o->operand[0];
    if (!(place_only ? load_placement(l, o, path) : load_scenario(l, o, path))) {
        return load_show(l, o);
    }
    (void)load_show(l, o);
    struct diag d;
    diag_init(&d);
    options.place_only = place_only;
    options.isolation = opt_is_on(o, FLAG_ISOLATION);
    options.sensitivity = opt_is_on(o, FLAG_SENSITIVITY);
    options.histograms = opt_is_on(o, FLAG_HISTOGRAMS) || outputs_has(&to, "hist");
    struct mode_pattern against;
    if (!find_against(l->scenario, o, &against, &options, &d)) {
        const enum err wrong = load_show_plain(&d, o);
        diag_fini(&d);
        return wrong;
    }
    const int64_t begin_ns = term_clock_ns();
    struct page page = {
        .result = simulate(l, o, &options, &d), .o = o, .place_only = place_only};
    page.seconds = simulate_seconds(o, begin_ns);
    enum err status = ERR_OK;
    if (page.result != NULL) {
        warn_result(page.result, &to, &d);
        status = outputs_emit(o, &to, write_page, &page, &d);
        status = err_worse(status, simulate_answer(page.result, o));
        status = err_worse(status, events_emit(&events, -1, page.result, &d));
    }
    status = err_worse(status, load_show_plain(&d, o));
    diag_fini(&d);
    return status;
}

/* A configuration file in the place of a scenario. */
static enum err place_config(struct load *l, const struct opts *o)
{
    struct text out;
    text_init(&out);
    enum err status = config_assess(l, o, true, &out);
    status = err_worse(status, load_show(l, o));
    if (status == ERR_OK || status == ERR_NO) {
        return err_worse(status, load_emit(o, &out));
    }
    text_fini(&out);
    return status;
}

static enum err run_or_place(const struct opts *o, bool place_only)
{
    struct load l;
    load_init(&l);
    const enum err status = place_only && config_is(&l, o->operand[0])
                                ? place_config(&l, o)
                                : run_loaded(&l, o, place_only);
    load_fini(&l);
    return status;
}

enum err cmd_run(const struct opts *o)
{
    return run_or_place(o, false);
}

enum err cmd_place(const struct opts *o)
{
    return run_or_place(o, true);
}
