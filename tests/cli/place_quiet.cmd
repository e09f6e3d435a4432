vgpusim place -q exact.yaml
