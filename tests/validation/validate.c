/* SPDX-License-Identifier: GPL-3.0-or-later */
/* validate.c - predicts published measurements; the argument names a section.
 *
 * With `set`, its number and a number of processes: prints that set of services as a scenario.
 *
 * Prints the section of docs/validation.md (tests/validation/run.sh puts it there). Status 1:
 * a figure is missed, 2: no such section, 4: something cannot be read or run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/validation/measure.h"

static const struct {
    const char *name;
    void (*print)(struct measure *m);
} sections[] = {
    {"servers", validate_servers},
    {"turns",   validate_turns  },
    {"pairs",   validate_pairs  },
    {"busy",    validate_busy   },
    {"llm",     validate_llm    },
    {"plans",   validate_plans  },
    {"hosts",   validate_hosts  },
};

int main(int argc, char **argv)
{
    struct measure m;
    for (size_t i = 0; argc == 2 && i < sizeof sections / sizeof sections[0]; i++) {
        if (strcmp(argv[1], sections[i].name) == 0) {
            measure_open(&m);
            sections[i].print(&m);
            measure_close(&m);
            return m.missed > 0 ? 1 : 0;
        }
    }
    if (argc == 4 && strcmp(argv[1], "set") == 0) {
        measure_open(&m);
        validate_print_set(&m, atoi(argv[2]), atoi(argv[3]));
        measure_close(&m);
        return 0;
    }
    fprintf(stderr, "usage: validate servers|turns|pairs|busy|llm|plans|hosts, or validate set "
                    "SET PROCESSES\n");
    return 2;
}
