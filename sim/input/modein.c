/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modein.c - an entry's scheduler is the scenario's, changed field by field.
 *
 * `slice` and `frequency` say the same thing, so the one that an entry names replaces the
 * other. What a field cannot mean under the discipline of its own mapping is an error; what is
 * merely inherited is dropped. */
#include "sim/input/modein.h"

#include <math.h>
#include <string.h>

#include "models/sched_plugin.h"

enum {
    AVERAGING = 33, /* default of the driver */
    HZ_MIN = 63,    /* range of the driver's frequency field */
    HZ_MAX = 960,
    TT_MIN_MS = 1, /* range of the driver's slice field */
    TT_MAX_MS = 30,
    NS_PER_MS = 1000000
};

/* A scheduler mapping as written; has_ flags tell what is there. */
struct sched_fields {
    const struct sched_kind *kind; /* NULL: not written */
    enum discipline discipline;    /* NONE: not written */
    double frequency_hz;           /* 0: not written */
    int64_t slice_ns;              /* 0: not written */
    int64_t switch_ns;             /* -1: not written */
    double working_set_bytes;      /* -1: not written */
    int averaging;                 /* 0: not written */
    int64_t linger_ns;             /* -1: not written */
    int yield_idle;                /* -1: not written */
    int64_t granularity_ns;        /* -1: not written */
};

static const struct sched_fields nothing = {.switch_ns = -1,
                                            .working_set_bytes = -1,
                                            .linger_ns = -1,
                                            .yield_idle = -1,
                                            .granularity_ns = -1};

/* Warns about a turn that no setting of the hardware gives. */
static void check_reach(const struct field_map *m, const struct sched_fields *f,
                        const struct sched_fields *base)
{
    const struct sched_kind *kind = f->kind != NULL ? f->kind : base->kind;
    const bool best_effort = kind != NULL && !kind->has_discipline;
    const enum discipline d =
        f->discipline != DISCIPLINE_NONE ? f->discipline : base->discipline;
    struct diag *out = m->r->d;
    if (f->frequency_hz > 0) {
        const struct span at = field_at(m, "frequency");
        if (f->kind != NULL && best_effort) {
            diag_warning(out, at, "'frequency' does nothing under best-effort");
            diag_help(out, "write 'slice', or another policy");
        } else if (f->frequency_hz < HZ_MIN || f->frequency_hz > HZ_MAX ||
                   f->frequency_hz > floor(f->frequency_hz)) {
            diag_warning(out, at, "no hardware setting gives this frequency");
            diag_help(out, "hardware takes whole Hz from %d to %d", HZ_MIN, HZ_MAX);
        }
    }
    if (f->slice_ns <= 0) {
        return;
    }
    const struct span at = field_at(m, "slice");
    if (best_effort && (f->slice_ns == NS_PER_MS || f->slice_ns == 2 * (int64_t)NS_PER_MS)) {
        return; /* what the driver itself uses, by the type's maximum */
    }
    if (best_effort) {
        diag_warning(out, at, "no hardware setting gives this slice under best-effort");
        diag_help(out, "it is simulated as written");
    } else if (d == DISCIPLINE_LEGACY) {
        if (f->slice_ns % NS_PER_MS != 0 || f->slice_ns < TT_MIN_MS * (int64_t)NS_PER_MS ||
            f->slice_ns > TT_MAX_MS * (int64_t)NS_PER_MS) {
            diag_warning(out, at, "no hardware setting gives this slice under legacy");
            diag_help(out, "hardware takes whole ms from %d to %d", TT_MIN_MS, TT_MAX_MS);
        }
    } else if (f->slice_ns < sched_slice_of_frequency_ns(HZ_MAX) ||
               f->slice_ns > sched_slice_of_frequency_ns(HZ_MIN)) {
        diag_warning(out, at, "no hardware setting gives this slice under strict");
        diag_help(out, "hardware takes %d to %d Hz: 1.042 to 15.873 ms", HZ_MIN, HZ_MAX);
    }
}

