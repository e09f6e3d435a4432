vgpusim gen -h
