/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gatein.c - the reader of gates: a cursor over one sentence, tables of its words.
 *
 * A sentence is taken word by word from left to right and the first error ends it, at the place
 * of the word. Words are looked up in tables that also make the suggestions; tenants and modes
 * in the scenario. */
#include "sim/input/gatein.h"

#include <math.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/input/modein.h"

/* ---- Words ---- */

/* By enum gate_of: how it is written, and in what a limit is given. */
static const struct {
    const char *word;
    enum quantity quantity;
} figures[] = {
    [GATE_LATENCY] = {"latency",     Q_TIME    },
    [GATE_WAIT] = {"wait",        Q_TIME    },
    [GATE_SLOWDOWN] = {"slowdown",    Q_COUNT   },
    [GATE_TTFT] = {"ttft",        Q_TIME    },
    [GATE_TPOT] = {"tpot",        Q_TIME    },
    [GATE_FRAME] = {"frame",       Q_TIME    },
    [GATE_STEP] = {"step",        Q_TIME    },
    [GATE_THROUGHPUT] = {"throughput",  Q_RATE    },
    [GATE_VIOLATIONS] = {"violations",  Q_COUNT   },
    [GATE_UTILIZATION] = {"utilization", Q_FRACTION},
    [GATE_GPUS] = {"gpus",        Q_COUNT   },
};

enum {
    DISTRIBUTIONS_N = GATE_STEP + 1,
    FIGURES_N = GATE_GPUS + 1
};

static const char *const functions[] = {"mean",        "min", "max",        "p50",
                                        "p95",         "p99", "throughput", "violations",
                                        "utilization", "gpus"};

static const char *const causes[] = {
    "total", "slowdown", "slo_miss_by_neighbour", "entitlement", "memory", "fault", "policy"};

static const char *const parts[] = {"compute", "useful",      "switch", "idle_reserved",
                                    "free",    "framebuffer", "slices"};

/* By enum gate_op. */
static const char *const ops[] = {"<", "<=", ">", ">=", "==", "!="};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

enum quantity gate_quantity(const struct gate *g)
{
    return g->is_share ? Q_FRACTION : figures[g->of].quantity;
}

bool gate_suits(enum gate_of of, const struct tenant *t)
{
    const struct work *w = &t->work;
    switch (of) {
    case GATE_TTFT:
    case GATE_TPOT:
        return w->kind == WORK_LLM;
    case GATE_FRAME:
        return w->kind == WORK_FRAMES;
    case GATE_STEP:
        return w->training;
    case GATE_LATENCY:
    case GATE_WAIT:
    case GATE_SLOWDOWN:
    case GATE_THROUGHPUT:
    case GATE_VIOLATIONS:
    case GATE_UTILIZATION:
    case GATE_GPUS:
        break;
    }
    return true;
}

/* ---- The cursor ---- */

struct sentence {
    const struct field_map *root;
    struct scenario *s;
    struct diag *d;
    const struct yaml_node *node;
    const char *at; /* next character of node->text */
    struct gate *gate;
    bool is_sound;    /* the rest of the scenario is: tenants and modes can be relied upon */
    bool is_narrowed; /* --mode has dropped modes */
    bool passes_empty, stops_early; /* options of the item */
};

/* A piece of the sentence; n may be 0 at its end. */
struct piece {
    const char *s;
    size_t n;
};

static int characters(const char *s, size_t n)
{
    int count = 0;
    for (size_t i = 0; i < n; i++) {
        count += ((unsigned char)s[i] & 0xC0U) != 0x80U;
    }
    return count;
}

static struct span place(const struct sentence *g, struct piece p)
{
    struct span at = g->node->at;
    at.col +=
        (g->node->quoted ? 1 : 0) + characters(g->node->text, (size_t)(p.s - g->node->text));
    at.len = p.n > 0 ? characters(p.s, p.n) : 1;
    return at;
}

static void skip_blanks(struct sentence *g)
{
    g->at += strspn(g->at, " \t");
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-' || c == '.';
}

static struct piece take_word(struct sentence *g)
{
    skip_blanks(g);
    struct piece p = {g->at, 0};
    while (is_word(*g->at)) {
        g->at++;
    }
    p.n = (size_t)(g->at - p.s);
    return p;
}