/* What excludes what within one mapping. */
static void check_pairs(const struct field_map *m, struct sched_fields *f)
{
    struct diag *d = m->r->d;
    if (f->frequency_hz > 0 && f->slice_ns > 0) {
        diag_error(d, field_at(m, "slice"), "'slice' and 'frequency' exclude each other");
        diag_help(d, "keep one of them");
        diag_note(d, field_at(m, "frequency"), "the frequency is given here");
        f->slice_ns = 0;
    }
    if (f->discipline != DISCIPLINE_LEGACY) {
        return;
    }
    if (f->frequency_hz > 0) {
        diag_error(d, field_at(m, "frequency"), "'frequency' does not go with 'legacy'");
        diag_help(d, "write 'slice', or 'discipline: strict'");
    }
    if (f->averaging > 0) {
        diag_error(d, field_at(m, "averaging"), "'averaging' does not go with 'legacy'");
        diag_help(d, "leave it out, or write 'discipline: strict'");
    }
}

/* The registry dword stands for what its bits say; it goes with none of the fields that it
 * sets. */
static void read_rmpvmrl(const struct field_map *m, struct sched_fields *f)
{
    static const char *const set[] = {"policy", "discipline", "slice", "frequency",
                                      "averaging"};
    struct diag *d = m->r->d;
    const struct span at = field_at(m, "rmpvmrl");
    for (size_t i = 0; i < sizeof set / sizeof set[0]; i++) {
        if (field_has(m, set[i])) {
            diag_error(d, field_at(m, set[i]), "'%s' and 'rmpvmrl' exclude each other", set[i]);
            diag_help(d, "keep one of them: rmpvmrl sets the %s", set[i]);
        }
    }
    struct sched_rmpvmrl x;
    const char *why = sched_rmpvmrl((uint32_t)field_real(m, "rmpvmrl"), &x);
    if (why != NULL) {
        diag_error(d, at, "the value selects no policy: %s", why);
        diag_help(d, "0x01 is equal share, 0x11 fixed share, 0x00 best effort");
        return;
    }
    if (x.slice_clamped || x.frequency_clamped || x.averaging_clamped) {
        diag_warning(d, at, "the driver clamps the %s of this value (rule %s)",
                     x.slice_clamped       ? "slice"
                     : x.frequency_clamped ? "frequency"
                                           : "averaging factor",
                     x.slice_clamped       ? "SCH-02"
                     : x.frequency_clamped ? "SCH-03"
                                           : "SCH-04");
        diag_help(d, "slices are 1 to 30 ms, frequencies 63 to 960 Hz, factors 1 to 60");
    }
    if (x.looks_like_slice) {
        diag_warning(d, at,
                     "bit 1 is 0, so this is the strict discipline at %.0f Hz, although the "
                     "guide calls such values slices (rule SCH-05)",
                     x.frequency_hz);
        diag_help(d, "for a slice set bit 1: 0x00TT0003 or 0x00TT0013");
    }
    f->kind = x.kind;
    f->discipline = x.discipline;
    f->frequency_hz = x.frequency_hz;
    f->slice_ns = (int64_t)x.slice_ms * NS_PER_MS;
    f->averaging = x.discipline == DISCIPLINE_STRICT ? x.averaging : 0;
}

/* A policy by its name: one of the house, or the plug-in. */
static const struct sched_kind *find_kind(const struct sched_plugin *plugin, const char *name)
{
    const bool is_plugin = plugin != NULL && strcmp(plugin->kind.name, name) == 0;
    return is_plugin ? &plugin->kind : sched_find(name);
}

static const struct sched_kind *read_policy(const struct field_map *m,
                                            const struct sched_plugin *plugin)
{
    const struct yaml_node *node = field_node(m, "policy");
    if (node != NULL && node->kind == YAML_SCALAR && plugin != NULL &&
        strcmp(node->text, plugin->kind.name) == 0) {
        return &plugin->kind;
    }
    const char *word = field_word(m, "policy");
    if (word == NULL && node != NULL && node->kind == YAML_SCALAR) {
        diag_note(m->r->d, node->at, "a policy of your own comes with --scheduler FILE.so");
    }
    return word == NULL ? NULL : sched_find(word);
}

