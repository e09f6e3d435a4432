/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rule_mode.c - rules about GPUs, ways to share them and platforms: capacity, mixed sizes, MIG,
 * schedulers, passthrough, several vGPUs, peers.
 *
 * Conditions and sources: models/data/rules.csv, row of the same id. */
#include <string.h>

#include "models/ask.h"

enum {
    VSPHERE80_VGPUS = 8 /* CAP-08 */
};

static const char *const before_volta[] = {"Maxwell", "Pascal", NULL};
static const char *const before_ampere[] = {"Maxwell", "Pascal", "Volta", "Turing", NULL};

/* ---- Capacity ---- */

bool rule_cap_07(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->vgpus <= VGPUS_PER_VM_MAX || !ask_is_vgpu_mode(f)) {
        return false;
    }
    rule_say(out, "a VM asks for %d vGPUs and may have %d", f->vgpus, VGPUS_PER_VM_MAX);
    return rule_advise(out, "set 'vgpus' to at most %d", VGPUS_PER_VM_MAX);
}

bool rule_cap_08(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_is_vgpu_mode(f) || f->vgpus <= VSPHERE80_VGPUS || f->hypervisor == NULL ||
        !ask_is_same(f->hypervisor, "vsphere-8.0")) {
        return false;
    }
    return rule_say(out,
                    "vSphere 8.0 was announced with %d vGPUs per VM and the VM asks for %d",
                    VSPHERE80_VGPUS, f->vgpus);
}

bool rule_cap_11(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED || !rule_is_whole_gpu_only(f->gpu)) {
        return false;
    }
    uint64_t whole_bytes = (uint64_t)f->gpu->framebuffer_gib << 30;
    rule_advise(out, "use MIG-backed vGPUs for smaller shares");
    if (f->type != NULL && f->type->framebuffer_gib < f->gpu->framebuffer_gib) {
        return rule_say(
            out, "%s is %d GiB, but time-sliced vGPUs of %s are the whole GPU of %d GiB",
            f->type->name, f->type->framebuffer_gib, f->gpu->key, f->gpu->framebuffer_gib);
    }
    if (f->framebuffer_bytes == 0 || f->framebuffer_bytes >= whole_bytes) {
        return false;
    }
    out->verdict = RULE_INFO; /* it fits, one to a GPU */
    return rule_say(
        out, "the only time-sliced type of %s is the whole GPU of %d GiB: one vGPU per GPU",
        f->gpu->key, f->gpu->framebuffer_gib);
}

bool rule_cap_09(const struct rule_facts *f, struct rule_finding *out)
{
    return ask_is_vgpu_mode(f) && ask_is_platform_known(f) &&
           rule_say(out,
                    "framebuffer is taken when a vGPU is made and held until it is destroyed");
}

bool rule_cap_10(const struct rule_facts *f, struct rule_finding *out)
{
    static const char *const own[] = {"breadth-first", "depth-first", NULL};
    if (!ask_is_vgpu_mode(f) || !ask_is_vsphere(f) || f->placement == NULL ||
        ask_is_one_of(f->placement, own)) {
        return false;
    }
    rule_say(out, "vSphere chooses GPUs breadth-first unless told otherwise; placed here by %s",
             f->placement);
    return rule_advise(out, "set 'placement: {policy: breadth-first}' to see its choice");
}

/* ---- Mixed sizes ---- */

bool rule_mix_01(const struct rule_facts *f, struct rule_finding *out)
{
    static const char *const keys[] = {"T4", "RTX-8000-PASSIVE", "RTX-6000-PASSIVE",
                                       "RTX-A5000", NULL};
    if (f->mode != RULE_TIME_SLICED || !f->mixed_size ||
        (!ask_is_gpu(f, "V100") && !ask_is_one_of(f->gpu->key, keys))) {
        return false;
    }
    rule_say(out, "%s cannot carry time-sliced vGPUs of different sizes", f->gpu->key);
    return rule_advise(out, "set 'mixed-size: false'");
}

