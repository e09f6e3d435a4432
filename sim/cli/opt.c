/* SPDX-License-Identifier: GPL-3.0-or-later */
/* opt.c - the table of flags and its parser. */
#include "sim/cli/opt.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/near.h"
#include "sim/base/units.h"
#include "sim/cli/cmd.h"

#define SIM    (CMD_RUN | CMD_PLACE | CMD_TEST | CMD_LATER)
#define READ   (SIM | CMD_CHECK)
#define SHOW   (READ | CMD_EXPORT | CMD_PLAN | CMD_SWEEP)
#define TRACED (CMD_RUN | CMD_TEST | CMD_PLAN | CMD_SWEEP)

/* clang-format off */
const struct flag flags[FLAGS_N] = {
    [FLAG_HELP] = {"help", 'h', FLAG_IS_SWITCH, CMD_ALL, NULL, NULL, NULL, NULL, "-h: one screen; --help: everything", NULL},
    [FLAG_SEED] = {"seed", 0, FLAG_IS_VALUE, SIM | CMD_SWEEP | CMD_PLAN | CMD_GEN, "N|random", NULL, NULL, "1", "random seed", "The same build, scenario and seed give the same bytes. random draws one, which is told and stands in the result."},
    [FLAG_REPLICAS] = {"replicas", 0, FLAG_IS_VALUE, READ | CMD_SWEEP | CMD_PLAN, "N|auto", NULL, NULL, "as the scenario says", "independent replications", "auto adds replicas until the p95 of every tenant is known to --precision."},
    [FLAG_MAX_REPLICAS] = {"max-replicas", 0, FLAG_IS_VALUE, READ | CMD_SWEEP | CMD_PLAN, "N", NULL, NULL, "as the scenario says", "most replicas that auto comes to", "Where --precision is not met with so many, the answer says so."},
    [FLAG_PRECISION] = {"precision", 0, FLAG_IS_VALUE, READ | CMD_SWEEP | CMD_PLAN, "P%", NULL, NULL, "as the scenario says", "relative half-width wanted of every p95", NULL},
    [FLAG_PERCENTILES] = {"percentiles", 0, FLAG_IS_VALUE, READ | CMD_SWEEP | CMD_PLAN, "P,P", NULL, NULL, "as the scenario says", "percentiles of every latency, as in 50,99,99.9", "95 is always among them."},
    [FLAG_HORIZON] = {"horizon", 0, FLAG_IS_VALUE, READ | CMD_SWEEP | CMD_PLAN, "T", NULL, NULL, "as the scenario says", "counted time per replica, after warm-up", "With its unit: --horizon '600 s'."},
    [FLAG_MODE] = {"mode", 0, FLAG_IS_LIST, SHOW, "M[/POLICY]", NULL, NULL, "all of the scenario", "keep only this mode (repeatable)", "For example --mode mig --mode time-sliced/fixed-share."},
    [FLAG_TO] = {"to", 0, FLAG_IS_VALUE, CMD_EXPORT, "FORMAT", NULL, NULL, NULL, "the format to write; vgpusim help export lists them", NULL},
    [FLAG_HOST] = {"host", 0, FLAG_IS_VALUE, CMD_EXPORT, "NAME", NULL, NULL, "the only one that carries VMs", "write for this host of fleet.hosts, as in r760/1", "Tools speak of one host at a time; kubernetes speaks of all without it."},
    [FLAG_GPU] = {"gpu", 0, FLAG_IS_VALUE, CMD_CHECK | CMD_PLACE | CMD_FIT, "KEY", NULL, NULL, "as the file says", "the board of a configuration file, or of every row of fit", "Without it a configuration is assessed on every board that an entry can be meant for. For files of mig-parted and vgpu-device-manager; vgpusim list gpus shows the keys."},
    [FLAG_SET] = {"set", 0, FLAG_IS_LIST, SHOW, "PATH=VALUE", NULL, NULL, NULL, "change a field of the scenario (repeatable)", "A path is dotted; list items by name or 0-based index: --set tenants.chat.workload.arrivals.rate=60/s."},
    [FLAG_VARY] = {"vary", 0, FLAG_IS_LIST, CMD_SWEEP, "PATH=A,B,C", NULL, NULL, NULL, "values of a field, each with all others (repeatable)", "A path as for --set. Commas inside brackets and quotes separate nothing. 1..8 and 10/s..50/s:10/s are rows of values with a step; all points together are at most 100,000."},
    [FLAG_JOBS] = {"jobs", 'j', FLAG_IS_VALUE, SIM | CMD_SWEEP | CMD_PLAN, "N", NULL, NULL, "all cores", "threads; never changes a byte of the result", NULL},
    [FLAG_FORMAT] = {"format", 'f', FLAG_IS_VALUE, SIM | CMD_SWEEP | CMD_PLAN | CMD_LIST | CMD_FIT | CMD_DIFF | CMD_CHECK | CMD_GEN, "F", "text json csv junit openmetrics markdown md hist", NULL, "text", "format of the document: text, json, csv and others", "text, json, csv, junit, openmetrics, markdown and hist; not every command has all of them. Text is for people and may change in any release; scripts use json (schema vgpusim.result/1) or csv. junit and markdown hold the verdicts on gates, openmetrics the final figures, hist histograms of latencies as text."},
    [FLAG_JSON] = {"json", 0, FLAG_IS_SWITCH, SIM | CMD_PLAN | CMD_DIFF | CMD_CHECK, NULL, NULL, NULL, NULL, "the same as --format json", NULL},
    [FLAG_OUTPUT] = {"output", 'o', FLAG_IS_VALUE, SIM | CMD_SWEEP | CMD_PLAN | CMD_DIFF | CMD_LIST | CMD_GEN | CMD_CHECK | CMD_EXPORT | CMD_FIT | CMD_PLOT | CMD_REPORT, "FILE", NULL, NULL, "-", "write the document here instead of to stdout", "Written under another name first and then renamed: a failed run leaves no half file."},
    [FLAG_WRITE] = {"write", 0, FLAG_IS_LIST, SIM | CMD_DIFF | CMD_PLAN | CMD_SWEEP, "FORMAT=FILE", NULL, NULL, NULL, "write a further document (repeatable)", "One run, many readers: --write json=r.json --write csv=r.csv."},
    [FLAG_BASELINE] = {"baseline", 0, FLAG_IS_VALUE, CMD_TEST, "FILE", NULL, NULL, NULL, "results of an earlier test to compare with", "What run --format json or test --write json=FILE has written. Nothing may differ: the same build, scenario and seed give the same numbers."},
    [FLAG_RUN] = {"run", 0, FLAG_IS_VALUE, CMD_TEST, "REGEX", NULL, NULL, NULL, "only gates whose 'SCENARIO: GATE' matches", "A POSIX extended regular expression. Scenarios without such a gate are not simulated."},
    [FLAG_INCONCLUSIVE] = {"inconclusive", 0, FLAG_IS_VALUE, CMD_RUN | CMD_TEST, "AS", "pass fail", NULL, "status 3", "what an inconclusive gate counts as: pass or fail", "pass: it does not fail the test, and JUnit has it as skipped. fail: status 1."},
    [FLAG_TOLERANCE] = {"tolerance", 0, FLAG_IS_VALUE, CMD_DIFF, "P%", NULL, NULL, "0%", "leave out what moved by no more than this part", "Relative to the larger of the two values. What is new or gone stays."},
    [FLAG_ONLY_REPLICA] = {"only-replica", 0, FLAG_IS_VALUE, CMD_RUN, "N", NULL, NULL, NULL, "simulate this replica alone, from 0", "To look at one again, with --trace. Its requests are those of the same replica of the full run; an automatic warm-up is found from it alone."},
    [FLAG_WRITE_SCENARIO] = {"write-scenario", 0, FLAG_IS_VALUE, CMD_PLAN, "FILE", NULL, NULL, NULL, "write the winner as a scenario, or each of its parts as one", NULL},
    [FLAG_FIT] = {"fit", 0, FLAG_IS_VALUE, CMD_PLAN, "TENANT", NULL, NULL, NULL, "how many VMs of this tenant does the fleet take?", "The question asked backwards: for each mode the most VMs with which every objective holds, on the fleet.count or the hosts that are written; the neighbours of the answer are tried. A throughput that is asked of the tenant is asked for each of its VMs."},
    [FLAG_FRONT] = {"front", 0, FLAG_IS_VALUE, CMD_PLAN, "TENANT|auto", NULL, NULL, "of the candidates", "more points for the front of cost against p95", "Whose p95: that of the tenant; with auto of the one nearest to its limit. Candidates that hold are simulated on more GPUs too, or with the tenant on larger MIG profiles. The front stands in json and csv; vgpusim plot frontier draws it."},
    [FLAG_TRACE] = {"trace", 0, FLAG_IS_VALUE, TRACED, "FILE", NULL, NULL, NULL, "Chrome trace events of a stretch of one replica", "For Perfetto and chrome://tracing: a process for each GPU, tracks for its instances and VMs with their turns, switches, requests and queues. plan traces its winner. Several scenarios of test, points of a sweep and parts of a plan have a file each: from t.json come t-1.json and so on."},
    [FLAG_TRACE_REPLICA] = {"trace-replica", 0, FLAG_IS_VALUE, TRACED, "N", NULL, NULL, "0", "which replica --trace shows, from 0", NULL},
    [FLAG_TRACE_FROM] = {"trace-from", 0, FLAG_IS_VALUE, TRACED, "T", NULL, NULL, "the end of the warm-up", "where --trace begins, in simulated time", NULL},
    [FLAG_TRACE_FOR] = {"trace-for", 0, FLAG_IS_VALUE, TRACED, "T", NULL, NULL, "1 s", "how long --trace is, in simulated time", "Requests that arrive in it are followed to their end."},
    [FLAG_PROGRESS] = {"progress", 0, FLAG_IS_VALUE, SIM | CMD_SWEEP | CMD_PLAN, "WHEN", "auto always never json", NULL, "auto", "progress on stderr: auto, always, never or json", "auto: only on a terminal, and only when the run lasts over a second. json: one object per line."},
    [FLAG_ISOLATION] = {"isolation", 0, FLAG_IS_SWITCH, CMD_RUN, NULL, NULL, NULL, NULL, "also find the worst neighbour of each victim", "Every mode with violations runs once more without each neighbour of a victim: silent, all else as it was."},
    [FLAG_AGAINST] = {"against", 0, FLAG_IS_VALUE, CMD_RUN, "M[/POLICY]", NULL, NULL, "the first feasible mode", "compare every mode with this one, in sentences", "Mean, p95 and throughput of every tenant, replica by replica. With -v the sentences come without this flag."},
    [FLAG_SENSITIVITY] = {"sensitivity", 0, FLAG_IS_SWITCH, CMD_RUN | CMD_PLAN, NULL, NULL, NULL, NULL, "what would turn the answer around?", "run: everything again with switch times and couplings of 0 and twice the calibrated, and equal share's idle slots the other way; says whose p95 order turns around. What the scenario states is not varied. plan: the whole search again with each rate and each limit of latency moved to both sides; says where another mode or GPU wins."},
    [FLAG_CHECK] = {"check", 0, FLAG_IS_SWITCH, SIM | CMD_SWEEP, NULL, NULL, NULL, NULL, "look at every invariant that costs time", "Bins, places, shares and sums are counted a second way; a difference is a bug of vgpusim and ends it with status 70."},
    [FLAG_ISA] = {"isa", 0, FLAG_IS_VALUE, CMD_RUN | CMD_SWEEP | CMD_TEST | CMD_LONG, "SET", "sse2 avx2 avx512", NULL, "what the processor has", "use at most these vectors: sse2, avx2 or avx512", "For tests: no result depends on it."},
    [FLAG_ENGINE] = {"engine", 0, FLAG_IS_VALUE, CMD_RUN | CMD_SWEEP | CMD_TEST | CMD_LONG, "E", "auto events", NULL, "auto", "auto, or events: the reference engine alone", "auto computes completions without events where the lane is regular enough. For tests: no result depends on it, only the time that it takes."},
    [FLAG_HISTOGRAMS] = {"histograms", 0, FLAG_IS_SWITCH, CMD_RUN, NULL, NULL, NULL, NULL, "json: also the histogram of every latency", "Pairs of the largest value of a bin and the requests in it, from which any percentile follows; latency_cdf is there in any case."},
    [FLAG_TIMING] = {"timing", 0, FLAG_IS_SWITCH, CMD_RUN | CMD_TEST, NULL, NULL, NULL, NULL, "junit: how long each scenario took", "Without it all times are 0, so that the same run gives the same bytes."},
    [FLAG_ASCII] = {"ascii", 0, FLAG_IS_SWITCH, READ | CMD_PLAN | CMD_SWEEP | CMD_DIFF | CMD_LIST | CMD_FIT | CMD_EXPLAIN, NULL, NULL, NULL, NULL, "text without characters beyond ASCII", "For terminals and logs that show none: x for the sign of multiplication, +- before a half-width. Other formats stay as they are."},
    [FLAG_QUIET] = {"quiet", 'q', FLAG_IS_SWITCH, READ | CMD_PLAN | CMD_SWEEP | CMD_DIFF | CMD_FIT, NULL, NULL, NULL, NULL, "the verdict only", "A sweep, which has none, leaves out its warnings."},
    [FLAG_VERBOSE] = {"verbose", 'v', FLAG_IS_SWITCH, READ | CMD_PLAN | CMD_SWEEP | CMD_DIFF | CMD_VERSION | CMD_LIST, NULL, NULL, NULL, NULL, "also replicas, digests, every reason and note", "sweep and plan say all they have in any case."},
    [FLAG_COLOR] = {"color", 0, FLAG_IS_VALUE, CMD_ALL, "WHEN", "auto always never", NULL, "auto", "colour on stderr: auto, always or never", "auto honours NO_COLOR, CLICOLOR_FORCE and TERM=dumb. Meaning never depends on colour."},
    [FLAG_CATALOG] = {"catalog", 0, FLAG_IS_VALUE, SHOW | CMD_LIST | CMD_FIT, "DIR", NULL, NULL, "the built-in tables", "CSV tables that go over the built-in catalogue", "Files named as in models/data; a row whose key exists replaces it, any other is added."},
    [FLAG_SCHEDULER] = {"scheduler", 0, FLAG_IS_VALUE, READ | CMD_SWEEP | CMD_PLAN, "FILE.so", NULL, NULL, NULL, "a policy of your own, for scheduler.policy to name", "A shared object made with vgpusim/scheduler.h: docs/schedulers.md. Its answers are checked; one that breaks the contract ends the run with status 4."},
    [FLAG_PRINT_RESOLVED] = {"print-resolved", 0, FLAG_IS_SWITCH, CMD_CHECK, NULL, NULL, NULL, NULL, "print the scenario with every default filled in", NULL},
    [FLAG_NAMES] = {"names", 0, FLAG_IS_SWITCH, CMD_LIST, NULL, NULL, NULL, NULL, "names only, one a line", NULL},
    [FLAG_PROCESS] = {"process", 0, FLAG_IS_VALUE, CMD_GEN, "P", "poisson periodic gamma weibull mmpp diurnal", NULL, "poisson", "trace: the arrival process", "One of poisson, periodic, gamma, weibull, mmpp, diurnal. gamma and weibull take --arrival-cv or --arrival-shape, periodic takes --phase; mmpp takes --rates and --holding, diurnal --rates and --at, in place of --rate."},
    [FLAG_RATES] = {"rates", 0, FLAG_IS_VALUE, CMD_GEN, "R,R", NULL, NULL, NULL, "trace: rates of an mmpp's states or at a curve's points", "At most 64, as in 40/s,2/s."},
    [FLAG_HOLDING] = {"holding", 0, FLAG_IS_VALUE, CMD_GEN, "T,T", NULL, NULL, NULL, "trace: mean times that an mmpp stays in its states", NULL},
    [FLAG_AT] = {"at", 0, FLAG_IS_VALUE, CMD_GEN, "T,T", NULL, NULL, NULL, "trace: times of a diurnal curve, from 0 s to its period", NULL},
    [FLAG_RATE] = {"rate", 0, FLAG_IS_VALUE, CMD_GEN, "R", NULL, NULL, NULL, "trace: arrivals per time, as in 5/s", NULL},
    [FLAG_DURATION] = {"duration", 0, FLAG_IS_VALUE, CMD_GEN, "T", NULL, NULL, NULL, "trace: arrivals before this; timeline: time to draw", NULL},
    [FLAG_ROWS] = {"rows", 0, FLAG_IS_VALUE, CMD_GEN, "N", NULL, NULL, NULL, "trace: at most this many rows", NULL},
    [FLAG_PHASE] = {"phase", 0, FLAG_IS_VALUE, CMD_GEN, "T", NULL, NULL, "0 s", "trace: first arrival of a periodic process", NULL},
    [FLAG_ARRIVAL_CV] = {"arrival-cv", 0, FLAG_IS_VALUE, CMD_GEN, "X", NULL, NULL, NULL, "trace: variation of the gaps (gamma, weibull)", NULL},
    [FLAG_ARRIVAL_SHAPE] = {"arrival-shape", 0, FLAG_IS_VALUE, CMD_GEN, "X", NULL, NULL, NULL, "trace: Weibull shape of the gaps", NULL},
    [FLAG_SERVICE] = {"service", 0, FLAG_IS_VALUE, CMD_GEN, "DIST", NULL, NULL, "exponential", "trace: distribution of the GPU time", "Any distribution of a scenario: deterministic exponential gamma erlang lognormal weibull pareto hyperexponential uniform."},
    [FLAG_MEAN] = {"mean", 0, FLAG_IS_VALUE, CMD_GEN, "T", NULL, NULL, NULL, "trace: mean GPU time, as in '27 ms'", NULL},
    [FLAG_CV] = {"cv", 0, FLAG_IS_VALUE, CMD_GEN, "X", NULL, NULL, NULL, "trace: coefficient of variation of the GPU time", NULL},
    [FLAG_SHAPE] = {"shape", 0, FLAG_IS_VALUE, CMD_GEN, "X", NULL, NULL, NULL, "trace: shape of the GPU time (pareto, weibull)", NULL},
    [FLAG_K] = {"k", 0, FLAG_IS_VALUE, CMD_GEN, "N", NULL, NULL, NULL, "trace: stages of an Erlang GPU time", NULL},
    [FLAG_TOKENS] = {"tokens", 0, FLAG_IS_VALUE, CMD_GEN, "P,G", NULL, NULL, NULL, "trace: token columns with these means, not service_ms", "Columns ContextTokens and GeneratedTokens, lognormal with cv 1, at least 1 each; use them in a service law."},
    [FLAG_GROUP] = {"group", 0, FLAG_IS_LIST, CMD_FIT, "COLUMN", NULL, NULL, "model, gpu and seq_len", "a column that tells workloads apart (repeatable)", "Rows with the same cells in these columns get one law."},
    [FLAG_WHERE] = {"where", 0, FLAG_IS_LIST, CMD_FIT, "COLUMN=VALUE", NULL, NULL, NULL, "skip rows with another value (repeatable)", NULL},
    [FLAG_METRIC] = {"metric", 0, FLAG_IS_VALUE, CMD_PLOT, "PATH", NULL, NULL, "latency_ns.p95", "sweep: what to draw; vgpusim list metrics", NULL},
    [FLAG_PLOT] = {"plot", 0, FLAG_IS_VALUE, CMD_FIT, "FILE", NULL, NULL, NULL, "draw the errors of the laws: FILE.svg, .png or .gp", "A panel for each workload, at most 48, and a column for each slice: errors of the law fitted to all slices, and to the other slices. Needs gnuplot, but for .gp."},
};
/* clang-format on */

