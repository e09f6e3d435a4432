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
#include "tests/unit/fixture.h"

#define GB  UINT64_C(1000000000)
#define GIB (UINT64_C(1) << 30)

enum {
    SILENT = -1
};

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
    {"MMIO-01", RULE_UNKNOWN, "L4", NULL, NULL, {TS, HV("vsphere-9.0")}},
    {"MMIO-01", SILENT, "L40S", NULL, NULL, {TS, HV("vsphere-9.0"), .memory_bytes = 64 * GIB}},
    {"MMIO-02", RULE_INFO, "L4", NULL, NULL, {TS, HV("vsphere-9.0"), .memory_bytes = 16 * GIB}},
    {"MMIO-02", SILENT, "L4", NULL, NULL, {TS, HV("vsphere-9.0"), .memory_bytes = 32 * GB}},
    {"MMIO-04", RULE_UNKNOWN, "L4", NULL, NULL,
     {TS, HV("vsphere-9.0"), .memory_bytes = 64 * GIB, .mmio_bytes = 64 * GB, .vgpus = 2}},
    {"MMIO-06", RULE_UNKNOWN, "L40S", NULL, NULL,
     {TS, HV("vsphere-9.0"), .memory_bytes = 64 * GIB}},
    {"MMIO-06", RULE_UNKNOWN, "RTX-PRO-6000-BSE", NULL, NULL, {TSM, HV("vsphere-9.0")}},
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
    {"PT-03", RULE_UNKNOWN, "H100-SXM5-80GB", NULL, NULL, {PT, HV("vsphere-8.0")}},
    {"PT-03", SILENT, "H100-PCIE-80GB", NULL, NULL, {PT, HV("vsphere-8.0")}},
    {"MUL-02", RULE_UNKNOWN, "A40", NULL, NULL, {TS, HV("xenserver-8"), .vgpus = 2}},
    {"MUL-03", RULE_UNKNOWN, "H200-SXM", NULL, NULL, {TS, HV("rhel-kvm-9.6"), .vgpus = 2}},
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
    {"P2P-03", RULE_UNKNOWN, "L40S", NULL, NULL, {TS, NEEDS(NEED_P2P), .vgpus = 2}},
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
    {"SUS-02", RULE_UNKNOWN, "A40", NULL, NULL, {TS, HV("rhel-kvm-9.4"), NEEDS(NEED_SUSPEND)}},
    {"DSP-01", RULE_INFO, "L40S", NULL, NULL, {TS, HV("rhel-kvm-9.4")}},
    {"DSP-01", SILENT, "L40S", NULL, NULL, {PT, HV("rhel-kvm-9.4")}},
    {"HV-01", RULE_UNKNOWN, "A30", NULL, NULL, {MIG, HV("ahv")}},
    {"HV-01", SILENT, "A30", NULL, NULL, {MIG, HV("vsphere-9.0")}},
    {"HV-02", RULE_INFO, "A40", NULL, NULL, {TS, HV("ahv")}},
    {"HV-04", RULE_INFO, "A40", NULL, NULL, {TS, HV("xenserver-8")}},
    {"CAP-09", RULE_INFO, "A40", NULL, NULL, {TS, HV("rhel-kvm-9.4")}},
    {"CAP-09", SILENT, "A40", NULL, NULL, {PT, HV("rhel-kvm-9.4")}},
    {"CAP-10", RULE_INFO, "A40", NULL, NULL, {TS, HV("vsphere-9.0"), .placement = "best-fit"}},
    {"CAP-10", SILENT, "A40", NULL, NULL, {TS, HV("vsphere-9.0"), .placement = "breadth-first"}},
    {"CAP-10", SILENT, "A40", NULL, NULL, {TS, HV("vsphere-9.0"), .placement = "depth-first"}},
    {"CAP-10", SILENT, "A40", NULL, NULL, {TS, HV("rhel-kvm-9.4"), .placement = "best-fit"}},
    {"MIX-09", RULE_INFO, "A40", NULL, NULL, {TS, HV("rhel-kvm-9.4"), .mixed_size = true}},
    {"MIX-09", SILENT, "A40", NULL, NULL, {TS, HV("vsphere-9.0"), .mixed_size = true}},
    {"MIG-04", RULE_UNKNOWN, "RTX-PRO-6000-BSE", NULL, NULL, {TSM, HV("rhel-kvm-9.6")}},
    {"MIG-04", SILENT, "RTX-PRO-6000-BSE", NULL, NULL, {TSM}},
    {"MIG-04", SILENT, "A30", NULL, NULL, {TSM, HV("rhel-kvm-9.6")}},
    {"SCH-08", RULE_INFO, "A40", NULL, NULL, {TS, .policy = "best-effort", .draws = true}},
    {"SCH-08", RULE_INFO, "A40", NULL, NULL, {TS, .policy = "fixed-share", .draws = true}},
    {"SCH-08", SILENT, "A40", NULL, NULL, {TS, .policy = "fixed-share"}},
    {"SCH-08", SILENT, "A30", NULL, NULL, {MIG, .draws = true}},
    {"MMIO-03", RULE_FAIL, "A40", "A40-8C", NULL, {TS, HV("vsphere-9.0"), .firmware = FIRMWARE_BIOS}},
    {"MMIO-03", RULE_INFO, "A40", "A40-8C", NULL, {TS, HV("vsphere-9.0")}},
    {"MMIO-03", SILENT, "A40", "A40-8C", NULL, {TS, HV("vsphere-9.0"), .firmware = FIRMWARE_EFI}},
    {"MMIO-03", SILENT, "A40", "A40-8C", NULL, {TS, HV("rhel-kvm-9.4"), .firmware = FIRMWARE_BIOS}},
    {"MMIO-03", SILENT, "A40", "A40-8Q", NULL, {TS, HV("vsphere-9.0"), .firmware = FIRMWARE_BIOS}},
    {"MMIO-05", RULE_INFO, "A40", NULL, NULL, {PT, HV("vsphere-9.0")}},
    {"MMIO-05", SILENT, "A40", NULL, NULL, {PT, HV("rhel-kvm-9.4")}},
    {"BAR-01", RULE_INFO, "A40", "A40-8C", NULL, {TS, HV("rhel-kvm-9.4")}},
    {"BAR-01", SILENT, "A40", "A40-8C", NULL, {TS}},
    {"P2P-06", RULE_INFO, "H200-SXM", NULL, NULL, {TS, NEEDS(NEED_P2P), .vgpus = 2}},
    {"P2P-06", SILENT, "H200-SXM", NULL, NULL, {TS, NEEDS(NEED_P2P | NEED_UVM), .vgpus = 2}},
    {"P2P-06", SILENT, "A100-SXM4-80GB", NULL, NULL, {TS, NEEDS(NEED_P2P), .vgpus = 2}},
    {"MIGR-02", RULE_INFO, "A30", NULL, NULL, {MIG, NEEDS(NEED_LIVE_MIGRATION)}},
    {"MIGR-02", SILENT, "A30", NULL, NULL, {TS, NEEDS(NEED_LIVE_MIGRATION)}},
    {"MIGR-05", RULE_FAIL, "A40", NULL, NULL, {TS, NEEDS(NEED_PROFILER | NEED_LIVE_MIGRATION)}},
    {"MIGR-06", RULE_FAIL, "A40", NULL, NULL, {TS, NEEDS(NEED_LIVE_MIGRATION), .licence = LICENCE_NONE}},
    {"MIGR-06", SILENT, "A40", NULL, NULL, {TS, NEEDS(NEED_LIVE_MIGRATION)}},
    {"MIGR-12", RULE_UNKNOWN, "A40", NULL, NULL, {TS, HV("vsphere-8.0"), NEEDS(NEED_LIVE_MIGRATION)}},
    {"MIGR-12", SILENT, "A40", NULL, NULL, {TS, HV("rhel-kvm-9.4"), NEEDS(NEED_LIVE_MIGRATION)}},
    {"MIGR-15", RULE_INFO, "A40", NULL, NULL, {TS, HV("rhel-kvm-9.4"), NEEDS(NEED_LIVE_MIGRATION)}},
    {"DBG-01", RULE_INFO, "A40", NULL, NULL, {TS, NEEDS(NEED_PROFILER)}},
    {"DBG-01", SILENT, "A40", NULL, NULL, {PT, NEEDS(NEED_PROFILER)}},
    {"DRV-01", RULE_FAIL, "A40", NULL, NULL, {TS, .manager_release = 18, .guest_release = 19}},
    {"DRV-01", SILENT, "A40", NULL, NULL, {TS, .manager_release = 18, .guest_release = 18}},
    {"DRV-01", SILENT, "A40", NULL, NULL, {TS, .manager_release = 18, .guest_release = 17}},
    {"DRV-01", RULE_FAIL, "A40", NULL, NULL, {TS, .manager_release = 18, .guest_release = 16}},
    {"DRV-01", SILENT, "A40", NULL, NULL, {TS, .manager_release = 19, .guest_release = 16}},
    {"DRV-01", RULE_FAIL, "A40", NULL, NULL, {TS, .manager_release = 19, .guest_release = 17}},
    {"DRV-01", RULE_FAIL, "A40", NULL, NULL, {TS, .manager_release = 19, .guest_release = 13}},
    {"DRV-01", RULE_UNKNOWN, "A40", NULL, NULL, {TS, .manager_release = 22, .guest_release = 19}},
    {"DRV-01", RULE_FAIL, "A40", NULL, NULL, {TS, .manager_release = 22, .guest_release = 18}},
    {"DRV-01", SILENT, "A40", NULL, NULL, {TS, .guest_release = 16}},
    {"DRV-01", SILENT, "A40", NULL, NULL, {TS, .manager_release = 16}},
    {"DRV-01", SILENT, "A40", NULL, NULL, {PT, .manager_release = 18, .guest_release = 19}},
    {"ECC-02", RULE_WARN, "L40S", NULL, NULL, {TS, .ecc = ECC_ON}},
    {"ECC-02", SILENT, "L40S", NULL, NULL, {TS, .ecc = ECC_OFF}},
    {"ECC-02", SILENT, "L40S", NULL, NULL, {PT, .ecc = ECC_ON}},
    {"ECC-02", SILENT, "A30", NULL, NULL, {TS, .ecc = ECC_ON}},
    {"ECC-02", SILENT, "V100-FHHL-16GB", NULL, NULL, {TS, .ecc = ECC_ON}},
    {"ECC-03", RULE_UNKNOWN, "L40S", NULL, NULL, {TS, HV("ahv"), .ecc = ECC_ON}},
    {"ECC-03", SILENT, "L40S", NULL, NULL, {TS, HV("ahv")}},
    {"ECC-04", RULE_FAIL, "A30", NULL, NULL, {MIG, NEEDS(NEED_ECC), .ecc = ECC_OFF}},
    {"ECC-04", RULE_INFO, "A30", NULL, NULL, {MIG, NEEDS(NEED_ECC)}},
    {"ECC-04", SILENT, "A30", NULL, NULL, {MIG, NEEDS(NEED_ECC), .ecc = ECC_ON}},
    {"ECC-04", SILENT, "A30", NULL, NULL, {MIG, .ecc = ECC_OFF}},
    {"LIC-01", RULE_FAIL, "A40", "A40-8C", NULL, {TS, .licence = LICENCE_NONE}},
    {"LIC-01", RULE_FAIL, "A40", "A40-8C", NULL, {TS, .licence = LICENCE_VWS}},
    {"LIC-01", SILENT, "A40", "A40-8C", NULL, {TS, .licence = LICENCE_AI_ENTERPRISE}},
    {"LIC-01", RULE_INFO, "A40", "A40-8C", NULL, {TS, HV("rhel-kvm-9.4")}},
    {"LIC-01", SILENT, "A40", "A40-8C", NULL, {TS}},
    {"LIC-01", SILENT, "A40", "A40-8Q", NULL, {TS, .licence = LICENCE_VWS}},
    {"LIC-02", RULE_WARN, "A40", "A40-8C", NULL, {TS, .licence = LICENCE_NONE}},
    {"LIC-02", SILENT, "A40", "A40-8C", NULL, {TS, .licence = LICENCE_VWS}},
    {"LIC-04", RULE_INFO, "A40", "A40-8C", NULL, {TS, .licence = LICENCE_AI_ENTERPRISE, .vms = 3}},
    {"LIC-04", SILENT, "A40", "A40-8C", NULL, {TS, .vms = 3}},
    {"LIC-05", RULE_INFO, "A40", "A40-8Q", NULL, {TS, .licence = LICENCE_VPC}},
    {"LIC-05", SILENT, "A40", "A40-8C", NULL, {TS, .licence = LICENCE_VPC}},
    {"LIC-06", RULE_WARN, "A40", "A40-8Q", NULL, {TS, .licence = LICENCE_NONE}},
    {"LIC-06", SILENT, "A40", "A40-8Q", NULL, {TS, .licence = LICENCE_VWS}},
    {"ENC-01", RULE_FAIL, "A100-PCIE-80GB", NULL, NULL, {TS, NEEDS(NEED_NVENC)}},
    {"ENC-01", RULE_FAIL, "A100-PCIE-80GB", NULL, "1g.10gb", {MIG, NEEDS(NEED_NVENC)}},
    {"ENC-01", RULE_FAIL, "RTX-PRO-6000-BSE", NULL, "1g.24gb-me", {MIG, NEEDS(NEED_NVENC)}},
    {"ENC-01", SILENT, "RTX-PRO-6000-BSE", NULL, "1g.24gb+gfx", {MIG, NEEDS(NEED_NVENC)}},
    {"ENC-01", SILENT, "L40S", NULL, NULL, {PT, NEEDS(NEED_NVENC)}},
    {"ENC-01", SILENT, "A100-PCIE-80GB", NULL, NULL, {TS}},
    {"ENC-01", RULE_UNKNOWN, "B200-HGX", NULL, NULL, {TS, NEEDS(NEED_NVENC)}},
    {"ENC-01", RULE_UNKNOWN, "B200-HGX", NULL, "3g.90gb", {MIG, NEEDS(NEED_NVENC)}},
    {"GDR-01", RULE_UNKNOWN, "L40S", NULL, NULL, {TS, NEEDS(NEED_GPUDIRECT)}},
    {"GDR-01", SILENT, "L40S", NULL, NULL, {PT, NEEDS(NEED_GPUDIRECT)}},
    {"GDR-02", RULE_WARN, "A30", NULL, NULL, {MIG, NEEDS(NEED_GPUDIRECT)}},
    {"GDR-02", RULE_WARN, "L40S", NULL, NULL, {TS, WIN, NEEDS(NEED_GPUDIRECT)}},
    {"GDR-02", SILENT, "L40S", NULL, NULL, {TS, NEEDS(NEED_GPUDIRECT)}},
    {"HV-01", RULE_UNKNOWN, "A40", NULL, NULL, {TS, HV("xenserver-8"), NEEDS(NEED_UVM)}},
    {"HV-01", RULE_UNKNOWN, "A40", NULL, NULL, {TS, HV("windows-server-2025"), .policy = "equal-share"}},
    {"HV-01", SILENT, "A40", NULL, NULL, {TS, HV("xenserver-8"), .policy = "best-effort"}},
    {"HV-03", RULE_INFO, "A40", "A40-8C", NULL, {TS, HV("xenserver-8")}},
    {"HV-03", SILENT, "A40", "A40-8C", NULL, {TS, HV("vsphere-9.0")}},
    {"HV-06", RULE_INFO, "A40", NULL, NULL, {TS, HV("rhel-kvm-9.4")}},
    {"HV-06", SILENT, "T4", NULL, NULL, {TS, HV("rhel-kvm-9.4")}},
    {"HV-06", SILENT, "A40", NULL, NULL, {TS, HV("vsphere-9.0")}},
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
        struct rule_facts facts = facts_of(f->catalog, &cases[i]);
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

