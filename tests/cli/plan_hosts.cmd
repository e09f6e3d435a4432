# Hosts of a group: the fewest, one GPU and one host lost, and the winner written and run.
vgpusim plan plan_hosts.yaml --write-scenario won.yaml; echo $?
sed -n '/^fleet/,/^modes/p' won.yaml
vgpusim run won.yaml --format csv | grep objective_met