bool rule_mix_02(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED || !f->mixed_size || !ask_is_platform_known(f) ||
        ask_is_kvm(f) || ask_is_vsphere(f)) {
        return false;
    }
    rule_say(out,
             "vGPUs of different sizes on one GPU are supported on RHEL KVM, Ubuntu KVM and "
             "vSphere, not on %s",
             f->hypervisor);
    return rule_advise(out, "set 'mixed-size: false', or use one of these hypervisors");
}

bool rule_mix_03(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED || !f->mixed_size || !ask_is_vsphere_before_8u3(f)) {
        return false;
    }
    rule_say(out, "%s has no mixed-size mode; it came with vSphere 8.0 update 3",
             f->hypervisor);
    return rule_advise(out,
                       "use 'hypervisor: vsphere-8.0u3' or later, or set 'mixed-size: false'");
}

bool rule_mix_04(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_takes_turns(f) || !f->mixed_size || f->policy == NULL ||
        !ask_is_same(f->policy, "fixed-share")) {
        return false;
    }
    rule_say(out, "fixed share is not supported in mixed-size mode");
    return rule_advise(
        out, "use 'policy: best-effort' or 'equal-share', or set 'mixed-size: false'");
}

bool rule_mix_09(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED || !f->mixed_size || !ask_is_kvm(f)) {
        return false;
    }
    out->verdict = RULE_INFO; /* a scenario does not reboot its hosts */
    return rule_say(
        out, "a GPU is in equal-size mode again after a reboot of its host; nvidia-smi vgpu "
             "-shm 1 sets mixed-size mode");
}

/* ---- MIG ---- */

bool rule_mig_01(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_is_mig_mode(f) || f->gpu->mig_slices > 0) {
        return false;
    }
    rule_say(out, "%s cannot be cut into GPU instances: it has no MIG", f->gpu->key);
    return rule_advise(out, "use time-sliced vGPUs, or a GPU with MIG");
}

bool rule_mig_05(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED_MIG || f->gpu->time_sliced_mig) {
        return false;
    }
    rule_say(
        out,
        "vGPUs cannot share a GPU instance of %s: only RTX PRO 6000 and 4500 Blackwell Server "
        "Edition time-slice instances",
        f->gpu->key);
    return rule_advise(out, "use 'gpu: RTX-PRO-6000-BSE'%s",
                       f->gpu->mig_slices > 0 ? ", or mode 'mig' with an instance for each vGPU"
                                              : "");
}

bool rule_mig_04(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED_MIG || !f->gpu->time_sliced_mig ||
        !ask_is_platform_known(f)) {
        return false;
    }
    out->verdict =
        RULE_UNKNOWN; /* it takes the hypervisor too, and no list of them was found */
    return rule_say(
        out,
        "whether %s time-slices GPU instances is unknown; nvidia-smi -q says it on the host",
        f->hypervisor);
}

/* The 6000 is documented; of the 4500 only the time-sliced case is known to be the same. */
bool rule_mig_08(const struct rule_facts *f, struct rule_finding *out)
{
    bool is_bound =
        (ask_is_mig_mode(f) && ask_is_same(f->gpu->key, "RTX-PRO-6000-BSE")) ||
        (f->mode == RULE_TIME_SLICED_MIG && ask_is_same(f->gpu->key, "RTX-PRO-4500-BSE"));
    if (!is_bound || f->profile == NULL || f->profile->gfx) {
        return false;
    }
    rule_say(out, "vGPUs of %s stand on instances with +gfx, and %s is without", f->gpu->key,
             f->profile->name);
    return rule_advise(out, "use 'mig: %dg.%dgb+gfx'", f->profile->compute_slices,
                       f->profile->nominal_gib);
}

bool rule_mig_09(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_is_mig_mode(f) || f->os != OS_WINDOWS || !ask_is_gpu(f, "H100-")) {
        return false;
    }
    rule_say(out,
             "a Windows guest cannot use a MIG-backed vGPU of %s: its driver does not install",
             f->gpu->key);
    return rule_advise(out, "use time-sliced vGPUs for this tenant, or 'os: linux'");
}

bool rule_mig_10(const struct rule_facts *f, struct rule_finding *out)
{
    return ask_is_mig_mode(f) && ask_is_kvm(f) &&
           rule_say(out,
                    "on %s the administrator creates the GPU instances before the VMs start",
                    f->hypervisor);
}

