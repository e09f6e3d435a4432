vgpusim run exact.yaml
