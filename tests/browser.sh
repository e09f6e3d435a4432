#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# browser.sh - the page of `vgpusim report` in headless Chromium: 360 and 1440 pixels wide, light and dark, and as
# it is printed on A4. Nothing on the console, nothing wider than the window, no text cut or under other text, every
# picture there. Pictures of the pages are left in OUT (build/browser). Needs chromium; without it the test says so
# and ends with 77.
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
# With "print" the rules for paper hold and those for the screen do not.
measuring() { # page, width, screen or print
    cat <<END
<!DOCTYPE html><title>not measured</title>
<iframe src="$1" style="border:0;width:$2px;height:6000px"></iframe>
<script>const medium = "$3";</script>
END
    cat <<'END'
<script>
onload = () => {
    const win = document.querySelector("iframe").contentWindow;
    const doc = win.document;
    for (const rule of medium === "print" ? doc.styleSheets[0].cssRules : []) {
        if (rule.media) rule.media.mediaText = rule.media.mediaText === "print" ? "all" : "not all";
    }
    const wide = doc.documentElement.clientWidth;
    const out = [];
    for (const d of doc.querySelectorAll("details")) d.open = true;
    if (doc.documentElement.scrollWidth > wide) out.push("wider than the window: " + doc.documentElement.scrollWidth);
    for (const e of doc.querySelectorAll("body *:not(svg *)")) {
        const b = e.getBoundingClientRect();
        if (b.width > 0 && (b.right > wide + 1 || b.left < -1)) out.push("sticks out: " + e.tagName + " " + e.textContent.slice(0, 40));
        if (e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1) out.push("cut: " + e.tagName + " " + e.textContent.slice(0, 40));
    }
    const overlaps = (a, b) => a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
    const figures = doc.querySelectorAll("figure svg");
    for (const f of figures) {
        const b = f.getBoundingClientRect();
        if (b.width < 200 || b.height < 50) out.push("a picture has no size");
        const texts = [...f.querySelectorAll("text")].filter(t => t.textContent.trim() !== "");
        for (const [i, t] of texts.entries()) {
            const r = t.getBoundingClientRect();
            for (const o of texts.slice(0, i)) if (overlaps(r, o.getBoundingClientRect())) out.push("text over text: " + o.textContent + " and " + t.textContent);
            if (r.left < b.left - 1 || r.right > b.right + 1 || r.top < b.top - 1 || r.bottom > b.bottom + 1) out.push("cut in a picture: " + t.textContent);
        }
    }
    const dark = win.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    document.title = ("MEASURED " + dark + " " + wide + " " + figures.length + " " + (out.length === 0 ? "good" : out.slice(0, 8).join("; "))).replace(/\s+/g, " ");
};
</script>
END
}

measure() { # name, light or dark, width, screen or print, pictures
    measuring "$1.html" "$3" "$4" >"$OUT/measuring.html"
    browse "$2" 1600 --allow-file-access-from-files --dump-dom "file://$PWD/$OUT/measuring.html" >"$profile/dom"
    title=$(sed -n 's/.*<title>\(MEASURED[^<]*\)<.*/\1/p' "$profile/dom" | head -n 1)
    echo "# $title"
    [ "$title" = "MEASURED $2 $3 $5 good" ]
    result "$1 $2 $3 $4: nothing is cut, every picture is there" $?
    ! grep CONSOLE "$profile/log"
    result "$1 $2 $3 $4: nothing on the console" $?
}

a4=718 # pixels between the margins of a sheet

look() { # name, scenario, pictures, flags of run...
    name=$1
    file=$2
    pictures=$3
    shift 3
    "$VGPUSIM" run "$file" "$@" --json -o "$OUT/$name.json" 2>/dev/null
    "$VGPUSIM" report "$OUT/$name.json" -o "$OUT/$name.html" || { result "$name: report" 1; return; }
    set -- "$name" "$file" "$pictures"
    measure "$1" light $a4 print "$3"
    for width in 360 1440; do
        for scheme in light dark; do
            measure "$1" $scheme $width screen "$3"
            browse $scheme $width --screenshot="$OUT/$1-$scheme-$width.png" "file://$PWD/$OUT/$1.html" >/dev/null
            [ -s "$OUT/$1-$scheme-$width.png" ]
            result "$1 $scheme $width: picture of the page" $?
        done
    done
    rm -f "$OUT/measuring.html"
}

look quickstart scenarios/00-quickstart.yaml 7 --isolation --sensitivity
look two-workloads scenarios/80-two-workloads.yaml 5
look faults scenarios/22-faults-by-hand.yaml 6
look hard tests/browser.yaml 15 --isolation --sensitivity
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
