vgpusim --help | sed "1s/ [0-9][0-9.]*:/ N:/"
vgpusim --help >a; vgpusim -h | cmp - a; vgpusim help | cmp - a
