vgpusim check - <exact.yaml
