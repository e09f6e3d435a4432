/* SPDX-License-Identifier: GPL-3.0-or-later */
/* life.c - names and look-up of faults. */
#include "models/life.h"

#include <stddef.h>
#include <string.h>

const char *fault_class_name(enum fault_class class)
{
    static const char *const name[FAULT_CLASSES] = {"contained", "uncontained", "gpu", "host"};
    return name[class];
}

const char *fault_scope_name(enum fault_scope scope)
{
    static const char *const name[FAULT_SCOPES] = {"vm", "instance", "gpu", "host"};
    return name[scope];
}

const char *fault_fate_name(enum fault_fate fate)
{
    static const char *const name[FAULT_FATES] = {"lost", "restarted", "resumed"};
    return name[fate];
}

const struct fault_rule *fault_rule_find(const struct fault_rule *rule, int n, const char *mode,
                                         enum fault_class class)
{
    for (int i = 0; i < n; i++) {
        if (rule[i].class == class && strcmp(rule[i].mode, mode) == 0) {
            return &rule[i];
        }
    }
    return NULL;
}

bool life_is_random(const struct life_event *e)
{
    return (e->repeats && e->every.kind->random) ||
           (e->has_downtime && e->downtime.kind->random);
}