bool rule_mig_11(const struct rule_facts *f, struct rule_finding *out)
{
    return ask_is_mig_mode(f) && ask_is_vsphere(f) && f->gpu->architecture != NULL &&
           ask_is_same(f->gpu->architecture, "Ampere") && f->gpu->mig_slices > 0 &&
           rule_say(out, "%s: the ESXi host is rebooted once after MIG mode is switched on",
                    f->gpu->key);
}

bool rule_mig_12(const struct rule_facts *f, struct rule_finding *out)
{
    const struct mig_profile *p = f->profile;
    bool is_late = p != NULL && ((p->compute_slices == 1 && p->size == 2) || p->me);
    if (!ask_is_mig_mode(f) || !is_late || !ask_is_vsphere_before_8u3(f) ||
        f->gpu->architecture == NULL || !ask_is_same(f->gpu->architecture, "Hopper")) {
        return false;
    }
    rule_say(out, "%s of %s is supported from vSphere 8.0 update 3 on, not on %s", p->name,
             f->gpu->key, f->hypervisor);
    return rule_advise(out, "use 'hypervisor: vsphere-8.0u3' or later, or another profile");
}

/* ---- Schedulers ---- */

bool rule_sch_01(const struct rule_facts *f, struct rule_finding *out)
{
    static const char *const maxwell[] = {"Maxwell", NULL};
    static const char *const shares[] = {"equal-share", "fixed-share", NULL};
    if (!ask_takes_turns(f) || f->policy == NULL || !ask_is_one_of(f->policy, shares) ||
        !ask_is_architecture(f, maxwell)) {
        return false;
    }
    rule_say(out, "%s is of the Maxwell architecture, which has best effort only", f->gpu->key);
    return rule_advise(out, "use 'policy: best-effort'");
}

bool rule_sch_08(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_takes_turns(f) || !f->draws || f->policy == NULL) {
        return false;
    }
    return ask_is_same(f->policy, "best-effort")
               ? rule_say(out, "the frame-rate limiter holds a vGPU to 60 frames a second "
                               "under best effort")
               : rule_say(out, "the frame-rate limiter is off under %s", f->policy);
}

bool rule_sch_07(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_takes_turns(f) || !f->latency_objective || f->policy == NULL ||
        !ask_is_same(f->policy, "best-effort")) {
        return false;
    }
    rule_say(
        out,
        "best effort guarantees no share of the GPU, so the latency limit holds only as long "
        "as the neighbours allow it");
    return rule_advise(out, "use 'policy: equal-share' or 'fixed-share' for a guarantee");
}

/* ---- Passthrough ---- */

bool rule_pt_02(const struct rule_facts *f, struct rule_finding *out)
{
    bool migrates = ask_has_need(f, NEED_LIVE_MIGRATION),
         suspends = ask_has_need(f, NEED_SUSPEND);
    if (f->mode != RULE_PASSTHROUGH || !ask_is_vsphere(f) || !(migrates || suspends)) {
        return false;
    }
    rule_say(out, "a VM with a passed-through GPU cannot be %s under vSphere",
             migrates && suspends ? "migrated or suspended"
             : migrates           ? "migrated"
                                  : "suspended");
    return rule_advise(out, "use a vGPU");
}

bool rule_pt_03(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_PASSTHROUGH || !ask_is_vsphere(f) || !ask_is_carrier_board(f)) {
        return false;
    }
    if (strstr(f->gpu->key, "-HGX") == NULL) {
        out->verdict = RULE_UNKNOWN; /* SXM boards exist without NVSwitch */
    }
    return rule_say(out, "vSphere does not support passthrough of %s%s", f->gpu->key,
                    out->verdict == RULE_UNKNOWN ? " where NVSwitch joins the GPUs"
                                                 : ": NVSwitch joins them");
}

/* ---- Several vGPUs in a VM ---- */

static bool has_several(const struct rule_facts *f)
{
    return ask_is_vgpu_mode(f) && f->vgpus > 1;
}

