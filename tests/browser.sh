#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# browser.sh - the page of `vgpusim report` in headless Chromium: 360 and 1440 pixels wide, light and dark.
# Nothing on the console, nothing wider than the window, no text cut, every picture there. Pictures of the pages
# are left in OUT (build/browser). Needs chromium; without it the test says so and ends with 77.
set -u
cd "$(dirname "$0")/.." || exit 4
VGPUSIM=${VGPUSIM:-build/vgpusim}
OUT=${OUT:-build/browser}
passed=0
failed=0
command -v chromium >/dev/null || { echo "skipped: there is no chromium (apt-get install chromium)"; exit 77; }
command -v gnuplot >/dev/null || { echo "skipped: there is no gnuplot (apt-get install gnuplot-nox)"; exit 77; }
mkdir -p "$OUT"
profile=$(mktemp -d) || exit 4
trap 'rm -rf "$profile"' EXIT

result() { # name, status
    if [ "$2" -eq 0 ]; then passed=$((passed + 1)); echo "ok $1"; else failed=$((failed + 1)); echo "not ok $1"; fi
}

browse() { # dark or light, width, flags and address...
    preferred=1
    [ "$1" = dark ] && preferred=0
    size=$2
    shift 2
    timeout 120 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$profile" \
        --virtual-time-budget=2000 --enable-logging=stderr --v=0 --blink-settings=preferredColorScheme=$preferred \
        --window-size="$size",6000 "$@" 2>"$profile/log"
}

# A page that holds the report in a frame of that width (a window is never narrower than 500) and measures: what
# sticks out, what is cut, what has no size.
measuring() { # page, width
    cat <<END
<!DOCTYPE html><title>not measured</title>
<iframe src="$1" style="border:0;width:$2px;height:6000px"></iframe>
END
    cat <<'END'
<script>
onload = () => {
    const win = document.querySelector("iframe").contentWindow;
    const doc = win.document;
    const wide = doc.documentElement.clientWidth;
    const out = [];
    for (const d of doc.querySelectorAll("details")) d.open = true;
    if (doc.documentElement.scrollWidth > wide) out.push("wider than the window: " + doc.documentElement.scrollWidth);
    for (const e of doc.querySelectorAll("body *:not(svg *)")) {
        const b = e.getBoundingClientRect();
        if (b.width > 0 && (b.right > wide + 1 || b.left < -1)) out.push("sticks out: " + e.tagName + " " + e.textContent.slice(0, 40));
        if (e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1) out.push("cut: " + e.tagName + " " + e.textContent.slice(0, 40));
    }
    const figures = doc.querySelectorAll("figure svg");
    for (const f of figures) {
        const b = f.getBoundingClientRect();
        if (b.width < 200 || b.height < 50) out.push("a picture has no size");
        for (const t of f.querySelectorAll("text")) {
            const r = t.getBoundingClientRect();
            if (r.left < b.left - 1 || r.right > b.right + 1 || r.top < b.top - 1 || r.bottom > b.bottom + 1) out.push("cut in a picture: " + t.textContent);
        }
    }
    const dark = win.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    document.title = ("MEASURED " + dark + " " + wide + " " + figures.length + " " + (out.length === 0 ? "good" : out.slice(0, 8).join("; "))).replace(/\s+/g, " ");
};
</script>
END
}

look() { # name, scenario, pictures
    "$VGPUSIM" run "$2" --json -o "$OUT/$1.json" 2>/dev/null
    "$VGPUSIM" report "$OUT/$1.json" -o "$OUT/$1.html" || { result "$1: report" 1; return; }
    for width in 360 1440; do
        measuring "$1.html" $width >"$OUT/measuring.html"
        for scheme in light dark; do
            browse $scheme 1600 --allow-file-access-from-files --dump-dom "file://$PWD/$OUT/measuring.html" >"$profile/dom"
            title=$(sed -n 's/.*<title>\(MEASURED[^<]*\)<.*/\1/p' "$profile/dom" | head -n 1)
            echo "# $title"
            [ "$title" = "MEASURED $scheme $width $3 good" ]
            result "$1 $scheme $width: nothing is cut, every picture is there" $?
            ! grep CONSOLE "$profile/log"
            result "$1 $scheme $width: nothing on the console" $?
            browse $scheme $width --screenshot="$OUT/$1-$scheme-$width.png" "file://$PWD/$OUT/$1.html" >/dev/null
            [ -s "$OUT/$1-$scheme-$width.png" ]
            result "$1 $scheme $width: picture of the page" $?
        done
    done
    rm -f "$OUT/measuring.html"
}

look quickstart scenarios/00-quickstart.yaml 7
look twelve-vms scenarios/15-twelve-vms.yaml 4
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
