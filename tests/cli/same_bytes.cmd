# Threads, runs, folder and locale change nothing.
vgpusim run random.yaml --json -v -j1 >a
vgpusim run random.yaml --json -v -j8 >b
LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 vgpusim run random.yaml --json -v >c
vgpusim run random.yaml --json -v -o d
mkdir e && cp random.yaml e && (cd e && vgpusim run random.yaml --json -v) >f
vgpusim run random.yaml --write json=g --write text=h -v >i
cmp a b && cmp a c && cmp a d && cmp a f && cmp a g && cmp h i && ls