/* ---- Look-up ---- */

bool opt_has_word(const char *words, const char *word)
{
    const size_t n = strlen(word);
    while (words != NULL && *words != '\0') {
        const size_t w = strcspn(words, " ");
        if (w == n && strncmp(words, word, n) == 0) {
            return true;
        }
        words += w;
        words += strspn(words, " ");
    }
    return false;
}

/* The nearest of blank-separated words, copied into `near`; false when none is near. */
static bool near_word(const char *words, const char *word, char *near, size_t size)
{
    char copy[256];
    const char *name[32];
    size_t n = 0;
    snprintf(copy, sizeof copy, "%s", words);
    char *at = copy;
    while (*at != '\0' && n < 32) {
        name[n++] = at;
        at += strcspn(at, " ");
        if (*at != '\0') {
            *at++ = '\0';
        }
    }
    const char *found = near_find(word, name, n);
    if (found != NULL) {
        snprintf(near, size, "%s", found);
    }
    return found != NULL;
}

/* Index of the flag with this long name [n], or -1. */
static int flag_find(const char *name, size_t n)
{
    for (int i = 0; i < FLAGS_N; i++) {
        if (strlen(flags[i].name) == n && strncmp(flags[i].name, name, n) == 0) {
            return i;
        }
    }
    return -1;
}

