# Scheduler options and containers in cases that a hand can follow; nothing is random.
show() { vgpusim run - --format csv | awk -F, -v m="$1" 'index(m, " " $5 ":" $6 " ") { print $5, $6, $8 }'; }
head='version: 1
name: hand
horizon: 10 s
warmup: 0 s
fleet: {gpu: A100-PCIE-80GB, count: 1}'

# a runs [0, 1) of every 10 ms, b comes at 1.5 ms and runs 1 ms. With linger 1 ms a keeps its turn until 2 ms
# (1 ms idle, and the slice ends then): b waits 0.5 ms.
for linger in 0 1; do
    echo "linger $linger ms"
    show " b:latency_ns.max b:wait_ns.p95 " <<END
$head
modes: [{mode: time-sliced, scheduler: {policy: best-effort, slice: 2 ms, switch: 0 us, linger: $linger ms}}]
tenants:
  - {name: a, vgpu: A100D-20C, workload: {kind: requests, arrivals: {process: periodic, rate: 100/s}, service: {dist: deterministic, mean: 1 ms}}}
  - {name: b, vgpu: A100D-20C, workload: {kind: requests, arrivals: {process: periodic, rate: 100/s, phase: 1.5 ms}, service: {dist: deterministic, mean: 1 ms}}}
END
done

# Three VMs, one of them off: a ring of two, so who is always busy has half of the GPU.
echo powered off
show " a:gpu_share_frac a:latency_ns.max " <<END
$head
modes: [{mode: time-sliced, scheduler: {policy: equal-share, slice: 2 ms, switch: 0 us}}]
tenants:
  - {name: a, vgpu: A100D-20C, workload: {kind: closed, clients: 1, service: {dist: deterministic, mean: 2 ms}}}
  - {name: b, count: 2, powered-off: 1, vgpu: A100D-20C, workload: {kind: closed, clients: 1, service: {dist: deterministic, mean: 2 ms}}}
END

# Two containers of 50 GiB on 80 GiB: every request of both is a memory violation, once in the total;
# at 40 GiB none is. Neither has temporal isolation.
for gib in 50 40; do
    echo "two containers of $gib GiB"
    show " a:requests a:violations.memory a:violations.policy " <<END
$head
modes: [container-time-sliced]
tenants:
  - {name: a, count: 2, framebuffer: $gib GiB, isolation: {require: temporal}, workload: {kind: requests, arrivals: {process: periodic, rate: 10/s}, service: {dist: deterministic, mean: 1 ms}}}
END
done