/* The piece as a string of its own; NULL when memory is out. */
static char *own(const struct sentence *g, struct piece p)
{
    char *s = arena_copy(g->root->r->arena, p.s, p.n);
    if (s == NULL) {
        diag_machine(g->d, "out of memory while reading '%s'", g->s->path);
    }
    return s;
}

static bool is(struct piece p, const char *word)
{
    return strlen(word) == p.n && memcmp(p.s, word, p.n) == 0;
}

static int shown(struct piece p)
{
    const int whole = field_shown(p.s);
    return p.n < (size_t)whole ? (int)p.n : whole;
}

/* What stands at the cursor, for a message about what should. */
static struct piece found(const struct sentence *g)
{
    struct piece p = {g->at, 0};
    while (is_word(p.s[p.n])) {
        p.n++;
    }
    if (p.n == 0 && p.s[0] != '\0') {
        p.n = 1;
        while (((unsigned char)p.s[p.n] & 0xC0U) == 0x80U) {
            p.n++;
        }
    }
    return p;
}

static bool wrong(struct sentence *g, const char *expected, const char *help)
{
    skip_blanks(g);
    const struct piece p = found(g);
    if (p.n == 0) {
        diag_error(g->d, place(g, p), "gate: expected %s, but the gate ends here", expected);
    } else {
        diag_error(g->d, place(g, p), "gate: expected %s, found '%.*s'", expected, shown(p),
                   p.s);
    }
    diag_help(g->d, "%s", help);
    return false;
}

static bool unknown(struct sentence *g, struct piece p, const char *what,
                    const char *const *known, size_t n)
{
    diag_error(g->d, place(g, p), "gate: there is no %s '%.*s'", what, shown(p), p.s);
    const char *word = own(g, p);
    if (word != NULL) {
        field_suggest(g->d, word, known, n);
    }
    return false;
}

static bool take(struct sentence *g, char c)
{
    skip_blanks(g);
    if (*g->at != c) {
        return false;
    }
    g->at++;
    return true;
}

static int index_of(struct piece p, const char *const *known, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (is(p, known[i])) {
            return (int)i;
        }
    }
    return -1;
}

/* ---- What is looked at ---- */

static bool figure_of_tenant(struct sentence *g, struct piece p)
{
    const struct tenant *t = &g->s->tenant[g->gate->tenant_ix];
    if (!g->is_sound || gate_suits(g->gate->of, t)) {
        return true;
    }
    diag_error(g->d, place(g, p),
               "gate: tenant '%s' has no %s, its workload is of another kind", t->name,
               figures[g->gate->of].word);
    diag_help(g->d, g->gate->of == GATE_FRAME  ? "use latency, or kind: frames"
                    : g->gate->of == GATE_STEP ? "use latency, or kind: training"
                                               : "use latency, or kind: llm");
    return false;
}

/* "chat", or "box/chat" for one of several workloads */
static bool take_tenant(struct sentence *g)
{
    struct piece p = take_word(g);
    if (p.n > 0 && *g->at == '/') {
        g->at++;
        p.n += 1 + take_word(g).n;
    }
    if (p.n == 0) {
        return wrong(g, "the name of a tenant", "as in p95(latency, chat) or throughput(chat)");
    }
    const char *known[TENANTS_MAX];
    size_t n = 0;
    for (int i = 0; i < g->s->flow_n; i++) {
        const char *name = g->s->tenant[i].name;
        if (name == NULL) {
            continue;
        }
        if (is(p, name)) {
            g->gate->tenant_ix = i;
            return figure_of_tenant(g, p);
        }
        known[n] = name;
        n += n + 1 < TENANTS_MAX;
    }
    return unknown(g, p, "tenant", known, n);
}

static bool take_optional_tenant(struct sentence *g)
{
    return !take(g, ',') || take_tenant(g);
}