static int flag_find_short(char c)
{
    for (int i = 0; i < FLAGS_N; i++) {
        if (flags[i].short_name == c && c != '\0') {
            return i;
        }
    }
    return -1;
}

/* ---- Parsing ---- */

struct parser {
    struct opts *o;
    struct diag *d;
    int argc;
    const char *const *argv;
    int at; /* word under consideration */
};

static bool unknown_flag(struct parser *p, const char *word)
{
    const char *name[FLAGS_N];
    size_t n = 0;
    for (int i = 0; i < FLAGS_N; i++) {
        if ((flags[i].commands & p->o->command->bit) != 0) {
            name[n++] = flags[i].name;
        }
    }
    diag_error(p->d, SPAN_NONE, "unknown flag '%s'", word);
    const char *bare = word + strspn(word, "-");
    char key[64];
    snprintf(key, sizeof key, "%.*s", (int)strcspn(bare, "="), bare);
    const char *near = near_find(key, name, n);
    if (near != NULL && strlen(key) > 1) {
        diag_help(p->d, "did you mean '--%s'?", near);
    } else {
        diag_help(p->d, "vgpusim %s -h", p->o->command->name);
    }
    return false;
}

/* Is the value one of the flag's choices, and built? */
static bool check_choice(struct parser *p, const struct flag *f, const char *value)
{
    const bool is_table =
        (p->o->command->bit & (CMD_LIST | CMD_FIT | CMD_CHECK | CMD_PLAN)) != 0;
    const char *choices = f == &flags[FLAG_FORMAT] && is_table ? "text json csv" : f->choices;
    if (choices == NULL) {
        return true;
    }
    if (opt_has_word(f->later, value)) {
        return diag_error(p->d, SPAN_NONE, "--%s: '%s' is not built yet", f->name, value);
    }
    if (opt_has_word(choices, value)) {
        return true;
    }
    char near[64];
    diag_error(p->d, SPAN_NONE, "--%s: '%s' is not one of %s", f->name, value, choices);
    if (near_word(choices, value, near, sizeof near)) {
        diag_help(p->d, "did you mean '%s'?", near);
    } else {
        diag_help(p->d, "vgpusim %s --help", p->o->command->name);
    }
    return false;
}

