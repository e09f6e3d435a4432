# Several processes in an instance: as many as save a GPU, in the text, in JSON and in the winner, which runs.
vgpusim plan plan_processes.yaml -q --write-scenario won.yaml; echo $?
vgpusim plan plan_processes.yaml -q --set tenants.photos.workload.streams=1 | head -n 2
vgpusim plan plan_processes.yaml -q --format json | sed -n '/"streams"/,/]/p'
grep ' streams: [0-9]' won.yaml
for seed in 1 2; do vgpusim run won.yaml --seed $seed --format csv | grep objective_met; done
