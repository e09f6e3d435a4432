vgpusim list mig A100-PCIE-80G
