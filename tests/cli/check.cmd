vgpusim check exact.yaml random.yaml
