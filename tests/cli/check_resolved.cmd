vgpusim check --print-resolved random.yaml >a.yaml && vgpusim check --print-resolved a.yaml >b.yaml && cmp a.yaml b.yaml && head -n 5 a.yaml
