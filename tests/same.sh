#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# same.sh - the same bytes whatever the number of threads, the locale, the folder, the load and the engine.
# Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 4
program=$(pwd)/${VGPUSIM:-build/main/vgpusim}
dir=$(mktemp -d) || exit 4
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0

same() { # name, file, file
    if [ -s "$2" ] && cmp -s "$2" "$3"; then
        passed=$((passed + 1))
        echo "ok     $1"
    else
        failed=$((failed + 1))
        echo "FAILED $1"
        cmp "$2" "$3"
    fi
}

for scenario in scenarios/[0-9]*.yaml; do
    name=$(basename "$scenario" .yaml)
    for format in text json csv; do
        run="$program run $scenario --format $format --horizon 5s --replicas 12"
        $run -j 1 >"$dir/1" 2>/dev/null
        $run -j 2 >"$dir/2" 2>/dev/null
        same "$name, $format: -j 1 and -j 2" "$dir/1" "$dir/2"
    done
    LC_ALL=de_DE.UTF-8 TZ=Asia/Tokyo $run -j 3 >"$dir/3" 2>/dev/null
    same "$name: locale, zone and -j 3" "$dir/1" "$dir/3"
    for horizon in 0.5s 5s; do # short ones end while much is still under way
        run="$program run $scenario --format json --horizon $horizon --replicas 20"
        $run >"$dir/1" 2>/dev/null
        $run --engine events >"$dir/2" 2>/dev/null
        same "$name, $horizon: fast paths and event engine" "$dir/1" "$dir/2"
    done
done
# Many lanes in each of two replicas, so that a replica is cut into chunks: more tasks than replicas of modes.
cat >"$dir/lanes.yaml" <<'END'
version: 1
name: many-lanes
horizon: 20 s
replicas: 2
fleet: {gpu: A100-PCIE-80GB, count: 60}
modes:
  - passthrough
  - {mode: time-sliced, scheduler: {policy: best-effort, switch: 0 us}}
  - {mode: time-sliced, scheduler: {policy: fixed-share, switch: 0 us}}
tenants:
  - name: open
    count: 30
    framebuffer: 10 GiB
    workload: {kind: requests, arrivals: {process: poisson, rate: 80/s}, service: {dist: lognormal, mean: 1 ms, cv: 2}}
  - name: closed
    count: 20
    framebuffer: 20 GiB
    workload: {kind: closed, clients: 3, think: {dist: exponential, mean: 20 ms}, service: {dist: exponential, mean: 2.5 ms}}
END
for j in 1 2 3; do
    "$program" run "$dir/lanes.yaml" --check --format json -j $j --progress=json >"$dir/$j" 2>"$dir/progress"
done
same "many lanes in a replica: -j 1 and -j 2" "$dir/1" "$dir/2"
same "many lanes in a replica: -j 1 and -j 3" "$dir/1" "$dir/3"
grep -o '"of":[0-9]*' "$dir/progress" | tail -n 1 >"$dir/tasks"
awk -F: '$2 > 6 { print }' "$dir/tasks" >"$dir/chunks"
same "many lanes in a replica: chunks" "$dir/tasks" "$dir/chunks"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
