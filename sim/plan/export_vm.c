/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_vm.c - one VM after the other: libvirt domain XML and vSphere configuration
 * parameters.
 *
 * Under KVM a vGPU is a mediated device with a UUID, or, where the kernel has the vendor's VFIO
 * framework and the GPU has SR-IOV, a virtual function with a PCI address. Both are made on the
 * host and are placeholders here. vSphere is given the type's name and finds a GPU itself.
 * Sources: vGPU user guide 2.9.4, 2.9.5, 2.10.2 to 2.10.5; rules MMIO-01 to MMIO-04, UVM-01. */
#include <string.h>

#include "sim/plan/export.h"

/* The seats of a VM stand together: [from, its end). */
static int vm_end(const struct fleet *f, int from)
{
    int end = from;
    while (end < f->seat_n && f->seat[end].tenant_ix == f->seat[from].tenant_ix &&
           f->seat[end].vm_ix == f->seat[from].vm_ix) {
        end++;
    }
    return end;
}

static bool is_one_of(const char *word, const char *const *list)
{
    for (; word != NULL && *list != NULL; list++) {
        if (strcmp(word, *list) == 0) {
            return true;
        }
    }
    return false;
}

/* Ampere and later make vGPUs on virtual functions. */
static bool has_sriov(const struct gpu *g)
{
    static const char *const legacy[] = {"Volta", "Turing", NULL};
    return !is_one_of(g->architecture, legacy);
}

/* "GPU 0, 1g.10gb at 3, placement id 24" */
static void add_place(const struct export_job *job, const struct seat *seat, struct text *out)
{
    const struct domain *d = &job->f->domain[seat->domain_ix];
    text_addf(out, "GPU %d", seat->gpu_ix);
    if (d->profile != NULL) {
        text_addf(out, ", %s at %d", d->profile->name, d->start);
    } else if (job->s->mixed_size && seat->type != NULL) {
        text_addf(out, ", placement id %d", seat->start);
    }
}

/* ---- libvirt ---- */

/* XML has no "--" in a comment, and names of the scenario may have one. */
static void add_comment(const char *indent, const char *s, struct text *out)
{
    text_addf(out, "%s<!-- ", indent);
    for (const char *c = s; *c != '\0'; c++) {
        text_add_n(out, c, 1);
        if (c[0] == '-' && c[1] == '-') {
            text_add(out, " ");
        }
    }
    text_add(out, " -->\n");
}

enum vm_device {
    VM_MDEV,     /* mediated device */
    VM_VF,       /* virtual function, the vendor's VFIO framework */
    VM_WHOLE_GPU /* passthrough */
};

/* Ubuntu 24.04 has the vendor's framework (vGPU user guide 2.10.3); RHEL 10 is taken to have it
 * too, since its kernel is newer. Without a hypervisor the newer way is taken. */
static enum vm_device device_of(const struct export_job *job)
{
    static const char *const mdev[] = {"rhel-kvm-9.4", "rhel-kvm-9.6", "ubuntu-kvm-22.04",
                                       NULL};
    if (job->mode->kind == MODE_PASSTHROUGH) {
        return VM_WHOLE_GPU;
    }
    return has_sriov(job->gpu) && !is_one_of(job->hypervisor, mdev) ? VM_VF : VM_MDEV;
}

static void add_hostdev(const struct export_job *job, const struct seat *seat,
                        enum vm_device kind, struct text *out)
{
    struct text what;
    text_init(&what);
    text_addf(&what, "%s on ", seat->type == NULL ? job->gpu->key : seat->type->name);
    add_place(job, seat, &what);
    add_comment("      ", text_str(&what), out);
    out->failed |= what.failed;
    text_fini(&what);
    if (kind == VM_MDEV) {
        text_add(out, "      <hostdev mode='subsystem' type='mdev' model='vfio-pci'>\n"
                      "        <source>\n"
                      "          <address uuid='UUID-OF-");
        export_vm_name(job, seat, out);
        text_addf(out, "-%d'/>\n", seat->vgpu_ix);
    } else {
        text_addf(out,
                  "      <hostdev mode='subsystem' type='pci' managed='%s'>\n"
                  "        <source>\n"
                  "          <address domain='0x0000' bus='BUS-OF-GPU-%d' slot='%s' "
                  "function='%s'/>\n",
                  kind == VM_VF ? "no" : "yes", seat->gpu_ix,
                  kind == VM_VF ? "SLOT-OF-VF" : "SLOT-OF-GPU",
                  kind == VM_VF ? "FUNCTION-OF-VF" : "FUNCTION-OF-GPU");
    }
    text_add(out, "        </source>\n      </hostdev>\n");
}

