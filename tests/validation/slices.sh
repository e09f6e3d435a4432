#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# slices.sh - predicts the published throughput of every slice from the other slices (`vgpusim fit`) and writes what
# came out: a table of workloads into docs/validation.md, every measurement into docs/validation-data.md. Fails when
# one of the sets misses its figure: median error at most 5 %, 90 % of the errors within 12 %.
set -u
cd "$(dirname "$0")/../.." || exit 4
LC_ALL=C
export LC_ALL
B=${B:-build/main}
VGPUSIM=${VGPUSIM:-$B/vgpusim}
work=$(mktemp -d) || exit 4
trap 'rm -rf "$work"' EXIT
data=tests/validation/slices.csv

"$VGPUSIM" fit "$data" --group set --group model --group gpu --group seq_len --format csv -o "$work/points.csv" || exit 1

# set, workload, form, slice, batch, measured, law, residual, left out: tab-separated, names without commas.
awk -F, -v OFS='\t' '
    FNR == NR {
        set[FNR] = $1
        model[FNR] = $2 ($6 == "" ? "" : ", " $6 " tokens") " on " $3
        next
    }
    FNR == 1 { next }
    {
        n = NF
        print set[$(n - 4)], model[$(n - 4)], $(n - 7), $(n - 6), $(n - 5), $(n - 3), $(n - 2), $(n - 1), $n
    }' "$data" "$work/points.csv" >"$work/points"

# p-quantiles of |x|, one number a line: the smallest value with at least p n at or below it.
quantiles() {
    sort -g | awk '{ x[NR] = $1 }
        function at(p, i) { i = int(p * NR); if (i < p * NR) i++; return x[i < 1 ? 1 : i] }
        END { printf "%d\t%.1f\t%.1f\t%.1f\n", NR, 100 * at(0.5), 100 * at(0.9), 100 * x[NR] }'
}
absolute() { awk -F'\t' -v set="$1" -v model="$2" '
    (set == "" || $1 == set) && (model == "" || $2 == model) && $9 != "" { print $9 < 0 ? -$9 : $9 }' "$work/points"; }

status=0
{
    echo
    echo '| set | measurements | median error % | 90 % within | worst |'
    echo '|---|---|---|---|---|'
    for set in MISO MIGProfiler ParvaGPU; do
        absolute "$set" '' | quantiles >"$work/q"
        awk -F'\t' -v set="$set" '{ printf "| %s | %d | %s | %s | %s |\n", set, $1, $2, $3, $4 }' "$work/q"
        awk -F'\t' '{ exit !($2 <= 5 && $3 <= 12) }' "$work/q" || status=1
    done
    absolute '' '' | quantiles | awk -F'\t' '{ printf "| all | %d | %s | %s | %s |\n", $1, $2, $3, $4 }'
    echo
    echo '| set | workload | form | measurements | median error % | 90 % within | worst |'
    echo '|---|---|---|---|---|---|---|'
    cut -f1-3 "$work/points" | uniq | while IFS='	' read -r set model form; do
        absolute "$set" "$model" | quantiles | awk -F'\t' -v head="| $set | $model | $form" '
            { printf "%s | %d | %s | %s | %s |\n", head, $1, $2, $3, $4 }'
    done
    echo
} >"$work/table"

awk -v table="$work/table" '
    /^<!-- slices -->/ { print; while ((getline line < table) > 0) print line; skip = 1 }
    /^<!-- \/slices -->/ { skip = 0 }
    !skip && !/^<!-- slices -->/ { print }' docs/validation.md >"$work/page" && cp "$work/page" docs/validation.md

{
    echo '# Every measurement of slice throughput, and what was predicted'
    echo
    echo 'Written by `make validate` from `tests/validation/slices.csv`; [validation.md](validation.md#slice-throughput)'
    echo 'says how. Items per second; errors in %, predicted over measured: of the law fitted to all slices (*fit*), and'
    echo 'of the law fitted to the other slices (*left out*).'
    echo
    echo '| set | workload | slice | batch | measured | law | fit | left out |'
    echo '|---|---|---|---|---|---|---|---|'
    awk -F'\t' '{ printf "| %s | %s | %s | %s | %.5g | %.5g | %+.1f | %+.1f |\n",
        $1, $2, $4, $5, $6, $7, 100 * $8, 100 * $9 }' "$work/points"
} >docs/validation-data.md
sed -n '/^| set/,/^| all/p' "$work/table" | head -n 6
[ $status -eq 0 ] || echo 'a set misses its figure: median at most 5 %, 90 % within 12 %'
exit $status
