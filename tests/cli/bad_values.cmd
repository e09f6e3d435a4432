vgpusim run exact.yaml --seed ten -j 0 --format jsn
vgpusim run exact.yaml --horizon 60
vgpusim run exact.yaml --replicas many --precision 5
vgpusim run exact.yaml --mode migg
vgpusim run exact.yaml --json --format csv
vgpusim run exact.yaml --write result.json
vgpusim run exact.yaml --write jsn=x
