vgpusim place --format csv --mode mig exact.yaml
