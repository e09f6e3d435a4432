for p in fixed-share equal-share; do
    vgpusim export export.yaml --to rmpvmrl --mode time-sliced/$p
done
vgpusim export export.yaml --to rmpvmrl --mode time-sliced/equal-share --set fleet.hypervisor=vsphere-9.0 --set modes.2.scheduler.frequency=480.5Hz
vgpusim export export.yaml --to rmpvmrl --mode time-sliced/fixed-share --set modes.1.scheduler.slice=45ms
vgpusim export exact.yaml --to rmpvmrl --mode time-sliced/best-effort
