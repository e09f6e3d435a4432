# Several modes, a format that cannot say one, one that does not exist, the wrong hypervisor, no mode possible.
vgpusim export export.yaml --to mig-parted; echo $?
vgpusim export export.yaml --to mig-parted --mode time-sliced/equal-share; echo $?
vgpusim export export.yaml --to migparted; echo $?
vgpusim export export.yaml; echo $?
vgpusim export export.yaml --to libvirt --mode mig --set fleet.hypervisor=vsphere-9.0; echo $?
vgpusim export export.yaml --to vsphere --mode mig --set fleet.hypervisor=rhel-kvm-9.6; echo $?
vgpusim export export.yaml --to mig-parted --mode time-sliced-mig; echo $?
vgpusim export export.yaml --to mig-parted --mode mig -o out.yaml; echo $?; wc -l <out.yaml
