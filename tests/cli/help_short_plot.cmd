vgpusim plot -h
