vgpusim help exit
