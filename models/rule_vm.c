/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rule_vm.c - rules about VMs: MMIO space, guests, drivers, licences, what they need.
 *
 * Conditions and sources: models/data/rules.csv, row of the same id. */
#include <string.h>

#include "models/ask.h"

#define GB UINT64_C(1000000000)

enum {
    LARGE_MEMORY_GB = 32, /* MMIO-01: the rule starts at this much VM memory */
    LARGE_MMIO_GB = 64    /* ... and at GPUs that need this much MMIO space */
};

/* ---- MMIO space ---- */

/* 10^9 bytes, as the table counts. */
static double in_gb(uint64_t bytes)
{
    return (double)bytes / 1e9;
}

static bool needs_large_mmio(const struct rule_facts *f)
{
    return ask_is_vsphere(f) && f->gpu->mmio_gb >= LARGE_MMIO_GB;
}

bool rule_mmio_01(const struct rule_facts *f, struct rule_finding *out)
{
    uint64_t need_bytes = (uint64_t)f->gpu->mmio_gb * GB;
    if (!needs_large_mmio(f) || f->mmio_bytes >= need_bytes) {
        return false;
    }
    rule_advise(out,
                "set 'mmio: %d GB' (pciPassthru.use64bitMMIO=TRUE, "
                "pciPassthru.64bitMMIOSizeGB=%d)",
                f->gpu->mmio_gb, f->gpu->mmio_gb);
    if (f->memory_bytes == 0) {
        out->verdict = RULE_UNKNOWN;
        return rule_say(
            out,
            "%s needs %d GB of MMIO space in a VM of %d GB memory or more; the VM's "
            "memory is unknown",
            f->gpu->key, f->gpu->mmio_gb, LARGE_MEMORY_GB);
    }
    if (f->memory_bytes < LARGE_MEMORY_GB * GB) {
        return false;
    }
    if (f->mmio_bytes == 0) {
        return rule_say(
            out, "a VM of %.4g GB memory with %s needs %d GB of MMIO space, and none is set",
            in_gb(f->memory_bytes), f->gpu->key, f->gpu->mmio_gb);
    }
    return rule_say(out,
                    "a VM of %.4g GB memory with %s needs %d GB of MMIO space and has %.4g GB",
                    in_gb(f->memory_bytes), f->gpu->key, f->gpu->mmio_gb, in_gb(f->mmio_bytes));
}

bool rule_mmio_02(const struct rule_facts *f, struct rule_finding *out)
{
    return needs_large_mmio(f) && f->memory_bytes > 0 &&
           f->memory_bytes < LARGE_MEMORY_GB * GB &&
           rule_say(out,
                    "a VM of %.4g GB memory needs no MMIO setting: the rule begins at %d GB",
                    in_gb(f->memory_bytes), LARGE_MEMORY_GB);
}

/* Is the VM one for which the rule about large memory may hold? */
static bool is_large_vm(const struct rule_facts *f)
{
    return f->memory_bytes == 0 || f->memory_bytes >= LARGE_MEMORY_GB * GB;
}

bool rule_mmio_03(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_is_vsphere(f) || !ask_is_type(f, 'C') || f->firmware == FIRMWARE_EFI) {
        return false;
    }
    if (f->firmware == FIRMWARE_BIOS) {
        rule_say(out, "a VM that boots by BIOS cannot use %s: C types need EFI and 64-bit MMIO",
                 f->type->name);
        return rule_advise(out, "use 'firmware: efi', with the guest installed in that mode");
    }
    out->verdict = RULE_INFO; /* how the VM boots is not stated */
    return rule_say(
        out, "C types need a 64-bit guest, installed and booted by EFI, with 64-bit MMIO");
}

bool rule_mmio_04(const struct rule_facts *f, struct rule_finding *out)
{
    if (!needs_large_mmio(f) || f->vgpus < 2 || !is_large_vm(f)) {
        return false;
    }
    out->verdict = RULE_UNKNOWN;
    return rule_say(out,
                    "the MMIO space for %d GPUs in one VM is unknown: %d GB is the need of one",
                    f->vgpus, f->gpu->mmio_gb);
}