/* Takes flag `ix`; `value` is what stands behind = or is glued to a short flag, or NULL. */
static bool take_flag(struct parser *p, int ix, const char *value, bool is_negated)
{
    const struct flag *f = &flags[ix];
    if ((f->commands & p->o->command->bit) == 0) {
        diag_error(p->d, SPAN_NONE, "--%s does not apply to '%s'", f->name,
                   p->o->command->name);
        diag_help(p->d, "vgpusim %s -h", p->o->command->name);
        return false;
    }
    if (f->kind == FLAG_IS_SWITCH) {
        if (value != NULL) {
            return diag_error(p->d, SPAN_NONE, "--%s takes no value, but got '%s'", f->name,
                              value);
        }
        p->o->value[ix] = is_negated ? "off" : "on";
        return true;
    }
    if (value == NULL) {
        if (p->at + 1 >= p->argc) {
            diag_error(p->d, SPAN_NONE, "--%s needs a value (%s)", f->name, f->value);
            diag_help(p->d, "%s", f->help);
            return false;
        }
        value = p->argv[++p->at];
    }
    if (!check_choice(p, f, value)) {
        return false;
    }
    p->o->value[ix] = value;
    if (f->kind == FLAG_IS_LIST) {
        p->o->item[p->o->item_n++] =
            (struct opt_item){.flag = (enum flag_id)ix, .value = value};
    }
    return true;
}

