cat >slowdown.yaml <<'END'
version: 1
name: slowdown
horizon: 2 h
warmup: 0 s
replicas: 2
fleet: {gpu: A100-PCIE-80GB}
modes: [{mode: time-sliced, scheduler: {policy: best-effort, slice: 1 h, switch: 0 s}}]
tenants:
  - name: long
    vgpu: A100D-20C
    workload:
      kind: requests
      arrivals: {process: periodic, rate: 0.2/h}
      service: {dist: deterministic, mean: 1 h}
  - name: tiny
    vgpu: A100D-20C
    workload:
      kind: trace
      file: jobs.csv
      arrival: {column: a, unit: ns}
      service: {column: w, unit: ns}
END
printf 'a,w\n0,1\n1,1\n' >jobs.csv
vgpusim run slowdown.yaml --format csv | grep slowdown_p95
