/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_sched.c - the scheduler as the driver's registry dword RmPVMRL.
 *
 * The value is composed from the scenario's settings and then decoded by the same function that
 * reads one: what the document says about it is what the driver would make of it. Source:
 * nvrm_registry.h of the open kernel module 595.45.04 [OGKM], vGPU user guide 7.5. */
#include "models/sched.h"

#include "sim/base/units.h"
#include "sim/plan/export.h"
#include "sim/plan/rmpvmrl.h"

static void add_time(struct text *out, int64_t ns)
{
    units_exact(out, Q_TIME, (double)ns);
}

/* What the driver has no setting for. */
static void warn_rest(const struct sched_conf *c, const struct sched_rmpvmrl *x, struct diag *d)
{
    if (c->slice_ns > 0 && c->kind->has_discipline && rmpvmrl_slice_ns(x) != c->slice_ns) {
        struct text wanted, got;
        text_init(&wanted);
        text_init(&got);
        add_time(&wanted, c->slice_ns);
        add_time(&got, rmpvmrl_slice_ns(x));
        diag_warning(d, SPAN_NONE, "a slice of %s cannot be set: the nearest is %s",
                     text_str(&wanted), text_str(&got));
        diag_help(d, "%s",
                  c->discipline == DISCIPLINE_LEGACY
                      ? "legacy takes whole milliseconds from 1 to 30"
                      : "strict takes whole frequencies from 63 to 960 Hz");
        text_fini(&wanted);
        text_fini(&got);
    }
    if (c->slice_ns > 0 && !c->kind->has_discipline) {
        diag_warning(d, SPAN_NONE, "best effort has no slice that can be set");
    }
    if (c->yield_idle) {
        diag_warning(d, SPAN_NONE, "the driver has no setting for yield-idle");
    }
}

bool export_rmpvmrl(const struct export_job *job, struct text *out, struct diag *d)
{
    const struct sched_conf *c = &job->mode->sched;
    const uint32_t value =
        sched_rmpvmrl_value(c->kind, c->discipline, c->slice_ns, c->averaging);
    struct sched_rmpvmrl x;
    if (sched_rmpvmrl(value, &x) != NULL || x.kind != c->kind) {
        return diag_error(d, SPAN_NONE, "--to rmpvmrl: the driver has no policy %s",
                          c->kind->name);
    }
    warn_rest(c, &x, d);
    const bool is_vsphere = export_is_on(job, "vsphere-");
    export_head(job, "Registry value RmPVMRL of the vGPU manager; the host must be rebooted.",
                out);
    text_addf(out, "# 0x%08X by its bits:\n", value);
    rmpvmrl_bits(value, &x, "#   ", out);
    if (job->mode->kind == MODE_TIME_SLICED_MIG) {
        text_add(out,
                 "# GPU instances keep a state of their own (nvidia-smi vgpu -gi), which is "
                 "lost with the instance.\n");
    }
    text_addf(out,
              "# For one GPU only: NVreg_RegistryDwordsPerDevice="
              "\"pci=<DOMAIN:BUS:DEVICE.FUNCTION>;RmPVMRL=0x%08X\"\n",
              value);
    text_addf(
        out,
        "# Linux with KVM: a line of /etc/modprobe.d/nvidia.conf, then update the initramfs\n"
        "%soptions nvidia NVreg_RegistryDwords=\"RmPVMRL=0x%08X\"\n",
        is_vsphere ? "# " : "", value);
    text_addf(out,
              "# vSphere: on the ESXi host\n"
              "%sesxcli system module parameters set -m nvidia -p "
              "\"NVreg_RegistryDwords=RmPVMRL=0x%08X\"\n",
              is_vsphere ? "" : "# ", value);
    return true;
}
