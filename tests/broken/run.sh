#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh - every NN-name.yaml here is wrong on purpose: `vgpusim check` must print NN-name.err and exit with
# status 2. BLESS=1 writes the .err files anew; read every difference before it is committed.
set -u
cd "$(dirname "$0")/../.." || exit 4
VGPUSIM=${VGPUSIM:-build/vgpusim}
if ! [ -x "$VGPUSIM" ]; then
    echo "FAILED: there is no program '$VGPUSIM'"
    echo "0 passed, 1 failed"
    exit 1
fi
got=$(mktemp) || exit 4
trap 'rm -f "$got"' EXIT
passed=0
failed=0
for f in tests/broken/*.yaml; do
    want=${f%.yaml}.err
    "$VGPUSIM" check "$f" >"$got" 2>&1
    status=$?
    if [ "${BLESS:-}" = 1 ] && [ $status -eq 2 ]; then cp "$got" "$want"; fi
    if [ $status -eq 2 ] && cmp -s "$got" "$want"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $f (status $status)"
        diff "$want" "$got"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