bool rule_mul_02(const struct rule_facts *f, struct rule_finding *out)
{
    if (!has_several(f) || !ask_is_on(f, "xenserver-")) {
        return false;
    }
    out->verdict = RULE_UNKNOWN; /* the list of types was not found */
    return rule_say(
        out, "XenServer gives a VM several vGPUs of certain types only; whether this is one "
             "of them is unknown");
}

bool rule_mul_03(const struct rule_facts *f, struct rule_finding *out)
{
    if (!has_several(f) || !ask_is_kvm(f) || !ask_is_carrier_board(f) ||
        ask_is_gpu(f, "B200-") || ask_is_gpu(f, "B300-")) {
        return false;
    }
    out->verdict = RULE_UNKNOWN;
    return rule_say(
        out, "several vGPUs in a VM are listed for PCIe boards under KVM; for %s it is unknown",
        f->gpu->key);
}

bool rule_mul_04(const struct rule_facts *f, struct rule_finding *out)
{
    if (!has_several(f) || !ask_is_vsphere(f) ||
        !(ask_is_gpu(f, "B200-HGX") || ask_is_gpu(f, "B300-HGX"))) {
        return false;
    }
    rule_say(out, "vSphere does not support several vGPUs of %s in a VM: only KVM does",
             f->gpu->key);
    return rule_advise(out, "set 'vgpus: 1', or use a KVM hypervisor");
}

bool rule_mul_05(const struct rule_facts *f, struct rule_finding *out)
{
    if (!has_several(f) || !ask_is_on(f, "windows-server-")) {
        return false;
    }
    rule_say(out, "Windows Server gives a VM one GPU partition and the VM asks for %d",
             f->vgpus);
    return rule_advise(out, "set 'vgpus: 1'");
}

bool rule_mul_06(const struct rule_facts *f, struct rule_finding *out)
{
    if (!has_several(f) || f->mode != RULE_TIME_SLICED || f->type == NULL ||
        f->type->framebuffer_gib >= f->gpu->framebuffer_gib ||
        !ask_is_architecture(f, before_volta)) {
        return false;
    }
    rule_say(out, "a VM with several vGPUs of %s needs whole ones, and %s has %d of %d GiB",
             f->gpu->key, f->type->name, f->type->framebuffer_gib, f->gpu->framebuffer_gib);
    return rule_advise(out, "set 'vgpus: 1'");
}

/* ---- Peer to peer ---- */

bool rule_p2p_01(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_is_mig_mode(f) || !ask_has_need(f, NEED_P2P)) {
        return false;
    }
    rule_say(out,
             "peer-to-peer copies work between time-sliced vGPUs only, not MIG-backed ones");
    return rule_advise(out,
                       "use time-sliced vGPUs of the whole GPU, or leave 'p2p' out of 'needs'");
}

bool rule_p2p_02(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED || !ask_has_need(f, NEED_P2P) || f->type == NULL ||
        f->type->framebuffer_gib >= f->gpu->framebuffer_gib) {
        return false;
    }
    rule_say(out, "peer-to-peer copies need vGPUs with all %d GiB of %s, and %s has %d GiB",
             f->gpu->framebuffer_gib, f->gpu->key, f->type->name, f->type->framebuffer_gib);
    return rule_advise(out, "set 'framebuffer: %d GiB'", f->gpu->framebuffer_gib);
}

bool rule_p2p_03(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED || !ask_has_need(f, NEED_P2P) || ask_is_carrier_board(f) ||
        ask_is_gpu(f, "GB") || ask_is_gpu(f, "GH")) {
        return false;
    }
    out->verdict = RULE_UNKNOWN; /* a PCIe board may carry an NVLink bridge */
    return rule_say(
        out,
        "peer-to-peer copies between vGPUs need NVLink, not PCIe; whether the %s boards "
        "are bridged is unknown",
        f->gpu->key);
}

bool rule_p2p_04(const struct rule_facts *f, struct rule_finding *out)
{
    if (f->mode != RULE_TIME_SLICED || !ask_is_gpu(f, "A100-") || !ask_has_need(f, NEED_P2P) ||
        !ask_has_need(f, NEED_UVM)) {
        return false;
    }
    rule_say(out, "%s has no peer-to-peer copies while unified memory is on", f->gpu->key);
    return rule_advise(out, "leave 'uvm' or 'p2p' out of 'needs', or use Hopper or later");
}

