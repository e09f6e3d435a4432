/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_pictures.c - goal: pictures of GPUs keep to the page and to scale, and JSON says of
 * every GPU what the picture says. Method: random tenants on GPUs of every family are placed;
 * bars are read back column by column and held against the seats of the placement; JSON is
 * parsed by jansson and added up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "fixture.h"
#include "sim/report/rep_layout.h"

static int open_fixture(void **state)
{
    static struct fixture f;
    *state = &f;
    return fixture_open(&f) ? 0 : -1;
}

static int close_fixture(void **state)
{
    fixture_close(*state);
    return 0;
}

static uint32_t draw(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 16) % n;
}

/* Three tenants of random sizes on a random GPU, all modes, placed only. */
static const struct result *place_at_random(struct fixture *f, uint32_t *seed)
{
    static const char *const gpus[] = {"A100-PCIE-80GB", "A30",  "RTX-PRO-6000-BSE",
                                       "H200-NVL",       "L40S", "RTX-PRO-4500-BSE"};
    static char yaml[2048];
    const char *work = "workload: {kind: requests, arrivals: {process: poisson, rate: 1/s}, "
                       "service: {dist: exponential, mean: 1 ms}}";
    int n = snprintf(yaml, sizeof yaml,
                     "version: 1\nname: drawn\nfleet: {gpu: %s, count: %u, mixed-size: %s}\n"
                     "placement: {policy: %s}\ntenants:\n",
                     gpus[draw(seed, 6)], 1 + draw(seed, 6), draw(seed, 2) ? "true" : "false",
                     draw(seed, 2) ? "best-fit" : "breadth-first");
    for (char name = 'p'; name <= 'r'; name++) {
        n +=
            snprintf(yaml + n, sizeof yaml - (size_t)n,
                     "  - {name: %c, count: %u, vgpus: %u, framebuffer: %u GiB, %s}\n", name,
                     1 + draw(seed, 9), draw(seed, 8) == 0 ? 2U : 1U, 2 + draw(seed, 20), work);
    }
    (void)snprintf(yaml + n, sizeof yaml - (size_t)n,
                   "modes: [passthrough, time-sliced, mig, time-sliced-mig, "
                   "container-time-sliced]\n");
    arena_fini(&f->arena);
    const struct scenario *s = fixture_read(f, yaml);
    if (s == NULL) {
        fail_msg("%s\n%s", yaml, f->diag.entry[0].text);
    }
    const struct exp_options o = {
        .seed = 1, .threads = 1, .place_only = true, .version = "test"};
    const struct result *r = exp_run(&f->arena, s, &o, &f->diag);
    assert_non_null(r);
    return r;
}

/* ---- Text ---- */

static void check_page(const char *page, size_t width)
{
    for (const char *line = page; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        if (n > width) {
            fail_msg("%zu columns instead of %zu: %.*s", n, width, (int)n, line);
        }
        for (size_t i = 0; i < n; i++) {
            assert_in_range(line[i], ' ', '~');
        }
        line += n + (line[n] == '\n' ? 1 : 0);
    }
}

static void pictures_keep_to_the_page_when_it_is_narrow(void **state)
{
    struct fixture *f = *state;
    uint32_t seed = 3;
    for (int round = 0; round < 60; round++) {
        const struct result *r = place_at_random(f, &seed);
        for (int width = 40; width <= 120; width += 20) {
            const struct rep_options o = {.width = width, .place_only = true};
            struct text page;
            text_init(&page);
            for (int m = 0; m < r->scenario->mode_n; m++) {
                rep_layout_change(&r->mode[m], &o, &page);
                rep_layout_write(r, &r->mode[m], &o, &page);
                rep_layout_rest(r, &r->mode[m], &o, &page);
            }
            assert_true(page.n > 0 && !page.failed);
            /* Flags to paste are never broken; a legend is as wide as its names. */
            char *try_it = strstr(page.s, "  try: ");
            for (; try_it != NULL; try_it = strstr(try_it, "  try: ")) {
                memset(try_it, '\n', strcspn(try_it, "\n"));
            }
            check_page(text_str(&page), width < 80 ? (size_t)width : 80);
            text_fini(&page);
        }
    }
}

/* What should be at a unit: letters and '=' where a seat lies. */
static bool is_taken(const struct mode_result *m, int gpu_ix, int unit)
{
    for (int i = 0; i < m->fleet->seat_n; i++) {
        const struct seat *s = &m->fleet->seat[i];
        if (s->gpu_ix == gpu_ix && unit >= s->start && unit < s->start + s->size) {
            return true;
        }
    }
    return false;
}

