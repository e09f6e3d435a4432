# Wishes that cannot be met: the reason, and the nearest that can.
vgpusim plan plan.yaml --mode mig --set tenants.chat.objective.p95='5 ms'; echo $?
vgpusim plan plan.yaml --mode mig --set fleet.count=1; echo $?
vgpusim plan plan.yaml --mode mig --set tenants.chat.framebuffer=100GiB; echo $?
vgpusim plan plan.yaml --mode time-sliced/best-effort --set fleet.gpu=L40S --set fleet.count=1 \
    --set tenants.chat.isolation.require=hardware; echo $?
vgpusim plan plan.yaml --mode mig --set tenants.batch.objective.throughput=12/s; echo $?
vgpusim plan plan.yaml --mode mig --set tenants.batch.framebuffer=100GiB --set tenants.chat.objective.p95='2 ms'; echo $?
