vgpusim explain -h
