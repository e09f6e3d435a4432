vgpusim gen scenario >s.yaml && vgpusim check -q s.yaml && vgpusim gen scenario -o t.yaml && cmp s.yaml t.yaml
