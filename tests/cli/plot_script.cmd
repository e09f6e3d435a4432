# The data of a picture, as gnuplot gets them.
vgpusim run exact.yaml --mode mig --json >r.json 2>/dev/null
for kind in cdf compare utilization layout; do
    echo "== $kind"
    vgpusim plot $kind r.json -o $kind.gp
    sed -n -e '/^set title/p' -e '/^[A-Z0-9]* = /p' -e '/^set label/p' -e '/^set object/p' -e '/^set .tics .*(/p' -e '/EOD$/,/EOD$/p' $kind.gp
done
echo == timeline
vgpusim gen timeline exact.yaml --duration '20 ms' --format csv >all.csv
grep -e mode -e best all.csv >t.csv
cat t.csv
vgpusim plot timeline t.csv -o t.gp
sed -n '/EOD$/,/EOD$/p' t.gp
