vgpusim run exact.yaml random.yaml
