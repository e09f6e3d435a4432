#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# icount.sh - instructions per simulated request of the whole program in eleven fixed cases, against those stored
# in tests/bench/icount.txt; a case fails when it needs over 2 % more or less. WRITE=1 stores instead.
#
# Each case runs for two horizons under callgrind, and the difference is divided by the difference in requests, so that
# start and report do not count. Vectors are held to SSE2 and the C library to its plain variants, because valgrind knows
# fewer instruction sets than processors do. Counts depend on compiler and libraries: with others than those
# stored the comparison is skipped. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 4
LC_ALL=C
GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX512F,-AVX
export LC_ALL GLIBC_TUNABLES
B=${B:-build/main}
stored=tests/bench/icount.txt
if ! command -v valgrind >/dev/null; then
    echo "skipped: valgrind is not installed"
    echo "0 passed, 0 failed"
    exit 0
fi
dir=$(mktemp -d) || exit 4
trap 'rm -rf "$dir"' EXIT
. tests/bench/cases.sh

package() { dpkg-query -W -f '${Package} ${Version}, ' "$1" 2>/dev/null || printf '%s unknown, ' "$1"; }
versions() {
    printf '# '
    for p in libc6 libgsl27 libfyaml0; do package $p; done
    echo "$("${CC:-cc}" --version | head -n 1) ${OPT:--O2}, $(uname -m)"
}

# Instructions and requests of one run: case, horizon in s.
count() {
    scenario_of "${1%-events}" "$2" 1 >"$dir/case.yaml"
    engine=auto
    if [ "$1" != "${1%-events}" ]; then engine=events; fi
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$B/vgpusim" run "$dir/case.yaml" -j 1 --isa sse2 \
        --engine $engine --format json -o "$dir/out.json" >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 4; }
    echo "$(sed -n 's/^==.*Collected : \([0-9]*\).*/\1/p' "$dir/log") $(result_number "$dir/out.json" requests)"
}

per_request() {
    case $1 in
    mm1 | mm1-events | gamma | closed) short=20 long=120 ;;
    mm8) short=5 long=20 ;;
    *) short=300 long=1500 ;;
    esac
    a=$(count "$1" $short) || exit 4
    b=$(count "$1" $long) || exit 4
    echo "$a $b" | awk '{ printf "%.1f", ($3 - $1) / ($4 - $2) }'
}

versions >"$dir/now"
if [ -z "${WRITE:-}" ] && [ "$(head -n 1 $stored)" != "$(cat "$dir/now")" ]; then
    echo "skipped: instructions are stored for other versions:"
    head -n 1 $stored
    cat "$dir/now"
    echo "0 passed, 0 failed"
    exit 0
fi
passed=0
failed=0
for c in mm1 mm1-events mm8 gamma closed best-effort-2 best-effort-tenth equal-share-2 equal-share-tenth fixed-share-2 fixed-share-tenth; do
    got=$(per_request $c) || exit 4
    echo "$c $got" >>"$dir/now"
    want=$(sed -n "s/^$c //p" $stored 2>/dev/null)
    if [ -n "${WRITE:-}" ]; then
        echo "$c: $got instructions per request (stored were ${want:-none})"
    elif awk -v g="$got" -v w="${want:-0}" 'BEGIN { exit !(g <= w * 1.02 && g >= w * 0.98) }'; then
        passed=$((passed + 1))
        echo "ok     $c: $got instructions per request"
    else
        failed=$((failed + 1))
        echo "FAILED $c: $got instructions per request, stored are ${want:-none}; WRITE=1 stores what is meant"
    fi
done
if [ -n "${WRITE:-}" ]; then
    cp "$dir/now" $stored
    exit 0
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
