grid="--vary tenants.chat.count=1..5 --vary tenants.chat.workload.arrivals.rate=5/s,10/s,15/s"
for j in 1 2 3 16; do
    vgpusim sweep random.yaml $grid -j $j >$j.csv || exit
    cmp 1.csv $j.csv || exit
done
vgpusim sweep random.yaml $grid -o o.csv && cmp 1.csv o.csv
vgpusim sweep random.yaml $grid --seed 2 | cmp -s 1.csv - || echo another seed, other bytes
wc -l <1.csv
