/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_rule.c - each admission rule fires on its condition and only there.
 *
 * Goal: no rule is silent where it must speak, none speaks on a neighbour of its condition.
 * Method: one table of cases, each a handful of changes to an innocent set of facts on a GPU of
 * the real catalogue, with a rule that must or must not be found and its verdict; conditions
 * from models/data/rules.csv, row of the same id. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "models/rule.h"
#include "sim/input/catalogin.h"

#define GB  UINT64_C(1000000000)
#define GIB (UINT64_C(1) << 30)

enum {
    SILENT = -1
};

struct fixture {
    struct arena arena;
    struct diag diag;
    const struct catalog *c;
};

static int set_up(void **state)
{
    static struct fixture f;
    arena_init(&f.arena, "test");
    diag_init(&f.diag);
    f.c = catalog_load(&f.arena, NULL, &f.diag);
    *state = &f;
    return f.c == NULL;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_fini(&f->arena);
    diag_fini(&f->diag);
    return 0;
}

struct rule_case {
    const char *rule;
    int verdict; /* SILENT: must not be found */
    const char *gpu;
    const char *type, *profile; /* names on that GPU, or NULL */
    struct rule_facts f;
};

/* Short names keep a case on one line. */
#define PT          .mode = RULE_PASSTHROUGH
#define TS          .mode = RULE_TIME_SLICED
#define MIG         .mode = RULE_MIG
#define TSM         .mode = RULE_TIME_SLICED_MIG
#define HV(key)     .hypervisor = key
#define NEEDS(bits) .needs = (bits)
#define WIN         .os = OS_WINDOWS

