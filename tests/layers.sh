#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# layers.sh - who may include whom: a room includes its own rank or lower, and a foreign library
# comes in through one door. The table is that of docs/architecture.md.
set -u
cd "$(dirname "$0")/.." || exit 4
bad=0

rank() {
    case $1 in
    include/vgpusim/*) echo 0 ;; sim/base/*) echo 0 ;; sim/core/*) echo 1 ;; models/*) echo 2 ;; sim/input/*) echo 3 ;;
    sim/fleet/*) echo 4 ;; sim/run/*) echo 5 ;; sim/plan/*) echo 6 ;; sim/report/*) echo 7 ;;
    sim/cli/*) echo 8 ;; *) echo 99 ;;
    esac
}

# Files that may include a header whose name matches: header pattern, then the doors.
doors='gsl/ sim/core/rng.[ch]|sim/core/dist.c|sim/core/ci.c|models/bound_least.c|models/fit.c
Random123/ sim/core/rng.c
libfyaml.h sim/input/yaml.c
csv.h sim/input/csvin.c
glpk.h sim/fleet/exact.c|sim/plan/programme.c
pthread.h sim/run/pool.c
mpi.h sim/run/ranks.c
jansson.h sim/input/jsonin.c
dlfcn.h sim/cli/plugin.c
spawn.h sim/cli/gp.c
unistd.h sim/cli/term.c
sys/ sim/cli/term.c|sim/cli/gp.c
termios.h sim/cli/term.c
time.h sim/cli/term.c'

for file in sim/*/*.[ch] models/*.[ch]; do
    own=$(rank "$file")
    for header in $(sed -n 's/^#include "\(.*\)"/\1/p' "$file"); do
        other=$(rank "$header")
        if [ "$other" -gt "$own" ]; then
            echo "$file: includes $header, a higher room" >&2
            bad=1
        fi
    done
    foreign=$(sed -n 's/^#include <\(.*\)>/\1/p' "$file")
    for header in $foreign; do
        hit=$(echo "$doors" | while read -r pattern allowed; do
            case $header in
            "$pattern"*)
                ok=0
                old=$IFS; IFS='|'
                for door in $allowed; do
                    # shellcheck disable=SC2254
                    case $file in $door) ok=1 ;; esac
                done
                IFS=$old
                [ $ok = 1 ] || echo "$allowed"
                ;;
            esac
        done)
        if [ -n "$hit" ]; then
            echo "$file: includes <$header>, whose door is $hit" >&2
            bad=1
        fi
    done
done
exit $bad
