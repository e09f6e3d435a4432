vgpusim run
