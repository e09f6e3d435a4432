/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: pages and pictures of saved results are whole, need nothing else and let no text of a
 * result through as markup or as a command. Method: results by hand, with hostile names; a
 * small checker of tags. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/report/answer.h"
#include "sim/report/page.h"
#include "sim/report/plot.h"

struct reading {
    struct arena arena;
    struct diag diag;
    struct stored stored;
    struct text out;
};

static struct reading x;

#define ESTIMATE(value, lo, hi)                                                                \
    "{\"value\": " #value ", \"ci95_lo\": " #lo ", \"ci95_hi\": " #hi ", \"samples\": 100}"
#define TENANT(name, p95, limit)                                                               \
    "{\"name\": \"" name "\", \"latency_ns\": {\"p95\": " p95 "}, \"objectives\": "            \
    "[{\"metric\": \"latency_ns.p95\", \"at_most\": " #limit "}], \"latency_cdf\": "           \
    "{\"at_or_below_frac\": [0.5, 0.9, 1], \"ns\": [1000000, 3000000, 9000000]}, "             \
    "\"violations\": {\"total\": 0}}"
#define MODE(label, gpus, tenants)                                                             \
    "{\"mode\": \"mig\", \"label\": \"" label "\", \"feasible\": true, \"gpus_used\": " #gpus  \
    ", \"utilization\": {\"compute_frac\": " ESTIMATE(                                         \
        0.4, 0.3,                                                                              \
        0.5) ", \"useful_frac\": " ESTIMATE(0.4, 0.3,                                          \
                                            0.5) "}, \"notes\": [{\"rule\": \"A<1>\", "        \
                                                 "\"tenant\": null, \"text\": \"<i>\", "       \
                                                 "\"source\": \"a & b\"}], \"tenants\": "      \
                                                 "[" tenants                                   \
                                                 "], \"placement\": [{\"vm\": \"<b>/0\", "     \
                                                 "\"gpu\": 0, \"model\": \"`id`\", "           \
                                                 "\"start\": 0, "                              \
                                                 "\"size\": 4, \"type\": \"\\\"; system "      \
                                                 "'id'\", \"mig\": null}]}"
#define RESULT(question, modes)                                                                \
    "{\"schema\": \"vgpusim.result/1\", \"scenario\": \"s\", \"question\": \"" question        \
    "\", \"modes\": [" modes "], \"resolved\": \"a: </pre><script>\"}"

#define MET     ESTIMATE(4000000, 3900000, 4100000)
#define OPEN    ESTIMATE(5000000, 4900000, 5100000)
#define MISSED  ESTIMATE(6000000, 5900000, 6100000)
#define HOSTILE "<b>\\\"'& `date` $(id)\\n!id"

static void begin(const char *json)
{
    arena_init(&x.arena, "test");
    diag_init(&x.diag);
    text_init(&x.out);
    const struct jsonin *root = jsonin_read(&x.arena, "r.json", json, strlen(json), &x.diag);
    assert_non_null(root);
    assert_true(stored_init(&x.stored, &x.arena, root, "r.json", &x.diag));
}

static void end(void)
{
    assert_false(x.out.failed);
    text_fini(&x.out);
    diag_fini(&x.diag);
    arena_fini(&x.arena);
}

static void assert_answer(const char *json, const char *said)
{
    begin(json);
    answer_write(&x.stored, &x.out);
    if (strstr(text_str(&x.out), said) == NULL) {
        fail_msg("'%s' does not say '%s'", text_str(&x.out), said);
    }
    end();
}

/* ---- Answers ---- */

static void answer_names_fewest_gpus_when_several_modes_hold(void **state)
{
    (void)state;
    assert_answer(RESULT("q", MODE("many", 3, TENANT("a", MET, 5e6)) "," MODE(
                                  "few", 2, TENANT("a", MET, 5e6))),
                  "few meets every objective on 2 GPUs; nearest to its limit is the p95 of a, "
                  "4.00±0.10 ms against a limit of 5.00 ms (20.0 % below).");
}

