/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ask.h - what the files of admission rules share: questions about the facts, words for a
 * finding, and the list of tests. Nobody else includes it. */
#ifndef MODELS_ASK_H
#define MODELS_ASK_H

#include "models/rule.h"

/* ---- Questions ---- */

/* Without regard to case, by ASCII. */
bool ask_begins_with(const char *s, const char *prefix);
bool ask_is_same(const char *a, const char *b);

/* Is s one of the words? `word` ends with NULL. */
bool ask_is_one_of(const char *s, const char *const *word);

/* Is the hypervisor one whose key begins with this? */
bool ask_is_on(const struct rule_facts *f, const char *family);
bool ask_is_vsphere(const struct rule_facts *f);
bool ask_is_vsphere_before_8u3(const struct rule_facts *f);
bool ask_is_kvm(const struct rule_facts *f);

/* Nothing is checked about a platform that nobody named. */
bool ask_is_platform_known(const struct rule_facts *f);

/* Does the GPU's key begin with this? */
bool ask_is_gpu(const struct rule_facts *f, const char *prefix);

/* Is its architecture one of these words? Not where it is unknown. */
bool ask_is_architecture(const struct rule_facts *f, const char *const *word);

/* Is the board one on an SXM or HGX carrier, where GPUs reach each other over NVLink? */
bool ask_is_carrier_board(const struct rule_facts *f);

bool ask_is_mig_mode(const struct rule_facts *f);
bool ask_takes_turns(const struct rule_facts *f);
bool ask_is_vgpu_mode(const struct rule_facts *f);
bool ask_has_need(const struct rule_facts *f, enum need need);

/* Is the tenant's vGPU one of this series? Not where no type is chosen. */
bool ask_is_type(const struct rule_facts *f, char series);

/* ---- Words ---- */

