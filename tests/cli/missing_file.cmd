vgpusim run nowhere.yaml