/* "latency[, chat]" */
static bool take_distribution(struct sentence *g)
{
    const struct piece p = take_word(g);
    const char *known[DISTRIBUTIONS_N];
    for (int i = 0; i < DISTRIBUTIONS_N; i++) {
        known[i] = figures[i].word;
    }
    if (p.n == 0) {
        return wrong(g, "a metric", "for example p95(latency, chat)");
    }
    const int ix = index_of(p, known, DISTRIBUTIONS_N);
    if (ix < 0) {
        return unknown(g, p, "metric", known, DISTRIBUTIONS_N);
    }
    g->gate->of = (enum gate_of)ix;
    if (!take_optional_tenant(g)) {
        return false;
    }
    bool has = g->gate->tenant_ix >= 0 || !g->is_sound;
    for (int i = 0; i < g->s->flow_n; i++) {
        has = has || gate_suits(g->gate->of, &g->s->tenant[i]);
    }
    if (!has) {
        diag_error(g->d, place(g, p),
                   "gate: no tenant has %s: its kind of workload is not there",
                   figures[ix].word);
        diag_help(g->d, "use latency");
    }
    return has;
}

/* A word of a list: the cause of violations, the part of utilization. */
static bool take_name(struct sentence *g, const char *what, const char *const *known, size_t n,
                      const char *example)
{
    const struct piece p = take_word(g);
    if (p.n == 0) {
        return wrong(g, what, example);
    }
    const int ix = index_of(p, known, n);
    if (ix < 0) {
        return unknown(g, p, what + strcspn(what, " ") + 1, known, n);
    }
    g->gate->name = known[ix];
    return true;
}

/* "p95", "p99.9": 0 < p < 100. */
static bool take_percentile(struct sentence *g, struct piece p)
{
    const char *digits = own(g, (struct piece){p.s + 1, p.n - 1});
    if (digits == NULL) {
        return false;
    }
    if (!field_number(digits, &g->gate->percentile) || !(g->gate->percentile > 0) ||
        !(g->gate->percentile < 100)) {
        diag_error(g->d, place(g, p), "gate: '%.*s' is no percentile between 0 and 100",
                   shown(p), p.s);
        diag_help(g->d, "write something like p95 or p99.9, or min or max");
        return false;
    }
    g->gate->stat = GATE_PERCENTILE;
    return true;
}

/* The function and its arguments, after the '('. */
static bool take_arguments(struct sentence *g, struct piece fn)
{
    struct gate *gate = g->gate;
    if (is(fn, "throughput")) {
        gate->of = GATE_THROUGHPUT;
        return take_tenant(g);
    }
    if (is(fn, "violations")) {
        gate->of = GATE_VIOLATIONS;
        return take_name(g, "a cause", causes, COUNT(causes),
                         "for example violations(total)") &&
               take_optional_tenant(g);
    }
    if (is(fn, "utilization")) {
        gate->of = GATE_UTILIZATION;
        return take_name(g, "a part", parts, COUNT(parts), "for example utilization(compute)");
    }
    if (is(fn, "gpus")) {
        gate->of = GATE_GPUS;
        return true;
    }
    if (fn.s[0] == 'p') {
        return take_percentile(g, fn) && take_distribution(g);
    }
    gate->stat = is(fn, "mean") ? GATE_MEAN : is(fn, "min") ? GATE_MIN : GATE_MAX;
    return take_distribution(g);
}

static bool take_subject(struct sentence *g)
{
    const struct piece fn = take_word(g);
    if (fn.n == 0) {
        return wrong(g, "a function", "write something like p95(latency, chat) < 50 ms");
    }
    const bool is_percentile = fn.s[0] == 'p' && fn.n > 1 && fn.s[1] >= '0' && fn.s[1] <= '9';
    if (!is_percentile && index_of(fn, functions, COUNT(functions)) < 0) {
        return unknown(g, fn, "function", functions, COUNT(functions));
    }
    if (!take(g, '(')) {
        return wrong(g, "'('", "write something like p95(latency, chat) < 50 ms");
    }
    if (!take_arguments(g, fn)) {
        return false;
    }
    if (take(g, ')')) {
        return true;
    }
    skip_blanks(g);
    return wrong(g, "')'",
                 *g->at == '\0' ? "in a list with [ ] a gate with a comma needs quotes"
                                : "write something like p95(latency, chat) < 50 ms");
}

/* ---- The limit ---- */

static bool take_op(struct sentence *g)
{
    skip_blanks(g);
    const size_t n = strspn(g->at, "<>=!");
    const struct piece p = {g->at, n};
    const int ix = n == 0 ? -1 : index_of(p, ops, COUNT(ops));
    if (ix >= 0) {
        g->gate->op = (enum gate_op)ix;
        g->at += n;
        return true;
    }
    if (n == 0) {
        return wrong(g, "a comparison", "use <, <=, >, >=, == or !=");
    }
    diag_error(g->d, place(g, p), "gate: '%.*s' is no comparison", (int)n, p.s);
    diag_help(g->d, is(p, "=") ? "write '=='" : "use <, <=, >, >=, == or !=");
    return false;
}

