#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bench.sh - how fast: whole commands on one core, and CPU time and instructions per request of the engine.
# Figures are for reading, not for passing: no test depends on them.
set -u
cd "$(dirname "$0")/.." || exit 4
B=${B:-build/main}
program=$B/vgpusim
dir=$(mktemp -d) || exit 4
trap 'rm -rf "$dir"' EXIT
grep -m 1 'model name' /proc/cpuinfo

"$B/tests/bench/timing" 5 "quick start, six modes, one thread" \
    "$program" run scenarios/00-quickstart.yaml -j 1

# A trace like the hour of chat requests that docs/sources.md names: 19,366 rows, tokens and law.
"$program" gen trace --process gamma --arrival-cv 1.1 --rate 5.38/s --duration 1h --service lognormal \
    --mean '27 ms' --cv 0.6 --seed 1 >"$dir/hour.csv" 2>/dev/null || exit 4
cat >"$dir/hour.yaml" <<'END'
version: 1
name: sixteen-vms-on-a-trace
fleet: {gpu: A100-PCIE-80GB, count: auto}
tenants:
  - name: chat
    count: 16
    framebuffer: 4 GiB
    workload:
      kind: trace
      file: hour.csv
      arrival: {column: arrival_s, unit: s}
      service: {column: service_ms, unit: ms}
      offset: 7 min
END
"$B/tests/bench/timing" 3 "an hour of trace, 16 VMs, every mode, one thread" \
    "$program" run "$dir/hour.yaml" -j 1

azure=${VGPUSIM_TRACES:-../shared/traces}/azure-llm/AzureLLMInferenceTrace_conv.csv
if [ -e "$azure" ]; then
    cp "$azure" "$dir/azure.csv"
    sed -e 's/hour.csv/azure.csv/' -e 's/column: arrival_s, unit: s/column: TIMESTAMP, unit: datetime/' \
        -e 's/{column: service_ms, unit: ms}/{law: "5 ms + 0.01 ms * ContextTokens + 0.05 ms * GeneratedTokens"}/' \
        "$dir/hour.yaml" >"$dir/azure.yaml"
    "$B/tests/bench/timing" 3 "the Azure chat trace, 16 VMs, every mode, one thread" \
        "$program" run "$dir/azure.yaml" -j 1
else
    echo "skipped: the Azure chat trace is not here (VGPUSIM_TRACES names its folder)"
fi

"$B/tests/bench/lanes"
if command -v valgrind >/dev/null; then
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$B/tests/bench/lanes" short 2>&1 |
        sed -n 's/^==.*Collected : /  instructions, 20 s of each kind: /p'
else
    echo "skipped: valgrind counts instructions where it is installed"
fi
