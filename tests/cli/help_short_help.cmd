vgpusim help -h
