# Options of a gate in braces, and what an inconclusive one counts as.
cat >g.yaml <<'END'
version: 1
name: options
horizon: 2 s
replicas: auto
precision: 1%
fleet: {gpu: A100-PCIE-80GB, count: 1}
modes: [time-sliced]
tenants:
  - name: chat
    framebuffer: 10 GiB
    workload: {kind: requests, arrivals: {process: poisson, rate: 40/s}, service: {dist: exponential, mean: 1 ms}}
expect:
  - {gate: "p95(latency, chat) < 1 ms", stop_early: true}
  - {gate: "p99(latency, chat) < 1 s", stop_early: true}
  - {gate: "violations(slo_miss_by_neighbour) == 0", if_empty: pass}
END
vgpusim test g.yaml -o text
echo "$?" && cat text
vgpusim run g.yaml --json | grep '"replicas"'
vgpusim run g.yaml --json --set 'expect=["p95(latency, chat) < 1 ms", "violations(slo_miss_by_neighbour) == 0"]' | grep -e '"replicas"' -e '"verdict"'
vgpusim run g.yaml --json --set 'expect=[{gate: "p99(latency, chat) < 1 s", stop_early: true}]' | grep '"replicas"'
vgpusim check g.yaml --print-resolved | sed -n '/^expect/,$p' >resolved
cat resolved
vgpusim check g.yaml --set 'expect=[{gate: "gpus() < 3", if_empty: maybe, when: now}, {if_empty: pass}, [1]]'
echo "# one that is open"
for as in '' --inconclusive=pass '--inconclusive fail'; do
    vgpusim test gates.yaml --run throughput $as --write junit=j.xml --write markdown=m.md -q
    echo "$? $(grep -c '<failure type="inconclusive"' j.xml) $(grep -c '<skipped' j.xml) $(grep -o 'skipped="[1-9]"' j.xml) $(head -n 1 m.md)"
    if command -v xmllint >/dev/null; then xmllint --noout --schema "$(dirname "$0")/junit.xsd" j.xml 2>/dev/null || echo "not of the schema"; fi
done
