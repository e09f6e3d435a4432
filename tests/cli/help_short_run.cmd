vgpusim run -h
