#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh - the corpora of the fuzz targets, cut short at every byte and mutated, then hostile files under a time
# limit. Uses the library and the program in $B; XF carries the sanitizers of that build.
set -u
cd "$(dirname "$0")/../.." || exit 4
B=${B:-build/main}
VGPUSIM=${VGPUSIM:-$B/vgpusim}
export B VGPUSIM
passed=0
failed=0
mkdir -p "$B/tests/fuzz" || exit 4
for target in scenario saved; do
    replay=$B/tests/fuzz/replay_$target
    # shellcheck disable=SC2086
    if ! ${CC:-cc} -std=c17 -D_POSIX_C_SOURCE=200809L -O1 -g -I. ${XF:-} -o "$replay" \
        tests/fuzz/replay.c tests/fuzz/fuzz_$target.c "$B/libvgpusim.a" \
        -lfyaml -lgsl -lgslcblas -lcsv -lglpk -ljansson -lm -lpthread; then
        failed=$((failed + 1))
        echo "FAILED to build the replayer of $target"
        continue
    fi
    for f in tests/fuzz/$target/*; do
        if "$replay" "${MUTANTS:-1000}" "$f"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "FAILED $f"
        fi
    done
done
line=$(sh tests/fuzz/hostile.sh | tee "$B/tests/fuzz/hostile.log" | tail -n 1)
grep '^FAILED' "$B/tests/fuzz/hostile.log"
p=$(echo "$line" | sed -n 's/^\([0-9]*\) passed.*/\1/p')
f=$(echo "$line" | sed -n 's/.* \([0-9]*\) failed$/\1/p')
passed=$((passed + ${p:-0}))
failed=$((failed + ${f:-1}))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
