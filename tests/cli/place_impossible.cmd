vgpusim place impossible.yaml
