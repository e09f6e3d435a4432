# What export writes, place finds possible on the board it was written for.
for m in mig time-sliced/equal-share; do
    vgpusim export export.yaml --to vgpu-device-manager --mode $m -o out.yaml && vgpusim place out.yaml --gpu A100-PCIE-80GB
done
vgpusim export export.yaml --to mig-parted --mode mig | vgpusim check - --verbose
