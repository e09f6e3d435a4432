# What may be written in more than one way.
printf 'service_ms\n1\n3\n' >values.csv
resolved() { vgpusim check random.yaml --print-resolved "$@" 2>&1; }
resolved --set coupling=0.084 | grep '^coupling'
resolved --set coupling=8.4% | grep '^coupling'
resolved --set coupling=8.4 | head -n 1
resolved --set 'tenants.0.workload.service={dist: empirical, file: values.csv, column: service_ms}' | grep 'dist: empirical'
printf 'work\n1\n3\n' >values.csv
resolved --set 'tenants.0.workload.service={dist: empirical, file: values.csv, column: work}' | head -n 1
