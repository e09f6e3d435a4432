vgpusim sweep random.yaml --vary tenants.chat.count=1,2 --vary "tenants.chat.workload.arrivals.rate=10/s..20/s:10/s" \
    --mode passthrough -o t.csv || exit
head -n 1 t.csv
grep -E ',(requests|latency_ns.p95|gpus_used),' t.csv | sed 's/,[0-9a-f]*,[0-9a-f]*$/,HASH,SUM/'
# A point is the run that it names; the rest of its row tells which.
vgpusim run random.yaml --set tenants.chat.count=2 --set tenants.chat.workload.arrivals.rate=10/s --mode passthrough \
    --format csv | sed "s/,0,/,2,/" | tail -n +2 >run.csv
grep '^random,2,' t.csv | sed 's/,2,10\/s,[0-9a-f]*,[0-9a-f]*$//' | cmp - run.csv && echo the same as run
# Values of any kind; one with commas is quoted.
vgpusim sweep random.yaml --vary 'percentiles=[50, 95],[99]' --vary modes='[passthrough],[{mode: time-sliced}]' |
    cut -d , -f 1-3,12- | sed 's/,[0-9a-f]*,[0-9a-f]*$//' | uniq | grep -v '^scenario'
# Where nothing fits anywhere the answer is no.
vgpusim sweep random.yaml --vary tenants.chat.vgpus=2,4 --mode mig >none.csv
echo "status $?"
grep -c ',feasible,bool,0,' none.csv