static bool take_long(struct parser *p, const char *word)
{
    const char *name = word + 2;
    const size_t n = strcspn(name, "=");
    const char *value = name[n] == '=' ? name + n + 1 : NULL;
    int ix = flag_find(name, n);
    if (ix == FLAG_HELP) {
        p->o->help_long = true;
    }
    if (ix >= 0) {
        return take_flag(p, ix, value, false);
    }
    if (strncmp(name, "no-", 3) == 0) {
        ix = flag_find(name + 3, n - 3);
        if (ix >= 0 && flags[ix].kind == FLAG_IS_SWITCH) {
            return take_flag(p, ix, value, true);
        }
    }
    return unknown_flag(p, word);
}

/* One or more short switches ("-qv"), or a short flag with its value ("-j4", "-j 4", "-j=4").
 */
static bool take_short(struct parser *p, const char *word)
{
    for (const char *c = word + 1; *c != '\0'; c++) {
        const int ix = flag_find_short(*c);
        if (ix < 0) {
            return unknown_flag(p, word);
        }
        if (flags[ix].kind != FLAG_IS_SWITCH) {
            const char *value = c[1] == '=' ? c + 2 : c + 1;
            return take_flag(p, ix, c[1] == '\0' ? NULL : value, false);
        }
        if (!take_flag(p, ix, NULL, false)) {
            return false;
        }
    }
    return true;
}