/* Feasible, with a placement that breaks what a tenant requires. */
#define BROKEN(label, gpus, tenants)                                                           \
    "{\"mode\": \"mig\", \"label\": \"" label "\", \"feasible\": true, \"gpus_used\": " #gpus  \
    ", \"violations\": {\"policy\": 1}, \"utilization\": {\"compute_frac\": " ESTIMATE(        \
        0.4, 0.3, 0.5) "}, \"tenants\": [" tenants "], \"placement\": []}"

static void answer_is_no_mode_that_breaks_a_requirement_when_another_holds(void **state)
{
    (void)state;
    assert_answer(RESULT("q", MODE("many", 3, TENANT("a", MET, 5e6)) "," BROKEN(
                                  "few", 2, TENANT("a", MET, 5e6))),
                  "many meets every objective on 3 GPUs; ");
    assert_answer(RESULT("q", MODE("keeps", 3, TENANT("a", MISSED, 5e6)) "," BROKEN(
                                  "breaks", 2, TENANT("a", MET, 5e6))),
                  "No mode meets every objective; keeps comes nearest: ");
    assert_answer(RESULT("q", BROKEN("few", 2, TENANT("a", MET, 5e6))),
                  "few meets every objective on 2 GPUs, but breaks the isolation that a tenant "
                  "requires, as does every mode; nearest");
    begin(RESULT("q", MODE("many", 3,
                           TENANT("a", MET, 5e6)) "," BROKEN("few", 2, TENANT("a", MET, 5e6))));
    answer_beside(&x.stored, &x.out);
    assert_string_equal(text_str(&x.out),
                        "The isolation that a tenant requires is broken by few. ");
    end();
}

static void answer_claims_nothing_when_the_interval_straddles_the_limit(void **state)
{
    (void)state;
    assert_answer(RESULT("q", MODE("m", 1, TENANT("a", OPEN, 5e6))),
                  "No mode is sure to meet every objective; for m the intervals leave it open");
}

static void answer_says_how_far_when_no_mode_holds(void **state)
{
    (void)state;
    assert_answer(
        RESULT("q", MODE("m", 1, TENANT("a", MISSED, 5e6))),
        "No mode meets every objective; m comes nearest: the p95 of a, 6.00±0.10 ms against a "
        "limit of 5.00 ms (20.0 % above).");
}

static void answer_gives_the_reason_when_no_mode_is_feasible(void **state)
{
    (void)state;
    assert_answer("{\"schema\": \"vgpusim.result/1\", \"modes\": [{\"mode\": \"mig\", "
                  "\"feasible\": false, \"reasons\": [{\"rule\": \"MIG-09\", \"text\": \"too "
                  "small\"}], \"tenants\": [{\"name\": \"a\"}]}]}",
                  "None of the 1 modes is possible here: too small.");
}

/* ---- Differences ---- */

#define PAIR(verdict, value, lo, hi)                                                           \
    "{\"name\": \"a\", \"latency_ns\": {\"p95\": " MET "}, \"objectives\": [{\"metric\": "     \
    "\"latency_ns.p95\", \"at_most\": 5e6}], \"difference\": {\"p95_ns\": " ESTIMATE(          \
        value, lo, hi) ", \"p95_verdict\": " verdict "}, \"worst_neighbour\": {\"tenant\": "   \
                       "\"a\", \"p95_cost_ns\": " ESTIMATE(                                    \
                           2000000, 1500000, 2500000) ", \"violations_without\": 3}, "         \
                                                      "\"violations\": {\"total\": 10}}"
#define COMPARED(label, gpus, tenants)                                                         \
    "{\"mode\": \"mig\", \"label\": \"" label "\", \"feasible\": true, \"gpus_used\": " #gpus  \
    ", \"compared_with\": \"base\", \"utilization\": {\"compute_frac\": " ESTIMATE(            \
        0.4, 0.3, 0.5) "}, \"tenants\": [" tenants "]}"
#define BASE MODE("base", 3, TENANT("a", MISSED, 5e6))

