vgpusim sweep -h
