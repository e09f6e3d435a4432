# Seven small instances, of which five go; then one of four slices comes, and none may be moved.
cat >vms.csv <<'END'
vm,from,until,part,on
a,2026-01-01 00:00:00,2026-01-03 00:00:00,0.1,
b,2026-01-01 01:00:00,2026-01-01 05:00:00,0.1,big
c,2026-01-01 01:00:00,2026-01-01 05:00:00,0.1,
d,2026-01-01 01:00:00,,0.1,
e,2026-01-01 02:00:00,2026-01-03 00:00:00,0.1,big|small
f,2026-01-01 02:00:00,2026-01-01 05:00:00,0.1,
g,2026-01-01 02:00:00,2026-01-01 05:00:00,0.1,
h,2026-01-01 06:00:00,2026-01-03 00:00:00,0.5,
END
vgpusim check plan_vms.yaml
vgpusim plan plan_vms.yaml; echo $?
vgpusim plan plan_vms.yaml --mode mig --set fleet.gpu=A100-SXM4-80GB --set fleet.count=1 -q; echo $?
vgpusim plan plan_vms.yaml --mode mig --set fleet.gpu=A100-SXM4-80GB --json
vgpusim plan plan_vms.yaml --mode mig --set fleet.gpu=A100-SXM4-80GB --format csv | sed -n '1,25p'
vgpusim plan plan_vms.yaml --set placement.policy=breadth-first --mode mig -q