/* Rules whose condition no board of the tables meets, or which need two of them. */
static const char *const elsewhere[] = {"SCH-01", "MUL-06", "MIGR-01"};

static int verdict_of(const struct rule_facts *facts, const char *rule)
{
    struct rule_findings all;
    rule_check(facts, &all);
    const struct rule_finding *r = found(&all, rule);
    return r == NULL ? SILENT : (int)r->verdict;
}

static void rule_knows_old_boards_when_a_catalogue_adds_them(void **state)
{
    struct fixture *f = *state;
    struct gpu old = f->catalog->gpu[catalog_gpu_find(f->catalog, "T4")];
    struct vgpu_type part = {.name = "OLD-8Q", .series = 'Q', .framebuffer_gib = 8};
    struct rule_facts facts = {
        .gpu = &old, TS, .vgpus = 2, .type = &part, .policy = "equal-share"};
    old.key = "OLD";
    old.architecture = "Maxwell";
    assert_int_equal(verdict_of(&facts, "SCH-01"), RULE_FAIL);
    assert_int_equal(verdict_of(&facts, "MUL-06"), RULE_FAIL);
    old.architecture = "Pascal";
    assert_int_equal(verdict_of(&facts, "SCH-01"), SILENT);
    assert_int_equal(verdict_of(&facts, "MUL-06"), RULE_FAIL);
    part.framebuffer_gib = old.framebuffer_gib;
    assert_int_equal(verdict_of(&facts, "MUL-06"), SILENT);
    part.framebuffer_gib = 8;
    old.architecture = "Volta";
    assert_int_equal(verdict_of(&facts, "MUL-06"), SILENT);
    old.architecture = "Maxwell";
    facts.policy = "best-effort";
    facts.vgpus = 1;
    assert_int_equal(verdict_of(&facts, "SCH-01"), SILENT);
    assert_int_equal(verdict_of(&facts, "MUL-06"), SILENT);
}

