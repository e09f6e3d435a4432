#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# pictures.sh - draws the pictures of docs/pictures anew. They name gnuplot's version, so they are compared with
# nothing: look at them. The pictures of the page itself come from `make browser`.
set -eu
cd "$(dirname "$0")/.." || exit 4
VGPUSIM=${VGPUSIM:-build/vgpusim}
work=$(mktemp -d) || exit 4
trap 'rm -rf "$work"' EXIT
"$VGPUSIM" run scenarios/00-quickstart.yaml --json -o "$work/r.json"
for kind in cdf compare utilization layout; do
    "$VGPUSIM" plot $kind "$work/r.json" -o docs/pictures/$kind.svg
done
"$VGPUSIM" gen timeline scenarios/25-turns.yaml --format csv -o "$work/t.csv"
"$VGPUSIM" plot timeline "$work/t.csv" -o docs/pictures/timeline.svg
"$VGPUSIM" sweep scenarios/30-noisy-neighbour.yaml --vary tenants.noisy.workload.arrivals.rate=2/s,4/s,8/s,12/s,16/s -o "$work/s.csv" 2>/dev/null
"$VGPUSIM" plot sweep "$work/s.csv" -o docs/pictures/sweep.svg
"$VGPUSIM" plan scenarios/86-hard-groups.yaml --front auto --json -o "$work/p.json"
"$VGPUSIM" plot frontier "$work/p.json" -o docs/pictures/frontier.svg
