vgpusim list gpu
