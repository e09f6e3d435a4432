/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c - the table of commands and dispatch, nothing else. */
#include <string.h>

#include "sim/base/near.h"
#include "sim/cli/cmd.h"
#include "sim/cli/help.h"
#include "sim/cli/load.h"
#include "sim/cli/term.h"
#include "sim/core/dist.h"
#include "sim/plan/export.h"
#include "sim/report/plot.h"

enum {
    MANY = 100000 /* operands */
};

#define EXPORT_HELP(name_, function_, modes_, help_) "\n" name_ ": " help_

#define PLOT_HELP(kind_, name_, operand_, help_) "\n" name_ " " operand_ ": " help_

/* clang-format off */
const struct command commands[] = {
    {"check", CMD_CHECK, cmd_check, 0, MANY, "SCENARIO...", "is it well formed, and is it possible on this hardware?",
     "Shows every error with its place; simulates nothing. - is stdin.\n\nEvery rule that speaks about a mode is listed with its source: fail stops the mode, warn and unknown leave a doubt, info is a fact or a setting to make. vgpusim list rules has them all. -q leaves them out.\n\nA configuration file of mig-parted or vgpu-device-manager may stand for a scenario: it is assessed entry by entry, and what is not possible is shown; -v shows every entry.\n\nWith --catalog DIR and no scenario it checks the tables of DIR, laid over the built-in ones, and names all that contradicts itself.",
     {"check my.yaml", "check --set tenants.chat.count=8 my.yaml", NULL}},
    {"place", CMD_PLACE, cmd_place, 1, 1, "SCENARIO", "who lands on which GPU, slice and placement id, for each mode",
     "Lines with + are placed, with - are not; a refusal names its rule (vgpusim list rules). Simulates nothing.\n\nA configuration file of mig-parted or vgpu-device-manager may stand for the scenario: each entry is possible, with an order in which its instances can be created, impossible or unknown, on the boards that it can be meant for or on --gpu.",
     {"place my.yaml", "place --mode mig my.yaml", "place config.yaml --gpu A100-PCIE-80GB", NULL}},
    {"run", CMD_RUN, cmd_run, 1, 1, "SCENARIO", "simulate every mode: p95 latency, utilization, isolation violations",
     "Latency counts from the intended arrival. value±half-width is a 95 % confidence interval from independent replications. Exit status 1: no mode is feasible, or a gate (expect) failed; 3: a gate is inconclusive.",
     {"run my.yaml", "run my.yaml --mode mig --mode time-sliced/fixed-share", "run my.yaml --format json -o result.json", NULL}},
    {"plan", CMD_PLAN, cmd_plan, 1, 1, "SCENARIO", "the cheapest GPU, count, mode and profiles that hold every objective",
     "Tries every mode of the scenario on every GPU of fleet.gpu (one, a list, or any). An objective holds when its whole 95 % interval does. With prices under cost the cheapest wins, else the fewest GPUs. fleet.count, where it is written, is the most that may be bought. Exit status 1: no plan holds.",
     {"plan my.yaml", "plan my.yaml --set 'fleet.gpu=[L40S, H100-PCIE-80GB]'", "plan my.yaml --write-scenario plan.yaml", NULL}},
    {"sweep", CMD_SWEEP, cmd_sweep, 1, 1, "SCENARIO --vary PATH=A,B,C", "run over a grid of values, one tidy CSV",
     "Columns are those of run --format csv, then one for each varied field, then point_hash: the identity of the scenario, the values, the seed and the version, and rows_hash: the sum of the point's rows, by which edited ones are noticed. Points count from 0, the last --vary changes fastest.\n\nEvery point is checked before the first is run. With --output FILE finished points are kept in FILE.part until the table is whole: after an interruption the same command goes on with the rest, and points that FILE holds already are not run again. Exit status 1: no mode is feasible at any point.",
     {"sweep my.yaml --vary tenants.chat.count=1,2,3 --replicas 4", "sweep my.yaml --vary tenants.chat.workload.arrivals.rate=4/s..12/s:4/s --mode mig -o rates.csv", NULL}},
    {"test", CMD_TEST, cmd_test, 1, 1000, "SCENARIO...", "do the gates hold, and does nothing differ from a baseline?",
     "Gates are the sentences under 'expect' of a scenario: docs/gates.md. Exit status 1: a gate failed, or something differs from --baseline; 3: an interval holds the limit of a gate. The worst of all scenarios counts.",
     {"test my.yaml", "test scenarios/*.yaml --write junit=ci.xml --write markdown=ci.md", "test my.yaml --write json=baseline.json", "test my.yaml --baseline baseline.json"}},
    {"diff", CMD_DIFF, cmd_diff, 2, 2, "OLD.json NEW.json", "which metrics moved by more than chance",
     "The files are what run --format json and test --write json=FILE write. Results of the same scenario and seed saw the same requests: every difference counts. Others are compared by their 95 % intervals. Exit status 1: something moved.",
     {"diff old.json new.json", "diff old.json new.json --format csv", NULL}},
    {"report", CMD_REPORT, cmd_report, 1, 1, "RESULT.json", "one HTML page with its pictures inside",
     "The page needs nothing but itself: no script, no style and no picture from elsewhere; it can be printed and sent. Pictures are drawn by gnuplot; without it the page has its tables. docs/report.md.",
     {"report result.json -o report.html", NULL}},
    {"plot", CMD_PLOT, cmd_plot, 2, 2, "KIND FILE", "one picture, drawn by gnuplot",
     "Kinds:" PLOT_LIST(PLOT_HELP) "\n\nA picture is SVG, or PNG where the name of --output ends so; .gp gives the script. Bars are 95 % intervals. docs/report.md shows each kind.",
     {"plot cdf result.json -o cdf.svg", "plot timeline turns.csv -o turns.png", "plot sweep sweep.csv --metric violations.total_frac -o sweep.svg", NULL}},
    {"fit", CMD_FIT, cmd_fit, 1, 1, "MEASUREMENTS.csv", "calibrate a workload's scaling law from measurements on slices",
     "Columns are found by name: model, gpu, slice (MIG profile or full) or mig_gpcs, batch, and throughput_per_s or latency_ms. The form of the law is chosen by predicting each slice from the others; what the measurements leave open is said. The last lines of a workload go into a scenario as they are. docs/workloads.md.",
     {"fit measured.csv", "fit measured.csv --where model=resnet50 --format json", "fit parvagpu.csv --gpu A100-SXM4-80GB --where processes=1", NULL}},
    {"export", CMD_EXPORT, cmd_export, 1, 1, "SCENARIO --to FORMAT", "the placement of a mode for the tools that set it up",
     "Formats:" EXPORT_LIST(EXPORT_HELP) "\n\nA placement knows no UUIDs, PCI addresses and images: what to put in is said in the document.",
     {"export my.yaml --to mig-parted --mode mig", "export my.yaml --to nvidia-smi --mode mig -o mig.sh", "export my.yaml --to rmpvmrl --mode time-sliced/fixed-share", NULL}},
    {"list", CMD_LIST, cmd_list, 1, 2, "gpus|mig|layouts|vgpus|pci|schedulers|rules|faults|metrics|fields [GPU]", "the catalogue, each row with its source",
     "gpus, mig, layouts, vgpus and pci may be narrowed to one GPU by its key.\n\nlayouts are the maximal sets of MIG instances with their starts, drawn as units of the memory axis (4---2-1. is a 4g at 0, a 2g at 4, a 1g at 6 and a free unit): what each uses and strands, an order for nvidia-smi mig -cgi that needs no starts (where there is none, starts are named), and whether another order can fail. -v counts +me, -me and +gfx variants as well.",
     {"list mig A100-PCIE-80GB", "list layouts A30", "list rules --format csv", NULL}},
    {"explain", CMD_EXPLAIN, cmd_explain, 1, 1, "FIELD|rmpvmrl=VALUE", "what a scenario field means: type, unit, default, bounds",
     "rmpvmrl=VALUE says what the driver makes of a value of its registry key RmPVMRL: policy, discipline, length of a turn, averaging, what is clamped, and what is easily misread.",
     {"explain tenants.workload.arrivals.rate", "explain rmpvmrl=0x3c3c0011", NULL}},
    {"gen", CMD_GEN, cmd_gen, 1, 2, "trace|scenario|timeline|man|completion|schema [WORD]", "traces, a scenario to edit, turns, manual pages, completion, schemas",
     "trace writes arrival_s,service_ms, exact to the nanosecond; with --tokens it writes arrival_s,ContextTokens,GeneratedTokens for a service law. Rows are what one VM of the same law would see.\n\ntimeline draws who runs, waits and is switched to on the first GPU, under each mode of a scenario; --duration sets how long.\n\nman is vgpusim(1), man scenario vgpusim-scenario(5); completion bash, zsh and fish write what these shells read; schema scenario, result, plan and vms (a plan of VMs that come and go) are JSON schemas. make install puts all of them in their places.",
     {"gen scenario -o my.yaml", "gen trace --rate 5/s --duration 10min --service lognormal --mean '27 ms' --cv 1", "gen timeline my.yaml", NULL}},
    {"help", CMD_HELP, cmd_help, 0, 1, "[COMMAND|exit]", "more about a command, or the exit statuses", NULL,
     {"help run", "help exit", NULL}},
    {"version", CMD_VERSION, cmd_version, 0, 0, "", "the version; -v: compiler and generators", NULL, {"version -v", NULL}},
};
/* clang-format on */

