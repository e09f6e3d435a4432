vgpusim list metrics