/* The columns of each unit but its first two, where an edge and a letter may stand. */
static void check_bar(const struct mode_result *m, int gpu_ix, int length, const char *bar)
{
    size_t columns = strcspn(bar, "\n") - 1;
    assert_int_equal(columns % (size_t)length, 0);
    size_t each = columns / (size_t)length;
    for (int u = 0; u < length; u++) {
        for (size_t c = 2; c < each; c++) {
            char is = bar[(size_t)u * each + c];
            if (is_taken(m, gpu_ix, u)) {
                assert_int_equal(is, '=');
            } else {
                assert_true(is == '.' || is == 'x');
            }
        }
    }
    assert_int_equal(bar[0], '|');
    assert_int_equal(bar[columns], '|');
}

static void pictures_are_to_scale_when_instances_are_drawn(void **state)
{
    struct fixture *f = *state;
    uint32_t seed = 5;
    int drawn = 0;
    for (int round = 0; round < 60; round++) {
        const struct result *r = place_at_random(f, &seed);
        const struct mode_result *m = &r->mode[2];
        const struct rep_options o = {.width = 80, .place_only = true};
        struct text page;
        text_init(&page);
        rep_layout_write(r, m, &o, &page);
        const char *bar = text_str(&page);
        for (int i = 0; i < m->fits->shape_n; i++) {
            const struct fits_shape *x = &m->fits->shape[i];
            if (x->seat_n == 0) {
                continue;
            }
            bar = strstr(bar, "\n    |"); /* shapes are drawn in their order */
            assert_non_null(bar);
            bar += 5;
            check_bar(m, x->gpu_ix, x->length, bar);
            drawn++;
        }
        assert_null(strstr(bar, "\n    |"));
        text_fini(&page);
    }
    assert_true(drawn > 60);
}

/* ---- JSON ---- */

static json_int_t number(const json_t *object, const char *key)
{
    const json_t *x = json_object_get(object, key);
    assert_true(json_is_integer(x));
    return json_integer_value(x);
}

static json_int_t more_of(const json_t *kind)
{
    const json_t *x = json_object_get(kind, "more");
    return json_is_null(x) ? -1 : json_integer_value(x);
}

/* `remaining` of a kind of GPU is the sum over the layouts of all its GPUs. */
static void check_sums(const json_t *mode)
{
    const json_t *total = json_array_get(json_object_get(mode, "remaining"), 0);
    const json_t *kinds = json_object_get(total, "kinds");
    json_int_t gpus = 0;
    size_t ix;
    const json_t *layout;
    json_array_foreach(json_object_get(mode, "layout"), ix, layout)
    {
        gpus += (json_int_t)json_array_size(json_object_get(layout, "gpus"));
        assert_true(number(layout, "taken") <= number(layout, "length"));
    }
    assert_int_equal(gpus, number(total, "gpus"));
    for (size_t k = 0; k < json_array_size(kinds); k++) {
        json_int_t sum = 0;
        json_array_foreach(json_object_get(mode, "layout"), ix, layout)
        {
            json_int_t n = (json_int_t)json_array_size(json_object_get(layout, "gpus"));
            json_int_t more = more_of(json_array_get(json_object_get(layout, "remaining"), k));
            sum = sum < 0 || more < 0 ? -1 : sum + n * more;
        }
        assert_int_equal(sum, more_of(json_array_get(kinds, k)));
    }
}

/* Every seat of the placement is in the pieces of its GPU. */
static void check_seats(const json_t *mode)
{
    json_int_t seats = 0;
    size_t ix;
    size_t at;
    const json_t *layout;
    const json_t *piece;
    json_array_foreach(json_object_get(mode, "layout"), ix, layout)
    {
        json_int_t n = (json_int_t)json_array_size(json_object_get(layout, "gpus"));
        json_array_foreach(json_object_get(layout, "pieces"), at, piece)
        {
            seats += n * number(piece, "seats");
        }
    }
    assert_int_equal(seats, json_array_size(json_object_get(mode, "placement")));
}

static void pictures_add_up_when_json_is_read(void **state)
{
    struct fixture *f = *state;
    uint32_t seed = 9;
    int last = 0;
    for (int round = 0; round < 30; round++) {
        const struct result *r = place_at_random(f, &seed);
        struct text out;
        text_init(&out);
        rep_json.write(r, &(struct rep_options){.place_only = true}, &out);
        json_t *root = json_loads(text_str(&out), JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(root);
        size_t ix;
        const json_t *mode;
        json_array_foreach(json_object_get(root, "modes"), ix, mode)
        {
            check_sums(mode);
            check_seats(mode);
            bool has_changes = json_array_size(json_object_get(mode, "changes")) > 0;
            assert_false(has_changes && json_is_true(json_object_get(mode, "feasible")));
            last += has_changes ? 1 : 0;
        }
        json_decref(root);
        text_fini(&out);
    }
    assert_true(last > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_keep_to_the_page_when_it_is_narrow),
        cmocka_unit_test(pictures_are_to_scale_when_instances_are_drawn),
        cmocka_unit_test(pictures_add_up_when_json_is_read),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