static void answer_gives_the_paired_difference_when_it_is_told(void **state)
{
    (void)state;
    assert_answer(RESULT("q", BASE "," COMPARED(
                                  "m", 1, PAIR("\"better\"", -2000000, -2100000, -1900000))),
                  "(20.0 % below), 2.00±0.10 ms better than under base on 3.");
    assert_answer(
        RESULT("q", BASE "," COMPARED("m", 1, PAIR("\"worse\"", 2000000, 1900000, 2100000))),
        "(20.0 % below), 2.00±0.10 ms worse than under base on 3.");
    assert_answer(RESULT("q", BASE "," COMPARED("m", 1, PAIR("null", -10000, -50000, 30000))),
                  "limit of 5.00 ms (20.0 % below).");
}

/* Where the best mode is the one that was compared with, its rival's difference is reversed. */
static void answer_turns_the_difference_round_when_the_best_is_the_base(void **state)
{
    (void)state;
    assert_answer(RESULT("q", MODE("base", 1, TENANT("a", MET, 5e6)) "," COMPARED(
                                  "m", 2, PAIR("\"worse\"", 2000000, 1900000, 2100000))),
                  "base meets every objective on 1 GPU; nearest to its limit is the p95 of a, "
                  "4.00±0.10 ms against a limit of 5.00 ms (20.0 % below), 2.00±0.10 ms better "
                  "than under "
                  "m on 2.");
}

static void answer_says_beside_it_what_else_holds(void **state)
{
    (void)state;
    begin("{\"schema\": \"vgpusim.result/1\", \"sensitivity\": [{\"flips\": [{}]}], "
          "\"modes\": [" MODE("few", 2, TENANT("a", MET, 5e6)) ", " MODE(
              "many", 3, TENANT("a", MET, 5e6)) ", " MODE("bad", 1,
                                                          TENANT("a", MISSED, 5e6)) "]}");
    answer_beside(&x.stored, &x.out);
    assert_string_equal(text_str(&x.out),
                        "Every objective is also met by many on 3. An objective is missed by "
                        "bad on 1. The order of the modes hangs on parameters that nobody has "
                        "verified. ");
    end();
}

static void assert_page_says(const char *json, const char *said)
{
    begin(json);
    assert_true(page_write(&x.stored, NULL, &x.out));
    if (strstr(text_str(&x.out), said) == NULL) {
        fail_msg("the page does not say '%s'", said);
    }
    end();
}

static void page_says_who_harms_whom_and_by_how_much(void **state)
{
    (void)state;
    static const char json[] =
        RESULT("q", BASE "," COMPARED("m", 1, PAIR("\"worse\"", 3000000, 2900000, 3100000)));
    assert_page_says(json, "<td data-label=\"m\" class=\"worse\"><span>3.00±0.10 ms worse "
                           "<small>+50.0 %</small>");
    assert_page_says(json, "<td data-label=\"p95 that it costs\"><span>2.00±0.50 ms</span>");
    assert_page_says(json, "<td data-label=\"violations that end with it\"><span>7</span>");
    assert_page_says(json, "a: p95 2.00±0.50 ms higher, 7 of 10 violations");
    assert_page_says(
        RESULT("q", BASE "," COMPARED("m", 1, PAIR("null", -0.0000001, -50000, 50000))),
        "No figure differs in any mode.");
}

static void page_says_whom_a_fault_hits(void **state)
{
    (void)state;
    static const char json[] = RESULT(
        "q",
        "{\"mode\": \"mig\", \"label\": \"m\", \"feasible\": true, \"utilization\": "
        "{\"compute_frac\": 0.5}, \"faults\": {\"count\": 4, \"blast_radius_max\": 3, "
        "\"beyond_promise\": 2}, \"tenants\": [{\"name\": \"a\", \"available_frac\": 0.75, "
        "\"requests_lost\": 11, \"violations\": {\"fault\": 7}}]}");
    assert_page_says(json, "<td data-label=\"most\"><span>3</span>");
    assert_page_says(json, "<td data-label=\"VMs hit beyond the promise\"><span>2</span>");
    assert_page_says(json,
                     "<span>75.0 %</span></td><td data-label=\"requests lost\"><span>11<");
    assert_page_says(json, "begun anew by others&#39; faults\"><span>7</span>");
}

