#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# pictures.sh - draws the pictures of docs/pictures anew. They name gnuplot's version, so they are compared with
# nothing: look at them. Pictures of pages need Chromium, and stay as they are without it.
set -eu
cd "$(dirname "$0")/.." || exit 4
VGPUSIM=${VGPUSIM:-build/vgpusim}
work=$(mktemp -d) || exit 4
trap 'rm -rf "$work"' EXIT
"$VGPUSIM" run scenarios/00-quickstart.yaml --json -o "$work/r.json"
for kind in cdf compare utilization layout; do
    "$VGPUSIM" plot $kind "$work/r.json" -o docs/pictures/$kind.svg
done
"$VGPUSIM" gen timeline scenarios/25-turns.yaml --format csv -o "$work/t.csv"
"$VGPUSIM" plot timeline "$work/t.csv" -o docs/pictures/timeline.svg
"$VGPUSIM" sweep scenarios/30-noisy-neighbour.yaml --vary tenants.noisy.workload.arrivals.rate=2/s,4/s,8/s,12/s,16/s -o "$work/s.csv" 2>/dev/null
"$VGPUSIM" plot sweep "$work/s.csv" -o docs/pictures/sweep.svg
"$VGPUSIM" plan scenarios/86-hard-groups.yaml --front auto --json -o "$work/p.json"
"$VGPUSIM" plot frontier "$work/p.json" -o docs/pictures/frontier.svg

# Predicted against measured: from the tables of the pages, which `make validate` writes.
compare() { # name, titles, unit, size of points
    gnuplot -d -e "DATA='$work/points'; TITLES='$2'; UNIT='$3'; POINT=$4; OUT='docs/pictures/$1.svg'" plots/validation.gp
}
for set in MISO MIGProfiler ParvaGPU; do
    awk -F' *[|] *' -v set="$set" '$2 == set && $9 != "" {
        x = $6 * (1 + $9 / 100); print $6, x, x, x } END { printf "\n\n" }' docs/validation-data.md
done >"$work/points"
compare slices 'MISO MIGProfiler ParvaGPU' 'items/s' 0.4
for column in 6 9 12; do
    sed -n '/^<!-- servers -->/,/^<!-- \/servers -->/p' docs/validation.md | awk -F' *[|] *' -v c=$column '
        $2 ~ /1g/ { split($(c + 1), p, " "); print $c, p[1], p[1] - p[3], p[1] + p[3] } END { printf "\n\n" }'
done >"$work/points"
compare servers 'p50 p95 p99' 'ms' 1
"$VGPUSIM" fit tests/validation/slices.csv --group set --group model --group gpu --group seq_len --where set=ParvaGPU \
    --where 'model=mobilenetv2 inference' -q --plot docs/pictures/fit.svg >"$work/fit"

# Pages as a browser shows them, from a heading on.
command -v chromium >/dev/null || exit 0
page() { # name, page, heading ("": the top), light or dark, width, height
    preferred=1
    [ "$4" = dark ] && preferred=0
    cat >"$work/frame.html" <<END
<!DOCTYPE html><style>body { margin: 0; overflow: hidden } iframe { border: 0; width: $5px; height: 9000px }</style>
<iframe src="$2"></iframe>
<script>
onload = () => {
    const frame = document.querySelector("iframe");
    const heads = [...frame.contentWindow.document.querySelectorAll("h2")].filter(h => h.textContent === "$3");
    if (heads.length > 0) frame.style.marginTop = -(heads[0].getBoundingClientRect().top - 10) + "px";
};
</script>
END
    timeout 120 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --allow-file-access-from-files \
        --user-data-dir="$work/profile" --virtual-time-budget=2000 --blink-settings=preferredColorScheme=$preferred \
        --window-size="$5,$6" --screenshot="docs/pictures/$1.png" "file://$work/frame.html" 2>/dev/null
    ! command -v convert >/dev/null || convert "docs/pictures/$1.png" +dither -colors 128 "png8:docs/pictures/$1.png"
}
"$VGPUSIM" run scenarios/00-quickstart.yaml --isolation --sensitivity --json -o "$work/q.json"
"$VGPUSIM" report "$work/q.json" -o "$work/q.html"
page page q.html '' light 1200 1900
page page-narrow-dark q.html '' dark 360 1900
page page-isolation q.html Isolation light 1200 1750
"$VGPUSIM" run scenarios/22-faults-by-hand.yaml --json -o "$work/f.json"
"$VGPUSIM" report "$work/f.json" -o "$work/f.html"
page page-faults f.html Faults light 1200 700
