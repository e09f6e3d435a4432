vgpusim fit -h