static void rule_names_the_other_gpu_when_a_vm_moves(void **state)
{
    struct fixture *f = *state;
    struct rule_facts facts = {.gpu = &f->catalog->gpu[catalog_gpu_find(f->catalog, "A40")],
                               TS,
                               .vgpus = 1,
                               NEEDS(NEED_LIVE_MIGRATION)};
    assert_int_equal(verdict_of(&facts, "MIGR-01"), SILENT);
    facts.other = &f->catalog->gpu[catalog_gpu_find(f->catalog, "L40S")];
    assert_int_equal(verdict_of(&facts, "MIGR-01"), RULE_INFO);
    facts.needs = 0;
    assert_int_equal(verdict_of(&facts, "MIGR-01"), SILENT);
}

/* What documents say of each need, by mode, guest and platform: the worst verdict of a rule
 * that the need brings in. RULE_FAIL: refused. SILENT: nothing is in the way, or nothing is
 * documented. Columns: passthrough, time-sliced (whole GPU), time-sliced (a part), mig. */
struct need_case {
    enum need need;
    bool windows;
    const char *hypervisor;
    int verdict[4];
    const char *rule[4]; /* the first that says so */
};

enum {
    F = RULE_FAIL,
    W = RULE_WARN,
    I = RULE_INFO,
    U = RULE_UNKNOWN,
    S = SILENT
};

