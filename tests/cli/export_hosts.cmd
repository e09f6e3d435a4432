# Hosts that differ: one at a time, numbered from 0, with the host's own hypervisor; pods on all of them.
ts=time-sliced/best-effort
vgpusim export hosts.yaml --to vgpu-device-manager --mode $ts --host old/1
vgpusim export hosts.yaml --to vgpu-device-manager --mode $ts --host new -o out.yaml && vgpusim place out.yaml --gpu L40S
vgpusim export hosts.yaml --to vsphere --mode $ts --host new | sed -n 1,14p
vgpusim export hosts.yaml --to libvirt --mode $ts --host old/0 | sed -n 1,20p
vgpusim export hosts.yaml --to kubernetes --mode mig --set fleet.hosts.new.gpu=A30 --set tenants.chat.count=20 --set tenants.two.count=1 --set tenants.two.framebuffer=10GiB --set tenants.chat.memory=16GiB --set fleet.hosts.old.memory=128GiB
vgpusim export hosts.yaml --to vsphere --mode $ts; echo $?
vgpusim export hosts.yaml --to vsphere --mode $ts --host old; echo $?
vgpusim export hosts.yaml --to libvirt --mode $ts --host new; echo $?
vgpusim export exact.yaml --to libvirt --mode mig --host new; echo $?
