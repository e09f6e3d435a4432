/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_scenario.c - any bytes as a scenario, or as a configuration file of other tools.
 *
 * Goal: no input crashes, leaks or hangs, and whoever is accepted reads back from its own
 * canonical text to the same text. Method: the entry point of libFuzzer; replay.c calls it from
 * a plain main. An input that begins with "#!" gives the rest of its first line as a --set
 * argument. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/base/text.h"
#include "sim/input/catalogin.h"
#include "sim/input/configin.h"
#include "sim/input/scenario.h"
#include "sim/plan/assess.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct catalog *the_catalog(void)
{
    static struct arena arena;
    static struct diag diag;
    static const struct catalog *catalog;
    if (catalog == NULL) {
        arena_init(&arena, "program");
        diag_init(&diag);
        catalog = catalog_load(&arena, NULL, &diag);
    }
    if (catalog == NULL) {
        abort();
    }
    return catalog;
}

/* Must be accepted and give the same text again. */
static void check_round_trip(const struct scenario *s, struct diag *d)
{
    struct arena arena;
    struct text text;
    arena_init(&arena, "again");
    text_init(&text);
    scenario_resolved(s, &text);
    const struct scenario *again =
        scenario_read(&arena, the_catalog(), s->path, text_str(&text), text.n, NULL, d);
    if (again == NULL || strcmp(again->resolved, s->resolved) != 0 || again->hash != s->hash) {
        abort();
    }
    text_fini(&text);
    arena_fini(&arena);
}

/* A configuration file: who is accepted is assessed, every entry on some board. */
static void try_config(struct arena *arena, const char *bytes, size_t n, struct diag *d)
{
    const struct yaml_source source = {"fuzz.yaml", bytes, n, 1};
    const struct config *config = configin_read(arena, &source, d);
    struct assessments found;
    if (config == NULL) {
        if (!diag_failed(d)) {
            abort();
        }
        return;
    }
    int entry_n = 0;
    for (int i = 0; i < config->set_n; i++) {
        entry_n += config->set[i].entry_n;
    }
    if (!assess_config(&found, arena, the_catalog(), config, -1, d) || found.n < entry_n) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct diag diag;
    struct arena arena;
    arena_init(&arena, "fuzz");
    diag_init(&diag);
    struct scenario_overrides over = {.set = NULL};
    const char *bytes = n == 0 ? "" : (const char *)data;
    if (configin_is(bytes, n)) {
        try_config(&arena, bytes, n, &diag);
        diag_fini(&diag);
        arena_fini(&arena);
        return 0;
    }
    char *set = NULL;
    if (n > 2 && memcmp(bytes, "#!", 2) == 0) {
        const char *end = memchr(bytes, '\n', n);
        const size_t len = end == NULL ? n - 2 : (size_t)(end - bytes) - 2;
        set = arena_copy(&arena, bytes + 2, len);
    }
    const char *const sets[] = {set};
    over.set = sets;
    over.set_n = set == NULL ? 0 : 1;
    const struct scenario *s =
        scenario_read(&arena, the_catalog(), "fuzz.yaml", bytes, n, &over, &diag);
    if (s == NULL && !diag_failed(&diag)) {
        abort();
    }
    if (s != NULL) {
        check_round_trip(s, &diag);
    }
    diag_fini(&diag);
    arena_fini(&arena);
    return 0;
}