/* clang-format off */
static const struct rule_case cases[] = {
    {"MIG-01", RULE_FAIL, "L40S", NULL, NULL, {MIG}},
    {"MIG-01", RULE_FAIL, "L40S", NULL, NULL, {TSM}},
    {"MIG-01", SILENT, "L40S", NULL, NULL, {TS}},
    {"MIG-01", SILENT, "A30", NULL, NULL, {MIG}},
    {"MIG-05", RULE_FAIL, "A100-PCIE-80GB", NULL, NULL, {TSM}},
    {"MIG-05", RULE_FAIL, "RTX-PRO-6000-WS", NULL, NULL, {TSM}},
    {"MIG-05", SILENT, "A100-PCIE-80GB", NULL, NULL, {MIG}},
    {"MIG-05", SILENT, "RTX-PRO-6000-BSE", NULL, NULL, {TSM}},
    {"MIG-05", SILENT, "RTX-PRO-4500-BSE", NULL, NULL, {TSM}},
    {"MIG-08", RULE_FAIL, "RTX-PRO-6000-BSE", NULL, "1g.24gb", {MIG}},
    {"MIG-08", RULE_FAIL, "RTX-PRO-6000-BSE", NULL, "2g.48gb-me", {TSM}},
    {"MIG-08", SILENT, "RTX-PRO-6000-BSE", NULL, "1g.24gb+gfx", {MIG}},
    {"MIG-08", SILENT, "RTX-PRO-6000-BSE", NULL, NULL, {MIG}},
    {"MIG-08", SILENT, "A30", NULL, "1g.6gb", {MIG}},
    {"MIG-08", SILENT, "RTX-PRO-4500-BSE", NULL, "1g.16gb", {MIG}},
    {"MIG-08", RULE_FAIL, "RTX-PRO-4500-BSE", NULL, "1g.16gb", {TSM}},
    {"MIG-09", RULE_FAIL, "H100-PCIE-80GB", NULL, NULL, {MIG, WIN}},
    {"MIG-09", RULE_FAIL, "H100-NVL-94GB", NULL, NULL, {MIG, WIN}},
    {"MIG-09", SILENT, "H100-PCIE-80GB", NULL, NULL, {TS, WIN}},
    {"MIG-09", SILENT, "H100-PCIE-80GB", NULL, NULL, {MIG}},
    {"MIG-09", SILENT, "H200-NVL", NULL, NULL, {MIG, WIN}},
    {"MIG-10", RULE_INFO, "A30", NULL, NULL, {MIG, HV("rhel-kvm-9.6")}},
    {"MIG-10", SILENT, "A30", NULL, NULL, {MIG, HV("vsphere-8.0u3")}},
    {"MIG-11", RULE_WARN, "A30", NULL, NULL, {MIG, HV("vsphere-8.0u3")}},
    {"MIG-11", SILENT, "H100-PCIE-80GB", NULL, NULL, {MIG, HV("vsphere-8.0u3")}},
    {"MIG-12", RULE_FAIL, "H100-PCIE-80GB", NULL, "1g.20gb", {MIG, HV("vsphere-8.0u2")}},
    {"MIG-12", RULE_FAIL, "H200-SXM", NULL, "1g.18gb+me", {MIG, HV("vsphere-7.0")}},
    {"MIG-12", SILENT, "H100-PCIE-80GB", NULL, "1g.20gb", {MIG, HV("vsphere-8.0u3")}},
    {"MIG-12", SILENT, "H100-PCIE-80GB", NULL, "1g.10gb", {MIG, HV("vsphere-8.0u2")}},
    {"MIG-12", SILENT, "H100-PCIE-80GB", NULL, "2g.20gb", {MIG, HV("vsphere-8.0")}},
    {"MIG-12", SILENT, "A100-PCIE-80GB", NULL, "1g.20gb", {MIG, HV("vsphere-8.0")}},
    {"MIG-12", SILENT, "H100-PCIE-80GB", NULL, "1g.20gb", {MIG, HV("rhel-kvm-9.4")}},
    {"MIX-01", RULE_FAIL, "T4", NULL, NULL, {TS, .mixed_size = true}},
    {"MIX-01", RULE_FAIL, "V100-FHHL-16GB", NULL, NULL, {TS, .mixed_size = true}},
    {"MIX-01", RULE_FAIL, "RTX-A5000", NULL, NULL, {TS, .mixed_size = true}},
    {"MIX-01", SILENT, "T4", NULL, NULL, {TS}},
    {"MIX-01", SILENT, "RTX-A5500", NULL, NULL, {TS, .mixed_size = true}},
    {"MIX-02", RULE_FAIL, "A40", NULL, NULL, {TS, HV("xenserver-8"), .mixed_size = true}},
    {"MIX-02", SILENT, "A40", NULL, NULL, {TS, HV("ubuntu-kvm-22.04"), .mixed_size = true}},
    {"MIX-02", SILENT, "A40", NULL, NULL, {TS, HV("none"), .mixed_size = true}},
    {"MIX-02", SILENT, "A40", NULL, NULL, {TS, .mixed_size = true}},
    {"MIX-03", RULE_FAIL, "A40", NULL, NULL, {TS, HV("vsphere-8.0u2"), .mixed_size = true}},
    {"MIX-03", RULE_FAIL, "A40", NULL, NULL, {TS, HV("vsphere-7.0"), .mixed_size = true}},
    {"MIX-03", SILENT, "A40", NULL, NULL, {TS, HV("vsphere-8.0u3"), .mixed_size = true}},
    {"MIX-03", SILENT, "A40", NULL, NULL, {TS, HV("vsphere-9.0"), .mixed_size = true}},
    {"MIX-03", SILENT, "A40", NULL, NULL, {TS, HV("vsphere-8.0u2")}},
    {"MIX-04", RULE_FAIL, "A40", NULL, NULL, {TS, .policy = "fixed-share", .mixed_size = true}},
    {"MIX-04", SILENT, "A40", NULL, NULL, {TS, .policy = "equal-share", .mixed_size = true}},
    {"MIX-04", SILENT, "A40", NULL, NULL, {TS, .policy = "fixed-share"}},
    {"CAP-07", RULE_FAIL, "A40", NULL, NULL, {TS, .vgpus = 17}},
    {"CAP-07", SILENT, "A40", NULL, NULL, {TS, .vgpus = 16}},
    {"CAP-08", RULE_WARN, "A40", NULL, NULL, {TS, HV("vsphere-8.0"), .vgpus = 9}},
    {"CAP-08", SILENT, "A40", NULL, NULL, {TS, HV("vsphere-8.0u2"), .vgpus = 9}},
    {"CAP-11", RULE_INFO, "B200-HGX", "B200X-180C", NULL, {TS, .framebuffer_bytes = 40 * GIB}},
    {"CAP-11", SILENT, "B200-HGX", "B200X-180C", NULL, {TS, .framebuffer_bytes = 180 * GIB}},
    {"CAP-11", SILENT, "B200-HGX", NULL, NULL, {MIG, .framebuffer_bytes = 40 * GIB}},
    {"CAP-11", SILENT, "H200-SXM", NULL, NULL, {TS, .framebuffer_bytes = 40 * GIB}},
    {"SCH-07", RULE_WARN, "A40", NULL, NULL,
     {TS, .policy = "best-effort", .latency_objective = true}},
    {"SCH-07", SILENT, "A40", NULL, NULL,
     {TS, .policy = "equal-share", .latency_objective = true}},
    {"SCH-07", SILENT, "A40", NULL, NULL, {TS, .policy = "best-effort"}},
    {"SCH-07", SILENT, "A40", NULL, NULL, {PT, .latency_objective = true}},
    /* 32 GB and 64 GB are powers of ten: 31 GiB is 33.3 GB of memory. */
    {"MMIO-01", RULE_FAIL, "A100-PCIE-80GB", NULL, NULL,
     {TS, HV("vsphere-8.0u3"), .memory_bytes = 31 * GIB}},
    {"MMIO-01", RULE_FAIL, "A100-PCIE-80GB", NULL, NULL,
     {TS, HV("vsphere-8.0u3"), .memory_bytes = 32 * GB}},
    {"MMIO-01", SILENT, "A100-PCIE-80GB", NULL, NULL,
     {TS, HV("vsphere-8.0u3"), .memory_bytes = 32 * GB - 1}},
    {"MMIO-01", SILENT, "A100-PCIE-80GB", NULL, NULL,
     {TS, HV("rhel-kvm-9.6"), .memory_bytes = 64 * GIB}},
    {"MMIO-01", SILENT, "A100-PCIE-80GB", NULL, NULL, {TS, .memory_bytes = 64 * GIB}},
    {"MMIO-01", RULE_FAIL, "A100-PCIE-80GB", NULL, NULL,
     {MIG, HV("vsphere-9.0"), .memory_bytes = 64 * GIB, .mmio_bytes = 256 * GB - 1}},
    {"MMIO-01", SILENT, "A100-PCIE-80GB", NULL, NULL,
     {TS, HV("vsphere-9.0"), .memory_bytes = 64 * GIB, .mmio_bytes = 256 * GB}},
    {"MMIO-01", RULE_FAIL, "L4", NULL, NULL,
     {PT, HV("vsphere-9.0"), .memory_bytes = 64 * GIB, .mmio_bytes = 63 * GB}},
    {"MMIO-01", SILENT, "L4", NULL, NULL,
     {TS, HV("vsphere-9.0"), .memory_bytes = 64 * GIB, .mmio_bytes = 64 * GB}},
    {"MMIO-01", RULE_WARN, "L4", NULL, NULL, {TS, HV("vsphere-9.0")}},
    {"MMIO-01", SILENT, "L40S", NULL, NULL, {TS, HV("vsphere-9.0"), .memory_bytes = 64 * GIB}},
    {"MMIO-02", RULE_INFO, "L4", NULL, NULL, {TS, HV("vsphere-9.0"), .memory_bytes = 16 * GIB}},
    {"MMIO-02", SILENT, "L4", NULL, NULL, {TS, HV("vsphere-9.0"), .memory_bytes = 32 * GB}},
    {"MMIO-04", RULE_WARN, "L4", NULL, NULL,
     {TS, HV("vsphere-9.0"), .memory_bytes = 64 * GIB, .mmio_bytes = 64 * GB, .vgpus = 2}},
    {"MMIO-06", RULE_INFO, "L40S", NULL, NULL,
     {TS, HV("vsphere-9.0"), .memory_bytes = 64 * GIB}},
    {"MMIO-06", RULE_INFO, "RTX-PRO-6000-BSE", NULL, NULL, {TSM, HV("vsphere-9.0")}},
    {"MMIO-06", SILENT, "L40", NULL, NULL, {TS, HV("vsphere-9.0"), .memory_bytes = 64 * GIB}},
    {"MMIO-06", SILENT, "L40S", NULL, NULL, {TS, HV("rhel-kvm-9.4")}},
    {"WIN-01", RULE_INFO, "A40", "A40-8C", NULL, {TS, WIN}},
    {"WIN-02", RULE_FAIL, "A40", NULL, NULL, {TS, WIN, NEEDS(NEED_CONTAINERS)}},
    {"WIN-02", SILENT, "A40", NULL, NULL, {TS, NEEDS(NEED_CONTAINERS)}},
    {"WIN-02", SILENT, "A40", NULL, NULL, {TS, WIN}},
    {"WIN-03", RULE_FAIL, "A40", NULL, NULL, {TS, WIN, NEEDS(NEED_UVM)}},
    {"WIN-03", RULE_FAIL, "A40", NULL, NULL, {TS, WIN, NEEDS(NEED_P2P)}},
    {"WIN-03", SILENT, "A40", NULL, NULL, {TS, NEEDS(NEED_UVM | NEED_P2P)}},
    {"DCGM-01", RULE_FAIL, "A40", NULL, NULL, {TS, NEEDS(NEED_DCGM)}},
    {"DCGM-01", RULE_FAIL, "A30", NULL, NULL, {MIG, NEEDS(NEED_DCGM)}},
    {"DCGM-01", SILENT, "A40", NULL, NULL, {PT, NEEDS(NEED_DCGM)}},
    {"PT-02", RULE_FAIL, "A40", NULL, NULL, {PT, HV("vsphere-8.0"), NEEDS(NEED_SUSPEND)}},
    {"PT-02", RULE_FAIL, "A40", NULL, NULL,
     {PT, HV("vsphere-8.0"), NEEDS(NEED_LIVE_MIGRATION)}},
    {"PT-02", SILENT, "A40", NULL, NULL, {TS, HV("vsphere-8.0"), NEEDS(NEED_SUSPEND)}},
    {"PT-02", SILENT, "A40", NULL, NULL, {PT, HV("rhel-kvm-9.4"), NEEDS(NEED_SUSPEND)}},
    {"PT-03", RULE_FAIL, "B200-HGX", NULL, NULL, {PT, HV("vsphere-8.0")}},
    {"PT-03", RULE_WARN, "H100-SXM5-80GB", NULL, NULL, {PT, HV("vsphere-8.0")}},
    {"PT-03", SILENT, "H100-PCIE-80GB", NULL, NULL, {PT, HV("vsphere-8.0")}},
    {"MUL-02", RULE_WARN, "A40", NULL, NULL, {TS, HV("xenserver-8"), .vgpus = 2}},
    {"MUL-03", RULE_WARN, "H200-SXM", NULL, NULL, {TS, HV("rhel-kvm-9.6"), .vgpus = 2}},
    {"MUL-03", SILENT, "H100-PCIE-80GB", NULL, NULL, {TS, HV("rhel-kvm-9.6"), .vgpus = 2}},
    {"MUL-04", RULE_FAIL, "B300-HGX", NULL, NULL, {TS, HV("vsphere-9.0"), .vgpus = 2}},
    {"MUL-04", SILENT, "B300-HGX", NULL, NULL, {TS, HV("vsphere-9.0"), .vgpus = 1}},
    {"MUL-04", SILENT, "B300-HGX", NULL, NULL, {TS, HV("rhel-kvm-10.0"), .vgpus = 2}},
    {"MUL-05", RULE_FAIL, "A16", NULL, NULL, {TS, HV("windows-server-2025"), .vgpus = 2}},
    {"MUL-05", SILENT, "A16", NULL, NULL, {TS, HV("windows-server-2025"), .vgpus = 1}},
    {"P2P-01", RULE_FAIL, "A30", NULL, NULL, {MIG, NEEDS(NEED_P2P)}},
    {"P2P-01", SILENT, "A30", NULL, NULL, {TS, NEEDS(NEED_P2P)}},
    {"P2P-02", RULE_FAIL, "A100-SXM4-80GB", "A100DX-40C", NULL,
     {TS, NEEDS(NEED_P2P), .vgpus = 2}},
    {"P2P-02", SILENT, "A100-SXM4-80GB", "A100DX-80C", NULL, {TS, NEEDS(NEED_P2P), .vgpus = 2}},
    {"P2P-03", RULE_WARN, "L40S", NULL, NULL, {TS, NEEDS(NEED_P2P), .vgpus = 2}},
    {"P2P-03", SILENT, "H200-SXM", NULL, NULL, {TS, NEEDS(NEED_P2P), .vgpus = 2}},
    {"P2P-04", RULE_FAIL, "A100-SXM4-80GB", NULL, NULL,
     {TS, NEEDS(NEED_P2P | NEED_UVM), .vgpus = 2}},
    {"P2P-04", SILENT, "H100-SXM5-80GB", NULL, NULL,
     {TS, NEEDS(NEED_P2P | NEED_UVM), .vgpus = 2}},
    {"P2P-05", RULE_WARN, "A100-SXM4-80GB", NULL, NULL, {TS, NEEDS(NEED_P2P), .vgpus = 1}},
    {"UVM-01", RULE_INFO, "A40", NULL, NULL, {TS, NEEDS(NEED_UVM)}},
    {"UVM-02", RULE_FAIL, "A40", "A40-8C", NULL, {TS, NEEDS(NEED_UVM)}},
    {"UVM-02", SILENT, "A40", "A40-48C", NULL, {TS, NEEDS(NEED_UVM)}},
    {"UVM-02", SILENT, "A30", "A30-1-6C", "1g.6gb", {MIG, NEEDS(NEED_UVM)}},
    {"UVM-02", RULE_FAIL, "RTX-PRO-6000-BSE", "DC-1-8C", "1g.24gb+gfx", {TSM, NEEDS(NEED_UVM)}},
    {"MIGR-05", RULE_FAIL, "A40", NULL, NULL, {TS, NEEDS(NEED_UVM | NEED_LIVE_MIGRATION)}},
    {"MIGR-05", SILENT, "A40", NULL, NULL, {TS, NEEDS(NEED_LIVE_MIGRATION)}},
    {"MIGR-07", RULE_FAIL, "A40", NULL, NULL,
     {TS, HV("ubuntu-kvm-22.04"), NEEDS(NEED_LIVE_MIGRATION)}},
    {"MIGR-07", RULE_FAIL, "A40", NULL, NULL,
     {TS, HV("vsphere-7.0"), NEEDS(NEED_LIVE_MIGRATION)}},
    {"MIGR-07", SILENT, "A40", NULL, NULL,
     {TS, HV("vsphere-8.0u2"), NEEDS(NEED_LIVE_MIGRATION)}},
    {"MIGR-07", SILENT, "A40", NULL, NULL,
     {TS, HV("rhel-kvm-10.0"), NEEDS(NEED_LIVE_MIGRATION)}},
    {"MIGR-07", SILENT, "A40", NULL, NULL, {TS, HV("none"), NEEDS(NEED_LIVE_MIGRATION)}},
    {"MIGR-11", RULE_INFO, "A40", NULL, NULL,
     {TS, HV("vsphere-8.0"), NEEDS(NEED_LIVE_MIGRATION)}},
    {"MIGR-13", RULE_WARN, "A40", NULL, NULL,
     {TS, HV("windows-server-2025"), NEEDS(NEED_LIVE_MIGRATION)}},
    {"SUS-01", RULE_INFO, "A40", NULL, NULL, {TS, HV("vsphere-8.0"), NEEDS(NEED_SUSPEND)}},
    {"SUS-02", RULE_INFO, "A40", NULL, NULL, {TS, HV("rhel-kvm-9.4"), NEEDS(NEED_SUSPEND)}},
    {"DSP-01", RULE_INFO, "L40S", NULL, NULL, {TS, HV("rhel-kvm-9.4")}},
    {"DSP-01", SILENT, "L40S", NULL, NULL, {PT, HV("rhel-kvm-9.4")}},
    {"HV-01", RULE_INFO, "A30", NULL, NULL, {MIG, HV("ahv")}},
    {"HV-01", SILENT, "A30", NULL, NULL, {MIG, HV("vsphere-9.0")}},
    {"HV-02", RULE_INFO, "A40", NULL, NULL, {TS, HV("ahv")}},
    {"HV-04", RULE_INFO, "A40", NULL, NULL, {TS, HV("xenserver-8")}},
};
/* clang-format on */

