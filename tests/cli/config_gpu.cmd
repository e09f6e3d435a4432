# One board; a file that asks for nothing impossible of it; a board that does not exist; flags that do not go together.
vgpusim place config_mig.yaml --gpu A30; echo $?
vgpusim place config_vgpu.yaml --gpu L40S --format csv; echo $?
vgpusim place config_vgpu.yaml --gpu L40Z; echo $?
vgpusim place config_vgpu.yaml --json; echo $?
vgpusim place exact.yaml --gpu A30; echo $?
vgpusim run config_mig.yaml 2>&1 | head -n 3