bool rule_mmio_06(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->gpu->mmio_gb != 0 || !(ask_is_vsphere(f) || f->mmio_bytes > 0) || !is_large_vm(f)) {
        return false;
    }
    out->verdict = RULE_UNKNOWN;
    return rule_say(
        out, "the MMIO space that %s needs is unknown: the vendor's table does not list it",
        f->gpu->key);
}

bool rule_bar_01(const struct rule_facts *f, struct rule_finding *out)
{
    return ask_is_vgpu_mode(f) && f->type != NULL && ask_is_platform_known(f) &&
           rule_say(out, "the BAR1 window of a guest is %d MiB with %c types",
                    f->type->series == 'C' ? 4096 : 256, f->type->series);
}

/* ---- Guests and monitoring ---- */

bool rule_win_01(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_is_vgpu_mode(f) || f->os != OS_WINDOWS || f->type == NULL ||
        f->type->series != 'C') {
        return false;
    }
    out->verdict = RULE_INFO; /* a scenario does not say which driver model the guest has */
    return rule_say(out, "a Windows guest with a C type needs the TCC driver model");
}

bool rule_win_02(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->os != OS_WINDOWS || !ask_has_need(f, NEED_CONTAINERS)) {
        return false;
    }
    rule_say(out, "Windows guests run native applications only, no containers");
    return rule_advise(out, "use 'os: linux', or leave 'containers' out of 'needs'");
}

bool rule_win_03(const struct rule_facts *f, struct rule_finding *out)
{
    bool uvm = ask_has_need(f, NEED_UVM), p2p = ask_has_need(f, NEED_P2P);
    if (!ask_is_vgpu_mode(f) || f->os != OS_WINDOWS || !(uvm || p2p)) {
        return false;
    }
    rule_say(out, "%s on vGPUs in Linux guests only",
             uvm && p2p ? "unified memory and peer-to-peer copies work"
             : uvm      ? "unified memory works"
                        : "peer-to-peer copies work");
    return rule_advise(out, "use 'os: linux'");
}

bool rule_dcgm_01(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_is_vgpu_mode(f) || !ask_has_need(f, NEED_DCGM)) {
        return false;
    }
    rule_say(out, "DCGM is supported neither on a vGPU host nor in a vGPU guest");
    return rule_advise(out, "use passthrough, or leave 'dcgm' out of 'needs'");
}

/* ---- Migration and suspension ---- */

/* A vGPU of a VM that is to be moved while it runs. */
static bool is_moved(const struct rule_facts *f)
{
    return ask_is_vgpu_mode(f) && ask_has_need(f, NEED_LIVE_MIGRATION);
}

bool rule_migr_01(const struct rule_facts *f, struct rule_finding *out)
{
    if (!is_moved(f) || f->other == NULL) {
        return false;
    }
    out->verdict = RULE_INFO; /* the fleet has both; where a VM goes is not stated */
    return rule_say(out, "a VM moves between hosts of one kind of GPU only, not from %s to %s",
                    f->gpu->key, f->other->key);
}

bool rule_migr_02(const struct rule_facts *f, struct rule_finding *out)
{
    if (!is_moved(f) || !ask_is_mig_mode(f)) {
        return false;
    }
    out->verdict = RULE_INFO; /* where a VM goes is not stated */
    return rule_say(out, "a VM moves only to a GPU that is cut into the same GPU instances");
}

bool rule_migr_05(const struct rule_facts *f, struct rule_finding *out)
{
    const bool uvm = ask_has_need(f, NEED_UVM), profiler = ask_has_need(f, NEED_PROFILER);
    if (!is_moved(f) || !(uvm || profiler)) {
        return false;
    }
    rule_say(out, "a VM with %s enabled cannot be migrated",
             uvm && profiler ? "unified memory and the CUDA profiler"
             : uvm           ? "unified memory"
                             : "the CUDA profiler or debugger");
    return rule_advise(out, "leave %s or 'live-migration' out of 'needs'",
                       uvm && profiler ? "'uvm' and 'profiler'"
                       : uvm           ? "'uvm'"
                                       : "'profiler'");
}