/* clang-format off */
static const struct need_case need_cases[] = {
    {NEED_UVM, false, "none", {S, I, F, I}, {NULL, "UVM-01", "UVM-02", "UVM-01"}},
    {NEED_UVM, false, "rhel-kvm-9.6", {S, I, F, I}, {NULL, "UVM-01", "UVM-02", "UVM-01"}},
    {NEED_UVM, false, "vsphere-8.0u3", {S, I, F, I}, {NULL, "UVM-01", "UVM-02", "UVM-01"}},
    {NEED_UVM, true, "none", {S, F, F, F}, {NULL, "WIN-03", "WIN-03", "WIN-03"}},
    {NEED_P2P, false, "none", {S, W, F, F}, {NULL, "P2P-05", "P2P-02", "P2P-01"}},
    {NEED_P2P, false, "vsphere-8.0u3", {S, W, F, F}, {NULL, "P2P-05", "P2P-02", "P2P-01"}},
    {NEED_P2P, true, "none", {S, F, F, F}, {NULL, "WIN-03", "WIN-03", "WIN-03"}},
    {NEED_LIVE_MIGRATION, false, "rhel-kvm-9.6", {S, I, I, I}, {NULL, "MIGR-15", "MIGR-15", "MIGR-15"}},
    {NEED_LIVE_MIGRATION, false, "ubuntu-kvm-22.04", {S, F, F, F}, {NULL, "MIGR-07", "MIGR-07", "MIGR-07"}},
    {NEED_LIVE_MIGRATION, false, "vsphere-8.0u3", {F, U, U, U}, {"PT-02", "MIGR-12", "MIGR-12", "MIGR-12"}},
    {NEED_LIVE_MIGRATION, false, "vsphere-7.0", {F, F, F, F}, {"PT-02", "MIGR-07", "MIGR-07", "MIGR-07"}},
    {NEED_LIVE_MIGRATION, false, "xenserver-8", {S, F, F, F}, {NULL, "MIGR-07", "MIGR-07", "MIGR-07"}},
    {NEED_LIVE_MIGRATION, true, "rhel-kvm-9.6", {S, I, I, I}, {NULL, "MIGR-15", "MIGR-15", "MIGR-15"}},
    {NEED_SUSPEND, false, "vsphere-8.0u3", {F, I, I, I}, {"PT-02", "SUS-01", "SUS-01", "SUS-01"}},
    {NEED_SUSPEND, false, "rhel-kvm-9.6", {S, U, U, U}, {NULL, "SUS-02", "SUS-02", "SUS-02"}},
    {NEED_SUSPEND, false, "ahv", {S, U, U, U}, {NULL, "SUS-02", "SUS-02", "SUS-02"}},
    {NEED_CONTAINERS, false, "rhel-kvm-9.6", {S, S, S, S}, {NULL, NULL, NULL, NULL}},
    {NEED_CONTAINERS, true, "none", {F, F, F, F}, {"WIN-02", "WIN-02", "WIN-02", "WIN-02"}},
    {NEED_CONTAINERS, true, "vsphere-9.0", {F, F, F, F}, {"WIN-02", "WIN-02", "WIN-02", "WIN-02"}},
    {NEED_DCGM, false, "none", {S, F, F, F}, {NULL, "DCGM-01", "DCGM-01", "DCGM-01"}},
    {NEED_DCGM, true, "vsphere-9.0", {S, F, F, F}, {NULL, "DCGM-01", "DCGM-01", "DCGM-01"}},
    {NEED_NVENC, false, "none", {F, F, F, F}, {"ENC-01", "ENC-01", "ENC-01", "ENC-01"}},
    {NEED_NVENC, true, "rhel-kvm-9.6", {F, F, F, F}, {"ENC-01", "ENC-01", "ENC-01", "ENC-01"}},
    {NEED_GPUDIRECT, false, "none", {S, W, W, W}, {NULL, "GDR-02", "GDR-02", "GDR-02"}},
    {NEED_GPUDIRECT, true, "vsphere-9.0", {S, W, W, W}, {NULL, "GDR-02", "GDR-02", "GDR-02"}},
    {NEED_PROFILER, false, "none", {S, I, I, I}, {NULL, "DBG-01", "DBG-01", "DBG-01"}},
    {NEED_ECC, false, "none", {S, I, I, I}, {NULL, "ECC-04", "ECC-04", "ECC-04"}},
};
/* clang-format on */

