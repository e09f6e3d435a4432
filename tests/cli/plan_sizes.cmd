# VMs of two sizes divided over GPUs: the winner lists what each GPU holds, and runs as it was planned.
vgpusim plan plan_sizes.yaml --write-scenario sizes.yaml; echo "plan $?"
sed -n '/^placement/,/]}/p' sizes.yaml
vgpusim run sizes.yaml --format csv | grep objective_met
vgpusim export sizes.yaml --to vgpu-device-manager >export.txt; echo "export $?"
