# A file of VMs is for plan; a bad row is named by its line; what a plan of it cannot say is refused.
printf 'from,until,part,on\n2026-01-01 00:00:00,2026-01-02,0.5,\n2026-01-01 00:00:00,,1.5,\n2026-01-01 00:00:00,,1,Big\n' >vms.csv
vgpusim run plan_vms.yaml; echo $?
vgpusim place plan_vms.yaml; echo $?
vgpusim plan plan_vms.yaml; echo $?
printf 'from,until,part,on\n2026-01-01 00:00:00,,0.5,\n' >vms.csv
vgpusim plan plan_vms.yaml --fit a --write-scenario x.yaml; echo $?
vgpusim plan plan_vms.yaml --set placement.policy=exact; echo $?
