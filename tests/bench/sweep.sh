#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# sweep.sh - how much of both cores a sweep of 1,000 small points asks for with -j 2: the time in which its
# threads run or are ready to run, over twice the time on the clock. Time in which a ready thread waits for a
# core that another program has is the machine's, not the sweep's, so that a busy machine gives the same number;
# what is missing to 100 % is where threads wait for each other, or only one has work. Linux counts both per
# thread (/proc/PID/task/TID/schedstat); they are read until the end. With LEAST=90: fails below.
set -eu
program=${VGPUSIM:-build/vgpusim}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
begin=$(date +%s%N)
"$program" sweep tests/cli/random.yaml -j 2 --vary tenants.chat.count=1..10 \
    --vary 'tenants.chat.workload.arrivals.rate=1/s..100/s:1/s' >"$work/out.csv" &
pid=$!
while kill -0 $pid 2>/dev/null; do
    for f in /proc/$pid/task/*/schedstat; do
        if read -r run ready slices <"$f"; then echo "$(date +%s%N) $f $run $ready $slices"; fi
    done >>"$work/seen" 2>/dev/null || true
    sleep 0.02
done
wait $pid
points=$(cut -d, -f2 "$work/out.csv" | uniq | grep -c '[0-9]')
awk -v begin="$begin" -v points="$points" -v least="${LEAST:-0}" '
    { last = $1; run[$2] = $3; ready[$2] = $4 }
    END {
        for (t in run) { r += run[t]; w += ready[t] }
        wall = last - begin
        share = 100 * (r + w) / (2 * wall)
        printf "sweep of %d small points: threads run or are ready %.1f %% of two cores (%.0f %% run); %.1f s\n",
               points, share, 100 * r / (2 * wall), wall / 1e9
        exit points != 1000 || share < least
    }' "$work/seen"
