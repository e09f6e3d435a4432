vgpusim run shifts.yaml --sensitivity | sed -n '/unverified parameter/,/^$/p'
vgpusim run shifts.yaml --sensitivity --mode mig --set coupling=none | grep 'unverified parameter'
vgpusim run shifts.yaml --sensitivity -j 1 --json -o 1.json
vgpusim run shifts.yaml --sensitivity -j 3 --json -o 3.json
cmp 1.json 3.json && echo the same bytes
sed -n '/"sensitivity"/,/^  \]/p' 1.json | grep '"parameter"\|"value"\|"orders"\|"untold"\|"faster"'
