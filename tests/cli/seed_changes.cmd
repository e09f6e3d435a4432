vgpusim run random.yaml --json >a
vgpusim run random.yaml --json --seed 1 >b
vgpusim run random.yaml --json --seed 2 >c
cmp a b; cmp -s a c; echo $?