/* A frame that was late, a token, a step: of the tenant, and of a workload of its VMs. */
static void page_shows_what_only_a_kind_of_work_has(void **state)
{
    (void)state;
    static const char json[] = RESULT(
        "q",
        "{\"mode\": \"mig\", \"label\": \"m\", \"feasible\": true, \"utilization\": "
        "{\"compute_frac\": 0.5}, \"tenants\": [{\"name\": \"vm\", \"workloads\": "
        "[{\"name\": \"desk\", \"requests\": 200, \"frame_ns\": {\"p95\": 4000000}, "
        "\"frames_late\": 30, \"frames_dropped\": 5}, {\"name\": \"chat\", \"ttft_ns\": "
        "{\"p95\": 7000000}, \"tpot_ns\": {\"p95\": 8000000}, \"requests_dropped\": 9}]}]}");
    assert_page_says(json, "<th scope=\"row\">vm/desk</th>");
    assert_page_says(json,
                     "<td data-label=\"late\"><span>30</span></td><td data-label=\"late, "
                     "of all\"><span>15.0 %</span></td><td data-label=\"dropped\"><span>5<");
    assert_page_says(json, "<th scope=\"row\">vm/chat</th>");
    assert_page_says(json, "<span>7.00 ms</span></td><td data-label=\"each further token, "
                           "mean\"><span>-</span></td><td data-label=\"p95\"><span>8.00 ms<");
    assert_page_says(json, "<td data-label=\"refused\"><span>9</span>");
}

/* ---- Pages ---- */

static bool is_void(const char *tag, size_t n)
{
    static const char *const voids[] = {"meta", "br", "rect", "path", "!DOCTYPE"};
    for (size_t i = 0; i < sizeof voids / sizeof voids[0]; i++) {
        if (strlen(voids[i]) == n && strncmp(voids[i], tag, n) == 0) {
            return true;
        }
    }
    return false;
}

/* Every tag is closed in its turn. */
static void assert_balanced(const char *html)
{
    enum {
        DEPTH = 32
    };
    const char *open[DEPTH];
    size_t length[DEPTH];
    int depth = 0;
    for (const char *at = strchr(html, '<'); at != NULL; at = strchr(at + 1, '<')) {
        const bool closes = at[1] == '/';
        const char *tag = at + 1 + (closes ? 1 : 0);
        const size_t n = strcspn(tag, " >/\n");
        if (is_void(tag, n)) {
            continue;
        }
        if (!closes) {
            assert_true(depth < DEPTH);
            open[depth] = tag;
            length[depth++] = n;
        } else if (depth == 0 || length[depth - 1] != n ||
                   strncmp(open[depth - 1], tag, n) != 0) {
            fail_msg("</%.*s> closes nothing", (int)n, tag);
        } else {
            depth--;
        }
    }
    assert_int_equal(depth, 0);
}

static void page_is_whole_and_escaped_when_names_are_hostile(void **state)
{
    (void)state;
    static const char *const ids[] = {"answer",    "modes",       "p95",
                                      "latency",   "utilization", "layout",
                                      "isolation", "assumptions", "scenario"};
    struct text pictures;
    begin(RESULT("</title><script>", MODE(HOSTILE, 1, TENANT(HOSTILE, MET, 5e6))));
    text_init(&pictures);
    for (int i = 0; i < 3; i++) {
        text_add(&pictures, "<?xml?>\n<svg >\n<title>Gnuplot</title><g id='gp' "
                            "fill=\"black\"></g></svg>\n");
    }
    assert_true(page_write(&x.stored, &pictures, &x.out));
    const char *html = text_str(&x.out);
    assert_balanced(html);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char id[32];
        (void)snprintf(id, sizeof id, "id=\"%s\"", ids[i]);
        assert_non_null(strstr(html, id));
    }
    assert_null(strstr(html, "<script"));
    assert_null(strstr(html, "<b>\""));
    assert_null(strstr(html, "src="));
    assert_null(strstr(html, "href="));
    assert_null(strstr(html, "http"));
    assert_null(strstr(html, "fill=\"black\""));
    assert_non_null(strstr(html, "id='p0-gp'"));
    assert_non_null(strstr(html, "id='p2-gp'"));
    assert_non_null(strstr(html, "&lt;b&gt;&quot;&#39;&amp; `date`"));
    assert_non_null(strstr(html, "<b>A&lt;1&gt;</b> &lt;i&gt;"));
    assert_non_null(strstr(html, "a &amp; b"));
    text_fini(&pictures);
    end();
}