static bool check_operands(const struct opts *o, struct diag *d)
{
    const struct command *c = o->command;
    if (o->operand_n < c->operands_min) {
        diag_error(d, SPAN_NONE, "%s: needs %s", c->name, c->synopsis);
    } else if (o->operand_n > c->operands_max) {
        diag_error(d, SPAN_NONE, "%s: '%s' is one word too many", c->name,
                   o->operand[c->operands_max]);
    } else {
        return true;
    }
    diag_help(d, "vgpusim %s -h", c->name);
    return false;
}

bool opt_parse(struct opts *o, struct arena *a, const struct command *command, int argc,
               const char *const *argv, struct diag *d)
{
    *o = (struct opts){.command = command};
    o->item = arena_alloc(a, (size_t)argc, sizeof *o->item);
    o->operand = arena_alloc(a, (size_t)argc, sizeof *o->operand);
    if (o->item == NULL || o->operand == NULL) {
        return diag_machine(d, "out of memory");
    }
    struct parser p = {.o = o, .d = d, .argc = argc, .argv = argv};
    bool is_ended = false;
    bool ok = true;
    for (; p.at < argc; p.at++) {
        const char *word = argv[p.at];
        if (is_ended || word[0] != '-' || word[1] == '\0') {
            o->operand[o->operand_n++] = word;
        } else if (strcmp(word, "--") == 0) {
            is_ended = true;
        } else if (word[1] == '-') {
            ok = take_long(&p, word) && ok;
        } else {
            ok = take_short(&p, word) && ok;
        }
    }
    return ok && (opt_is_on(o, FLAG_HELP) || check_operands(o, d));
}

