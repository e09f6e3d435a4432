# Backwards: how many VMs of a tenant fit on the fleet that is there, and what ends it.
vgpusim plan plan.yaml --fit chat --set fleet.count=1 --write-scenario fit.yaml; echo $?
grep -E '^(fleet|  gpu|  count)|name: .?chat|^    count' fit.yaml
vgpusim run fit.yaml --format csv | grep objective_met
vgpusim plan plan.yaml --fit chat --set fleet.count=1 --format csv
vgpusim plan plan.yaml --fit chat --set fleet.count=1 --json | grep -vE '^ {8,}[{}" ]'
vgpusim plan plan.yaml --fit chat --set fleet.count=1 --set tenants.chat.objective.p95='2 ms' -q; echo $?
vgpusim plan plan_hosts.yaml --fit chat -q; echo $?
vgpusim plan plan.yaml --fit chit; echo $?
vgpusim plan plan.yaml --fit zzzzzzzz; echo $?
vgpusim plan plan.yaml --fit chat --set fleet.count=auto; echo $?
