vgpusim export -h
