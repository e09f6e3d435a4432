/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ask.c - what the admission rules ask of the facts. */
#include "models/ask.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const vsphere_before_8u3[] = {"vsphere-7.0", "vsphere-8.0", "vsphere-8.0u2",
                                                 NULL};

/* ---- Questions ---- */

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool ask_begins_with(const char *s, const char *prefix)
{
    while (*prefix != '\0') {
        if (folded(*s++) != folded(*prefix++)) {
            return false;
        }
    }
    return true;
}

bool ask_is_same(const char *a, const char *b)
{
    return strlen(a) == strlen(b) && ask_begins_with(a, b);
}

bool ask_is_one_of(const char *s, const char *const *word)
{
    for (; *word != NULL; word++) {
        if (ask_is_same(s, *word)) {
            return true;
        }
    }
    return false;
}

bool ask_is_on(const struct rule_facts *f, const char *family)
{
    return f->hypervisor != NULL && ask_begins_with(f->hypervisor, family);
}

bool ask_is_vsphere(const struct rule_facts *f)
{
    return ask_is_on(f, "vsphere-");
}

bool ask_is_kvm(const struct rule_facts *f)
{
    return ask_is_on(f, "rhel-kvm-") || ask_is_on(f, "ubuntu-kvm-");
}

bool ask_is_platform_known(const struct rule_facts *f)
{
    return f->hypervisor != NULL && !ask_is_same(f->hypervisor, "none");
}

bool ask_is_vsphere_before_8u3(const struct rule_facts *f)
{
    return f->hypervisor != NULL && ask_is_one_of(f->hypervisor, vsphere_before_8u3);
}

bool ask_is_gpu(const struct rule_facts *f, const char *prefix)
{
    return ask_begins_with(f->gpu->key, prefix);
}

bool ask_is_mig_mode(const struct rule_facts *f)
{
    return f->mode == RULE_MIG || f->mode == RULE_TIME_SLICED_MIG;
}

bool ask_takes_turns(const struct rule_facts *f)
{
    return f->mode == RULE_TIME_SLICED || f->mode == RULE_TIME_SLICED_MIG;
}

bool ask_is_vgpu_mode(const struct rule_facts *f)
{
    return f->mode != RULE_PASSTHROUGH;
}

bool ask_has_need(const struct rule_facts *f, enum need need)
{
    return (f->needs & (unsigned)need) != 0;
}

bool ask_is_carrier_board(const struct rule_facts *f)
{
    return strstr(f->gpu->key, "-SXM") != NULL || strstr(f->gpu->key, "-HGX") != NULL;
}

bool ask_is_architecture(const struct rule_facts *f, const char *const *word)
{
    return f->gpu->architecture != NULL && ask_is_one_of(f->gpu->architecture, word);
}

bool ask_is_type(const struct rule_facts *f, char series)
{
    return ask_is_vgpu_mode(f) && f->type != NULL && f->type->series == series;
}

/* ---- Findings ---- */

bool rule_say(struct rule_finding *out, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(out->text, sizeof out->text, format, ap);
    va_end(ap);
    return true;
}

bool rule_advise(struct rule_finding *out, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(out->help, sizeof out->help, format, ap);
    va_end(ap);
    return true;
}