static void add_domain(const struct export_job *job, int from, enum vm_device kind,
                       struct text *out)
{
    const struct seat *seat = &job->f->seat[from];
    const struct tenant *t = &job->s->tenant[seat->tenant_ix];
    text_add(out, "  <domain type='kvm'>\n    <name>");
    export_vm_name(job, seat, out);
    text_add(out, "</name>\n");
    if (t->memory_bytes > 0) {
        text_addf(out, "    <memory unit='b'>%llu</memory>\n",
                  (unsigned long long)t->memory_bytes);
    }
    text_add(out, "    <devices>\n");
    for (int i = from; i < vm_end(job->f, from); i++) {
        add_hostdev(job, &job->f->seat[i], kind, out);
    }
    if (kind != VM_WHOLE_GPU) {
        text_add(out, "      <video>\n        <model type='none'/>\n      </video>\n");
    }
    text_add(out, "    </devices>\n  </domain>\n");
}

/* How the devices come to be, on the host, before a VM starts. */
static void add_preparation(const struct export_job *job, enum vm_device kind, struct text *out)
{
    if (kind == VM_WHOLE_GPU) {
        add_comment("",
                    "The address is that of the GPU (lspci -d 10de:), in hexadecimal with 0x.",
                    out);
        return;
    }
    if (has_sriov(job->gpu)) {
        add_comment("",
                    "Virtual functions first: /usr/lib/nvidia/sriov-manage -e <ADDRESS OF GPU>",
                    out);
    }
    if (kind == VM_VF) {
        add_comment("",
                    "One vGPU for each virtual function: write the number of its type, which "
                    "creatable_vgpu_types lists, to",
                    out);
        add_comment(
            "",
            "/sys/bus/pci/devices/<ADDRESS OF VF>/nvidia/current_vgpu_type. Address parts "
            "are hexadecimal with 0x.",
            out);
    } else {
        add_comment(
            "",
            "For each vGPU: uuidgen; echo <UUID> > /sys/class/mdev_bus/<ADDRESS OF VF OR "
            "GPU>/mdev_supported_types/<nvidia-N>/create",
            out);
        add_comment("", "with the nvidia-N whose name file holds the type.", out);
    }
    for (int i = 0; i < job->s->tenant_n; i++) {
        if ((job->s->tenant[i].needs & NEED_UVM) != 0) {
            add_comment("",
                        "Unified memory: echo enable_uvm=1 > the file vgpu_params of each vGPU "
                        "(rule UVM-01).",
                        out);
            return;
        }
    }
}

bool export_libvirt(const struct export_job *job, struct text *out, struct diag *d)
{
    const bool is_kvm = export_is_on(job, "none") || export_is_on(job, "rhel-kvm-") ||
                        export_is_on(job, "ubuntu-kvm-");
    if (!is_kvm) {
        diag_error(d, SPAN_NONE, "--to libvirt: the hypervisor is %s, not KVM",
                   job->hypervisor);
        diag_help(d, "set fleet.hypervisor to a KVM, or use --to vsphere under vSphere");
        return false;
    }
    struct text line;
    const enum vm_device kind = device_of(job);
    text_init(&line);
    text_add(&line, "libvirt domains of ");
    export_subject(job, &line);
    text_add(&line, " What is in capitals is for you to put in: libvirt refuses it.");
    add_comment("", text_str(&line), out);
    out->failed |= line.failed;
    text_fini(&line);
    add_comment("", "Take the devices into the XML of each VM (virsh edit NAME).", out);
    add_preparation(job, kind, out);
    text_add(out, "<domains>\n");
    for (int i = 0; i < job->f->seat_n; i = vm_end(job->f, i)) {
        add_domain(job, i, kind, out);
    }
    text_add(out, "</domains>\n");
    return true;
}

/* ---- vSphere ---- */

enum {
    GB = 1000000000
};

