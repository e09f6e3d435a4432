/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rule.c - the admission rules that a scenario can express: one row and one small function
 * each.
 *
 * A function looks at the facts and, if its condition holds, writes what is wrong with the
 * numbers filled in. The row carries the verdict of the documents; a function may lower it
 * where the facts leave the condition open, never raise it. Hypervisors are compared by key;
 * "none" is not checked, so every rule about a platform keeps silent then. Sources:
 * models/data/rules.csv, row of the same id. */
#include "models/rule.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define GB UINT64_C(1000000000)

enum {
    LARGE_MEMORY_GB = 32, /* MMIO-01: the rule starts at this much VM memory */
    LARGE_MMIO_GB = 64,   /* ... and at GPUs that need this much MMIO space */
    VSPHERE80_VGPUS = 8   /* CAP-08 */
};

static const char *const vsphere_before_8u3[] = {"vsphere-7.0", "vsphere-8.0", "vsphere-8.0u2",
                                                 NULL};

/* ---- Small questions about the facts ---- */

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool begins_with(const char *s, const char *prefix)
{
    while (*prefix != '\0') {
        if (folded(*s++) != folded(*prefix++)) {
            return false;
        }
    }
    return true;
}

static bool is_same(const char *a, const char *b)
{
    return strlen(a) == strlen(b) && begins_with(a, b);
}

/* Is s, ignoring case, one of the words? `word` ends with NULL. */
static bool is_one_of(const char *s, const char *const *word)
{
    for (; *word != NULL; word++) {
        if (is_same(s, *word)) {
            return true;
        }
    }
    return false;
}

static bool is_on(const struct rule_facts *f, const char *family)
{
    return f->hypervisor != NULL && begins_with(f->hypervisor, family);
}

static bool is_vsphere(const struct rule_facts *f)
{
    return is_on(f, "vsphere-");
}

static bool is_kvm(const struct rule_facts *f)
{
    return is_on(f, "rhel-kvm-") || is_on(f, "ubuntu-kvm-");
}

/* Nothing is checked about a platform that nobody named. */
static bool is_platform_known(const struct rule_facts *f)
{
    return f->hypervisor != NULL && !is_same(f->hypervisor, "none");
}

static bool is_vsphere_before_8u3(const struct rule_facts *f)
{
    return f->hypervisor != NULL && is_one_of(f->hypervisor, vsphere_before_8u3);
}

static bool is_gpu(const struct rule_facts *f, const char *prefix)
{
    return begins_with(f->gpu->key, prefix);
}

static bool is_mig_mode(const struct rule_facts *f)
{
    return f->mode == RULE_MIG || f->mode == RULE_TIME_SLICED_MIG;
}

static bool takes_turns(const struct rule_facts *f)
{
    return f->mode == RULE_TIME_SLICED || f->mode == RULE_TIME_SLICED_MIG;
}

static bool is_vgpu_mode(const struct rule_facts *f)
{
    return f->mode != RULE_PASSTHROUGH;
}

static bool has_need(const struct rule_facts *f, enum need need)
{
    return (f->needs & (unsigned)need) != 0;
}

/* Boards on an SXM or HGX carrier, where GPUs reach each other over NVLink. */
static bool is_carrier_board(const struct rule_facts *f)
{
    return strstr(f->gpu->key, "-SXM") != NULL || strstr(f->gpu->key, "-HGX") != NULL;
}

bool rule_is_whole_gpu_only(const struct gpu *gpu)
{
    static const char *const keys[] = {"B200-HGX",   "B300-HGX",    "GB200",
                                       "GH200-96GB", "GH200-144GB", NULL};
    return is_one_of(gpu->key, keys);
}

/* ---- Findings ---- */

__attribute__((format(printf, 2, 3))) static bool say(struct rule_finding *out,
                                                      const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(out->text, sizeof out->text, format, ap);
    va_end(ap);
    return true;
}

__attribute__((format(printf, 2, 3))) static bool advise(struct rule_finding *out,
                                                         const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(out->help, sizeof out->help, format, ap);
    va_end(ap);
    return true;
}

