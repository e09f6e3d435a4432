vgpusim export export.yaml --to nvidia-smi --mode time-sliced/fixed-share
vgpusim export export.yaml --to nvidia-smi --mode time-sliced/equal-share --set fleet.mixed-size=true
vgpusim export export.yaml --to vgpu-device-manager --mode time-sliced/equal-share
