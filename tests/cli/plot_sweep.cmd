# A table as sweep writes it: numbers with one unit on the axis; words where they differ.
cat >s.csv <<'END'
scenario,point,mode,policy,tenant,metric,unit,value,ci95_lo,ci95_hi,samples,tenants.chat.workload.arrivals.rate,tenants.chat.count,point_hash
s,0,mig,,chat,latency_ns.p95,ns,2000000,1900000,2100000,100,10/s,1,00
s,1,mig,,chat,latency_ns.p95,ns,3000000,2900000,3100000,100,20/s,1,01
s,2,mig,,chat,latency_ns.p95,ns,5000000,,,100,10/s,2,02
s,2,time-sliced,fixed-share,chat,latency_ns.p95,ns,9000000,8000000,9900000,100,10/s,2,02
s,2,mig,,,violations.total_frac,frac,0.25,0.2,0.3,100,10/s,2,02
END
vgpusim plot sweep s.csv -o s.gp && sed -n '/^set xlabel/p;/^set ylabel/p;/EOD$/,/EOD$/p' s.gp
vgpusim plot sweep s.csv --metric violations.total_frac -o v.gp && sed -n '/^set ylabel/p;/EOD$/,/EOD$/p' v.gp
sed -e 's,20/s,50%,' s.csv >w.csv
vgpusim plot sweep w.csv -o w.gp && sed -n '/^set x/p;/^set ylabel/p;/EOD$/,/EOD$/p' w.gp
vgpusim plot sweep s.csv --metric nothing -o x.gp; echo $?
cut -d, -f1-11 s.csv >n.csv; vgpusim plot sweep n.csv -o x.gp; echo $?
cut -d, -f1-6 s.csv >n.csv; vgpusim plot sweep n.csv -o x.gp; echo $?
sed -e 's/1900000/low/' s.csv >n.csv; vgpusim plot sweep n.csv -o x.gp; echo $?
ls x.gp 2>/dev/null