static void page_says_so_when_pictures_are_missing(void **state)
{
    (void)state;
    struct text pictures;
    begin(RESULT("q", MODE("m", 1, TENANT("a", MET, 5e6))));
    text_init(&pictures);
    assert_true(page_write(&x.stored, NULL, &x.out));
    assert_non_null(
        strstr(text_str(&x.out), "(No picture: this page was made without gnuplot.)"));
    assert_balanced(text_str(&x.out));
    text_reset(&x.out);
    text_add(&pictures, "<svg ></svg>");
    assert_false(page_write(&x.stored, &pictures, &x.out));
    text_fini(&pictures);
    end();
}

/* ---- Pictures ---- */

static void plot_lets_no_command_through_when_names_are_hostile(void **state)
{
    (void)state;
    static const enum plot_kind kinds[] = {PLOT_CDF, PLOT_COMPARE, PLOT_UTILIZATION,
                                           PLOT_LAYOUT};
    begin(RESULT("q", MODE(HOSTILE, 1, TENANT(HOSTILE, MET, 5e6))));
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        text_reset(&x.out);
        plot_stored(kinds[i], PLOT_SVG, &x.stored, &x.out);
        const char *s = text_str(&x.out);
        assert_null(strchr(s, '`'));
        assert_null(strstr(s, "$("));
        assert_null(strstr(s, "system"));
        assert_null(strchr(s, '!'));
        assert_null(strstr(s, "\nid"));
        if (kinds[i] != PLOT_LAYOUT) {
            assert_non_null(strstr(s, "<b>??? ?date? ?(id)??id"));
        }
    }
    end();
}

/* The first GPU of a mode; turns within the stretch; work while the counter is not 0. */
static void trace_gives_the_turns_of_the_first_gpu(void **state)
{
    (void)state;
#define NAME(what, pid, tid, name)                                                             \
    "{\"ph\": \"M\", \"name\": \"" what "\", \"pid\": " #pid ", \"tid\": " #tid                \
    ", \"args\": {\"name\": \"" name "\"}},"
#define SLICE(name, pid, ts, dur)                                                              \
    "{\"ph\": \"X\", \"cat\": \"vm\", \"name\": \"" name "\", \"pid\": " #pid                  \
    ", \"tid\": 9, \"ts\": " #ts ", \"dur\": " #dur "},"
#define COUNT(ts, waiting, served)                                                             \
    "{\"ph\": \"C\", \"pid\": 1, \"tid\": 9, \"ts\": " #ts                                     \
    ", \"args\": {\"waiting\": " #waiting ", \"in service\": " #served "}},"
    static const char json[] = "{\"traceEvents\": [" NAME("process_name", 2, 1, "m: GPU 1, G")
        NAME("process_name", 1, 1, "m: GPU 0, G") NAME("thread_name", 1, 1, "GPU 0")
            NAME("thread_name", 1, 9, "a/0") NAME("thread_name", 2, 9, "b/0") COUNT(10, 1, 0)
                COUNT(12.5, 0, 1) SLICE("switch", 1, 10, 2.5) SLICE("runs", 1, 12.5, 7.5)
                    COUNT(20, 0, 0) SLICE("runs", 2, 10, 5) COUNT(24, 1, 0) SLICE(
                        "runs", 1, 26, 9) "{}], \"otherData\": {\"program\": \"vgpusim\", "
                                          "\"from_ns\": 10000, \"to_ns\": 30000}}";
    arena_init(&x.arena, "test");
    diag_init(&x.diag);
    text_init(&x.out);
    const struct jsonin *root = jsonin_read(&x.arena, "t.json", json, strlen(json), &x.diag);
    assert_true(plot_trace_rows(root, "t.json", &x.out, &x.diag));
    assert_string_equal(text_str(&x.out), "mode,vm,state,from_ns,to_ns\n"
                                          "\"m\",\"a/0\",there,10000,30000\n"
                                          "\"m\",\"a/0\",switch,10000,12500\n"
                                          "\"m\",\"a/0\",run,12500,20000\n"
                                          "\"m\",\"a/0\",work,10000,20000\n"
                                          "\"m\",\"a/0\",run,26000,30000\n"
                                          "\"m\",\"a/0\",work,24000,30000\n");
    end();
}

