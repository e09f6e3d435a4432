# --max-replicas ends what auto begins, and what is not met is said; it is part of the scenario.
vgpusim run gates.yaml --replicas auto --precision 0.1% --max-replicas 30 -f csv 2>&1 | grep -E 'replicas|warning'
vgpusim run gates.yaml --replicas auto --max-replicas 7 -f csv 2>/dev/null | grep -m 1 replicas
vgpusim check gates.yaml --replicas auto --max-replicas 7 --print-resolved >seven.yaml; grep -h replicas seven.yaml
vgpusim run seven.yaml -f csv 2>/dev/null | grep -m 1 replicas
vgpusim check gates.yaml --print-resolved | grep -c max-replicas
vgpusim run random.yaml --replicas 2 --max-replicas 7 -q | tail -n 1
vgpusim run gates.yaml --replicas auto --max-replicas 1001; echo $?
vgpusim sweep gates.yaml --vary max-replicas=1,2 --max-replicas 3; echo $?
# Percentiles by flag are those by field.
vgpusim run random.yaml --percentiles 50,99.9 -f csv | grep -o 'latency_ns[^,]*' | sort -u
vgpusim run random.yaml --percentiles 50,99.9 --json -o a.json
vgpusim run random.yaml --set 'percentiles=[50, 99.9]' --json -o b.json; cmp a.json b.json && echo same
vgpusim run random.yaml --percentiles 50,100; echo $?
