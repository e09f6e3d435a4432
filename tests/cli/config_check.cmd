vgpusim check config_mig.yaml config_vgpu.yaml exact.yaml; echo $?
vgpusim check - -q <config_mig.yaml
