/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export.c - the table of formats and what their writers share. */
#include "sim/plan/export.h"

#include <assert.h>
#include <string.h>

#include "sim/base/near.h"

#define EXPORT_ROW(name_, function_, modes_, help_) {name_, function_, modes_, help_},
const struct export_format export_formats[] = {EXPORT_LIST(EXPORT_ROW)};
#undef EXPORT_ROW

enum {
    FORMATS_N = sizeof export_formats / sizeof export_formats[0]
};

const int export_formats_n = FORMATS_N;

/* ---- One host's share ---- */

static void host_name(const struct scenario *s, int host_ix, struct text *out)
{
    text_reset(out);
    fleet_host_name(s, host_ix, out);
}

static bool is_in_use(const struct fleet *f, int host_ix)
{
    for (int i = 0; i < f->domain_n; i++) {
        if (f->domain[i].host_ix == host_ix && f->domain[i].vgpu_n > 0) {
            return true;
        }
    }
    return false;
}

/* Is `name` the host's, or that of a group of one host? */
static bool is_called(const char *host, const char *name, bool is_alone)
{
    const size_t n = strlen(name);
    return strcmp(host, name) == 0 ||
           (is_alone && strncmp(host, name, n) == 0 && strcmp(host + n, "/0") == 0);
}

/* Hosts of the group that host_ix belongs to. */
static int siblings(const struct scenario *s, int host_ix)
{
    for (int g = 0; g < s->group_n; g++) {
        if (host_ix < s->group[g].count) {
            return s->group[g].count;
        }
        host_ix -= s->group[g].count;
    }
    return 1;
}

static int host_count(const struct scenario *s)
{
    int n = s->group_n == 0 ? 1 : 0;
    for (int g = 0; g < s->group_n; g++) {
        n += s->group[g].count;
    }
    return n;
}

int export_host_find(const struct scenario *s, const struct fleet *f,
                     const struct export_format *format, const char *name, struct diag *d)
{
    struct text host, used;
    int found = -2;
    int only = -2;
    int used_n = 0;
    text_init(&host);
    text_init(&used);
    for (int h = 0; h < host_count(s); h++) {
        if (!is_in_use(f, h)) {
            continue;
        }
        host_name(s, h, &host);
        text_addf(&used, "%s%s", used_n == 0 ? "" : ", ", text_str(&host));
        only = h;
        used_n++;
        if (name != NULL && is_called(text_str(&host), name, siblings(s, h) == 1)) {
            found = h;
        }
    }
    if (name == NULL && used_n == 1) {
        found = only;
    } else if (name == NULL && (format->modes & EXPORT_CLUSTER) != 0) {
        found = -1;
    } else if (name == NULL) {
        diag_error(d, SPAN_NONE, "--to %s is for one host, and several carry VMs: %s",
                   format->name, text_str(&used));
        diag_help(d, "add --host NAME");
    } else if (found < 0) {
        diag_error(d, SPAN_NONE, "--host: no host '%s' carries a VM", name);
        if (s->group_n > 0) {
            diag_help(d, "use one of %s", text_str(&used));
        } else {
            diag_help(d, "the fleet has no hosts: leave --host out");
        }
    }
    text_fini(&host);
    text_fini(&used);
    return found;
}

/* First GPU of a host in the numbers of the fleet, its model and hypervisor. */
static int open_host(struct export_job *job)
{
    const struct scenario *s = job->s;
    int host = job->host_ix < 0 ? 0 : job->host_ix;
    int first = 0;
    job->gpu = &s->catalog->gpu[s->gpu_ix];
    job->hypervisor = s->hypervisor;
    for (int g = 0; g < s->group_n; g++) {
        const struct host_group *group = &s->group[g];
        if (host < group->count) {
            job->gpu = &s->catalog->gpu[group->gpu_ix];
            job->hypervisor = group->hypervisor;
            return first + host * group->gpus;
        }
        host -= group->count;
        first += group->count * group->gpus;
    }
    return 0;
}

/* The fleet with the domains and seats of the host alone, GPUs numbered from 0. */
static bool narrow(struct export_job *job, int first_gpu, struct diag *d)
{
    const struct fleet *from = job->f;
    struct fleet *f = arena_alloc(job->arena, 1, sizeof *f);
    struct domain *domain = arena_alloc(job->arena, (size_t)from->domain_n, sizeof *domain);
    struct seat *seat = arena_alloc(job->arena, (size_t)from->seat_n, sizeof *seat);
    int *new_ix = arena_alloc(job->arena, (size_t)from->domain_n, sizeof *new_ix);
    if (f == NULL || domain == NULL || seat == NULL || new_ix == NULL) {
        return diag_machine(d, "out of memory");
    }
    *f = *from;
    f->domain = domain;
    f->domain_n = 0;
    f->seat = seat;
    f->seat_n = 0;
    f->vms_placed = 0;
    f->gpus_used = 0;
    for (int i = 0; i < from->domain_n; i++) {
        new_ix[i] = -1;
        if (job->host_ix < 0 || from->domain[i].host_ix == job->host_ix) {
            new_ix[i] = f->domain_n;
            domain[f->domain_n] = from->domain[i];
            domain[f->domain_n].gpu_ix -= first_gpu;
            f->gpus_used +=
                f->domain_n == 0 || domain[f->domain_n - 1].gpu_ix < domain[f->domain_n].gpu_ix;
            f->domain_n++;
        }
    }
    for (int i = 0; i < from->seat_n; i++) {
        assert(from->seat[i].domain_ix >= 0); /* a feasible fleet has a place for everybody */
        if (new_ix[from->seat[i].domain_ix] >= 0) {
            seat[f->seat_n] = from->seat[i];
            seat[f->seat_n].domain_ix = new_ix[from->seat[i].domain_ix];
            seat[f->seat_n].gpu_ix -= first_gpu;
            f->vms_placed += seat[f->seat_n].vgpu_ix == 0 ? 1 : 0;
            f->seat_n++;
        }
    }
    job->f = f;
    return true;
}

