vgpusim version -h
