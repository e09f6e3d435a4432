vgpusim diff -h
