vgpusim check wrong.yaml
