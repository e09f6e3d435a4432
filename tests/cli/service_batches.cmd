# By hand: the two clients of a always share a batch, 5 ms on a 2g. Of the three of b two are served at a
# time, 7 ms on a 1g, so every other answer takes 14 ms. The whole GPU was not measured.
vgpusim check --print-resolved measured_batches.yaml | grep service:
vgpusim run measured_batches.yaml --mode mig --format csv | grep -e latency_ns.p95 -e throughput
vgpusim run measured_batches.yaml --mode passthrough -q
vgpusim check --set 'tenants.a.workload.batch.max=4' measured_batches.yaml
