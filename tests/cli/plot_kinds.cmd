# Pictures themselves name gnuplot's version: what counts is that each is one whole document.
command -v gnuplot >/dev/null || exit 77
vgpusim run random.yaml --replicas 20 --json >r.json 2>/dev/null
vgpusim gen timeline exact.yaml --format csv >t.csv
for kind in cdf compare utilization layout; do
    vgpusim plot $kind r.json | grep -c -e '<svg' -e '</svg>'
done
vgpusim plot timeline t.csv | grep -c -e '<svg' -e '</svg>'
vgpusim plot cdf r.json >1.svg
LC_ALL=de_DE.UTF-8 vgpusim plot cdf r.json -o 2.svg && cmp 1.svg 2.svg
vgpusim plot cdf r.json -o r.png && od -An -c -N 4 r.png
