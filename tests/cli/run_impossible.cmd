vgpusim run impossible.yaml
