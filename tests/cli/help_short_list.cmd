vgpusim list -h
