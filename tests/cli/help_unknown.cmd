vgpusim help rum
