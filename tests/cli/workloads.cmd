# Five kinds in one VM, nothing random: both engines, any number of threads, and the scenario as it is resolved.
vgpusim run workloads.yaml --check --format csv | grep -E ',box(/[a-z]+)?,(requests|load_frac|throughput_per_s|latency_ns.p95|violations.total|objective_met|(frame|step|ttft)_ns.p95|frames_late|gpu_share_frac),' | cut -d, -f3-6,8 >one
cat one
vgpusim run workloads.yaml --engine events -j 2 --format csv | grep -E ',box(/[a-z]+)?,(requests|load_frac|throughput_per_s|latency_ns.p95|violations.total|objective_met|(frame|step|ttft)_ns.p95|frames_late|gpu_share_frac),' | cut -d, -f3-6,8 | cmp - one
vgpusim run workloads.yaml --format json | sed -n 's/^  "resolved": //p' | sed 's/^"//; s/"$//; s/\\"/"/g; s/\\n/\n/g' >again.yaml
vgpusim check again.yaml | head -1
vgpusim run again.yaml --format csv | grep -E ',box/desk,' | cut -d, -f3-6,8 | grep -F -f one -c
vgpusim run workloads.yaml --mode passthrough --set tenants.box.workloads.ask.arrivals.rate=20/s | grep box
