vgpusim test -h
