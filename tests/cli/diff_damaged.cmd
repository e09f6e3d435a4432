vgpusim run exact.yaml --json -o a.json
sed 's|vgpusim.result/1|vgpusim.result/9|' a.json >schema.json
sed 's|"schema": "vgpusim.result/1", *||; /"schema"/d' a.json >none.json
head -c 2000 a.json >half.json
sed 's/"modes": \[/"moods": [/' a.json >modes.json
sed 's/"interrupted": false/"interrupted": true/' a.json >partial.json
sed '0,/"name": "chat"/s//"nome": "chat"/' a.json >name.json
for f in schema none half modes partial name missing; do vgpusim diff a.json $f.json; echo $?; done
vgpusim test exact.yaml --baseline half.json; echo $?
vgpusim diff a.json; echo $?
