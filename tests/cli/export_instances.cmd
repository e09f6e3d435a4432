for f in nvidia-smi mig-parted vgpu-device-manager; do
    vgpusim export export.yaml --to $f --mode mig
done
vgpusim export export.yaml --to nvidia-smi --mode mig --set fleet.hypervisor=vsphere-8.0u3
