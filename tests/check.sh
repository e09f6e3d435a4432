#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# check.sh - runs every test and ends with the line "N passed, N failed". B is the build folder.
set -u
cd "$(dirname "$0")/.." || exit 4
B=${B:-build/main}
export B VGPUSIM="$B/vgpusim"
passed=0
failed=0
log=$B/check.log

# Adds the counts of a line "N passed, N failed" at the end of the log.
add_counts() {
    line=$(grep -E '^([a-z]+: )?[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
    p=$(echo "$line" | sed -n 's/.*\b\([0-9][0-9]*\) passed.*/\1/p')
    f=$(echo "$line" | sed -n 's/.* \([0-9][0-9]*\) failed.*/\1/p')
    passed=$((passed + ${p:-0}))
    failed=$((failed + ${f:-0}))
    if [ "$1" -ne 0 ] && [ "${f:-0}" = 0 ]; then failed=$((failed + 1)); fi
}

one() { # name, command...: a test that passes or fails as a whole
    name=$1
    shift
    if "$@" >"$log" 2>&1; then
        passed=$((passed + 1))
        echo "ok     $name"
    else
        failed=$((failed + 1))
        echo "FAILED $name"
        tail -n 40 "$log"
    fi
}

many() { # name, command...: a runner that counts its own cases
    name=$1
    shift
    "$@" >"$log" 2>&1
    status=$?
    add_counts $status
    if [ $status -eq 0 ]; then
        echo "ok     $name"
    else
        echo "FAILED $name"
        grep -v '^ok' "$log" | tail -n 60
    fi
}

cmocka() { # a cmocka program
    "$1" >"$log" 2>&1
    status=$?
    p=$(grep -c '^\[       OK \]' "$log")
    f=$(sed -n 's|^\[  FAILED  \] *\([0-9]*\) test(s), listed.*|\1|p' "$log")
    f=${f:-0}
    passed=$((passed + p))
    [ $status -ne 0 ] && [ "$f" = 0 ] && f=1
    failed=$((failed + f))
    if [ $status -eq 0 ] && [ "$p" -gt 0 ]; then
        echo "ok     ${1#"$B"/tests/} ($p)"
    else
        echo "FAILED ${1#"$B"/tests/}"
        tail -n 60 "$log"
    fi
}

one layers sh tests/layers.sh
one sources sh tests/sources.sh
for t in "$B"/tests/unit/test_* "$B"/tests/law/test_*; do
    case $t in *.d | *.o | *.gc*) continue ;; esac
    [ -x "$t" ] && cmocka "$t"
done
one docs-check sh docs/generate.sh --check
[ "$B" != build/main ] || one install sh tests/install.sh
one validation sh tests/validation/run.sh --check
for runner in tests/cli/run.sh tests/broken/run.sh tests/fuzz/run.sh tests/scenarios.sh tests/same.sh tests/traces.sh; do
    if [ -e "$runner" ]; then many "${runner#tests/}" sh "$runner"; fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