/* ---- Capacity ---- */

static bool cap_07(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->vgpus <= VGPUS_PER_VM_MAX || !is_vgpu_mode(f)) {
        return false;
    }
    say(out, "a VM asks for %d vGPUs and may have %d", f->vgpus, VGPUS_PER_VM_MAX);
    return advise(out, "set 'vgpus' to at most %d", VGPUS_PER_VM_MAX);
}

static bool cap_08(const struct rule_facts *f, struct rule_finding *out)
{
    if (!is_vgpu_mode(f) || f->vgpus <= VSPHERE80_VGPUS || f->hypervisor == NULL ||
        !is_same(f->hypervisor, "vsphere-8.0")) {
        return false;
    }
    return say(out, "vSphere 8.0 was announced with %d vGPUs per VM and the VM asks for %d",
               VSPHERE80_VGPUS, f->vgpus);
}

static bool cap_11(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED || !rule_is_whole_gpu_only(f->gpu)) {
        return false;
    }
    uint64_t whole_bytes = (uint64_t)f->gpu->framebuffer_gib << 30;
    advise(out, "use MIG-backed vGPUs for smaller shares");
    if (f->type != NULL && f->type->framebuffer_gib < f->gpu->framebuffer_gib) {
        return say(out, "%s is %d GiB, but time-sliced vGPUs of %s are the whole GPU of %d GiB",
                   f->type->name, f->type->framebuffer_gib, f->gpu->key,
                   f->gpu->framebuffer_gib);
    }
    if (f->framebuffer_bytes == 0 || f->framebuffer_bytes >= whole_bytes) {
        return false;
    }
    out->verdict = RULE_INFO; /* it fits, one to a GPU */
    return say(out,
               "the only time-sliced type of %s is the whole GPU of %d GiB: one vGPU per GPU",
               f->gpu->key, f->gpu->framebuffer_gib);
}

/* ---- Mixed sizes ---- */

static bool mix_01(const struct rule_facts *f, struct rule_finding *out)
{
    static const char *const keys[] = {"T4", "RTX-8000-PASSIVE", "RTX-6000-PASSIVE",
                                       "RTX-A5000", NULL};
    if (f->mode != RULE_TIME_SLICED || !f->mixed_size ||
        (!is_gpu(f, "V100") && !is_one_of(f->gpu->key, keys))) {
        return false;
    }
    say(out, "%s cannot carry time-sliced vGPUs of different sizes", f->gpu->key);
    return advise(out, "set 'mixed-size: false'");
}

static bool mix_02(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED || !f->mixed_size || !is_platform_known(f) || is_kvm(f) ||
        is_vsphere(f)) {
        return false;
    }
    say(out,
        "vGPUs of different sizes on one GPU are supported on RHEL KVM, Ubuntu KVM and "
        "vSphere, not on %s",
        f->hypervisor);
    return advise(out, "set 'mixed-size: false', or use one of these hypervisors");
}

static bool mix_03(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED || !f->mixed_size || !is_vsphere_before_8u3(f)) {
        return false;
    }
    say(out, "%s has no mixed-size mode; it came with vSphere 8.0 update 3", f->hypervisor);
    return advise(out, "use 'hypervisor: vsphere-8.0u3' or later, or set 'mixed-size: false'");
}

static bool mix_04(const struct rule_facts *f, struct rule_finding *out)
{
    if (!takes_turns(f) || !f->mixed_size || f->policy == NULL ||
        !is_same(f->policy, "fixed-share")) {
        return false;
    }
    say(out, "fixed share is not supported in mixed-size mode");
    return advise(out,
                  "use 'policy: best-effort' or 'equal-share', or set 'mixed-size: false'");
}

/* ---- MIG ---- */

static bool mig_01(const struct rule_facts *f, struct rule_finding *out)
{
    if (!is_mig_mode(f) || f->gpu->mig_slices > 0) {
        return false;
    }
    say(out, "%s cannot be cut into GPU instances: it has no MIG", f->gpu->key);
    return advise(out, "use time-sliced vGPUs, or a GPU with MIG");
}

