vgpusim export export.yaml --to vsphere --mode mig --set fleet.hypervisor=vsphere-8.0u3
vgpusim export export.yaml --to vsphere --mode passthrough --set fleet.count=5
