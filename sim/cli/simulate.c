/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate.c - flags into options, a scenario into a result. */
#include "sim/cli/simulate.h"

#include <inttypes.h>
#include <string.h>

#include "sim/cli/cmd.h"
#include "sim/cli/term.h"
#include "sim/core/vmath.h"
#include "sim/run/reps.h"
#include "sim/run/sensitivity.h"
#include "sim/run/verdict.h"

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

bool simulate_seed(const struct opts *o, uint64_t *seed, struct diag *d)
{
    static const int64_t seeds[2] = {0, (INT64_C(1) << 53) - 1};
    const char *word = o->value[FLAG_SEED];
    if (word != NULL && strcmp(word, "random") == 0) {
        *seed = term_random() & (uint64_t)seeds[1];
        diag_warning(d, SPAN_NONE, "seed %" PRIu64 " was drawn", *seed);
        diag_help(d, "--seed %" PRIu64 " does the same again", *seed);
        return true;
    }
    int64_t given = 1;
    const bool ok = opt_whole(o, FLAG_SEED, seeds, 1, &given, d);
    *seed = (uint64_t)given;
    return ok;
}

bool simulate_options(const struct opts *o, struct exp_options *out, struct diag *d)
{
    static const int64_t threads[2] = {1, 1024};
    uint64_t seed = 1;
    int64_t jobs = 1;
    int64_t only = -1;
    static const int64_t replicas[2] = {0, REPS_MAX - 1};
    bool ok = simulate_seed(o, &seed, d);
    ok = opt_whole(o, FLAG_ONLY_REPLICA, replicas, -1, &only, d) && ok;
    if (only >= 0 && o->value[FLAG_REPLICAS] != NULL) {
        ok = diag_error(d, SPAN_NONE, "--only-replica and --replicas contradict each other");
    }
    ok = opt_whole(o, FLAG_JOBS, threads, term_cores(), &jobs, d) && ok;
    const char *engine = o->value[FLAG_ENGINE];
    *out = (struct exp_options){
        .seed = seed,
        .threads = (int)jobs,
        .only_replica = only >= 0 ? (int)only : 0,
        .has_only_replica = only >= 0,
        .check = opt_is_on(o, FLAG_CHECK),
        .events = engine != NULL && strcmp(engine, "events") == 0,
        .stop = term_stop(),
        .version = VGPUSIM_VERSION,
    };
    use_isa(o->value[FLAG_ISA]);
    return ok;
}

const struct result *simulate(struct load *l, const struct opts *o,
                              const struct exp_options *options, struct diag *d)
{
    struct exp_options own = *options;
    struct progress progress;
    progress_init(&progress, o->value[FLAG_PROGRESS]);
    own.progress = own.place_only ? NULL : progress_update;
    own.progress_context = &progress;
    const struct result *r = sensitivity_run(&l->arena, l->scenario, &own, d);
    progress_fini(&progress);
    return r;
}

double simulate_seconds(const struct opts *o, int64_t begin_ns)
{
    return opt_is_on(o, FLAG_TIMING) ? (double)(term_clock_ns() - begin_ns) * 1e-9 : 0;
}

enum undecided simulate_undecided(const struct opts *o)
{
    const char *as = o->value[FLAG_INCONCLUSIVE];
    return as == NULL                ? UNDECIDED_STAYS
           : strcmp(as, "pass") == 0 ? UNDECIDED_PASSES
                                     : UNDECIDED_FAILS;
}

enum err simulate_answer(const struct result *r, const struct opts *o)
{
    static const enum err undecided[] = {[UNDECIDED_STAYS] = ERR_UNDECIDED,
                                         [UNDECIDED_PASSES] = ERR_OK,
                                         [UNDECIDED_FAILS] = ERR_NO};
    if (r->interrupted) {
        return ERR_INTERRUPTED;
    }
    for (int i = 0; i < r->scenario->mode_n; i++) {
        if (r->mode[i].feasible) {
            const enum err status = verdict_status(r);
            return status == ERR_UNDECIDED ? undecided[simulate_undecided(o)] : status;
        }
    }
    return ERR_NO;
}
