vgpusim check labels.yaml