enum {
    CASES_N = sizeof cases / sizeof cases[0]
};

static struct rule_facts facts_of(const struct catalog *c, const struct rule_case *k)
{
    struct rule_facts f = k->f;
    int gpu_ix = catalog_gpu_find(c, k->gpu);
    assert_true(gpu_ix >= 0);
    f.gpu = &c->gpu[gpu_ix];
    f.vgpus = f.vgpus == 0 ? 1 : f.vgpus;
    if (k->type != NULL) {
        f.type = catalog_vgpu_find(c, gpu_ix, k->type);
        assert_non_null(f.type);
    }
    if (k->profile != NULL) {
        f.profile = catalog_mig_find(c, gpu_ix, k->profile);
        assert_non_null(f.profile);
    }
    return f;
}

static const struct rule_finding *found(const struct rule_findings *all, const char *rule)
{
    for (int i = 0; i < all->n; i++) {
        if (strcmp(all->list[i].rule, rule) == 0) {
            return &all->list[i];
        }
    }
    return NULL;
}

static void rule_fires_when_its_condition_holds_and_only_then(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < CASES_N; i++) {
        struct rule_facts facts = facts_of(f->c, &cases[i]);
        struct rule_findings all;
        rule_check(&facts, &all);
        const struct rule_finding *r = found(&all, cases[i].rule);
        int verdict = r == NULL ? SILENT : (int)r->verdict;
        if (verdict != cases[i].verdict) {
            fail_msg("case %d (%s on %s): got %d, expected %d", i, cases[i].rule, cases[i].gpu,
                     verdict, cases[i].verdict);
        }
        if (r != NULL) {
            assert_true(strlen(r->text) > 20);
            assert_true(strlen(r->text) < RULE_TEXT - 1);
            assert_true(strlen(r->help) < RULE_TEXT - 1);
        }
    }
}

