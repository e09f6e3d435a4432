# Where nothing is drawn there is one replica and no interval, whatever the kind of work.
for work in \
    '{kind: requests, arrivals: {process: periodic, rate: 5/s}, service: {dist: deterministic, mean: 9 ms}}' \
    '{kind: training, service: {dist: deterministic, mean: 9 ms}}' \
    '{kind: frames, fps: 30 fps, service: {dist: deterministic, mean: 9 ms}}' \
    '{kind: llm, arrivals: {process: periodic, rate: 1/s}, prefill: 10 us, decode: 10 ms, prompt: {dist: deterministic, mean: 100}, output: {dist: deterministic, mean: 10}}' \
    '{kind: llm, arrivals: {process: periodic, rate: 1/s}, prefill: 10 us, decode: 10 ms, prompt: {dist: exponential, mean: 100}, output: {dist: deterministic, mean: 10}}'; do
    vgpusim run - --format csv <<END | grep -E ',replicas,|latency_ns.mean'
version: 1
name: fixed
horizon: 10 s
fleet: {gpu: A100-PCIE-80GB}
modes: [passthrough]
tenants:
  - {name: a, workload: $work}
END
done
