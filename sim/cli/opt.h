/* SPDX-License-Identifier: GPL-3.0-or-later */
/* opt.h - the one table of flags, and the parser that it drives.
 *
 * A flag is a switch or takes exactly one value; parsing only validates the shape, doing comes
 * later. Flags stand before or after operands, --flag=value and --flag value are the same, `--`
 * ends flags, every switch has its --no- twin. The same rows give -h and --help. */
#ifndef SIM_CLI_OPT_H
#define SIM_CLI_OPT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/diag.h"

struct command;

/* Which commands take a flag. */
enum {
    CMD_CHECK = 1 << 0,
    CMD_PLACE = 1 << 1,
    CMD_RUN = 1 << 2,
    CMD_LIST = 1 << 3,
    CMD_EXPLAIN = 1 << 4,
    CMD_GEN = 1 << 5,
    CMD_HELP = 1 << 6,
    CMD_VERSION = 1 << 7,
    CMD_LATER = 1 << 8, /* commands that are not built yet */
    CMD_EXPORT = 1 << 9,
    CMD_FIT = 1 << 10,
    CMD_PLAN = 1 << 11,
    CMD_TEST = 1 << 12,
    CMD_DIFF = 1 << 13,
    CMD_PLOT = 1 << 14,
    CMD_REPORT = 1 << 15,
    CMD_SWEEP = 1 << 16,
    CMD_ALL = (1 << 17) - 1,
    CMD_LONG = 1 << 17 /* no command: the flag is left out of -h */
};

enum flag_id {
    FLAG_HELP,
    FLAG_SEED,
    FLAG_REPLICAS,
    FLAG_MAX_REPLICAS,
    FLAG_PRECISION,
    FLAG_PERCENTILES,
    FLAG_HORIZON,
    FLAG_MODE,
    FLAG_TO,
    FLAG_GPU,
    FLAG_HOST,
    FLAG_SET,
    FLAG_VARY,
    FLAG_JOBS,
    FLAG_FORMAT,
    FLAG_JSON,
    FLAG_OUTPUT,
    FLAG_WRITE,
    FLAG_BASELINE,
    FLAG_RUN,
    FLAG_INCONCLUSIVE,
    FLAG_TOLERANCE,
    FLAG_ONLY_REPLICA,
    FLAG_TRACE,
    FLAG_TRACE_REPLICA,
    FLAG_TRACE_FROM,
    FLAG_TRACE_FOR,
    FLAG_WRITE_SCENARIO,
    FLAG_FIT,
    FLAG_FRONT,
    FLAG_PROGRESS,
    FLAG_ISOLATION,
    FLAG_AGAINST,
    FLAG_SENSITIVITY,
    FLAG_CHECK,
    FLAG_ISA,
    FLAG_ENGINE,
    FLAG_HISTOGRAMS,
    FLAG_TIMING,
    FLAG_ASCII,
    FLAG_QUIET,
    FLAG_VERBOSE,
    FLAG_COLOR,
    FLAG_CATALOG,
    FLAG_SCHEDULER,
    FLAG_PRINT_RESOLVED,
    FLAG_NAMES,
    FLAG_PROCESS,
    FLAG_RATES,
    FLAG_HOLDING,
    FLAG_AT,
    FLAG_RATE,
    FLAG_DURATION,
    FLAG_ROWS,
    FLAG_PHASE,
    FLAG_ARRIVAL_CV,
    FLAG_ARRIVAL_SHAPE,
    FLAG_SERVICE,
    FLAG_MEAN,
    FLAG_CV,
    FLAG_SHAPE,
    FLAG_K,
    FLAG_TOKENS,
    FLAG_GROUP,
    FLAG_WHERE,
    FLAG_METRIC,
    FLAG_PLOT,
    FLAGS_N
};

enum flag_kind {
    FLAG_IS_SWITCH,
    FLAG_IS_VALUE, /* the last one counts */
    FLAG_IS_LIST   /* every one counts */
};

struct flag {
    const char *name; /* without dashes */
    char short_name;  /* or 0 */
    enum flag_kind kind;
    unsigned commands;
    const char *value;   /* what the value is called, or NULL */
    const char *choices; /* words separated by blanks, or NULL: anything */
    const char *later;   /* choices that are not built yet; or NULL */
    const char *unset;   /* what holds without it, for help; or NULL */
    const char *help;    /* at most 60 columns */
    const char *more;    /* for --help; NULL: nothing to add */
};

extern const struct flag flags[FLAGS_N];

struct opt_item {
    enum flag_id flag;
    const char *value;
};

/* A parsed command line. Strings are borrowed from argv. */
struct opts {
    const struct command *command;
    const char *value[FLAGS_N]; /* NULL: not given; "on" or "off" for switches */
    struct opt_item *item;      /* [item_n] values of list flags in the order given */
    int item_n;
    const char **operand; /* [operand_n] */
    int operand_n;
    bool help_long; /* --help rather than -h */
};

/* Parses argv[0 .. argc), the words after the command's name. False with every error in d. */
bool opt_parse(struct opts *o, struct arena *a, const struct command *command, int argc,
               const char *const *argv, struct diag *d);

/* A switch that was given and not taken back. */
bool opt_is_on(const struct opts *o, enum flag_id flag);

/* A whole number in [lo, hi], or `unset` when the flag is absent. False with a diagnostic. */
bool opt_whole(const struct opts *o, enum flag_id flag, const int64_t range[2], int64_t unset,
               int64_t *out, struct diag *d);

/* A time of at least `least` ns; leaves *out as it is when the flag is absent. False with a
 * diagnostic. */
bool opt_ns(const struct opts *o, enum flag_id flag, int64_t least, int64_t *out,
            struct diag *d);

/* All values of a list flag: fills `out` [cap]; returns how many there are. */
int opt_list(const struct opts *o, enum flag_id flag, const char **out, int cap);

/* Is `word` one of the blank-separated `words`? */
bool opt_has_word(const char *words, const char *word);

#endif
