vgpusim check exact.yaml wrong.yaml
