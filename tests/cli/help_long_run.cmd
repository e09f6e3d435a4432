vgpusim run --help
