# VMs that name their GPUs take several models; the fullest moment of one model is placed and exported.
cat >vms.csv <<'END'
vm,from,until,part,on
a,2026-01-01 00:00:00,2026-01-03 00:00:00,0.2,small
b,2026-01-01 01:00:00,2026-01-01 05:00:00,0.5,big
c,2026-01-01 01:00:00,2026-01-01 05:00:00,0.2,
d,2026-01-01 01:00:00,,0.5,small
e,2026-01-01 02:00:00,2026-01-03 00:00:00,1,big|small
f,2026-01-01 06:00:00,,0.1,big
END
vgpusim plan plan_vms.yaml --mode mig --mode passthrough --set cost.licence_hour='0.1 USD' --set cost.energy='0.2 USD/kWh'
vgpusim plan plan_vms.yaml --mode mig --mode passthrough --format csv | grep part
vgpusim plan plan_vms.yaml --mode mig --mode passthrough --set fleet.count=1 -q; echo $?
vgpusim place plan_vms.yaml; echo $?
vgpusim place plan_vms.yaml --set fleet.gpu=A30 --mode mig
vgpusim export --to mig-parted plan_vms.yaml --set fleet.gpu=A30 --mode mig
vgpusim place plan_vms.yaml --set fleet.gpu=A30 --mode container-time-sliced; echo $?