static void plot_string_cuts_whole_characters_when_too_long(void **state)
{
    (void)state;
    struct text s;
    text_init(&s);
    plot_string(&s, "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f", 4);
    assert_string_equal(text_str(&s), "\"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\"");
    text_reset(&s);
    plot_string(&s, "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f", 3);
    assert_string_equal(text_str(&s), "\"\xc3\xa4\xc3\xb6…\"");
    text_reset(&s);
    plot_string(&s, "a]]>b", 9);
    assert_string_equal(text_str(&s), "\"a]]?b\"");
    text_reset(&s);
    plot_tic(&s, "5%", 9, 2);
    assert_string_equal(text_str(&s), "\"5%%\" 2");
    text_fini(&s);
}

static void stored_folds_gpus_when_they_look_alike(void **state)
{
    (void)state;
    begin(
        "{\"schema\": \"vgpusim.result/1\", \"gpus\": [{\"model\": \"G\", \"framebuffer_gib\": "
        "80, \"mig_axis_units\": 8}], \"modes\": [{\"mode\": \"mig\", \"tenants\": [{\"name\": "
        "\"a\"}, {\"name\": \"b\"}], \"placement\": ["
        "{\"vm\": \"a/0\", \"gpu\": 0, \"model\": \"G\", \"mig\": \"4g\", \"start\": 4, "
        "\"size\": "
        "4}, {\"vm\": \"a/1\", \"gpu\": 1, \"model\": \"G\", \"mig\": \"4g\", \"start\": 0, "
        "\"size\": 4}, {\"vm\": \"b/0\", \"gpu\": 0, \"model\": \"G\", \"mig\": \"4g\", "
        "\"start\": 0, \"size\": 4}, {\"vm\": \"a/2\", \"gpu\": 2, \"model\": \"G\", \"mig\": "
        "\"4g\", \"start\": 0, \"size\": 4}]}]}");
    const struct stored_layout *l = &x.stored.layout[0];
    assert_int_equal(l->shape_n, 2);
    assert_int_equal(l->shape[0].gpu_n, 1);
    assert_int_equal(l->shape[0].seat[0].tenant_ix, 1);
    assert_int_equal(l->shape[1].gpu, 1);
    assert_int_equal(l->shape[1].gpu_n, 2);
    assert_true(l->shape[1].is_a_run);
    assert_int_equal(l->shape[1].length, 8);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answer_names_fewest_gpus_when_several_modes_hold),
        cmocka_unit_test(answer_is_no_mode_that_breaks_a_requirement_when_another_holds),
        cmocka_unit_test(answer_claims_nothing_when_the_interval_straddles_the_limit),
        cmocka_unit_test(answer_says_how_far_when_no_mode_holds),
        cmocka_unit_test(answer_gives_the_reason_when_no_mode_is_feasible),
        cmocka_unit_test(answer_gives_the_paired_difference_when_it_is_told),
        cmocka_unit_test(answer_turns_the_difference_round_when_the_best_is_the_base),
        cmocka_unit_test(answer_says_beside_it_what_else_holds),
        cmocka_unit_test(page_says_who_harms_whom_and_by_how_much),
        cmocka_unit_test(page_shows_what_only_a_kind_of_work_has),
        cmocka_unit_test(page_is_whole_and_escaped_when_names_are_hostile),
        cmocka_unit_test(page_says_so_when_pictures_are_missing),
        cmocka_unit_test(plot_lets_no_command_through_when_names_are_hostile),
        cmocka_unit_test(page_says_whom_a_fault_hits),
        cmocka_unit_test(trace_gives_the_turns_of_the_first_gpu),
        cmocka_unit_test(plot_string_cuts_whole_characters_when_too_long),
        cmocka_unit_test(stored_folds_gpus_when_they_look_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
