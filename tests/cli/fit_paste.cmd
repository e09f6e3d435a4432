# What fit prints goes into a scenario as it is: on 1g.10gb a request takes what was measured there, 15.7 ms.
cat >m.csv <<'END'
model,gpu,slice,batch,latency_ms
net,A100-SXM4-80GB,1g.10gb,1,15.714
net,A100-SXM4-80GB,2g.20gb,1,7.857
net,A100-SXM4-80GB,3g.40gb,1,6
net,A100-SXM4-80GB,4g.40gb,1,6
net,A100-SXM4-80GB,7g.80gb,1,6
net,A100-SXM4-80GB,1g.10gb,8,125.714
net,A100-SXM4-80GB,2g.20gb,8,62.857
net,A100-SXM4-80GB,3g.40gb,8,36.571
net,A100-SXM4-80GB,4g.40gb,8,31.429
net,A100-SXM4-80GB,7g.80gb,8,16.816
END
{
    printf 'version: 1\nname: pasted\nfleet: {gpu: A100-SXM4-80GB}\nhorizon: 10 s\ntenants:\n  - name: net\n    mig: 1g.10gb\n'
    vgpusim fit m.csv | sed -n '/^workload:/,/^$/s/^/    /p'
} >s.yaml
vgpusim check s.yaml --mode mig
vgpusim run s.yaml --mode mig --format csv | awk -F, '$6 == "latency_ns.p95" { print ($8 > 15.5e6 && $8 < 15.9e6) ? "about 15.7 ms" : $8 }'
vgpusim fit m.csv --format json | grep -c -e '"schema": "vgpusim.fit/1"' -e '"slice"'
vgpusim fit m.csv --format csv | wc -l
