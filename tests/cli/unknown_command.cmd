vgpusim rum exact.yaml
