vgpusim place -h
