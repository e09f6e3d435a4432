# A file of another sort than the kind draws is named as such; a gnuplot that fails leaves a page without pictures.
vgpusim run exact.yaml --json -o r.json 2>/dev/null
vgpusim sweep random.yaml --vary tenants.chat.count=1,2 --replicas 2 -o s.csv
vgpusim plot sweep r.json; echo $?
vgpusim plot cdf s.csv; echo $?
vgpusim plot frontier s.csv; echo $?
vgpusim plot layout exact.yaml; echo $?
mkdir bin
printf '#!/bin/sh\necho "gnuplot: no such terminal" >&2\nexit 3\n' >bin/gnuplot
chmod +x bin/gnuplot
PATH=$PWD/bin:$PATH
vgpusim report r.json -o r.html; echo "$? $(grep -c 'No picture' r.html)"
vgpusim plot cdf r.json -o r.svg; echo $?
printf '#!/bin/sh\nexit 0\n' >bin/gnuplot
vgpusim report r.json -o n.html; echo $?
cmp r.html n.html && echo the same page