bool rule_migr_06(const struct rule_facts *f, struct rule_finding *out)
{
    if (!is_moved(f) || f->licence != LICENCE_NONE) {
        return false;
    }
    rule_say(out, "a VM that got no licence when it booted cannot be migrated");
    return rule_advise(
        out, "state the 'licence' that it gets, or leave 'live-migration' out of 'needs'");
}

bool rule_migr_07(const struct rule_facts *f, struct rule_finding *out)
{
    static const char *const listed[] = {"rhel-kvm-9.4", "rhel-kvm-9.6", "rhel-kvm-10.0",
                                         "ubuntu-kvm-24.04", NULL};
    if (!is_moved(f) || !ask_is_platform_known(f) || ask_is_one_of(f->hypervisor, listed) ||
        ask_is_on(f, "vsphere-8") || ask_is_on(f, "vsphere-9")) {
        return false;
    }
    rule_say(out, "live migration of vGPUs is not listed for %s", f->hypervisor);
    return rule_advise(out, "use RHEL KVM 9.4, 9.6 or 10.0, Ubuntu KVM 24.04, vSphere 8 or 9");
}

bool rule_migr_11(const struct rule_facts *f, struct rule_finding *out)
{
    if (!is_moved(f) || !ask_is_vsphere(f)) {
        return false;
    }
    out->verdict = RULE_INFO; /* a setting that a scenario does not show */
    return rule_say(out,
                    "vMotion of a VM with a vGPU needs vgpu.hotmigrate.enabled set to true");
}

/* Published for P40 and V100 only, which stay far below the limit but for the largest. */
bool rule_migr_12(const struct rule_facts *f, struct rule_finding *out)
{
    if (!is_moved(f) || !ask_is_vsphere(f)) {
        return false;
    }
    out->verdict = RULE_UNKNOWN;
    return rule_say(
        out,
        "how long vMotion stuns a VM with %s is unknown; it gives up after 100 s (V100 with 32 "
        "GB in use: 51 s)",
        f->gpu->key);
}

bool rule_migr_15(const struct rule_facts *f, struct rule_finding *out)
{
    return is_moved(f) && (ask_is_kvm(f) || ask_is_vsphere(f)) &&
           rule_say(
               out,
               "time-sliced and MIG-backed vGPUs can both be migrated, each to its own kind");
}

bool rule_migr_13(const struct rule_facts *f, struct rule_finding *out)
{
    return is_moved(f) && ask_is_on(f, "windows-server-") &&
           rule_say(
               out,
               "without DMA bit tracking in the IOMMU the VM is restarted, not migrated live");
}

bool rule_sus_01(const struct rule_facts *f, struct rule_finding *out)
{
    return ask_is_vgpu_mode(f) && ask_has_need(f, NEED_SUSPEND) && ask_is_vsphere(f) &&
           rule_say(out, "vSphere suspends and resumes VMs with vGPUs");
}

bool rule_sus_02(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_is_vgpu_mode(f) || !ask_has_need(f, NEED_SUSPEND) || !ask_is_platform_known(f) ||
        ask_is_vsphere(f)) {
        return false;
    }
    out->verdict = RULE_UNKNOWN;
    return rule_say(out, "whether %s suspends and resumes VMs with vGPUs is unknown",
                    f->hypervisor);
}

/* ---- Unified memory ---- */

bool rule_uvm_01(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_is_vgpu_mode(f) || !ask_has_need(f, NEED_UVM)) {
        return false;
    }
    out->verdict = RULE_INFO; /* a setting that a scenario does not show */
    return rule_say(
        out, "unified memory is off until the plug-in parameter enable_uvm=1 is set for the "
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

bool rule_uvm_02(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_takes_turns(f) || !ask_has_need(f, NEED_UVM) || f->type == NULL) {
        return false;
    }
    int whole_gib = domain_gib(f);
    bool is_part = f->mode == RULE_TIME_SLICED ? f->type->framebuffer_gib < whole_gib
                                               : f->type->max_per_instance > 1;
    if (!is_part) {
        return false;
    }
    rule_say(out, "unified memory needs a vGPU that owns the whole %s, and %s has %d GiB%s",
             f->mode == RULE_TIME_SLICED ? "GPU" : "GPU instance", f->type->name,
             f->type->framebuffer_gib, whole_gib > 0 ? " of it" : "");
    if (f->mode == RULE_TIME_SLICED) {
        return rule_advise(out, "set 'framebuffer: %d GiB', or use MIG-backed vGPUs",
                           whole_gib);
    }
    return rule_advise(out, "use mode 'mig', where each vGPU owns its instance");
}