static bool mig_05(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED_MIG || f->gpu->time_sliced_mig) {
        return false;
    }
    say(out,
        "vGPUs cannot share a GPU instance of %s: only RTX PRO 6000 and 4500 Blackwell Server "
        "Edition time-slice instances",
        f->gpu->key);
    return advise(out, "use 'gpu: RTX-PRO-6000-BSE'%s",
                  f->gpu->mig_slices > 0 ? ", or mode 'mig' with an instance for each vGPU"
                                         : "");
}

/* The 6000 is documented; of the 4500 only the time-sliced case is known to be the same. */
static bool mig_08(const struct rule_facts *f, struct rule_finding *out)
{
    bool is_bound =
        (is_mig_mode(f) && is_same(f->gpu->key, "RTX-PRO-6000-BSE")) ||
        (f->mode == RULE_TIME_SLICED_MIG && is_same(f->gpu->key, "RTX-PRO-4500-BSE"));
    if (!is_bound || f->profile == NULL || f->profile->gfx) {
        return false;
    }
    say(out, "vGPUs of %s stand on instances with +gfx, and %s is without", f->gpu->key,
        f->profile->name);
    return advise(out, "use 'mig: %dg.%dgb+gfx'", f->profile->compute_slices,
                  f->profile->nominal_gib);
}

static bool mig_09(const struct rule_facts *f, struct rule_finding *out)
{
    if (!is_mig_mode(f) || f->os != OS_WINDOWS || !is_gpu(f, "H100-")) {
        return false;
    }
    say(out, "a Windows guest cannot use a MIG-backed vGPU of %s: its driver does not install",
        f->gpu->key);
    return advise(out, "use time-sliced vGPUs for this tenant, or 'os: linux'");
}

static bool mig_10(const struct rule_facts *f, struct rule_finding *out)
{
    return is_mig_mode(f) && is_kvm(f) &&
           say(out, "on %s the administrator creates the GPU instances before the VMs start",
               f->hypervisor);
}

static bool mig_11(const struct rule_facts *f, struct rule_finding *out)
{
    return is_mig_mode(f) && is_vsphere(f) && f->gpu->architecture != NULL &&
           is_same(f->gpu->architecture, "Ampere") && f->gpu->mig_slices > 0 &&
           say(out, "%s: the ESXi host is rebooted once after MIG mode is switched on",
               f->gpu->key);
}

static bool mig_12(const struct rule_facts *f, struct rule_finding *out)
{
    const struct mig_profile *p = f->profile;
    bool is_late = p != NULL && ((p->compute_slices == 1 && p->size == 2) || p->me);
    if (!is_mig_mode(f) || !is_late || !is_vsphere_before_8u3(f) ||
        f->gpu->architecture == NULL || !is_same(f->gpu->architecture, "Hopper")) {
        return false;
    }
    say(out, "%s of %s is supported from vSphere 8.0 update 3 on, not on %s", p->name,
        f->gpu->key, f->hypervisor);
    return advise(out, "use 'hypervisor: vsphere-8.0u3' or later, or another profile");
}

/* ---- Schedulers ---- */

static bool sch_07(const struct rule_facts *f, struct rule_finding *out)
{
    if (!takes_turns(f) || !f->latency_objective || f->policy == NULL ||
        !is_same(f->policy, "best-effort")) {
        return false;
    }
    say(out,
        "best effort guarantees no share of the GPU, so the latency limit holds only as long "
        "as the neighbours allow it");
    return advise(out, "use 'policy: equal-share' or 'fixed-share' for a guarantee");
}

/* ---- MMIO space ---- */

/* 10^9 bytes, as the table counts. */
static double in_gb(uint64_t bytes)
{
    return (double)bytes / 1e9;
}

static bool needs_large_mmio(const struct rule_facts *f)
{
    return is_vsphere(f) && f->gpu->mmio_gb >= LARGE_MMIO_GB;
}

