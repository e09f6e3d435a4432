#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh - make coverage-of-intervals: runs every model and puts the table between the marks of
# docs/statistics.md. About twenty minutes on two cores; MACROS=200 for a first look, which is
# printed and not put anywhere. The build is tuned to this machine, which changes its speed and
# not one bit of its numbers (make repro).
set -eu
cd "$(dirname "$0")/../.."
MACROS=${MACROS:-2000}
B=build/coverage
make -s -j2 B=$B OPT='-O3 -march=native' $B/tests/coverage/coverage
$B/tests/coverage/coverage "$MACROS" "$(nproc)" | tee $B/table.md
[ "$MACROS" -ge 2000 ] || exit 0
page=docs/statistics.md
awk -v table=$B/table.md '
    /<!-- coverage:begin -->/ { print; while ((getline line < table) > 0) print line; skip = 1; seen = 1 }
    /<!-- coverage:end -->/ { skip = 0 }
    !skip { print }
    END { exit !seen }' $page >$B/page.md || { echo "$page has no mark <!-- coverage:begin -->" >&2; exit 1; }
mv $B/page.md $page