/* Every check has a case above, so that none can be lost unnoticed. */
static void rule_is_tested_when_it_is_checked(void **state)
{
    (void)state;
    for (int i = 0; rule_checked(i) != NULL; i++) {
        bool has_case = false;
        for (int k = 0; k < CASES_N; k++) {
            has_case = has_case || (strcmp(cases[k].rule, rule_checked(i)) == 0 &&
                                    cases[k].verdict != SILENT);
        }
        if (!has_case) {
            fail_msg("%s has no case", rule_checked(i));
        }
    }
    assert_null(rule_checked(-1));
}

/* The verdict of a finding is the documents' or a milder one. */
static void rule_agrees_with_the_table_when_it_fires(void **state)
{
    struct fixture *f = *state;
    int n = 0;
    const struct rule *rules = catalog_rules(&f->arena, NULL, &n, &f->diag);
    assert_non_null(rules);
    for (int i = 0; i < CASES_N; i++) {
        struct rule_facts facts = facts_of(f->c, &cases[i]);
        struct rule_findings all;
        int fails_n = 0;
        int said_n = rule_check(&facts, &all);
        for (int k = 0; k < all.n; k++) {
            int row = 0;
            while (row < n && strcmp(rules[row].id, all.list[k].rule) != 0) {
                row++;
            }
            assert_true(row < n);
            assert_true(all.list[k].verdict >= rules[row].verdict);
            fails_n += all.list[k].verdict == RULE_FAIL ? 1 : 0;
        }
        assert_int_equal(said_n, fails_n);
    }
}

