vgpusim list gpus A100-PCIE-80GB
