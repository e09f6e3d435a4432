vgpusim place exact.yaml
