vgpusim zzzzzzzz
