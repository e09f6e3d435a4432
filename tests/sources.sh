#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# sources.sh - every source cell of the catalogue begins with a key of docs/sources.md, and every [Key1234] that the
# docs cite is there; every source file is in the table of rooms. The program prints the cells, so the tables are
# read by the reader that users have.
set -u
cd "$(dirname "$0")/.." || exit 4
B=${B:-build/main}
VGPUSIM=${VGPUSIM:-$B/vgpusim}
work=$(mktemp -d) || exit 4
trap 'rm -rf "$work"' EXIT

grep -o '`[^`]*`' docs/sources.md | tr -d '`' >"$work/keys"
for table in gpus mig vgpus pci schedulers rules faults; do
    "$VGPUSIM" list "$table" --format csv >"$work/$table" || exit 4
    # The last column, quoted or not; pieces between semicolons.
    awk -v table="$table" 'NR > 1 {
        cell = $0
        if (sub(/"$/, "", cell)) { sub(/.*,"/, "", cell) } else { sub(/.*,/, "", cell) }
        n = split(cell, piece, /; */)
        for (i = 1; i <= n; i++) if (piece[i] != "") print piece[i]
    }' "$work/$table"
done | sort -u >"$work/pieces"
# The first piece that no key begins; a key in parentheses or after "vs", "/" is not looked at.
awk 'FNR == NR { key[$0] = 1; next }
    {
        found = 0
        for (k in key) if (index($0, k) == 1) { found = 1; break }
        if (!found) { print "no key in docs/sources.md begins: " $0; bad = 1 }
    }
    END { exit bad }' "$work/keys" "$work/pieces"
bad=$?
for cite in $(grep -oh '\[[A-Z][A-Za-z][A-Za-z]*[0-9][0-9]*\]' docs/*.md sim/*/*.[ch] models/*.[ch] | sort -u); do
    if ! grep -qF "$cite" docs/sources.md; then
        echo "docs/sources.md does not explain $cite"
        bad=1
    fi
done
[ "$(wc -l <"$work/pieces")" -gt 100 ] || { echo "too few sources were read"; bad=1; }

# Every source file is in its room's row of the table of rooms.
for file in sim/*/*.c models/*.c; do
    stem=$(basename "$file" .c)
    row=$(grep "^| [0-8] | \`$(dirname "$file")\`" docs/architecture.md)
    case $row in
    *[\`\ ]"$stem"[\`\ ]*) continue ;;
    esac
    # A row may name several files by their beginning: page*.
    for name in $(echo "$row" | grep -o '[a-z_]*\*'); do
        case $stem in
        "${name%?}"*) continue 2 ;;
        esac
    done
    echo "$file is not in docs/architecture.md"
    bad=1
done
exit $bad