static struct sched_fields read_fields(const struct field_map *m,
                                       const struct sched_plugin *plugin,
                                       const struct sched_fields *base)
{
    struct sched_fields f = nothing;
    if (m->node == NULL) {
        return f;
    }
    field_complete(m, NULL);
    if (field_has(m, "policy")) {
        f.kind = read_policy(m, plugin);
    }
    if (field_has(m, "discipline")) {
        const int choice = field_choice(m, "discipline");
        f.discipline = choice == 1   ? DISCIPLINE_LEGACY
                       : choice == 0 ? DISCIPLINE_STRICT
                                     : DISCIPLINE_NONE;
    }
    f.frequency_hz = field_has(m, "frequency") ? field_real(m, "frequency") : 0;
    f.slice_ns = field_has(m, "slice") ? field_ns(m, "slice") : 0;
    f.switch_ns = field_has(m, "switch") ? field_ns(m, "switch") : -1;
    f.working_set_bytes = field_has(m, "working-set") ? field_real(m, "working-set") : -1;
    f.averaging = field_has(m, "averaging") ? field_int(m, "averaging") : 0;
    f.linger_ns = field_has(m, "linger") ? field_ns(m, "linger") : -1;
    f.yield_idle = field_has(m, "yield-idle") ? field_bool(m, "yield-idle") : -1;
    f.granularity_ns =
        field_has(m, "preempt-granularity") ? field_ns(m, "preempt-granularity") : -1;
    if (field_has(m, "rmpvmrl")) {
        read_rmpvmrl(m, &f);
        return f;
    }
    check_pairs(m, &f);
    check_reach(m, &f, base);
    return f;
}

/* The scenario's fields with those of an entry over them. */
static struct sched_fields overlay(const struct sched_fields *base,
                                   const struct sched_fields *f)
{
    struct sched_fields out = *base;
    out.kind = f->kind != NULL ? f->kind : base->kind;
    out.discipline = f->discipline != DISCIPLINE_NONE ? f->discipline : base->discipline;
    out.switch_ns = f->switch_ns >= 0 ? f->switch_ns : base->switch_ns;
    out.working_set_bytes =
        f->working_set_bytes >= 0 ? f->working_set_bytes : base->working_set_bytes;
    out.averaging = f->averaging > 0 ? f->averaging : base->averaging;
    out.linger_ns = f->linger_ns >= 0 ? f->linger_ns : base->linger_ns;
    out.yield_idle = f->yield_idle >= 0 ? f->yield_idle : base->yield_idle;
    out.granularity_ns = f->granularity_ns >= 0 ? f->granularity_ns : base->granularity_ns;
    if (f->slice_ns > 0 || f->frequency_hz > 0) {
        out.slice_ns = f->slice_ns;
        out.frequency_hz = f->frequency_hz;
    }
    return out;
}

static struct sched_conf conf_of(const struct sched_fields *f)
{
    struct sched_conf c = {.kind = f->kind != NULL ? f->kind : &sched_best_effort,
                           .slice_ns = f->slice_ns,
                           .switch_ns = f->switch_ns,
                           .averaging = f->averaging > 0 ? f->averaging : AVERAGING};
    if (c.kind->has_discipline) {
        c.discipline = f->discipline == DISCIPLINE_NONE ? DISCIPLINE_STRICT : f->discipline;
    }
    if (c.discipline == DISCIPLINE_STRICT && f->frequency_hz > 0) {
        const int64_t slice_ns = sched_slice_of_frequency_ns(f->frequency_hz);
        c.slice_ns = slice_ns < 1 ? 1 : slice_ns;
    }
    if (c.discipline != DISCIPLINE_STRICT) {
        c.averaging = AVERAGING;
    }
    /* What a policy has no use for is dropped, so that equal schedulers compare equal. */
    c.linger_ns = f->linger_ns > 0 && c.kind->ring == RING_DEMAND ? f->linger_ns : 0;
    c.yield_idle = f->yield_idle > 0 && c.kind->ring == RING_POWERED_ON;
    c.granularity_ns = f->granularity_ns > 0 ? f->granularity_ns : 0;
    c.working_set_bytes = f->working_set_bytes > 0 ? f->working_set_bytes : 0;
    return c;
}

/* ---- Entries ---- */

static bool same_sched(const struct sched_conf *a, const struct sched_conf *b)
{
    return a->kind == b->kind && a->discipline == b->discipline && a->slice_ns == b->slice_ns &&
           a->switch_ns == b->switch_ns && a->averaging == b->averaging &&
           a->linger_ns == b->linger_ns && a->yield_idle == b->yield_idle &&
           a->granularity_ns == b->granularity_ns &&
           !(a->working_set_bytes < b->working_set_bytes) &&
           !(a->working_set_bytes > b->working_set_bytes);
}