/* Sets the text; true. */
bool rule_say(struct rule_finding *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sets the way out; true. */
bool rule_advise(struct rule_finding *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- Tests ---- */

/* Writes text and help and returns true when the condition holds; may lower the verdict. */
typedef bool rule_test(const struct rule_facts *f, struct rule_finding *out);

/* clang-format off */
/* X(id in rules.csv, its verdict, is it said of a tenant?, test): refusals first. */
#define RULE_TESTS(X) \
    X("MIG-01", RULE_FAIL, false, rule_mig_01) \
    X("MIG-05", RULE_FAIL, false, rule_mig_05) \
    X("MIX-01", RULE_FAIL, false, rule_mix_01) \
    X("MIX-02", RULE_FAIL, false, rule_mix_02) \
    X("MIX-03", RULE_FAIL, false, rule_mix_03) \
    X("MIX-04", RULE_FAIL, false, rule_mix_04) \
    X("PT-03", RULE_FAIL, false, rule_pt_03) \
    X("SCH-01", RULE_FAIL, false, rule_sch_01) \
    X("MIG-04", RULE_FAIL, false, rule_mig_04) \
    X("ECC-03", RULE_FAIL, false, rule_ecc_03) \
    X("CAP-07", RULE_FAIL, true, rule_cap_07) \
    X("CAP-11", RULE_FAIL, true, rule_cap_11) \
    X("MIG-08", RULE_FAIL, true, rule_mig_08) \
    X("MIG-09", RULE_FAIL, true, rule_mig_09) \
    X("MIG-12", RULE_FAIL, true, rule_mig_12) \
    X("MMIO-01", RULE_FAIL, true, rule_mmio_01) \
    X("WIN-02", RULE_FAIL, true, rule_win_02) \
    X("WIN-03", RULE_FAIL, true, rule_win_03) \
    X("DCGM-01", RULE_FAIL, true, rule_dcgm_01) \
    X("PT-02", RULE_FAIL, true, rule_pt_02) \
    X("MUL-02", RULE_FAIL, true, rule_mul_02) \
    X("MUL-04", RULE_FAIL, true, rule_mul_04) \
    X("MUL-05", RULE_FAIL, true, rule_mul_05) \
    X("P2P-01", RULE_FAIL, true, rule_p2p_01) \
    X("P2P-02", RULE_FAIL, true, rule_p2p_02) \
    X("P2P-03", RULE_FAIL, true, rule_p2p_03) \
    X("P2P-04", RULE_FAIL, true, rule_p2p_04) \
    X("P2P-05", RULE_FAIL, true, rule_p2p_05) \
    X("UVM-02", RULE_FAIL, true, rule_uvm_02) \
    X("MIGR-05", RULE_FAIL, true, rule_migr_05) \
    X("MIGR-07", RULE_FAIL, true, rule_migr_07) \
    X("MUL-06", RULE_FAIL, true, rule_mul_06) \
    X("MMIO-03", RULE_FAIL, true, rule_mmio_03) \
    X("DRV-01", RULE_FAIL, true, rule_drv_01) \
    X("MIGR-06", RULE_FAIL, true, rule_migr_06) \
    X("ECC-04", RULE_FAIL, true, rule_ecc_04) \
    X("LIC-01", RULE_FAIL, true, rule_lic_01) \
    X("ENC-01", RULE_FAIL, true, rule_enc_01) \
    X("MIG-11", RULE_WARN, false, rule_mig_11) \
    X("ECC-02", RULE_WARN, false, rule_ecc_02) \
    X("CAP-08", RULE_WARN, true, rule_cap_08) \
    X("SCH-07", RULE_WARN, true, rule_sch_07) \
    X("MMIO-04", RULE_WARN, true, rule_mmio_04) \
    X("MUL-03", RULE_WARN, true, rule_mul_03) \
    X("MIGR-13", RULE_WARN, true, rule_migr_13) \
    X("LIC-02", RULE_WARN, true, rule_lic_02) \
    X("LIC-06", RULE_WARN, true, rule_lic_06) \
    X("MIGR-12", RULE_WARN, true, rule_migr_12) \
    X("GDR-02", RULE_WARN, true, rule_gdr_02) \
    X("MIG-10", RULE_INFO, false, rule_mig_10) \
    X("DSP-01", RULE_INFO, false, rule_dsp_01) \
    X("HV-01", RULE_INFO, false, rule_hv_01) \
    X("HV-02", RULE_INFO, false, rule_hv_02) \
    X("HV-04", RULE_INFO, false, rule_hv_04) \
    X("CAP-09", RULE_INFO, false, rule_cap_09) \
    X("CAP-10", RULE_INFO, false, rule_cap_10) \
    X("HV-03", RULE_INFO, false, rule_hv_03) \
    X("HV-06", RULE_INFO, false, rule_hv_06) \
    X("MMIO-05", RULE_INFO, false, rule_mmio_05) \
    X("BAR-01", RULE_INFO, false, rule_bar_01) \
    X("MMIO-02", RULE_INFO, true, rule_mmio_02) \
    X("MMIO-06", RULE_INFO, true, rule_mmio_06) \
    X("SUS-01", RULE_INFO, true, rule_sus_01) \
    X("SUS-02", RULE_INFO, true, rule_sus_02) \
    X("GDR-01", RULE_INFO, true, rule_gdr_01) \
    X("SCH-08", RULE_INFO, true, rule_sch_08) \
    X("P2P-06", RULE_INFO, true, rule_p2p_06) \
    X("MIGR-15", RULE_INFO, true, rule_migr_15) \
    X("LIC-04", RULE_INFO, true, rule_lic_04) \
    X("LIC-05", RULE_INFO, true, rule_lic_05) \
    X("MIX-09", RULE_WARN, false, rule_mix_09) \
    X("WIN-01", RULE_FAIL, true, rule_win_01) \
    X("UVM-01", RULE_FAIL, true, rule_uvm_01) \
    X("MIGR-11", RULE_FAIL, true, rule_migr_11) \
    X("MIGR-01", RULE_FAIL, true, rule_migr_01) \
    X("MIGR-02", RULE_FAIL, true, rule_migr_02) \
    X("DBG-01", RULE_FAIL, true, rule_dbg_01)
/* clang-format on */

#define RULE_DECLARE(id_, verdict_, of_tenant_, test_) rule_test test_;
RULE_TESTS(RULE_DECLARE)
#undef RULE_DECLARE

#endif
