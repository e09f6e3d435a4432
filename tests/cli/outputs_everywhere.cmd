# Flags that every simulating command takes.
vgpusim plan exact.yaml --progress=json --write json=p.json --write csv=p.csv -v -q 2>err | head -n 1
tail -n 1 err | sed 's/[0-9][0-9]*/N/'
grep -c '"schema": "vgpusim.plan/1"' p.json && head -n 1 p.csv
vgpusim sweep exact.yaml --vary tenants.0.count=1,2 --write csv=s.csv -q --set 'scheduler={policy: best-effort, frequency: 480 Hz}' >s.out && cmp s.out s.csv && cut -d, -f2 s.csv | uniq
vgpusim test exact.yaml gates.yaml --format csv | cut -d, -f1,2 | uniq
vgpusim test exact.yaml gates.yaml --format openmetrics >m.txt
sort m.txt | grep '^# TYPE' | uniq -d
grep '^vgpusim_gpus_used' m.txt
tail -n 1 m.txt
echo "# one replica alone is that of the full run"
replicas() { vgpusim run random.yaml --set 'warmup=0 s' --mode time-sliced/best-effort --format csv "$@" 2>/dev/null; }
replicas --replicas 1 >first && replicas --only-replica 0 >alone && cmp first alone
replicas --only-replica 1 >second && cmp -s first second || echo "another replica"
replicas --replicas 2 >both
for f in first second both; do awk -F, '$6 == "requests" { s += $8 } END { print s }' $f; done
vgpusim run random.yaml --only-replica 1 --replicas 3
echo "# lists have every form"
vgpusim list fields --format csv | head -n 2
vgpusim list fields --names | head -n 2
vgpusim list mig A30 --names