/* The worst that `all` says and `without` does not; its rule. The first of several. */
static int worst_new(const struct rule_findings *all, const struct rule_findings *without,
                     const char **rule)
{
    /* By how much one should worry: unknown lies between a warning and a fact. */
    static const int rank[] = {0, 1, 3, 2};
    int worst = SILENT;
    *rule = NULL;
    for (int i = 0; i < all->n; i++) {
        const struct rule_finding *r = &all->list[i];
        if (found(without, r->rule) == NULL &&
            (worst == SILENT || rank[r->verdict] < rank[worst])) {
            worst = (int)r->verdict;
            *rule = r->rule;
        }
    }
    return worst;
}

static void rule_answers_each_need_when_mode_guest_and_platform_vary(void **state)
{
    struct fixture *f = *state;
    const int gpu_ix = catalog_gpu_find(f->catalog, "A100-SXM4-80GB");
    /* clang-format off */
    const struct rule_facts mode[] = {
        {PT},
        {TS, .type = catalog_vgpu_find(f->catalog, gpu_ix, "A100DX-80C")},
        {TS, .type = catalog_vgpu_find(f->catalog, gpu_ix, "A100DX-20C")},
        {MIG, .type = catalog_vgpu_find(f->catalog, gpu_ix, "A100DX-2-20C"),
         .profile = catalog_mig_find(f->catalog, gpu_ix, "2g.20gb")},
    };
    /* clang-format on */
    unsigned met = 0;
    for (size_t i = 0; i < sizeof need_cases / sizeof need_cases[0]; i++) {
        const struct need_case *k = &need_cases[i];
        for (int m = 0; m < 4; m++) {
            struct rule_facts facts = mode[m];
            struct rule_findings all, without;
            const char *rule;
            facts.gpu = &f->catalog->gpu[gpu_ix];
            facts.vgpus = 1;
            facts.hypervisor = k->hypervisor;
            facts.os = k->windows ? OS_WINDOWS : OS_LINUX;
            rule_check(&facts, &without);
            facts.needs = (unsigned)k->need;
            rule_check(&facts, &all);
            const int worst = worst_new(&all, &without, &rule);
            if (worst != k->verdict[m] || (rule == NULL) != (k->rule[m] == NULL) ||
                (rule != NULL && strcmp(rule, k->rule[m]) != 0)) {
                fail_msg("case %zu mode %d: %d by %s, expected %d by %s", i, m, worst,
                         rule == NULL ? "none" : rule, k->verdict[m],
                         k->rule[m] == NULL ? "none" : k->rule[m]);
            }
        }
        met |= (unsigned)k->need;
    }
    assert_int_equal(met, (NEED_ECC << 1) - 1); /* every need has a case */
}

