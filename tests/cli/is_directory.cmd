mkdir d.yaml; vgpusim run d.yaml