bool export_job_init(struct export_job *job, struct diag *d)
{
    const int first_gpu = open_host(job);
    if (!narrow(job, first_gpu, d)) {
        return false;
    }
    const struct fleet *f = job->f;
    job->gpu_n = f->domain_n == 0 ? 0 : f->domain[f->domain_n - 1].gpu_ix + 1;
    job->first_domain = arena_alloc(job->arena, (size_t)job->gpu_n + 1, sizeof(int));
    job->first_seat = arena_alloc(job->arena, (size_t)f->domain_n, sizeof(int));
    job->next_seat = arena_alloc(job->arena, (size_t)f->seat_n, sizeof(int));
    if (job->first_domain == NULL || job->first_seat == NULL || job->next_seat == NULL) {
        return diag_machine(d, "out of memory");
    }
    for (int g = 0, i = 0; g <= job->gpu_n; g++) {
        while (i < f->domain_n && f->domain[i].gpu_ix < g) {
            i++;
        }
        job->first_domain[g] = i;
    }
    for (int i = 0; i < f->domain_n; i++) {
        job->first_seat[i] = -1;
    }
    for (int i = f->seat_n - 1; i >= 0; i--) {
        const int domain = f->seat[i].domain_ix;
        job->next_seat[i] = job->first_seat[domain];
        job->first_seat[domain] = i;
    }
    return true;
}

/* ---- Formats ---- */

/* "a, b or c" of the formats that can say one of the modes. */
static void add_names(struct text *out, unsigned modes)
{
    int n = 0;
    int done = 0;
    for (int i = 0; i < FORMATS_N; i++) {
        n += (export_formats[i].modes & modes) != 0 ? 1 : 0;
    }
    for (int i = 0; i < FORMATS_N; i++) {
        if ((export_formats[i].modes & modes) == 0) {
            continue;
        }
        text_addf(out, "%s%s",
                  done == 0      ? ""
                  : done + 1 < n ? ", "
                                 : " or ",
                  export_formats[i].name);
        done++;
    }
}

const struct export_format *export_find(const char *name, struct diag *d)
{
    const char *names[FORMATS_N];
    for (int i = 0; i < FORMATS_N; i++) {
        names[i] = export_formats[i].name;
        if (strcmp(names[i], name) == 0) {
            return &export_formats[i];
        }
    }
    struct text all;
    text_init(&all);
    add_names(&all, ~0U);
    diag_error(d, SPAN_NONE, "--to: there is no format '%s'", name);
    const char *near = near_find(name, names, FORMATS_N);
    if (near != NULL) {
        diag_help(d, "did you mean '%s'?", near);
    } else {
        diag_help(d, "use %s", text_str(&all));
    }
    text_fini(&all);
    return NULL;
}

bool export_applies(const struct export_format *format, const struct mode_spec *mode,
                    struct diag *d)
{
    const unsigned bit = 1U << mode->kind;
    if ((format->modes & bit) != 0) {
        return true;
    }
    struct text names;
    text_init(&names);
    add_names(&names, bit);
    diag_error(d, SPAN_NONE, "--to %s: the format cannot say the mode %s", format->name,
               mode_name(mode->kind));
    diag_help(d, "use --to %s", text_str(&names));
    text_fini(&names);
    return false;
}

/* ---- What the writers share ---- */

void export_mode_label(const struct mode_spec *mode, struct text *out)
{
    text_add(out, mode_name(mode->kind));
    if (mode_takes_turns(mode->kind)) {
        text_addf(out, "/%s", mode->sched.kind->name);
    }
}

bool export_is_on(const struct export_job *job, const char *prefix)
{
    return strncmp(job->hypervisor, prefix, strlen(prefix)) == 0;
}

void export_vm_name(const struct export_job *job, const struct seat *seat, struct text *out)
{
    text_addf(out, "%s-%d", job->s->tenant[seat->tenant_ix].name, seat->vm_ix);
}

/* "on host r760/1 " where there are hosts. */
static void add_host(const struct export_job *job, const char *before, struct text *out)
{
    if (job->s->group_n > 0 && job->host_ix >= 0) {
        text_add(out, before);
        fleet_host_name(job->s, job->host_ix, out);
    }
}

void export_name(const struct export_job *job, struct text *out)
{
    struct text host;
    text_init(&host);
    add_host(job, "-", &host);
    text_addf(out, "%s-%s", job->s->name, mode_name(job->mode->kind));
    for (const char *c = text_str(&host); *c != '\0'; c++) {
        text_add_n(out, *c == '/' ? "-" : c, 1);
    }
    out->failed |= host.failed;
    text_fini(&host);
}

void export_subject(const struct export_job *job, struct text *out)
{
    const int n = job->f->gpus_used;
    text_addf(out, "scenario %s, mode ", job->s->name);
    export_mode_label(job->mode, out);
    add_host(job, ", host ", out);
    text_addf(out, ", %d ", n);
    if (job->host_ix >= 0) {
        text_addf(out, "%s ", job->gpu->key);
    }
    text_addf(out, "%s, %d %s.", n == 1 ? "GPU" : "GPUs", job->f->vms_placed,
              job->f->vms_placed == 1 ? "VM" : "VMs");
}

void export_head(const struct export_job *job, const char *what, struct text *out)
{
    text_addf(out, "# %s\n# Of ", what);
    export_subject(job, out);
    text_add(out, "\n");
}
