#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh - runs the sections of tests/validation/validate and puts what they print between the markers of
# docs/validation.md. Fails when a figure is missed. With --check the sections that need no trace and
# little time are run and compared with the page instead. A section without its trace leaves the page as it is.
set -u
cd "$(dirname "$0")/../.." || exit 4
B=${B:-build/main}
LC_ALL=C
export LC_ALL
work=$(mktemp -d) || exit 4
trap 'rm -rf "$work"' EXIT
page=docs/validation.md
traces=${VGPUSIM_TRACES:-../shared/traces}
sections='servers turns pairs busy'
status=0

if [ "${1:-}" != --check ]; then
    sections="$sections plans"
    if [ -e "$traces/openb/openb_pod_list_default.csv" ]; then
        sections="$sections hosts"
    else
        echo "hosts: no trace at $traces/openb (VGPUSIM_TRACES names the folder): its section stays as it is"
    fi
    if [ -e "$traces/vllm/rtxpro6000_qwen3-32b.csv" ]; then
        sections="$sections llm"
    else
        echo "llm: no trace at $traces/vllm (VGPUSIM_TRACES names the folder): its section stays as it is"
    fi
fi

# The page with the text of a section in place of the one that it has.
insert() { # section, its text
    awk -v text="$2" -v begin="<!-- $1 -->" -v end="<!-- /$1 -->" '
        $0 == begin { print; print ""; while ((getline line < text) > 0) print line; print ""; skip = 1 }
        $0 == end { skip = 0 }
        !skip { if ($0 != begin) print }' "$page"
}

for section in $sections; do
    VGPUSIM_TRACES=$traces "$B/tests/validation/validate" "$section" >"$work/text" 2>"$work/errors"
    got=$?
    cat "$work/errors"
    [ $got -le 1 ] || exit 4
    [ $got -eq 0 ] || status=1
    sed -n "s/^\* /$section: /p" "$work/text"
    insert "$section" "$work/text" >"$work/page"
    if [ "${1:-}" != --check ]; then
        cp "$work/page" "$page"
    elif ! diff "$page" "$work/page"; then
        echo "$page is stale: make validate"
        status=1
    fi
done
exit $status
