# Every command that simulates takes --trace; what is several of a kind has a file each.
events() { for f in "$@"; do echo "$f $(grep -c '"ph":"X"' "$f")"; done; }
vgpusim run random.yaml --trace run.json -o /dev/null
vgpusim test gates.yaml --trace test.json -o /dev/null
vgpusim plan plan.yaml -o /dev/null --write-scenario won.yaml --trace plan.json
vgpusim run won.yaml -o /dev/null --trace again.json
cmp plan.json again.json && echo "the winner's"
events run.json test.json plan.json
vgpusim sweep random.yaml --vary replicas=2,3 --trace point.json -o sweep.csv
for f in run point-0 point-1; do grep '"ph"' $f.json >$f.events; done
cmp point-0.events point-1.events && cmp point-0.events run.events && echo "the same replica"
vgpusim test random.yaml gates.yaml --trace both.json -o /dev/null
cmp both-2.json test.json && cmp both-1.json run.json && echo "by scenario"
vgpusim plan plan_mixed.yaml -o /dev/null --trace part.json
ls part*.json
vgpusim sweep random.yaml --vary replicas=2,3 --trace - -o sweep.csv; echo $?
printf 'arrival,end,fb\n0,10,5\n' >vms.csv
vgpusim plan - --trace x.json <<END; echo $?
version: 1
name: vms
fleet: {gpu: A30}
vms: {file: vms.csv, created: {column: arrival, unit: s}, deleted: {column: end, unit: s}}
END
