#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# repro.sh - the same bytes from gcc and clang, from -O0 and -O3, with each width of vectors, and with
# the processor's newer instructions hidden from libm. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 4
passed=0
failed=0
jobs=$(nproc)

build() { # name, compiler, optimisation
    make -s -j"$jobs" B="build/$1" CC="$2" OPT="$3" "build/$1/vgpusim" >&2
}

build repro-ref gcc -O2 || exit 4
variants="repro-o0 repro-o3"
build repro-o0 gcc -O0 || exit 4
build repro-o3 gcc -O3 || exit 4
if command -v clang >/dev/null; then
    build repro-clang clang -O2 || exit 4
    variants="$variants repro-clang"
else
    echo "skipped: clang is not installed"
fi

check() { # name, program with environment
    name=$1
    shift
    for scenario in scenarios/[0-9]*.yaml; do
        flags="$scenario --format json --horizon 5s --replicas 6"
        # shellcheck disable=SC2086
        want=$(build/repro-ref/vgpusim run $flags 2>/dev/null | sha256sum)
        # shellcheck disable=SC2086
        got=$(env "$@" run $flags 2>/dev/null | sha256sum)
        if [ "$want" = "$got" ]; then
            passed=$((passed + 1))
            echo "ok     $name, $scenario"
        else
            failed=$((failed + 1))
            echo "FAILED $name, $scenario"
        fi
    done
}

for v in $variants; do
    check "$v" "build/$v/vgpusim"
done
for isa in sse2 avx2 avx512; do # the program takes less where the processor has less
    for scenario in scenarios/[0-9]*.yaml; do
        flags="$scenario --format json --horizon 5s --replicas 6"
        # shellcheck disable=SC2086
        build/repro-ref/vgpusim run $flags --isa "$isa" 2>/dev/null | sha256sum
    done >"build/repro-$isa.sums"
    if cmp -s build/repro-sse2.sums "build/repro-$isa.sums"; then
        passed=$((passed + 1))
        echo "ok     --isa $isa"
    else
        failed=$((failed + 1))
        echo "FAILED --isa $isa"
    fi
done
check "FMA and AVX masked" \
    GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX512F,-AVX build/repro-ref/vgpusim
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
