vgpusim report -h