/* A mode without turns has no scheduler of its own: all such entries are alike. */
static struct mode_spec make_mode(enum mode_kind kind, const struct sched_fields *f,
                                  struct span at)
{
    struct sched_fields own = *f;
    if (kind == MODE_CONTAINER_TIME_SLICED) {
        own.kind = &sched_cuda_round_robin;
        f = &own;
    }
    return (struct mode_spec){
        .kind = kind, .sched = conf_of(mode_takes_turns(kind) ? f : &nothing), .at = at};
}

static void add_mode(const struct field_map *root, struct scenario *s, struct mode_spec mode)
{
    struct diag *d = root->r->d;
    for (int i = 0; i < s->mode_n; i++) {
        if (s->mode[i].kind == mode.kind && same_sched(&s->mode[i].sched, &mode.sched)) {
            diag_error(d, mode.at, "mode '%s' is listed twice with the same scheduler",
                       mode_name(mode.kind));
            diag_help(d, "remove one of the two");
            diag_note(d, s->mode[i].at, "it is listed here first");
            return;
        }
    }
    if (s->mode_n == MODES_MAX) {
        diag_error(d, mode.at, "more than %d modes", MODES_MAX);
        return;
    }
    s->mode[s->mode_n++] = mode;
}

/* Containers have the turns of the CUDA driver and vGPUs those of the vGPU manager. What an
 * entry inherits and cannot use is dropped; what it says itself must suit its mode. */
static bool suits(const struct field_map *root, enum mode_kind kind, const struct yaml_entry *e,
                  const struct sched_fields *f, const struct sched_fields *base)
{
    const bool containers = kind == MODE_CONTAINER_TIME_SLICED;
    if (f->kind == NULL || !mode_takes_turns(kind) || f->kind->for_containers == containers ||
        (containers && f->kind == base->kind)) {
        return true;
    }
    struct diag *d = root->r->d;
    diag_error(d, e->key_at, "mode '%s' does not go with policy '%s'", mode_name(kind),
               f->kind->name);
    diag_help(d, containers ? "leave the policy out: containers take CUDA's turns"
                            : "write best-effort, equal-share or fixed-share");
    return false;
}

static void read_entry(const struct field_map *root, struct scenario *s,
                       const struct yaml_entry *e, const struct sched_fields *base)
{
    struct sched_fields f = *base;
    int kind = -1;
    if (e->value->kind == YAML_SCALAR) {
        /* A bare word is chosen among the words of `mode`. */
        const struct field_map m = {.r = root->r, .path = "modes", .at = e->key_at};
        kind = field_item_choice(&m, "mode", e->value);
    } else {
        const struct field_map m = field_open(root->r, e->value, "modes", e->key_at);
        if (m.node == NULL) {
            return;
        }
        const char *word = field_has(&m, "mode") ? field_word(&m, "mode") : NULL;
        kind = word == NULL ? -1 : field_choice(&m, "mode");
        field_complete(&m, word);
        if (field_has(&m, "scheduler")) {
            /* The fields are those of the scenario's scheduler: one set of rows serves both. */
            const struct field_map sched = field_open(root->r, field_node(&m, "scheduler"),
                                                      "scheduler", field_at(&m, "scheduler"));
            const struct sched_fields own = read_fields(&sched, s->plugin, base);
            f = overlay(base, &own);
        }
    }
    if (kind >= 0 && suits(root, (enum mode_kind)kind, e, &f, base)) {
        add_mode(root, s, make_mode((enum mode_kind)kind, &f, e->key_at));
    }
}

/* The base with another policy. */
static struct sched_fields under(const struct sched_fields *base, const struct sched_kind *kind)
{
    struct sched_fields f = *base;
    f.kind = kind;
    return f;
}

static void default_modes(struct scenario *s, const struct sched_fields *base)
{
    s->mode[s->mode_n++] = make_mode(MODE_PASSTHROUGH, base, SPAN_NONE);
    for (int i = 0; i < sched_kinds_n; i++) {
        if (sched_kinds[i]->for_containers) {
            continue;
        }
        const struct sched_fields f = under(base, sched_kinds[i]);
        s->mode[s->mode_n++] = make_mode(MODE_TIME_SLICED, &f, SPAN_NONE);
    }
    s->mode[s->mode_n++] = make_mode(MODE_MIG, base, SPAN_NONE);
    const bool containers = base->kind != NULL && base->kind->for_containers;
    const struct sched_fields f = under(base, containers ? &sched_best_effort : base->kind);
    s->mode[s->mode_n++] = make_mode(MODE_TIME_SLICED_MIG, &f, SPAN_NONE);
}

