vgpusim run three.yaml --isolation --against time-sliced/equal-share | sed -n '/^against/,/^note/p' | grep -v ^note
vgpusim run three.yaml --isolation --mode time-sliced/best-effort -j 1 --json -o 1.json
vgpusim run three.yaml --isolation --mode time-sliced/best-effort -j 3 --json -o 3.json
cmp 1.json 3.json && echo the same bytes
sed -n '/"worst_neighbour"/,/^        }/p' 1.json | grep '"tenant"\|"violations_without"'
vgpusim run three.yaml --json | grep '"compared_with"\|_verdict' | sort | uniq -c
