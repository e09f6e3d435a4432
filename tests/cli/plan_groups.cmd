# Groups of hosts that differ: profiles by model, a model that one tenant is not put on, and the winner run.
vgpusim plan plan_groups.yaml --write-scenario won.yaml; echo $?
sed -n '/^  hosts/,/^  mixed/p' won.yaml
grep -E '^  - name|^    on:' won.yaml
vgpusim run won.yaml --format csv | grep objective_met
# Apart, in modes of their own: each part has hosts of one group.
vgpusim plan plan_groups.yaml -q --set tenants.chat.count=8 --set tenants.chat.objective.p95='60 ms' --write-scenario part.yaml; echo $?
for i in 1 2; do
    sed -n '/^  hosts/,/^  mixed/p' part-$i.yaml
    vgpusim run part-$i.yaml --format csv | grep objective_met
done
# What is written under `on` must be of the catalogue, and stand alone.
vgpusim check plan_groups.yaml --set 'tenants.chat.on={A30: 1g.10gb, L4S: any}' --set tenants.chat.mig=1g.6gb; echo $?