/* Fractional time slicing cannot come in through an overlay either. */
static void rule_cap_11_fails_when_a_type_is_a_fraction(void **state)
{
    struct fixture *f = *state;
    struct vgpu_type type = {.name = "B200X-45C", .series = 'C', .framebuffer_gib = 45};
    struct rule_facts facts = {.gpu = &f->c->gpu[catalog_gpu_find(f->c, "B200-HGX")],
                               .mode = RULE_TIME_SLICED,
                               .vgpus = 1,
                               .type = &type};
    struct rule_findings all;
    assert_int_equal(rule_check(&facts, &all), 1);
    assert_string_equal(all.list[0].rule, "CAP-11");
    assert_true(rule_is_whole_gpu_only(facts.gpu));
    assert_false(rule_is_whole_gpu_only(&f->c->gpu[catalog_gpu_find(f->c, "B200-HGX") + 5]));
}

static void rule_finds_nothing_when_the_facts_are_innocent(void **state)
{
    static const char *const gpus[] = {"A100-PCIE-80GB", "L40S", "RTX-PRO-6000-BSE"};
    struct fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        struct rule_facts facts = {.gpu = &f->c->gpu[catalog_gpu_find(f->c, gpus[i])],
                                   .mode = RULE_TIME_SLICED,
                                   .policy = "best-effort",
                                   .hypervisor = "none",
                                   .memory_bytes = 64 * GIB,
                                   .vgpus = 1};
        struct rule_findings all;
        assert_int_equal(rule_check(&facts, &all), 0);
        assert_int_equal(all.n, 0);
    }
}

