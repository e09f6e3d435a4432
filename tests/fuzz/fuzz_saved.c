/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_saved.c - any bytes as a saved result, for all that read one.
 *
 * Goal: no input crashes, leaks or hangs `diff`, `test --baseline`, `report` and `plot`; who is
 * refused is told why, and who is accepted does not differ from itself. Method: the entry point
 * of libFuzzer, as in fuzz_scenario.c. gnuplot is left out: its scripts are only written. */
#include <stdint.h>
#include <stdlib.h>

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/base/text.h"
#include "sim/input/jsonin.h"
#include "sim/report/page.h"
#include "sim/report/plot.h"
#include "sim/report/rep_change.h"
#include "sim/report/stored.h"
#include "sim/run/change.h"
#include "sim/run/saved.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char file[] = "fuzz.json";

static void compare_with_itself(struct arena *arena, const struct jsonin *root, struct diag *d)
{
    struct saved saved;
    struct changes changes = {0};
    struct text out;
    if (!saved_read(&saved, arena, root, file, d)) {
        if (!diag_failed(d)) {
            abort();
        }
        return;
    }
    if (!changes_find(&changes, &saved, &saved, false) || changes.n != 0) {
        abort();
    }
    text_init(&out);
    rep_change_text(&changes, 0, 100, &out);
    text_fini(&out);
    changes_fini(&changes);
}

static void draw(struct arena *arena, const struct jsonin *root, struct diag *d)
{
    static struct stored stored;
    struct text out;
    if (!stored_init(&stored, arena, root, file, d)) {
        if (!diag_failed(d)) {
            abort();
        }
        return;
    }
    text_init(&out);
    page_script(&stored, &out);
    text_reset(&out);
    if (!page_write(&stored, NULL, &out)) {
        abort();
    }
    for (int kind = 0; kind < PLOT_TIMELINE; kind++) {
        text_reset(&out);
        if (plot_panels((enum plot_kind)kind, &stored) > 0) {
            plot_stored((enum plot_kind)kind, PLOT_SVG, &stored, &out);
        }
    }
    text_fini(&out);
}

/* A saved plan has a schema of its own, and the front draws what it finds. */
static void draw_front(const struct jsonin *root, struct diag *d)
{
    struct text out;
    text_init(&out);
    if (!plot_front(PLOT_SVG, root, file, &out, d) && !diag_failed(d)) {
        abort();
    }
    text_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct diag diag;
    struct arena arena;
    arena_init(&arena, "fuzz");
    diag_init(&diag);
    const struct jsonin *root =
        jsonin_read(&arena, file, n == 0 ? "" : (const char *)data, n, &diag);
    if (root == NULL && !diag_failed(&diag)) {
        abort();
    }
    if (root != NULL) {
        compare_with_itself(&arena, root, &diag);
        diag_fini(&diag);
        diag_init(&diag);
        draw(&arena, root, &diag);
        diag_fini(&diag);
        diag_init(&diag);
        draw_front(root, &diag);
    }
    diag_fini(&diag);
    arena_fini(&arena);
    return 0;
}