static void listed_modes(const struct field_map *root, struct scenario *s,
                         const struct sched_fields *base)
{
    const struct yaml_node *list = field_list(root, "modes");
    if (list == NULL) {
        if (!field_has(root, "modes")) {
            default_modes(s, base);
        }
        return;
    }
    if (list->n == 0) {
        diag_error(root->r->d, field_at(root, "modes"), "'modes' is empty");
        diag_help(root->r->d, "leave it out to compare all modes");
    }
    for (int i = 0; i < list->n; i++) {
        read_entry(root, s, &list->entry[i], base);
    }
}

/* ---- --mode ---- */

void mode_unknown(struct diag *d, const char *word, struct span at)
{
    static const char *const known[] = {"passthrough",
                                        "time-sliced",
                                        "mig",
                                        "time-sliced-mig",
                                        "time-sliced/best-effort",
                                        "time-sliced/equal-share",
                                        "time-sliced/fixed-share",
                                        "time-sliced-mig/best-effort",
                                        "time-sliced-mig/equal-share",
                                        "time-sliced-mig/fixed-share",
                                        "container-time-sliced"};
    diag_error(d, at, "there is no mode '%.*s'", field_shown(word), word);
    field_suggest(d, word, known, sizeof known / sizeof known[0]);
}

bool mode_pattern_read(const char *word, const struct sched_plugin *plugin,
                       struct mode_pattern *p)
{
    const char *slash = strchr(word, '/');
    const size_t n = slash == NULL ? strlen(word) : (size_t)(slash - word);
    bool found = false;
    for (int i = MODE_PASSTHROUGH; i <= MODE_CONTAINER_TIME_SLICED; i++) {
        const char *name = mode_name((enum mode_kind)i);
        if (strlen(name) == n && memcmp(name, word, n) == 0) {
            p->kind = (enum mode_kind)i;
            found = true;
        }
    }
    p->sched = slash == NULL ? NULL : find_kind(plugin, slash + 1);
    if (!found || (slash != NULL && p->sched == NULL)) {
        return false;
    }
    return slash == NULL || mode_takes_turns(p->kind);
}

bool mode_matches(const struct mode_spec *m, const struct mode_pattern *p)
{
    return m->kind == p->kind && (p->sched == NULL || p->sched == m->sched.kind);
}

/* Keeps what --mode names, and adds what the scenario does not list. */
static void keep_modes(const struct field_map *root, struct scenario *s,
                       const struct sched_fields *base, const char *const *only, int only_n)
{
    struct mode_spec kept[MODES_MAX];
    int kept_n = 0;
    bool listed[MODES_MAX] = {false};
    for (int i = 0; i < only_n; i++) {
        struct mode_pattern w;
        if (!mode_pattern_read(only[i], s->plugin, &w)) {
            const struct span at = {
                .file = "<--mode>", .line = 1, .col = 1, .len = (int)text_width(only[i])};
            mode_unknown(root->r->d, only[i], at);
            continue;
        }
        bool found = false;
        for (int k = 0; k < s->mode_n; k++) {
            if (mode_matches(&s->mode[k], &w)) {
                listed[k] = true;
                found = true;
            }
        }
        for (int k = 0; k < kept_n; k++) {
            found = found || mode_matches(&kept[k], &w);
        }
        if (!found && kept_n < MODES_MAX) {
            const struct sched_fields f = under(base, w.sched != NULL ? w.sched : base->kind);
            kept[kept_n++] = make_mode(w.kind, &f, SPAN_NONE);
        }
    }
    int n = 0;
    for (int k = 0; k < s->mode_n; k++) {
        if (listed[k]) {
            s->mode[n++] = s->mode[k];
        }
    }
    for (int k = 0; k < kept_n && n < MODES_MAX; k++) {
        /* cppcheck-suppress uninitvar ; only k < kept_n is read, and those were set */
        s->mode[n++] = kept[k];
    }
    s->mode_n = n;
}

void modes_read(const struct field_map *root, struct scenario *s, const char *const *only,
                int only_n)
{
    const struct field_map sched = field_sub(root, "scheduler");
    const struct sched_fields base = read_fields(&sched, s->plugin, &nothing);
    listed_modes(root, s, &base);
    if (only_n > 0) {
        keep_modes(root, s, &base, only, only_n);
    }
}