const int commands_n = (int)(sizeof commands / sizeof commands[0]);

const struct command *command_find(const char *name)
{
    for (int i = 0; i < commands_n; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

/* No such command. A file's name in its place is a common slip. */
static enum err unknown_command(const char *word, struct diag *d)
{
    const struct opts none = {.command = command_find("help")};
    const char *name[sizeof commands / sizeof commands[0]];
    for (int i = 0; i < commands_n; i++) {
        name[i] = commands[i].name;
    }
    const char *near = near_find(word, name, (size_t)commands_n);
    diag_error(d, SPAN_NONE, "there is no command '%s'", word);
    if (strstr(word, ".yaml") != NULL || strstr(word, ".yml") != NULL) {
        diag_help(d, "vgpusim run %s", word);
    } else if (near != NULL) {
        diag_help(d, "did you mean '%s'?", near);
    } else {
        diag_help(d, "vgpusim help");
    }
    return load_show_plain(d, &none);
}

static enum err dispatch(const struct command *c, int argc, const char *const *argv,
                         struct diag *d)
{
    struct arena arena;
    struct opts o = {.command = c};
    enum err status = ERR_OK;
    arena_init(&arena, "program");
    if (c->run == NULL) {
        diag_error(d, SPAN_NONE, "'%s' is not built yet", c->name);
        status = load_show_plain(d, &o);
    } else if (!opt_parse(&o, &arena, c, argc, argv, d)) {
        status = load_show_plain(d, &o);
    } else if (opt_is_on(&o, FLAG_HELP)) {
        struct text out;
        text_init(&out);
        help_command(c, o.help_long, &out);
        o.value[FLAG_OUTPUT] = NULL;
        status = load_emit(&o, &out);
    } else {
        status = c->run(&o);
    }
    arena_fini(&arena);
    return status;
}

int main(int argc, char **argv)
{
    dist_library_quiet();
    term_init(argv + (argc > 0));
    const char *word = argc > 1 ? argv[1] : "help";
    const bool is_help = strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0;
    word = is_help ? "help" : strcmp(word, "--version") == 0 ? "version" : word;
    const struct command *c = command_find(word);
    struct diag d;
    diag_init(&d);
    const enum err status =
        c == NULL ? unknown_command(word, &d)
                  : dispatch(c, argc > 2 ? argc - 2 : 0, (const char *const *)argv + 2, &d);
    diag_fini(&d);
    return (int)status;
}
