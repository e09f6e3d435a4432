for f in config_mig.yaml config_vgpu.yaml; do vgpusim place $f; echo $?; done