/* The table says how each row is used, and the program does as it says. */
static void rule_is_used_as_the_table_says(void **state)
{
    struct fixture *f = *state;
    int n = 0;
    const struct rule *rules = catalog_rules(&f->arena, NULL, &n, &f->diag);
    assert_non_null(rules);
    for (int i = 0; i < n; i++) {
        bool is_checked = false;
        for (int k = 0; rule_checked(k) != NULL; k++) {
            is_checked = is_checked || strcmp(rule_checked(k), rules[i].id) == 0;
        }
        const bool is_asked = rules[i].use == RULE_BY_TENANT || rules[i].use == RULE_SHOWN;
        if (is_checked != is_asked ||
            (rules[i].reason != NULL) != (rules[i].use == RULE_UNUSED)) {
            fail_msg("%s: '%s'", rules[i].id, rule_use_name(rules[i].use));
        }
    }
    /* What is only shown stops nothing and warns of nothing. */
    for (int i = 0; i < CASES_N; i++) {
        const bool stops = cases[i].verdict == RULE_FAIL || cases[i].verdict == RULE_WARN;
        for (int k = 0; k < n && stops; k++) {
            if (strcmp(rules[k].id, cases[i].rule) == 0 && rules[k].use != RULE_BY_TENANT) {
                fail_msg("%s is not only shown", rules[k].id);
            }
        }
    }
}