/* ---- Values ---- */

bool opt_is_on(const struct opts *o, enum flag_id flag)
{
    return o->value[flag] != NULL && strcmp(o->value[flag], "on") == 0;
}

bool opt_whole(const struct opts *o, enum flag_id flag, const int64_t range[2], int64_t unset,
               int64_t *out, struct diag *d)
{
    *out = unset;
    const char *s = o->value[flag];
    if (s == NULL) {
        return true;
    }
    char why[UNITS_WHY];
    char help[UNITS_WHY];
    double x = 0;
    if (!units_parse(Q_COUNT, s, &x, why, help)) {
        diag_error(d, SPAN_NONE, "--%s: %s", flags[flag].name, why);
        diag_help(d, "vgpusim %s --help", o->command->name);
        return false;
    }
    if (x < (double)range[0] || x > (double)range[1]) {
        return diag_error(d, SPAN_NONE, "--%s: %s is not between %lld and %lld",
                          flags[flag].name, s, (long long)range[0], (long long)range[1]);
    }
    *out = (int64_t)x;
    return true;
}

bool opt_ns(const struct opts *o, enum flag_id flag, int64_t least, int64_t *out,
            struct diag *d)
{
    const char *s = o->value[flag];
    char why[UNITS_WHY];
    char help[UNITS_WHY];
    if (s == NULL) {
        return true;
    }
    if (!units_parse_ns(s, out, why, help)) {
        diag_error(d, SPAN_NONE, "--%s: %s", flags[flag].name, why);
        if (help[0] != '\0') {
            diag_help(d, "%s", help);
        }
        return false;
    }
    if (*out < 0 && least == 0) {
        return diag_error(d, SPAN_NONE, "--%s: '%s' is negative", flags[flag].name, s);
    }
    return *out >= least || diag_error(d, SPAN_NONE, "--%s: '%s' is shorter than %lld ns",
                                       flags[flag].name, s, (long long)least);
}

int opt_list(const struct opts *o, enum flag_id flag, const char **out, int cap)
{
    int n = 0;
    for (int i = 0; i < o->item_n; i++) {
        if (o->item[i].flag == flag) {
            if (n < cap) {
                out[n] = o->item[i].value;
            }
            n++;
        }
    }
    return n;
}
