vgpusim run --format csv --mode time-sliced/fixed-share exact.yaml
