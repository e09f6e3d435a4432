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

bool export_job_init(struct export_job *job, struct arena *arena, const struct scenario *s,
                     const struct fleet *f, int mode_ix, struct diag *d)
{
    if (s->group_n > 0) {
        diag_error(d, s->gpu_at, "export writes for the GPUs of one host, not for groups");
        diag_help(d, "write 'fleet: {gpu: %s, count: %d}' for a host of the first group",
                  s->catalog->gpu[s->gpu_ix].key, s->group[0].gpus);
        return false;
    }
    *job = (struct export_job){.s = s, .f = f, .mode = &s->mode[mode_ix], .arena = arena};
    job->first_domain = arena_alloc(arena, (size_t)f->gpus_used + 1, sizeof *job->first_domain);
    job->first_seat = arena_alloc(arena, (size_t)f->domain_n, sizeof *job->first_seat);
    job->next_seat = arena_alloc(arena, (size_t)f->seat_n, sizeof *job->next_seat);
    if (job->first_domain == NULL || job->first_seat == NULL || job->next_seat == NULL) {
        return diag_machine(d, "out of memory");
    }
    for (int g = 0, i = 0; g <= f->gpus_used; g++) {
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
        assert(domain >= 0); /* a feasible fleet has a place for everybody */
        job->next_seat[i] = job->first_seat[domain];
        job->first_seat[domain] = i;
    }
    return true;
}

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

const struct gpu *export_gpu(const struct export_job *job, int gpu_ix)
{
    (void)gpu_ix;
    return &job->s->catalog->gpu[job->s->gpu_ix];
}

bool export_is_on(const struct export_job *job, const char *prefix)
{
    return strncmp(job->s->hypervisor, prefix, strlen(prefix)) == 0;
}

void export_vm_name(const struct export_job *job, const struct seat *seat, struct text *out)
{
    text_addf(out, "%s-%d", job->s->tenant[seat->tenant_ix].name, seat->vm_ix);
}

void export_name(const struct export_job *job, struct text *out)
{
    text_addf(out, "%s-%s", job->s->name, mode_name(job->mode->kind));
}

void export_head(const struct export_job *job, const char *what, struct text *out)
{
    const int n = job->f->gpus_used;
    text_addf(out, "# %s\n# Scenario %s, mode ", what, job->s->name);
    export_mode_label(job->mode, out);
    text_addf(out, ", %d %s %s, %d %s.\n", n, export_gpu(job, 0)->key, n == 1 ? "GPU" : "GPUs",
              job->f->vms_placed, job->f->vms_placed == 1 ? "VM" : "VMs");
}