static bool mmio_01(const struct rule_facts *f, struct rule_finding *out)
{
    uint64_t need_bytes = (uint64_t)f->gpu->mmio_gb * GB;
    if (!needs_large_mmio(f) || f->mmio_bytes >= need_bytes) {
        return false;
    }
    advise(out,
           "set 'mmio: %d GB' (pciPassthru.use64bitMMIO=TRUE, "
           "pciPassthru.64bitMMIOSizeGB=%d)",
           f->gpu->mmio_gb, f->gpu->mmio_gb);
    if (f->memory_bytes == 0) {
        out->verdict = RULE_WARN;
        return say(out,
                   "%s needs %d GB of MMIO space in a VM of %d GB memory or more; the VM's "
                   "memory is unknown",
                   f->gpu->key, f->gpu->mmio_gb, LARGE_MEMORY_GB);
    }
    if (f->memory_bytes < LARGE_MEMORY_GB * GB) {
        return false;
    }
    if (f->mmio_bytes == 0) {
        return say(out,
                   "a VM of %.4g GB memory with %s needs %d GB of MMIO space, and none is set",
                   in_gb(f->memory_bytes), f->gpu->key, f->gpu->mmio_gb);
    }
    return say(out, "a VM of %.4g GB memory with %s needs %d GB of MMIO space and has %.4g GB",
               in_gb(f->memory_bytes), f->gpu->key, f->gpu->mmio_gb, in_gb(f->mmio_bytes));
}

static bool mmio_02(const struct rule_facts *f, struct rule_finding *out)
{
    return needs_large_mmio(f) && f->memory_bytes > 0 &&
           f->memory_bytes < LARGE_MEMORY_GB * GB &&
           say(out, "a VM of %.4g GB memory needs no MMIO setting: the rule begins at %d GB",
               in_gb(f->memory_bytes), LARGE_MEMORY_GB);
}

static bool mmio_04(const struct rule_facts *f, struct rule_finding *out)
{
    return needs_large_mmio(f) && f->vgpus > 1 &&
           (f->memory_bytes == 0 || f->memory_bytes >= LARGE_MEMORY_GB * GB) &&
           say(out, "the MMIO space for %d GPUs in one VM is unknown: %d GB is the need of one",
               f->vgpus, f->gpu->mmio_gb);
}

static bool mmio_06(const struct rule_facts *f, struct rule_finding *out)
{
    return f->gpu->mmio_gb == 0 && (is_vsphere(f) || f->mmio_bytes > 0) &&
           (f->memory_bytes == 0 || f->memory_bytes >= LARGE_MEMORY_GB * GB) &&
           say(out,
               "the MMIO space that %s needs is unknown: the vendor's table does not list it",
               f->gpu->key);
}

/* ---- Guests and monitoring ---- */

static bool win_01(const struct rule_facts *f, struct rule_finding *out)
{
    if (!is_vgpu_mode(f) || f->os != OS_WINDOWS || f->type == NULL || f->type->series != 'C') {
        return false;
    }
    out->verdict = RULE_INFO; /* a scenario does not say which driver model the guest has */
    return say(out, "a Windows guest with a C type needs the TCC driver model");
}

static bool win_02(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->os != OS_WINDOWS || !has_need(f, NEED_CONTAINERS)) {
        return false;
    }
    say(out, "Windows guests run native applications only, no containers");
    return advise(out, "use 'os: linux', or leave 'containers' out of 'needs'");
}

static bool win_03(const struct rule_facts *f, struct rule_finding *out)
{
    bool uvm = has_need(f, NEED_UVM), p2p = has_need(f, NEED_P2P);
    if (!is_vgpu_mode(f) || f->os != OS_WINDOWS || !(uvm || p2p)) {
        return false;
    }
    say(out, "%s on vGPUs in Linux guests only",
        uvm && p2p ? "unified memory and peer-to-peer copies work"
        : uvm      ? "unified memory works"
                   : "peer-to-peer copies work");
    return advise(out, "use 'os: linux'");
}

static bool dcgm_01(const struct rule_facts *f, struct rule_finding *out)
{
    if (!is_vgpu_mode(f) || !has_need(f, NEED_DCGM)) {
        return false;
    }
    say(out, "DCGM is supported neither on a vGPU host nor in a vGPU guest");
    return advise(out, "use passthrough, or leave 'dcgm' out of 'needs'");
}

