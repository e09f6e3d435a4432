#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh - the program as a person meets it. NAME.cmd is run by sh in an empty folder that holds the
# scenarios of this one, with `vgpusim` on the PATH; stdout must be NAME.out, stderr NAME.err, the status
# NAME.exit (each may be absent: empty, empty, 0). Status 77 skips the case. BLESS=1 writes them anew; read every
# difference before it is committed. Arguments: names of cases, all by default.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 4
root=$(cd "$here/../.." && pwd) || exit 4
program=${VGPUSIM:-build/vgpusim}
case $program in /*) ;; *) program=$root/$program ;; esac
work=$(mktemp -d) || exit 4
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$program" "$work/bin/vgpusim"
PATH=$work/bin:$PATH
LC_ALL=C
TERM=dumb
export PATH LC_ALL TERM
unset NO_COLOR CLICOLOR_FORCE
passed=0
failed=0

# A wanted file, or nothing where there is none.
wanted() {
    if [ -e "$1" ]; then cat "$1"; fi
}

# Keeps a file only where it says something.
bless() {
    if [ -s "$1" ]; then cp "$1" "$2"; else rm -f "$2"; fi
}

if [ $# -eq 0 ]; then
    for f in "$here"/*.cmd; do
        name=${f##*/}
        set -- "$@" "${name%.cmd}"
    done
fi
for name in "$@"; do
    rm -rf "$work/cwd"
    mkdir "$work/cwd"
    cp "$here"/*.yaml "$work/cwd"
    (cd "$work/cwd" && sh "$here/$name.cmd") >"$work/out" 2>"$work/err" </dev/null
    status=$?
    if [ "$status" -eq 77 ]; then
        echo "skipped $name: this machine lacks what it needs"
        continue
    fi
    if [ "$status" -ne 0 ]; then echo "$status"; fi >"$work/exit"
    if [ "${BLESS:-}" = 1 ]; then
        for part in out err exit; do bless "$work/$part" "$here/$name.$part"; done
    fi
    good=1
    for part in out err exit; do
        wanted "$here/$name.$part" >"$work/want"
        if ! cmp -s "$work/want" "$work/$part"; then
            good=0
            diff "$work/want" "$work/$part" | sed "s/^/# $part /" | head -n 30
        fi
    done
    if [ $good = 1 ]; then
        echo "ok $name"
        passed=$((passed + 1))
    else
        echo "not ok $name"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
