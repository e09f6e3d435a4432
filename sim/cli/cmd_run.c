/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_run.c - `run` and `place`: one scenario, every mode, one document in each wanted format.
 *
 * Formats and files are checked before the simulation starts: nobody should wait for a minute
 * to learn of a misspelt flag. */
#include <stdio.h>
#include <string.h>

#include "sim/cli/cmd.h"
#include "sim/cli/config.h"
#include "sim/cli/load.h"
#include "sim/cli/term.h"
#include "sim/core/vmath.h"
#include "sim/report/rep.h"
#include "sim/run/exp.h"
#include "sim/run/verdict.h"

enum {
    WRITES_MAX = 16
};

/* Where the result goes. */
struct outputs {
    const struct rep_format *main;
    struct {
        const struct rep_format *format;
        const char *path;
    } more[WRITES_MAX];
    int more_n;
};

/* One FORMAT=FILE. */
static bool write_find(const char *word, struct outputs *out, struct diag *d)
{
    const size_t n = strcspn(word, "=");
    char name[32];
    snprintf(name, sizeof name, "%.*s", (int)(n < 31 ? n : 31), word);
    if (word[n] == '\0' || word[n + 1] == '\0') {
        diag_error(d, SPAN_NONE, "--write: '%s' is not FORMAT=FILE", word);
        diag_help(d, "write something like 'json=result.json'");
        return false;
    }
    if (opt_has_word(flags[FLAG_FORMAT].later, name)) {
        return diag_error(d, SPAN_NONE, "--write: '%s' is not built yet", name);
    }
    const struct rep_format *format = rep_find(name);
    if (format == NULL) {
        diag_error(d, SPAN_NONE, "--write: there is no format '%s'", name);
        diag_help(d, "use text, json or csv");
        return false;
    }
    out->more[out->more_n].format = format;
    out->more[out->more_n].path = word + n + 1;
    out->more_n++;
    return true;
}

static bool outputs_find(const struct opts *o, struct outputs *out, struct diag *d)
{
    const char *write[WRITES_MAX];
    const int write_n = opt_list(o, FLAG_WRITE, write, WRITES_MAX);
    const char *format = o->value[FLAG_FORMAT];
    if (opt_is_on(o, FLAG_JSON)) {
        if (format != NULL && strcmp(format, "json") != 0) {
            return diag_error(d, SPAN_NONE, "--json and --format %s contradict each other",
                              format);
        }
        format = "json";
    }
    *out = (struct outputs){.main = rep_find(format == NULL ? "text" : format)};
    if (write_n > WRITES_MAX) {
        return diag_error(d, SPAN_NONE, "more than %d --write flags", WRITES_MAX);
    }
    bool ok = true;
    for (int i = 0; i < write_n; i++) {
        ok = write_find(write[i], out, d) && ok;
    }
    for (int i = 0; i < out->more_n; i++) {
        ok = term_can_write(out->more[i].path, d) && ok;
    }
    const char *path = o->value[FLAG_OUTPUT];
    return (path == NULL || term_can_write(path, d)) && ok;
}

/* ---- Result ---- */

static enum err write_all(const struct result *r, const struct opts *o,
                          const struct outputs *to, bool place_only, struct diag *d)
{
    struct rep_options options = {
        .quiet = opt_is_on(o, FLAG_QUIET),
        .verbose = opt_is_on(o, FLAG_VERBOSE),
        .place_only = place_only,
        .width = o->value[FLAG_OUTPUT] == NULL ? term_width() : 100,
        .path = o->operand[0],
    };
    struct text document;
    text_init(&document);
    to->main->write(r, &options, &document);
    enum err status = load_emit(o, &document);
    options.width = 100;
    for (int i = 0; i < to->more_n; i++) {
        text_init(&document);
        to->more[i].format->write(r, &options, &document);
        if (document.failed) {
            diag_machine(d, "out of memory while writing '%s'", to->more[i].path);
        } else {
            term_write(to->more[i].path, text_str(&document), document.n, d);
        }
        text_fini(&document);
    }
    status = err_worse(status, load_show_plain(d, o));
    return status;
}

/* Warnings for those who read a format in which they would be overlooked. */
static void warn_result(const struct result *r, const struct outputs *to, struct diag *d)
{
    if (to->main == &rep_text) {
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

static enum err answer(const struct result *r)
{
    if (r->interrupted) {
        return ERR_INTERRUPTED;
    }
    for (int i = 0; i < r->scenario->mode_n; i++) {
        if (r->mode[i].feasible) {
            return verdict_status(r);
        }
    }
    return ERR_NO;
}

/* The levels of vmath_use by name. */
static void use_isa(const char *name)
{
    static const char *const isa[] = {
        [VMATH_SSE2] = "sse2", [VMATH_AVX2] = "avx2", [VMATH_AVX512] = "avx512"};
    for (int i = 0; name != NULL && i <= VMATH_AVX512; i++) {
        if (strcmp(name, isa[i]) == 0) {
            vmath_use((enum vmath_isa)i);
        }
    }
}

static enum err run_loaded(struct load *l, const struct opts *o, bool place_only)
{
    static const int64_t seeds[2] = {0, (INT64_C(1) << 53) - 1};
    static const int64_t threads[2] = {1, 1024};
    struct outputs to = {.main = &rep_text};
    int64_t seed = 1;
    int64_t jobs = 1;
    bool ok = outputs_find(o, &to, &l->diag);
    ok = opt_whole(o, FLAG_SEED, seeds, 1, &seed, &l->diag) && ok;
    ok = opt_whole(o, FLAG_JOBS, threads, term_cores(), &jobs, &l->diag) && ok;
    if (!ok) {
        return load_show_plain(&l->diag, o);
    }
    if (!load_scenario(l, o, o->operand[0])) {
        return load_show(l, o);
    }
    (void)load_show(l, o);
    use_isa(o->value[FLAG_ISA]);
    struct diag d;
    struct progress progress;
    progress_init(&progress, o->value[FLAG_PROGRESS]);
    diag_init(&d);
    const char *engine = o->value[FLAG_ENGINE];
    const struct exp_options options = {
        .seed = (uint64_t)seed,
        .threads = (int)jobs,
        .place_only = place_only,
        .check = opt_is_on(o, FLAG_CHECK),
        .events = engine != NULL && strcmp(engine, "events") == 0,
        .stop = term_stop(),
        .progress = place_only ? NULL : progress_update,
        .progress_context = &progress,
        .version = VGPUSIM_VERSION,
    };
    const struct result *r = exp_run(&l->arena, l->scenario, &options, &d);
    progress_fini(&progress);
    enum err status = ERR_MACHINE;
    if (r == NULL) {
        status = load_show_plain(&d, o);
    } else {
        warn_result(r, &to, &d);
        status = err_worse(write_all(r, o, &to, place_only, &d), answer(r));
    }
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