/* ---- Passthrough ---- */

static bool pt_02(const struct rule_facts *f, struct rule_finding *out)
{
    bool migrates = has_need(f, NEED_LIVE_MIGRATION), suspends = has_need(f, NEED_SUSPEND);
    if (f->mode != RULE_PASSTHROUGH || !is_vsphere(f) || !(migrates || suspends)) {
        return false;
    }
    say(out, "a VM with a passed-through GPU cannot be %s under vSphere",
        migrates && suspends ? "migrated or suspended"
        : migrates           ? "migrated"
                             : "suspended");
    return advise(out, "use a vGPU");
}

static bool pt_03(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_PASSTHROUGH || !is_vsphere(f) || !is_carrier_board(f)) {
        return false;
    }
    if (strstr(f->gpu->key, "-HGX") == NULL) {
        out->verdict = RULE_WARN; /* SXM boards exist without NVSwitch */
    }
    return say(out, "vSphere does not support passthrough of %s%s", f->gpu->key,
               out->verdict == RULE_WARN ? " where NVSwitch joins the GPUs"
                                         : ": NVSwitch joins them");
}

/* ---- Several vGPUs in a VM ---- */

static bool has_several(const struct rule_facts *f)
{
    return is_vgpu_mode(f) && f->vgpus > 1;
}

static bool mul_02(const struct rule_facts *f, struct rule_finding *out)
{
    if (!has_several(f) || !is_on(f, "xenserver-")) {
        return false;
    }
    out->verdict = RULE_WARN; /* the list of types was not found */
    return say(out,
               "XenServer gives a VM several vGPUs of certain types only; whether this is one "
               "of them is unknown");
}

static bool mul_03(const struct rule_facts *f, struct rule_finding *out)
{
    return has_several(f) && is_kvm(f) && is_carrier_board(f) && !is_gpu(f, "B200-") &&
           !is_gpu(f, "B300-") &&
           say(out,
               "several vGPUs in a VM are listed for PCIe boards under KVM; for %s it is "
               "unknown",
               f->gpu->key);
}

static bool mul_04(const struct rule_facts *f, struct rule_finding *out)
{
    if (!has_several(f) || !is_vsphere(f) ||
        !(is_gpu(f, "B200-HGX") || is_gpu(f, "B300-HGX"))) {
        return false;
    }
    say(out, "vSphere does not support several vGPUs of %s in a VM: only KVM does",
        f->gpu->key);
    return advise(out, "set 'vgpus: 1', or use a KVM hypervisor");
}

static bool mul_05(const struct rule_facts *f, struct rule_finding *out)
{
    if (!has_several(f) || !is_on(f, "windows-server-")) {
        return false;
    }
    say(out, "Windows Server gives a VM one GPU partition and the VM asks for %d", f->vgpus);
    return advise(out, "set 'vgpus: 1'");
}

/* ---- Peer to peer ---- */

static bool p2p_01(const struct rule_facts *f, struct rule_finding *out)
{
    if (!is_mig_mode(f) || !has_need(f, NEED_P2P)) {
        return false;
    }
    say(out, "peer-to-peer copies work between time-sliced vGPUs only, not MIG-backed ones");
    return advise(out, "use time-sliced vGPUs of the whole GPU, or leave 'p2p' out of 'needs'");
}

static bool p2p_02(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED || !has_need(f, NEED_P2P) || f->type == NULL ||
        f->type->framebuffer_gib >= f->gpu->framebuffer_gib) {
        return false;
    }
    say(out, "peer-to-peer copies need vGPUs with all %d GiB of %s, and %s has %d GiB",
        f->gpu->framebuffer_gib, f->gpu->key, f->type->name, f->type->framebuffer_gib);
    return advise(out, "set 'framebuffer: %d GiB'", f->gpu->framebuffer_gib);
}

