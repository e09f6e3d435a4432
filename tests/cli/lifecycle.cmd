# VMs that stop, start and are suspended, in cases that a hand can follow; nothing is random.
show() { vgpusim run - --format csv | awk -F, -v m="$1" 'index(m, " " $5 ":" $6 " ") { print $5, $6, $8 }'; }
head='version: 1
name: hand
horizon: 10 s
warmup: 0 s
fleet: {gpu: A100-PCIE-80GB, count: 2}
modes: [{mode: time-sliced, scheduler: {policy: equal-share, slice: 2 ms, switch: 0 us}}]'
open='vgpu: A100D-20C, workload: {kind: requests, arrivals: {process: periodic, rate: 10/s}, service: {dist: deterministic, mean: 1 ms}}'
always='vgpu: A100D-20C, workload: {kind: closed, clients: 1, service: {dist: deterministic, mean: 2 ms}}'

# a is off for 4 of 10 s: 40 of its 100 requests do not exist, or are lost and the time counts.
for requests in absent lost; do
    echo "requests: $requests"
    show " a:requests a:requests_lost a:available_frac " <<END
$head
tenants:
  - {name: a, $open}
lifecycle:
  - {at: 3 s, stop: a/0, requests: $requests}
  - {at: 5 s, start: a/0, boot: 2 s}
END
done

# A fault between 2.95 and 3.95 s takes 10 requests and 1 of the 6 s for which a is there; that of 6 s finds it off.
echo faults of a VM that is off do not happen
show " a:requests a:requests_lost a:available_frac :faults.count " <<END
$head
tenants:
  - {name: a, $open}
lifecycle:
  - {at: 5.05 s, stop: a/0}
  - {at: 9.05 s, start: a/0}
  - {at: 2.95 s, fault: a/0, downtime: 1 s}
  - {at: 6 s, fault: a/0, downtime: 1 s}
END

# a always has work. b is there from 5 s on: a has all of the GPU, then half of it. Of three VMs c has no start and no slot.
echo a newcomer takes its share
show " a:gpu_share_frac b:gpu_share_frac b:requests c:requests " <<END
$head
tenants:
  - {name: a, $always}
  - {name: b, powered-off: 1, $always}
  - {name: c, powered-off: 1, $always}
lifecycle:
  - {at: 5 s, start: b}
END

# A client rests while its VM is stopped: no request takes longer than its 4 ms beside a, and the one under way is lost.
echo clients rest
show " a:gpu_share_frac b:requests_lost b:latency_ns.max " <<END
$head
tenants:
  - {name: a, $always}
  - {name: b, $always}
lifecycle:
  - {at: 5.003 s, stop: b/0, requests: lost}
  - {at: 7.5 s, start: b/0, boot: 1 s}
END

# a and b on each of two GPUs. b/0 is off for half of the time: a/0 has 0.75 of its GPU on average, a/1 half of its own, and so the greater
# load: 10/s x 10 ms over that, 0.2. With b/1 off as well it is 0.1 / 0.75.
for off in '' '  - {at: 5 s, stop: b/1}'; do
    echo "load where neighbours leave one GPU${off:+, and both}"
    show " a:load_frac " <<END
$head
placement: {policy: breadth-first}
tenants:
  - {name: a, count: 2, vgpu: A100D-40C, workload: {kind: requests, arrivals: {process: periodic, rate: 10/s}, service: {dist: deterministic, mean: 10 ms}}}
  - {name: b, count: 2, vgpu: A100D-40C, workload: {kind: requests, arrivals: {process: periodic, rate: 10/s}, service: {dist: deterministic, mean: 10 ms}}}
lifecycle:
  - {at: 5 s, stop: b/0}
$off
END
done

# What is read back is what was written.
vgpusim check - --print-resolved <<END | sed -n '/^lifecycle/,$p'
$head
tenants:
  - {name: a, count: 2, powered-off: 1, $open}
lifecycle:
  - {at: 1 s, start: a/1, boot: 500 ms}
  - {at: 2 s, stop: a}
  - {at: 3 s, start: a}
  - {at: 4 s, suspend: a/0}
  - {at: 5 s, resume: a/0, boot: 1 s}
END