bool rule_p2p_05(const struct rule_facts *f, struct rule_finding *out)
{
    if (!ask_is_vgpu_mode(f) || !ask_has_need(f, NEED_P2P) || f->vgpus > 1) {
        return false;
    }
    out->verdict = RULE_WARN; /* the need is stated, its partner is not */
    rule_say(out, "peers must be in one VM, and each VM has one vGPU");
    return rule_advise(out, "set 'vgpus' to the number of peers");
}

bool rule_p2p_06(const struct rule_facts *f, struct rule_finding *out)
{
    static const char *const late[] = {"Hopper", "Blackwell", "Blackwell Ultra", NULL};
    return f->mode == RULE_TIME_SLICED && ask_has_need(f, NEED_P2P) &&
           !ask_has_need(f, NEED_UVM) && ask_is_carrier_board(f) &&
           ask_is_architecture(f, late) &&
           rule_say(out, "multicast over NVLink needs unified memory enabled as well");
}

/* ---- Platforms ---- */

bool rule_dsp_01(const struct rule_facts *f, struct rule_finding *out)
{
    static const char *const keys[] = {
        "A40",          "L40",       "L40S",      "L20",       "RTX-5000-ADA",
        "RTX-6000-ADA", "RTX-A5000", "RTX-A5500", "RTX-A6000", NULL};
    return ask_is_vgpu_mode(f) && ask_is_platform_known(f) &&
           ask_is_one_of(f->gpu->key, keys) &&
           rule_say(out, "%s must be in display-off mode for vGPU", f->gpu->key);
}

/* A chart counts features by hypervisor; which of them the smaller ones lack was lost. */
bool rule_hv_01(const struct rule_facts *f, struct rule_finding *out)
{
    const bool shares =
        ask_takes_turns(f) && f->policy != NULL && !ask_is_same(f->policy, "best-effort");
    const char *what = ask_is_mig_mode(f)          ? "MIG-backed vGPUs"
                       : shares                    ? "the policies of equal and fixed share"
                       : ask_has_need(f, NEED_UVM) ? "unified memory on vGPUs"
                                                   : NULL;
    if (!ask_is_vgpu_mode(f) || what == NULL || !ask_is_platform_known(f) || ask_is_kvm(f) ||
        ask_is_vsphere(f)) {
        return false;
    }
    out->verdict = RULE_UNKNOWN;
    out->of_tenant = !ask_is_mig_mode(f) && !shares;
    return rule_say(out, "whether %s supports %s is unknown", f->hypervisor, what);
}

bool rule_hv_02(const struct rule_facts *f, struct rule_finding *out)
{
    return ask_is_vgpu_mode(f) && ask_is_on(f, "ahv") &&
           rule_say(out, "AHV uses the generic KVM release of vGPU; its maker supports it");
}

bool rule_hv_03(const struct rule_facts *f, struct rule_finding *out)
{
    return ask_is_type(f, 'C') && ask_is_platform_known(f) && !ask_is_kvm(f) &&
           !ask_is_vsphere(f) &&
           rule_say(out, "vGPU for Compute lists RHEL KVM, Ubuntu KVM and vSphere%s",
                    ask_is_on(f, "windows-server-") ? ", and Windows Server with limits" : "");
}

bool rule_hv_04(const struct rule_facts *f, struct rule_finding *out)
{
    return ask_is_vgpu_mode(f) && ask_is_on(f, "xenserver-") &&
           rule_say(out, "vGPU needs the Premium Edition of XenServer");
}

bool rule_hv_06(const struct rule_facts *f, struct rule_finding *out)
{
    return ask_is_vgpu_mode(f) && ask_is_kvm(f) && f->gpu->architecture != NULL &&
           !ask_is_architecture(f, before_ampere) &&
           rule_say(out, "the virtual functions of %s are enabled before a vGPU is made",
                    f->gpu->key);
}

bool rule_mmio_05(const struct rule_facts *f, struct rule_finding *out)
{
    return ask_is_vsphere(f) && rule_say(out, "as installed a VM has 32 GB of MMIO space, the "
                                              "BIOS must decode above 4 GB, and "
                                              "all memory of the VM is reserved");
}
