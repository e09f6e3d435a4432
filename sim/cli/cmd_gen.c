/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_gen.c - `gen`: texts and files that start somebody off. */
#include <string.h>

#include "sim/base/near.h"
#include "sim/cli/cmd.h"
#include "sim/cli/load.h"

/* A scenario to edit; tests hold it to be well formed and feasible. */
static const char scenario_template[] =
    "# Which sharing mode keeps the chat service under 60 ms beside a batch job?\n"
    "# Try: vgpusim check FILE, then vgpusim run FILE. Every field: vgpusim list fields.\n"
    "version: 1\n"
    "name: my-scenario\n"
    "question: Which sharing mode keeps chat under 60 ms?\n"
    "horizon: 300 s                # counted time per replica, after the warm-up\n"
    "\n"
    "fleet:\n"
    "  gpu: A100-PCIE-80GB         # vgpusim list gpus\n"
    "  count: auto                 # as many as each mode needs\n"
    "\n"
    "tenants:\n"
    "  - name: chat\n"
    "    count: 3                  # identical VMs\n"
    "    framebuffer: 10 GiB\n"
    "    objective: {p95: 60 ms}\n"
    "    workload:\n"
    "      kind: requests\n"
    "      arrivals: {process: poisson, rate: 8/s}          # per VM\n"
    "      service: {dist: exponential, mean: 6 ms}         # GPU time on a whole GPU\n"
    "      scaling: {width: 20%}                            # SMs that one request can fill\n"
    "  - name: batch\n"
    "    framebuffer: 10 GiB\n"
    "    workload:\n"
    "      kind: closed\n"
    "      clients: 1\n"
    "      think: {dist: exponential, mean: 500 ms}\n"
    "      service: {dist: lognormal, mean: 40 ms, cv: 1}\n"
    "# Other kinds of work, in place of the lines below 'workload:'\n"
    "#     kind: frames            # a desktop: late and dropped frames\n"
    "#     fps: 30 fps\n"
    "#     host: {dist: lognormal, mean: 6 ms, cv: 0.5}     # CPU before the GPU\n"
    "#     service: {dist: lognormal, mean: 4 ms, cv: 0.5}\n"
    "#\n"
    "#     kind: training          # step after step, with a gap that others can fill\n"
    "#     host: {dist: deterministic, mean: 20 ms}\n"
    "#     service: {dist: lognormal, mean: 90 ms, cv: 0.1}\n"
    "#\n"
    "#     kind: llm               # first token and tokens after it; 10 GiB hold a small "
    "model\n"
    "#     arrivals: {process: poisson, rate: 1/s}\n"
    "#     prompt: {dist: lognormal, mean: 500, cv: 1}      # tokens\n"
    "#     output: {dist: lognormal, mean: 150, cv: 1}\n"
    "#     prefill: {per-token: 20 us}\n"
    "#     decode: {base: 4 ms, per-sequence: 30 us}\n"
    "#     kv-bytes-per-token: 64 KiB\n"
    "#     weights: 4 GiB\n"
    "#\n"
    "#     kind: trace             # rows of your own log\n"
    "#     file: log.csv\n"
    "#     arrival: {column: start, unit: datetime}\n"
    "#     service: {column: gpu_ms, unit: ms}\n";

static enum err gen_scenario(const struct opts *o)
{
    struct text out;
    text_init(&out);
    text_add(&out, scenario_template);
    return load_emit(o, &out);
}

/* The second operand: a file, or one of these words; NULL: there is none. */
static const struct kind {
    const char *name;
    enum err (*run)(const struct opts *o);
    const char *words;
    bool needs_second;
    const char *example;
} kinds[] = {
    {"trace",      cmd_gen_trace,      NULL,                       false, NULL                                          },
    {"scenario",   gen_scenario,       NULL,                       false, NULL                                          },
    {"timeline",   cmd_gen_timeline,   "*",                        true,  "vgpusim gen timeline scenarios/25-turns.yaml"},
    {"man",        cmd_gen_man,        "scenario",                 false, "vgpusim gen man scenario"                    },
    {"completion", cmd_gen_completion, "bash zsh fish",            true,  "vgpusim gen completion bash"                 },
    {"schema",     cmd_gen_schema,     "scenario result plan vms", false, "vgpusim gen schema result"                   },
};

static const size_t kinds_n = sizeof kinds / sizeof kinds[0];

static bool check_operands(const struct opts *o, const struct kind *kind, struct diag *d)
{
    const char *second = o->operand_n > 1 ? o->operand[1] : NULL;
    if (kind->run != cmd_gen_timeline && o->value[FLAG_FORMAT] != NULL) {
        return diag_error(d, SPAN_NONE, "--format does not apply to 'gen %s'", kind->name);
    }
    if (second == NULL && kind->needs_second) {
        diag_error(d, SPAN_NONE, "gen %s: needs %s", kind->name,
                   kind->run == cmd_gen_timeline ? "a scenario" : "the name of a shell");
        diag_help(d, "%s", kind->example);
        return false;
    }
    if (second == NULL || (kind->words != NULL && strcmp(kind->words, "*") == 0)) {
        return true;
    }
    if (kind->words == NULL) {
        return diag_error(d, SPAN_NONE, "gen %s: '%s' is one word too many", kind->name,
                          second);
    }
    if (!opt_has_word(kind->words, second)) {
        diag_error(d, SPAN_NONE, "gen %s: there is no '%s'", kind->name, second);
        diag_help(d, "there is %s, as in %s", kind->words, kind->example);
        return false;
    }
    return true;
}

/* Flags of `gen trace` would be ignored by the others; they are refused. */
static bool check_flags(const struct opts *o, bool timeline, struct diag *d)
{
    bool ok = true;
    for (int i = FLAG_PROCESS; i <= FLAG_TOKENS; i++) {
        if (o->value[i] != NULL && !(timeline && i == FLAG_DURATION)) {
            ok = diag_error(d, SPAN_NONE, "--%s does not apply to 'gen %s'", flags[i].name,
                            o->operand[0]);
        }
    }
    if (o->value[FLAG_SEED] != NULL) {
        ok = diag_error(d, SPAN_NONE, "--seed does not apply to 'gen %s'", o->operand[0]);
    }
    return ok;
}

enum err cmd_gen(const struct opts *o)
{
    struct diag d;
    const char *name[sizeof kinds / sizeof kinds[0]];
    const char *word = o->operand[0];
    diag_init(&d);
    for (size_t i = 0; i < kinds_n; i++) {
        name[i] = kinds[i].name;
        if (strcmp(kinds[i].name, word) != 0) {
            continue;
        }
        enum err status = ERR_INPUT;
        const bool timeline = kinds[i].run == cmd_gen_timeline;
        if (check_operands(o, &kinds[i], &d) &&
            (kinds[i].run == cmd_gen_trace || check_flags(o, timeline, &d))) {
            status = kinds[i].run(o);
        }
        (void)load_show_plain(&d, o);
        diag_fini(&d);
        return status;
    }
    const char *near = near_find(word, name, kinds_n);
    diag_error(&d, SPAN_NONE, "gen: there is no '%s'", word);
    if (near != NULL) {
        diag_help(&d, "did you mean '%s'?", near);
    } else {
        diag_help(&d, "trace, scenario, timeline, man, completion or schema");
    }
    const enum err status = load_show_plain(&d, o);
    diag_fini(&d);
    return status;
}