static void rule_fills_in_the_numbers_when_it_speaks(void **state)
{
    struct fixture *f = *state;
    struct rule_facts facts = {.gpu = &f->c->gpu[catalog_gpu_find(f->c, "H200-SXM")],
                               .mode = RULE_TIME_SLICED,
                               .hypervisor = "VSPHERE-8.0U3",
                               .memory_bytes = 64 * GIB,
                               .mmio_bytes = 128 * GB,
                               .vgpus = 1};
    struct rule_findings all;
    assert_int_equal(rule_check(&facts, &all), 1);
    assert_string_equal(
        all.list[0].text,
        "a VM of 68.72 GB memory with H200-SXM needs 512 GB of MMIO space and has "
        "128 GB");
    assert_non_null(strstr(all.list[0].help, "mmio: 512 GB"));
    assert_true(all.list[0].of_tenant);
}

static void rule_knows_the_hypervisors_of_the_contract(void **state)
{
    (void)state;
    assert_true(rule_is_hypervisor("none"));
    assert_true(rule_is_hypervisor("vsphere-8.0u3"));
    assert_true(rule_is_hypervisor("AHV"));
    assert_false(rule_is_hypervisor("vsphere-8"));
    assert_false(rule_is_hypervisor(""));
    assert_string_equal(rule_verdict_name(RULE_WARN), "warn");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(rule_fires_when_its_condition_holds_and_only_then),
        CASE(rule_is_tested_when_it_is_checked),
        CASE(rule_agrees_with_the_table_when_it_fires),
        CASE(rule_cap_11_fails_when_a_type_is_a_fraction),
        CASE(rule_finds_nothing_when_the_facts_are_innocent),
        CASE(rule_fills_in_the_numbers_when_it_speaks),
        CASE(rule_knows_the_hypervisors_of_the_contract),
    };
#undef CASE
    return cmocka_run_group_tests(tests, NULL, NULL);
}
