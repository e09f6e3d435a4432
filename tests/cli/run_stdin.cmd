vgpusim run -q - <exact.yaml
