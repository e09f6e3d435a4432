vgpusim export export.yaml --to libvirt --mode mig --set fleet.hypervisor=rhel-kvm-9.6
vgpusim export export.yaml --to libvirt --mode time-sliced/equal-share --set fleet.hypervisor=ubuntu-kvm-24.04
vgpusim export export.yaml --to libvirt --mode passthrough --set fleet.count=5