/* Every check has a case above, so that none can be lost unnoticed. */
static void rule_is_tested_when_it_is_checked(void **state)
{
    (void)state;
    for (int i = 0; rule_checked(i) != NULL; i++) {
        bool has_case = false;
        for (size_t k = 0; k < sizeof elsewhere / sizeof elsewhere[0]; k++) {
            has_case = has_case || strcmp(elsewhere[k], rule_checked(i)) == 0;
        }
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
        struct rule_facts facts = facts_of(f->catalog, &cases[i]);
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
    struct rule_facts facts = {.gpu =
                                   &f->catalog->gpu[catalog_gpu_find(f->catalog, "B200-HGX")],
                               .mode = RULE_TIME_SLICED,
                               .vgpus = 1,
                               .type = &type};
    struct rule_findings all;
    assert_int_equal(rule_check(&facts, &all), 1);
    assert_string_equal(all.list[0].rule, "CAP-11");
    assert_true(rule_is_whole_gpu_only(facts.gpu));
    assert_false(
        rule_is_whole_gpu_only(&f->catalog->gpu[catalog_gpu_find(f->catalog, "B200-HGX") + 5]));
}

static void rule_finds_nothing_when_the_facts_are_innocent(void **state)
{
    static const char *const gpus[] = {"A100-PCIE-80GB", "L40S", "RTX-PRO-6000-BSE"};
    struct fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        struct rule_facts facts = {.gpu =
                                       &f->catalog->gpu[catalog_gpu_find(f->catalog, gpus[i])],
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
    struct rule_facts facts = {.gpu =
                                   &f->catalog->gpu[catalog_gpu_find(f->catalog, "H200-SXM")],
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

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(rule_fires_when_its_condition_holds_and_only_then),
        CASE(rule_knows_old_boards_when_a_catalogue_adds_them),
        CASE(rule_names_the_other_gpu_when_a_vm_moves),
        CASE(rule_answers_each_need_when_mode_guest_and_platform_vary),
        CASE(rule_is_used_as_the_table_says),
        CASE(rule_is_tested_when_it_is_checked),
        CASE(rule_agrees_with_the_table_when_it_fires),
        CASE(rule_cap_11_fails_when_a_type_is_a_fraction),
        CASE(rule_finds_nothing_when_the_facts_are_innocent),
        CASE(rule_fills_in_the_numbers_when_it_speaks),
    };
#undef CASE
    return cmocka_run_group_tests(tests, NULL, NULL);
}