static bool p2p_03(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED || !has_need(f, NEED_P2P) || is_carrier_board(f) ||
        is_gpu(f, "GB") || is_gpu(f, "GH")) {
        return false;
    }
    out->verdict = RULE_WARN; /* a PCIe board may carry an NVLink bridge */
    return say(out,
               "peer-to-peer copies between vGPUs need NVLink, not PCIe; whether the %s boards "
               "are bridged is unknown",
               f->gpu->key);
}

static bool p2p_04(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED || !is_gpu(f, "A100-") || !has_need(f, NEED_P2P) ||
        !has_need(f, NEED_UVM)) {
        return false;
    }
    say(out, "%s has no peer-to-peer copies while unified memory is on", f->gpu->key);
    return advise(out, "leave 'uvm' or 'p2p' out of 'needs', or use Hopper or later");
}

static bool p2p_05(const struct rule_facts *f, struct rule_finding *out)
{
    if (!is_vgpu_mode(f) || !has_need(f, NEED_P2P) || f->vgpus > 1) {
        return false;
    }
    out->verdict = RULE_WARN; /* the need is stated, its partner is not */
    say(out, "peers must be in one VM, and each VM has one vGPU");
    return advise(out, "set 'vgpus' to the number of peers");
}

/* ---- Migration and suspension ---- */

static bool migr_05(const struct rule_facts *f, struct rule_finding *out)
{
    if (!is_vgpu_mode(f) || !has_need(f, NEED_LIVE_MIGRATION) || !has_need(f, NEED_UVM)) {
        return false;
    }
    say(out, "a VM with unified memory enabled cannot be migrated");
    return advise(out, "leave 'uvm' or 'live-migration' out of 'needs'");
}

static bool migr_07(const struct rule_facts *f, struct rule_finding *out)
{
    static const char *const listed[] = {"rhel-kvm-9.4", "rhel-kvm-9.6", "rhel-kvm-10.0",
                                         "ubuntu-kvm-24.04", NULL};
    if (!is_vgpu_mode(f) || !has_need(f, NEED_LIVE_MIGRATION) || !is_platform_known(f) ||
        is_one_of(f->hypervisor, listed) || is_on(f, "vsphere-8") || is_on(f, "vsphere-9")) {
        return false;
    }
    say(out, "live migration of vGPUs is not listed for %s", f->hypervisor);
    return advise(out, "use RHEL KVM 9.4, 9.6 or 10.0, Ubuntu KVM 24.04, vSphere 8 or 9");
}

static bool migr_11(const struct rule_facts *f, struct rule_finding *out)
{
    if (!is_vgpu_mode(f) || !has_need(f, NEED_LIVE_MIGRATION) || !is_vsphere(f)) {
        return false;
    }
    out->verdict = RULE_INFO; /* a setting that a scenario does not show */
    return say(out, "vMotion of a VM with a vGPU needs vgpu.hotmigrate.enabled set to true");
}

static bool migr_13(const struct rule_facts *f, struct rule_finding *out)
{
    return is_vgpu_mode(f) && has_need(f, NEED_LIVE_MIGRATION) && is_on(f, "windows-server-") &&
           say(out,
               "without DMA bit tracking in the IOMMU the VM is restarted, not migrated live");
}

static bool sus_01(const struct rule_facts *f, struct rule_finding *out)
{
    return is_vgpu_mode(f) && has_need(f, NEED_SUSPEND) && is_vsphere(f) &&
           say(out, "vSphere suspends and resumes VMs with vGPUs");
}

static bool sus_02(const struct rule_facts *f, struct rule_finding *out)
{
    return is_vgpu_mode(f) && has_need(f, NEED_SUSPEND) && is_platform_known(f) &&
           !is_vsphere(f) &&
           say(out, "whether %s suspends and resumes VMs with vGPUs is unknown", f->hypervisor);
}

/* ---- Unified memory ---- */

static bool uvm_01(const struct rule_facts *f, struct rule_finding *out)
{
    if (!is_vgpu_mode(f) || !has_need(f, NEED_UVM)) {
        return false;
    }
    out->verdict = RULE_INFO; /* a setting that a scenario does not show */
    return say(out,
               "unified memory is off until the plug-in parameter enable_uvm=1 is set for the "
               "vGPU");
}

