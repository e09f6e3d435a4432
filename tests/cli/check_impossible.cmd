vgpusim check impossible.yaml
