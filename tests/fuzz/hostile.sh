#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# hostile.sh - files made to hurt a YAML reader. `vgpusim check` must refuse each with status 2, at most 20
# errors, within LIMIT seconds of processor time (1; 2 under sanitizers) and without a crash.
set -u
cd "$(dirname "$0")/../.." || exit 4
VGPUSIM=${VGPUSIM:-build/vgpusim}
case "${XF:-}" in *sanitize*) LIMIT=${LIMIT:-2} ;; *) LIMIT=${LIMIT:-1} ;; esac
if ! [ -x "$VGPUSIM" ]; then
    echo "FAILED: there is no program '$VGPUSIM'"
    echo "0 passed, 1 failed"
    exit 1
fi
dir=$(mktemp -d) || exit 4
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
MIB=1048576

# Repeats a text up to 1 MiB.
fill() {
    awk -v s="$1" -v n=$MIB 'BEGIN {
        gsub(/\\n/, "\n", s); while (length(s) < 4096) s = s s
        for (k = 0; k < n; k += length(s)) printf "%s", s }' | head -c $MIB
}

try() { # name: checks $dir/f.yaml
    (ulimit -t "$LIMIT" && exec timeout -k 1 20 "$VGPUSIM" check "$dir/f.yaml") >"$dir/out" 2>&1
    status=$?
    if [ $status -eq 2 ] && [ "$(wc -c <"$dir/out")" -lt 20000 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $1 (status $status)"
        head -c 400 "$dir/out"
    fi
}

filled() { # name, text
    fill "$2" >"$dir/f.yaml"
    try "$1"
}

: >"$dir/f.yaml" && try empty
printf '\000\001\002\377\376' >"$dir/f.yaml" && try binary
head -c 100000 "$VGPUSIM" >"$dir/f.yaml" && try program
printf '\376\377\000a' >"$dir/f.yaml" && try utf-16
{ fill '# a comment\n' && printf x; } >"$dir/f.yaml" && try one-byte-over-1-MiB
head -c 100000 /dev/zero | tr '\0' '[' >"$dir/f.yaml" && try 100000-brackets
awk 'BEGIN { for (i = 0; i < 100000; i++) print "k" i ": 1" }' >"$dir/f.yaml" && try 100000-keys
awk 'BEGIN { for (i = 0; i < 100000; i++) print "k: 1" }' >"$dir/f.yaml" && try 100000-equal-keys
awk 'BEGIN { printf "{"; for (i = 0; i < 90000; i++) printf "k%d: 1,", i; print "}" }' >"$dir/f.yaml" &&
    try 90000-flow-keys
awk 'BEGIN { for (i = 0; i < 60000; i++) print "%TAG !a" i "! b"; print "--- x" }' >"$dir/f.yaml" &&
    try 60000-directives
awk 'BEGIN { for (i = 0; i < 1400; i++) printf "%*sa:\n", i, "" }' >"$dir/f.yaml" && try deep-blocks
awk 'BEGIN { print "a0: &a0 [x, x, x, x, x, x, x, x, x]"
    for (i = 1; i < 60; i++) { printf "a%d: &a%d [", i, i
        for (k = 0; k < 9; k++) printf "*a%d, ", i - 1; print "x]" } }' >"$dir/f.yaml" && try alias-bomb
awk 'BEGIN { print "- &a 1"; for (i = 0; i < 200000; i++) print "- *a" }' >"$dir/f.yaml" && try aliases
awk 'BEGIN { for (i = 0; i < 80000; i++) print "- &a" i " 1" }' >"$dir/f.yaml" && try anchors
printf 'a: &a [*a]\n' >"$dir/f.yaml" && try alias-to-itself
awk 'BEGIN { print "version: 1\nname: n\nfleet: {gpu: T4}\ntenants:"
    for (i = 0; i < 20000; i++) print "- {nam: x}" }' >"$dir/f.yaml" && try 20000-bad-tenants
for s in '[' '{' '[{' '{a: ' '- ' '? ' ': ' '"a":' '{"a":' '&a ' '&a [' '*a ' '!a ' '!' '!<' '!%41' '%' '@' '`' \
    '|' '|\n' '>\n' "'" '"' '"a" ' 'a' 'a ' 'a\n' 'a: ' 'a:\n' ' ' '\n' '---\n' '...\n' '--- a\n' ',' ']' '#' \
    'a #' '<<: ' '? a\n' '- a\n' '-\n' '{},' '[a]: b\n' 'ö'; do
    filled "1 MiB of '$s'" "$s"
    { printf '['; fill "$s"; } | head -c $MIB >"$dir/f.yaml" && try "1 MiB of '$s' in brackets"
    { printf 'a: "'; fill "$s"; } | head -c $MIB >"$dir/f.yaml" && try "1 MiB of '$s' in quotes"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