bool rule_dbg_01(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_is_vgpu_mode(f) || !ask_has_need(f, NEED_PROFILER)) {
        return false;
    }
    out->verdict = RULE_INFO; /* a setting that a scenario does not show */
    return rule_say(out, "CUDA profilers and debuggers are off until their plug-in parameters "
                         "are set for the VM");
}

/* ---- Drivers ---- */

/* The long-term branch before this one; 0: this is none, -1: it is later than the table. */
static int long_term_before(int release)
{
    static const int branch[] = {13, 16, 19}; /* R470, R535, R580 */
    const int n = (int)(sizeof branch / sizeof branch[0]);
    for (int i = 1; i < n; i++) {
        if (release == branch[i]) {
            return branch[i - 1];
        }
    }
    return release > branch[n - 1] ? -1 : 0;
}

bool rule_drv_01(const struct rule_facts *f, struct rule_finding *out)
{
    const int host = f->manager_release, guest = f->guest_release;
    const int before = long_term_before(host);
    if (!ask_is_vgpu_mode(f) || host == 0 || guest == 0 || guest == host || guest == host - 1 ||
        guest == before) {
        return false;
    }
    if (before < 0 && guest < host && long_term_before(guest) > 0) {
        out->verdict = RULE_UNKNOWN; /* the manager's may be the next long-term branch */
        return rule_say(out,
                        "whether a guest driver of release %d goes with a vGPU Manager of %d "
                        "is unknown: only "
                        "if %d is the next long-term branch",
                        guest, host, host);
    }
    rule_say(out,
             "a guest driver of release %d does not load with a vGPU Manager of release %d",
             guest, host);
    return before > 0
               ? rule_advise(out, "use a guest driver of release %d, %d or %d", host, host - 1,
                             before)
               : rule_advise(out, "use a guest driver of release %d or %d", host, host - 1);
}

/* ---- Error correction ---- */

static bool has_hbm(const struct rule_facts *f)
{
    static const char *const architecture[] = {"Volta", "Hopper", NULL};
    return ask_is_architecture(f, architecture) || ask_is_gpu(f, "A100-") ||
           ask_is_gpu(f, "A30") || ask_is_gpu(f, "B200-") || ask_is_gpu(f, "B300-") ||
           ask_is_gpu(f, "GB") || ask_is_gpu(f, "GH");
}

bool rule_ecc_02(const struct rule_facts *f, struct rule_finding *out)
{
    return ask_is_vgpu_mode(f) && f->ecc == ECC_ON && !has_hbm(f) &&
           rule_say(out,
                    "with ECC on, every vGPU of %s has less framebuffer than its type says",
                    f->gpu->key);
}

bool rule_ecc_03(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_is_vgpu_mode(f) || f->ecc != ECC_ON || !ask_is_platform_known(f)) {
        return false;
    }
    out->verdict = RULE_UNKNOWN; /* no list of boards and platforms was found */
    return rule_say(out, "whether vGPUs of %s start with ECC under %s is unknown", f->gpu->key,
                    f->hypervisor);
}

bool rule_ecc_04(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_is_vgpu_mode(f) || !ask_has_need(f, NEED_ECC) || f->ecc == ECC_ON) {
        return false;
    }
    if (f->ecc == ECC_OFF) {
        rule_say(out, "a guest has ECC only where %s has it on, and it is off", f->gpu->key);
        return rule_advise(out, "set 'ecc: true' of the fleet, or leave 'ecc' out of 'needs'");
    }
    out->verdict = RULE_INFO;
    return rule_say(out, "a guest has ECC only where it is on for %s", f->gpu->key);
}

/* ---- Licences ---- */

