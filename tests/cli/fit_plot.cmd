# The times of fit.cmd, but 3g.40gb takes 10 % longer at batch 8 than the law says: left out, its point is near +10 %, every
# other near 0 under both laws. Slices stand in the order of their size, whatever that of the file.
cat >m.csv <<'END'
model,gpu,slice,batch,latency_ms
net,A100-SXM4-80GB,7g.80gb,1,6
net,A100-SXM4-80GB,2g.20gb,1,7.857
net,A100-SXM4-80GB,3g.40gb,1,6
net,A100-SXM4-80GB,4g.40gb,1,6
net,A100-SXM4-80GB,1g.10gb,1,15.714
net,A100-SXM4-80GB,1g.10gb,8,125.714
net,A100-SXM4-80GB,2g.20gb,8,62.857
net,A100-SXM4-80GB,3g.40gb,8,40.228
net,A100-SXM4-80GB,4g.40gb,8,31.429
net,A100-SXM4-80GB,7g.80gb,8,16.816
END
vgpusim fit m.csv -q --plot m.gp
sed -n -e '/^set title/p' -e '/^set xtics (/p' -e '/^COLUMNS/p' m.gp
for law in fit left; do
    echo "$law: $(sed -n "/^\\\$$law <</,/^EOD/p" m.gp | awk 'NF == 2 && $1 > -1 {
        n++; if ($2 > 8) print "column", $1 ","; else if ($2 > 6 || $2 < -6) print "off", $1 } END { print n " points" }')"
done
vgpusim fit m.csv -q --plot m.pdf; echo $?
vgpusim fit m.csv -q --plot nowhere/m.svg; echo $?