static bool take_number(struct sentence *g, struct piece p, const char *text)
{
    const bool is_whole = g->gate->of != GATE_SLOWDOWN;
    double x = 0;
    if (field_number(text, &x) && x >= 0 && x <= 0x1p53 && !(is_whole && floor(x) < x)) {
        g->gate->limit = x;
        return true;
    }
    const struct span at = place(g, p);
    if (!is_whole) {
        diag_error(g->d, at, "gate: slowdown is a ratio, found '%.*s'", shown(p), p.s);
        diag_help(g->d, "write 1.2 for a fifth slower than with idle neighbours");
    } else {
        diag_error(g->d, at, "gate: expected a whole number, found '%.*s'", shown(p), p.s);
        diag_help(g->d, g->gate->of == GATE_GPUS
                            ? "write something like gpus() <= 2"
                            : "write something like 0, or 5%% of the requests");
    }
    return false;
}

static bool take_limit(struct sentence *g)
{
    struct gate *gate = g->gate;
    skip_blanks(g);
    struct piece p = {g->at, strcspn(g->at, "@")};
    g->at += p.n;
    while (p.n > 0 && (p.s[p.n - 1] == ' ' || p.s[p.n - 1] == '\t')) {
        p.n--;
    }
    if (p.n == 0) {
        g->at = p.s;
        return wrong(g, "a value", "write something like p95(latency, chat) < 50 ms");
    }
    const char *text = own(g, p);
    if (text == NULL) {
        return false;
    }
    gate->is_share = gate->of == GATE_VIOLATIONS && p.s[p.n - 1] == '%';
    if (gate->is_share && strcmp(gate->name, "total") != 0) {
        diag_error(g->d, place(g, p),
                   "gate: only violations(total) has a share of the requests");
        diag_help(g->d, "write a number, as in violations(%s) == 0", gate->name);
        return false;
    }
    const enum quantity q = gate_quantity(gate);
    if (q == Q_COUNT) {
        return take_number(g, p, text);
    }
    char why[UNITS_WHY];
    char help[UNITS_WHY];
    if (units_parse(q, text, &gate->limit, why, help)) {
        return true;
    }
    diag_error(g->d, place(g, p), "gate: %s", why);
    if (help[0] != '\0') {
        diag_help(g->d, "%s", help);
    }
    return false;
}

/* ---- Where ---- */

static bool take_mode(struct sentence *g)
{
    struct gate *gate = g->gate;
    struct mode_pattern pattern;
    if (!take(g, '@')) {
        gate->modes = UINT32_MAX;
        return true;
    }
    skip_blanks(g);
    struct piece p = {g->at, strcspn(g->at, " \t")};
    if (p.n == 0) {
        return wrong(g, "a mode", "write something like @ mig, or @ time-sliced/fixed-share");
    }
    g->at += p.n;
    gate->where = own(g, p);
    if (gate->where == NULL) {
        return false;
    }
    skip_blanks(g);
    if (*g->at != '\0') {
        return wrong(g, "the end of the gate",
                     "one mode a gate; write another gate for another");
    }
    if (!mode_pattern_read(gate->where, g->s->plugin, &pattern)) {
        mode_unknown(g->d, gate->where, place(g, p));
        return false;
    }
    for (int i = 0; i < g->s->mode_n; i++) {
        gate->modes |= mode_matches(&g->s->mode[i], &pattern) ? UINT32_C(1) << i : 0;
    }
    if (gate->modes == 0 && g->is_sound && !g->is_narrowed) {
        diag_error(g->d, place(g, p), "gate: the scenario does not compare mode '%s'",
                   gate->where);
        diag_help(g->d, "list it under 'modes', or leave out '@ %s'", gate->where);
        return false;
    }
    return true;
}

/* ---- Figures that only gates ask for ---- */

static bool is_same(const struct probe *a, const struct gate *g)
{
    return a->of == g->of && a->stat == g->stat && !(fabs(a->percentile - g->percentile) > 0);
}