/* GiB of the domain that the type must own whole; 0 where that is not known. */
static int domain_gib(const struct rule_facts *f)
{
    if (f->mode == RULE_TIME_SLICED) {
        return f->gpu->framebuffer_gib;
    }
    return f->profile != NULL ? f->profile->nominal_gib : 0;
}

static bool uvm_02(const struct rule_facts *f, struct rule_finding *out)
{
    if (!takes_turns(f) || !has_need(f, NEED_UVM) || f->type == NULL) {
        return false;
    }
    int whole_gib = domain_gib(f);
    bool is_part = f->mode == RULE_TIME_SLICED ? f->type->framebuffer_gib < whole_gib
                                               : f->type->max_per_instance > 1;
    if (!is_part) {
        return false;
    }
    say(out, "unified memory needs a vGPU that owns the whole %s, and %s has %d GiB%s",
        f->mode == RULE_TIME_SLICED ? "GPU" : "GPU instance", f->type->name,
        f->type->framebuffer_gib, whole_gib > 0 ? " of it" : "");
    if (f->mode == RULE_TIME_SLICED) {
        return advise(out, "set 'framebuffer: %d GiB', or use MIG-backed vGPUs", whole_gib);
    }
    return advise(out, "use mode 'mig', where each vGPU owns its instance");
}

/* ---- Platforms ---- */

static bool dsp_01(const struct rule_facts *f, struct rule_finding *out)
{
    static const char *const keys[] = {
        "A40",          "L40",       "L40S",      "L20",       "RTX-5000-ADA",
        "RTX-6000-ADA", "RTX-A5000", "RTX-A5500", "RTX-A6000", NULL};
    return is_vgpu_mode(f) && is_platform_known(f) && is_one_of(f->gpu->key, keys) &&
           say(out, "%s must be in display-off mode for vGPU", f->gpu->key);
}

static bool hv_01(const struct rule_facts *f, struct rule_finding *out)
{
    return is_mig_mode(f) && is_platform_known(f) && !is_kvm(f) && !is_vsphere(f) &&
           say(out, "whether %s supports MIG-backed vGPUs is unknown", f->hypervisor);
}

static bool hv_02(const struct rule_facts *f, struct rule_finding *out)
{
    return is_vgpu_mode(f) && is_on(f, "ahv") &&
           say(out, "AHV uses the generic KVM release of vGPU; its maker supports it");
}

static bool hv_04(const struct rule_facts *f, struct rule_finding *out)
{
    return is_vgpu_mode(f) && is_on(f, "xenserver-") &&
           say(out, "vGPU needs the Premium Edition of XenServer");
}

/* ---- The table ---- */

struct check {
    const char *rule; /* id in rules.csv, the source */
    enum rule_verdict verdict;
    bool of_tenant;
    /* Writes text and help and returns true when the condition holds; may lower the verdict. */
    bool (*test)(const struct rule_facts *f, struct rule_finding *out);
};