static bool is_licensed_by(const struct rule_facts *f, enum licence licence)
{
    return f->licence == LICENCE_UNSTATED || f->licence == licence;
}

bool rule_lic_01(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_is_type(f, 'C') || f->licence == LICENCE_AI_ENTERPRISE ||
        (f->licence == LICENCE_UNSTATED && !ask_is_platform_known(f))) {
        return false;
    }
    rule_say(out, "C types are licensed by NVIDIA AI Enterprise and nothing else");
    if (f->licence == LICENCE_UNSTATED) {
        out->verdict = RULE_INFO;
        return true;
    }
    return rule_advise(out, "use 'licence: ai-enterprise'");
}

bool rule_lic_02(const struct rule_facts *f, struct rule_finding *out)
{
    return ask_is_type(f, 'C') && f->licence == LICENCE_NONE &&
           rule_say(out, "without a licence a C type computes at full speed for 20 minutes, "
                         "then hardly at all");
}

bool rule_lic_04(const struct rule_facts *f, struct rule_finding *out)
{
    const long long n = (long long)f->vms * f->vgpus;
    return ask_is_type(f, 'C') && f->licence != LICENCE_NONE &&
           (f->licence != LICENCE_UNSTATED || ask_is_platform_known(f)) &&
           rule_say(out,
                    "%lld %s, one for each vGPU of a VM; another sentence counts one for up to "
                    "16 vGPUs of a "
                    "GPU",
                    n, n == 1 ? "licence" : "licences");
}

bool rule_lic_05(const struct rule_facts *f, struct rule_finding *out)
{
    return ask_is_type(f, 'Q') && f->licence != LICENCE_NONE &&
           (f->licence != LICENCE_UNSTATED || ask_is_platform_known(f)) &&
           rule_say(out, "Q types are licensed by vWS%s",
                    is_licensed_by(f, LICENCE_VWS) ? "" : ", not by what is stated");
}

bool rule_lic_06(const struct rule_facts *f, struct rule_finding *out)
{
    return ask_is_type(f, 'Q') && f->licence == LICENCE_NONE &&
           rule_say(out, "without a licence a graphics vGPU slows down by steps to 3 frames a "
                         "second, without CUDA");
}

/* ---- Engines and devices ---- */

/* The instance's encoders where there is one, else the GPU's; -1 unknown. */
bool rule_enc_01(const struct rule_facts *f, struct rule_finding *out)
{
    const bool is_part = f->profile != NULL && ask_is_mig_mode(f);
    const int n = is_part ? f->profile->encoders : f->gpu->encoders;
    const char *what = is_part ? f->profile->name : f->gpu->key;
    if (!ask_has_need(f, NEED_NVENC) || n > 0 || (ask_is_mig_mode(f) && !is_part)) {
        return false;
    }
    if (n < 0) {
        out->verdict = RULE_UNKNOWN;
        return rule_say(out, "whether %s has an encoder (NVENC) is unknown", what);
    }
    rule_say(out, "%s has no encoder (NVENC)", what);
    return rule_advise(out, "%s, or leave 'nvenc' out of 'needs'",
                       is_part && f->gpu->encoders != 0 ? "use a profile with encoders"
                                                        : "use a GPU with encoders");
}

bool rule_gdr_01(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_is_vgpu_mode(f) || !ask_has_need(f, NEED_GPUDIRECT)) {
        return false;
    }
    out->verdict = RULE_UNKNOWN;
    return rule_say(out,
                    "GPUDirect works with some vGPUs and guests; whether with %s is unknown",
                    f->type == NULL ? f->gpu->key : f->type->name);
}

bool rule_gdr_02(const struct rule_facts *f, struct rule_finding *out)
{
    static const char *const ampere[] = {"Ampere", NULL};
    const bool is_ampere = ask_is_architecture(f, ampere);
    return ask_is_vgpu_mode(f) && ask_has_need(f, NEED_GPUDIRECT) &&
           (is_ampere || f->os == OS_WINDOWS) &&
           rule_say(
               out,
               "GPUDirect Storage does not work on vGPUs %s%s; whether RDMA does is unknown",
               is_ampere ? "of " : "in Windows guests", is_ampere ? f->gpu->key : "");
}
