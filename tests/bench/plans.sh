#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# plans.sh - how long `vgpusim plan` takes for the sets of services of tests/validation/plans.c, filled up by
# invented models to the published number of services, with one process in an instance and with several. Wall and
# CPU seconds, least of ROUNDS, on two threads; asked is less than 10 s of wall on two cores. No test depends on it.
set -u
cd "$(dirname "$0")/../.." || exit 4
B=${B:-build/main}
work=$(mktemp -d) || exit 4
trap 'rm -rf "$work"' EXIT
for processes in 1 5; do
    for set in 1 2 3 4 5 6; do
        "$B/tests/validation/validate" set $set $processes >"$work/set.yaml" || exit 4
        : >"$work/times"
        for _ in $(seq "${ROUNDS:-3}"); do
            bash -c "TIMEFORMAT='%R %U'; time \"$B/vgpusim\" plan -j 2 \"$work/set.yaml\"" >"$work/plan" 2>>"$work/times" || exit 4
        done
        gpus=$(head -n 1 "$work/plan")
        awk -v set=$set -v processes=$processes -v gpus="$gpus" '
            NR == 1 || $1 < wall { wall = $1 }
            NR == 1 || $2 < cpu { cpu = $2 }
            END { printf "set %d, up to %d processes: %.1f s, CPU %.1f s: %s\n", set, processes, wall, cpu, gpus }' "$work/times"
    done
done
