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
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
