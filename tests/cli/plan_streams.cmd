# How many streams run in an instance is the plan's to choose; the winner as a scenario says so, and meets its limits.
vgpusim plan plan_processes.yaml -q --write-scenario won.yaml; echo "plan $?"
grep -E '^    (mig|vgpus):|^      streams:' won.yaml
for seed in 1 2; do vgpusim run won.yaml --seed $seed --format csv | grep objective_met; done
