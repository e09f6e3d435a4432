vgpusim exact.yaml
