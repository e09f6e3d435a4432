/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rule.c - the admission rules that a scenario can express: one row and one small function
 * each.
 *
 * A function looks at the facts and, if its condition holds, writes what is wrong with the
 * numbers filled in. The row carries the verdict of the documents; a function may lower it
 * where the facts leave the condition open, never raise it. Hypervisors are compared by key;
 * "none" is not checked, so every rule about a platform keeps silent then. Functions:
 * models/rule_mode.c and models/rule_vm.c. Sources: models/data/rules.csv, row of the same id.
 */
#include "models/rule.h"

#include <assert.h>
#include <stddef.h>

#include "models/ask.h"

struct check {
    const char *rule; /* id in rules.csv, the source */
    enum rule_verdict verdict;
    bool of_tenant;
    rule_test *test;
};

#define RULE_ROW(id_, verdict_, of_tenant_, test_) {id_, verdict_, of_tenant_, test_},
static const struct check checks[] = {RULE_TESTS(RULE_ROW)};
#undef RULE_ROW

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

const char *rule_verdict_name(enum rule_verdict v)
{
    static const char *const names[] = {"fail", "warn", "info", "unknown"};
    return names[v];
}

const char *rule_use_name(enum rule_use use)
{
    static const char *const names[] = {"tenant", "placement", "reading", "shown", "no"};
    return names[use];
}

const char *rule_checked(int i)
{
    return i >= 0 && i < CHECKS_N ? checks[i].rule : NULL;
}

bool rule_is_whole_gpu_only(const struct gpu *gpu)
{
    static const char *const keys[] = {"B200-HGX",   "B300-HGX",    "GB200",
                                       "GH200-96GB", "GH200-144GB", NULL};
    return ask_is_one_of(gpu->key, keys);
}
