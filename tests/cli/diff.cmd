vgpusim run exact.yaml --json -o a.json
vgpusim run exact.yaml --json -o b.json --set tenants.chat.workload.service.mean='2.5 ms'
vgpusim diff a.json a.json; echo $?
vgpusim run random.yaml --json -o other.json
vgpusim diff a.json other.json; echo $?
vgpusim diff a.json b.json; echo $?
vgpusim diff b.json a.json -q; echo $?
vgpusim diff a.json b.json --format md | head -4
vgpusim diff a.json b.json --format csv | head -3
vgpusim diff a.json b.json --json | head -20
