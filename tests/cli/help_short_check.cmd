vgpusim check -h