/* Has every result the figure already? Percentiles of latency and of tokens become some of the
 * scenario's. */
static bool is_always_there(const struct gate *g)
{
    const bool is_latency = g->of == GATE_LATENCY || g->of == GATE_FRAME || g->of == GATE_STEP;
    const bool is_p95 = !(fabs(g->percentile - 95) > 0);
    switch (g->stat) {
    case GATE_MEAN:
        return g->of != GATE_SLOWDOWN;
    case GATE_PERCENTILE:
        return is_latency || g->of == GATE_TTFT || g->of == GATE_TPOT || is_p95;
    case GATE_MAX:
        return is_latency;
    case GATE_MIN:
        break;
    }
    return false;
}

static bool find_probe(struct sentence *g)
{
    struct scenario *s = g->s;
    struct gate *gate = g->gate;
    gate->probe_ix = -1;
    if (gate->of >= GATE_THROUGHPUT || is_always_there(gate)) {
        return true;
    }
    for (int i = 0; i < s->probe_n; i++) {
        if (is_same(&s->probe[i], gate)) {
            gate->probe_ix = i;
            return true;
        }
    }
    if (s->probe_n == PROBES_MAX) {
        diag_error(g->d, gate->at, "more than %d figures that only gates ask for", PROBES_MAX);
        diag_help(g->d, "percentiles of latency do not count, other figures do");
        return false;
    }
    gate->probe_ix = s->probe_n;
    s->probe[s->probe_n++] = (struct probe){gate->of, gate->stat, gate->percentile};
    return true;
}

/* ---- The list ---- */

static bool read_gate(struct sentence *g)
{
    g->at = g->node->text;
    *g->gate = (struct gate){.passes_empty = g->passes_empty,
                             .stops_early = g->stops_early,
                             .source = g->node->text,
                             .at = g->node->at,
                             .tenant_ix = -1};
    g->gate->name = "";
    skip_blanks(g);
    struct piece said = {g->at, 0};
    if (!take_subject(g) || !take_op(g) || !take_limit(g)) {
        return false;
    }
    said.n = (size_t)(g->at - said.s);
    while (said.n > 0 && (said.s[said.n - 1] == ' ' || said.s[said.n - 1] == '\t')) {
        said.n--;
    }
    g->gate->text = own(g, said);
    return g->gate->text != NULL && take_mode(g) && find_probe(g);
}

/* The sentence of an item, and its options; NULL with a diagnostic. */
static const struct yaml_node *sentence_of(struct sentence *g, const struct yaml_entry *e)
{
    g->passes_empty = g->stops_early = false;
    if (e->value->kind == YAML_SCALAR) {
        return e->value;
    }
    if (e->value->kind != YAML_MAP) {
        diag_error(g->d, e->key_at, "a gate is one line of text, or a mapping with 'gate'");
        diag_help(g->d, "write something like p95(latency, chat) < 50 ms");
        return NULL;
    }
    const struct field_map m = field_open(g->root->r, e->value, "expect", e->key_at);
    if (m.node == NULL) {
        return NULL;
    }
    field_complete(&m, NULL);
    g->passes_empty = field_choice(&m, "if_empty") == 1;
    g->stops_early = field_bool(&m, "stop_early");
    return field_text(&m, "gate") == NULL ? NULL : field_node(&m, "gate");
}

bool gates_read(const struct field_map *root, struct scenario *s, bool is_narrowed)
{
    const struct yaml_node *list = field_list(root, "expect");
    struct sentence g = {.root = root, .s = s, .d = root->r->d, .is_narrowed = is_narrowed};
    g.is_sound = root->r->d->error_n == 0;
    int n = list == NULL ? 0 : list->n;
    if (n > GATES_MAX) {
        diag_error(g.d, field_at(root, "expect"), "%d gates are more than %d", n, GATES_MAX);
        n = GATES_MAX;
    }
    s->gate = arena_alloc(root->r->arena, (size_t)n, sizeof *s->gate);
    if (s->gate == NULL) {
        return diag_machine(g.d, "out of memory while reading '%s'", s->path);
    }
    for (int i = 0; i < n; i++) {
        g.node = sentence_of(&g, &list->entry[i]);
        g.gate = &s->gate[s->gate_n];
        if (g.node != NULL && read_gate(&g)) {
            s->gate_n++;
        }
    }
    return true;
}