/* "grid_a100-10c": GRID up to Ampere, NVIDIA from then on, in lower case. */
static void add_profile_name(const struct gpu *g, const struct vgpu_type *type,
                             struct text *out)
{
    static const char *const grid[] = {"Volta", "Turing", "Ampere", NULL};
    text_add(out, is_one_of(g->architecture, grid) ? "grid_" : "nvidia_");
    for (const char *c = type->name; *c != '\0'; c++) {
        const char low = *c == ' ' ? '_' : *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        text_add_n(out, &low, 1);
    }
}

/* The MMIO window: what the VM is given, else the GPU's need times the number of GPUs. */
static void add_mmio(const struct tenant *t, const struct gpu *g, struct text *out)
{
    text_add(out, "pciPassthru.use64bitMMIO = \"TRUE\"\n");
    if (t->mmio_bytes > 0) {
        text_addf(out, "pciPassthru.64bitMMIOSizeGB = \"%llu\"\n",
                  (unsigned long long)((t->mmio_bytes + GB - 1) / GB));
    } else if (g->mmio_gb > 0) {
        text_addf(out, "pciPassthru.64bitMMIOSizeGB = \"%d\"\n", g->mmio_gb * t->vgpus);
        if (t->vgpus > 1) {
            text_addf(out, "# %d GB for each of %d GPUs: no published formula (rule MMIO-04)\n",
                      g->mmio_gb, t->vgpus);
        }
    } else {
        text_addf(out,
                  "# pciPassthru.64bitMMIOSizeGB = \"<GB>\": the need of %s is not published "
                  "(rule MMIO-06)\n",
                  g->key);
    }
}

static void add_vm(const struct export_job *job, int from, struct text *out)
{
    const struct seat *seat = &job->f->seat[from];
    const struct tenant *t = &job->s->tenant[seat->tenant_ix];
    text_add(out, "\n# VM ");
    export_vm_name(job, seat, out);
    text_add(out, "\nfirmware = \"efi\"\nsched.mem.pin = \"TRUE\"\n");
    add_mmio(t, job->gpu, out);
    for (int i = from; i < vm_end(job->f, from); i++) {
        const struct seat *v = &job->f->seat[i];
        const int n = i - from;
        text_add(out, "# ");
        add_place(job, v, out);
        text_addf(out, "\npciPassthru%d.present = \"TRUE\"\n", n);
        if (v->type == NULL) {
            text_addf(out, "pciPassthru%d.id = \"<ADDRESS OF GPU %d>\"\n", n, v->gpu_ix);
            continue;
        }
        text_addf(out, "pciPassthru%d.virtualDev = \"vmiop\"\npciPassthru%d.vgpu = \"", n, n);
        add_profile_name(job->gpu, v->type, out);
        text_add(out, "\"\n");
        if ((t->needs & NEED_UVM) != 0) {
            text_addf(out, "pciPassthru%d.cfg.enable_uvm = \"1\"\n", n);
        }
    }
}

bool export_vsphere(const struct export_job *job, struct text *out, struct diag *d)
{
    if (!export_is_on(job, "none") && !export_is_on(job, "vsphere-")) {
        diag_error(d, SPAN_NONE, "--to vsphere: the hypervisor is %s, not vSphere",
                   job->hypervisor);
        diag_help(d, "set fleet.hypervisor to a vSphere, or use --to libvirt under KVM");
        return false;
    }
    for (int i = 0; job->mode->kind != MODE_PASSTHROUGH && i < job->f->seat_n; i++) {
        if (job->f->seat[i].type == NULL) {
            return diag_error(d, SPAN_NONE, "--to vsphere: the tables know no vGPU type of %s",
                              job->gpu->key);
        }
    }
    export_head(job,
                "Configuration parameters of each VM (Edit Settings, Advanced), as in its .vmx "
                "file.",
                out);
    if (job->mode->kind != MODE_PASSTHROUGH) {
        text_add(out,
                 "# vSphere chooses the GPU by its assignment policy: places are the "
                 "scenario's. The profile is spelt as in the\n"
                 "# list of Add New Device, PCI Device; choose it there if yours differs.\n");
    }
    if (job->s->mixed_size && job->mode->kind == MODE_TIME_SLICED) {
        text_add(
            out,
            "# vGPUs of different sizes: set the host's graphics devices to mixed size.\n");
    }
    for (int i = 0; i < job->f->seat_n; i = vm_end(job->f, i)) {
        add_vm(job, i, out);
    }
    return true;
}