static const struct check checks[] = {
    {"MIG-01",  RULE_FAIL, false, mig_01 },
    {"MIG-05",  RULE_FAIL, false, mig_05 },
    {"MIX-01",  RULE_FAIL, false, mix_01 },
    {"MIX-02",  RULE_FAIL, false, mix_02 },
    {"MIX-03",  RULE_FAIL, false, mix_03 },
    {"MIX-04",  RULE_FAIL, false, mix_04 },
    {"PT-03",   RULE_FAIL, false, pt_03  },
    {"CAP-07",  RULE_FAIL, true,  cap_07 },
    {"CAP-08",  RULE_WARN, true,  cap_08 },
    {"CAP-11",  RULE_FAIL, true,  cap_11 },
    {"MIG-08",  RULE_FAIL, true,  mig_08 },
    {"MIG-09",  RULE_FAIL, true,  mig_09 },
    {"MIG-12",  RULE_FAIL, true,  mig_12 },
    {"MMIO-01", RULE_FAIL, true,  mmio_01},
    {"WIN-02",  RULE_FAIL, true,  win_02 },
    {"WIN-03",  RULE_FAIL, true,  win_03 },
    {"DCGM-01", RULE_FAIL, true,  dcgm_01},
    {"PT-02",   RULE_FAIL, true,  pt_02  },
    {"MUL-02",  RULE_FAIL, true,  mul_02 },
    {"MUL-04",  RULE_FAIL, true,  mul_04 },
    {"MUL-05",  RULE_FAIL, true,  mul_05 },
    {"P2P-01",  RULE_FAIL, true,  p2p_01 },
    {"P2P-02",  RULE_FAIL, true,  p2p_02 },
    {"P2P-03",  RULE_FAIL, true,  p2p_03 },
    {"P2P-04",  RULE_FAIL, true,  p2p_04 },
    {"P2P-05",  RULE_FAIL, true,  p2p_05 },
    {"UVM-02",  RULE_FAIL, true,  uvm_02 },
    {"MIGR-05", RULE_FAIL, true,  migr_05},
    {"MIGR-07", RULE_FAIL, true,  migr_07},
    {"MIG-11",  RULE_WARN, false, mig_11 },
    {"SCH-07",  RULE_WARN, true,  sch_07 },
    {"MMIO-04", RULE_WARN, true,  mmio_04},
    {"MUL-03",  RULE_WARN, true,  mul_03 },
    {"MIGR-13", RULE_WARN, true,  migr_13},
    {"MIG-10",  RULE_INFO, false, mig_10 },
    {"DSP-01",  RULE_INFO, false, dsp_01 },
    {"HV-01",   RULE_INFO, false, hv_01  },
    {"HV-02",   RULE_INFO, false, hv_02  },
    {"HV-04",   RULE_INFO, false, hv_04  },
    {"MMIO-02", RULE_INFO, true,  mmio_02},
    {"MMIO-06", RULE_INFO, true,  mmio_06},
    {"WIN-01",  RULE_FAIL, true,  win_01 },
    {"UVM-01",  RULE_FAIL, true,  uvm_01 },
    {"MIGR-11", RULE_FAIL, true,  migr_11},
    {"SUS-01",  RULE_INFO, true,  sus_01 },
    {"SUS-02",  RULE_INFO, true,  sus_02 },
};

enum {
    CHECKS_N = sizeof checks / sizeof checks[0]
};

static_assert((int)CHECKS_N <= (int)RULE_FINDINGS_MAX, "every check may find something");

int rule_check(const struct rule_facts *f, struct rule_findings *out)
{
    assert(f->gpu != NULL);
    int fails_n = 0;
    out->n = 0;
    for (int i = 0; i < CHECKS_N; i++) {
        struct rule_finding *found = &out->list[out->n];
        found->rule = checks[i].rule;
        found->verdict = checks[i].verdict;
        found->of_tenant = checks[i].of_tenant;
        found->text[0] = '\0';
        found->help[0] = '\0';
        if (checks[i].test(f, found)) {
            assert(found->verdict >= checks[i].verdict);
            fails_n += found->verdict == RULE_FAIL ? 1 : 0;
            out->n++;
        }
    }
    return fails_n;
}

bool rule_is_hypervisor(const char *key)
{
    static const char *const kvm[] = {"rhel-kvm-9.4",     "rhel-kvm-9.6",     "rhel-kvm-10.0",
                                      "ubuntu-kvm-22.04", "ubuntu-kvm-24.04", NULL};
    static const char *const others[] = {
        "vsphere-8.0u3", "vsphere-9.0", "windows-server-2025", "xenserver-8", "ahv",
        "none",          NULL};
    return is_one_of(key, kvm) || is_one_of(key, vsphere_before_8u3) || is_one_of(key, others);
}

const char *rule_verdict_name(enum rule_verdict v)
{
    static const char *const names[] = {"fail", "warn", "info"};
    return names[v];
}

const char *rule_checked(int i)
{
    return i >= 0 && i < CHECKS_N ? checks[i].rule : NULL;
}
