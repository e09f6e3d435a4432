#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# traces.sh - the examples of docs/workloads.md that need a recorded trace: each is run as the page has it and
# must print what the page shows. An example follows a line <!-- recorded FOLDER/FILE.csv NAME -->: a block that
# becomes the file NAME, then one with a command and its output. The traces are no part of this tree; they lie at
# ../shared/traces or in $VGPUSIM_TRACES, and an example without its trace is skipped, saying so. BLESS=1 writes
# what is printed into the page. VGPUSIM names the program. Ends with the line "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 4
LC_ALL=C
export LC_ALL
VGPUSIM=$(realpath "${VGPUSIM:-build/vgpusim}")
traces=$(realpath -m "${VGPUSIM_TRACES:-../shared/traces}")
page=$PWD/docs/workloads.md
work=$(mktemp -d) || exit 4
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

mkdir "$work/bin"
ln -s "$VGPUSIM" "$work/bin/vgpusim"
PATH=$work/bin:$PATH
export PATH

awk -v work="$work" '
    /^<!-- recorded / {
        n++
        print $3 >(work "/" n ".trace")
        file = work "/" $4
        state = 1
        next
    }
    state == 1 && /^```/ { state = 2; next }
    state == 2 && /^```$/ { state = 3; close(file); next }
    state == 2 { print >file }
    state == 3 && /^```$/ { state = 4; next }
    state == 4 { sub(/^\$ /, ""); print >(work "/" n ".command"); printf "" >(work "/" n ".shown"); state = 5; next }
    state == 5 && /^```$/ { state = 0 }
    state == 5 { print >(work "/" n ".shown") }' "$page"

# The page with what the n-th example prints in place of what it shows.
bless() { # n
    awk -v wanted="$1" -v text="$work/$1.printed" '
        /^<!-- recorded / { n++; state = n == wanted ? 1 : 0 }
        state == 5 && /^```$/ { while ((getline line < text) > 0) print line; state = 0 }
        state != 5 { print }
        state > 0 && state < 4 && /^```/ { state++; next }
        state == 4 { state = 5 }' "$page" >"$work/page" && cat "$work/page" >"$page"
}

cd "$work" || exit 4
n=1
while [ -e "$n.trace" ]; do
    trace=$(cat "$n.trace")
    if [ ! -e "$traces/$trace" ]; then
        echo "skipped: $trace is not at $traces (VGPUSIM_TRACES names the folder)"
    else
        ln -sf "$traces/$trace" .
        sh "$n.command" >"$n.printed" 2>&1
        if cmp -s "$n.shown" "$n.printed"; then
            passed=$((passed + 1))
            echo "ok     $trace"
        elif [ "${BLESS:-0}" = 1 ]; then
            bless "$n"
            echo "blessed $trace"
        else
            failed=$((failed + 1))
            echo "FAILED $trace: $(cat "$n.command")"
            diff "$n.shown" "$n.printed"
        fi
    fi
    n=$((n + 1))
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $n -gt 1 ]
